//! Access keys: CreateAccessKey, UpdateAccessKey, DeleteAccessKey, ListAccessKeys, GetSecurityLastUsed.

use pharos_api::access_key_status::AccessKeyStatus;
use pharos_api::account::Uin;
use pharos_api::action::Contract;
use pharos_api::beijing_time::{BeijingDate, BeijingTime};
use pharos_api::cam::create_access_key::{self, AccessKeyDetail, CreateAccessKey};
use pharos_api::cam::delete_access_key::{self, DeleteAccessKey};
use pharos_api::cam::get_security_last_used::{self, GetSecurityLastUsed, SecretIdLastUsed};
use pharos_api::cam::list_access_keys::{self, AccessKey, ListAccessKeys};
use pharos_api::cam::update_access_key::{self, UpdateAccessKey};
use pharos_api::code::Code;
use pharos_api::credential::SecretId;
use pharos_api::empty::Empty;
use pharos_api::error::ApiError;
use pharos_api::resource;
use pharos_api::text::Text;
use pharos_policy::{Granted, Principal};
use pharos_store::directory::{Change, Directory};

use super::user::secret;
use super::{ACCESS_KEY, USER};
use crate::access_key::names;
use crate::refusal::Refusal;
use crate::{Context, Service};

impl Service {
    pub(crate) async fn create_access_key(
        &self,
        context: &Context,
        input: create_access_key::Input,
    ) -> Result<create_access_key::Output, Refusal> {
        let target = input.target_uin;
        let (user, _) = self.owner::<CreateAccessKey>(context, target).await?;
        let description = input.description.map(String::from);
        let (new, secret_key) = self.new_access_key(description).await?;
        let access_key = AccessKeyDetail {
            access_key_id: new.access_key.secret_id.clone(),
            secret_access_key: secret(&secret_key),
            status: AccessKeyStatus::Active,
            create_time: BeijingTime(new.created_time),
            description: new.description.clone(),
        };
        let names = names(&user, new.access_key.secret_id.clone());
        let change = Change::AddAccessKey {
            user,
            access_key: new,
        };
        self.change::<CreateAccessKey>(context, change, names)
            .await?;
        Ok(create_access_key::Output { access_key })
    }

    pub(crate) async fn update_access_key(
        &self,
        context: &Context,
        input: update_access_key::Input,
    ) -> Result<Empty, Refusal> {
        let target = input.target_uin;
        let (user, directory) = self.owner::<UpdateAccessKey>(context, target).await?;
        check_owner::<UpdateAccessKey>(&directory, &user, &input.access_key_id)?;
        let names = names(&user, input.access_key_id.clone());
        let change = Change::SetAccessKeyStatus {
            user,
            secret_id: input.access_key_id,
            is_active: input.status == AccessKeyStatus::Active,
        };
        self.change::<UpdateAccessKey>(context, change, names)
            .await?;
        Ok(Empty {})
    }

    pub(crate) async fn delete_access_key(
        &self,
        context: &Context,
        input: delete_access_key::Input,
    ) -> Result<Empty, Refusal> {
        let target = input.target_uin;
        let (user, directory) = self.owner::<DeleteAccessKey>(context, target).await?;
        check_owner::<DeleteAccessKey>(&directory, &user, &input.access_key_id)?;
        let names = names(&user, input.access_key_id.clone());
        let change = Change::DeleteAccessKey {
            user,
            secret_id: input.access_key_id,
        };
        self.change::<DeleteAccessKey>(context, change, names)
            .await?;
        Ok(Empty {})
    }

    /// The access keys of a user, in the order in which they were made.
    pub(crate) async fn list_access_keys(
        &self,
        context: &Context,
        input: list_access_keys::Input,
    ) -> Result<list_access_keys::Output, Refusal> {
        let target = input.target_uin;
        let (user, directory) = self.owner::<ListAccessKeys>(context, target).await?;
        let mut found: Vec<_> = directory.access_keys_of(user.user).collect();
        found.sort_by_key(|access_key| (access_key.created_time, &access_key.secret_id));
        let access_keys = found.into_iter().map(|found| AccessKey {
            access_key_id: found.secret_id.clone(),
            status: AccessKeyStatus::of(found.is_active),
            create_time: BeijingTime(found.created_time),
            description: found.description.clone(),
        });
        Ok(list_access_keys::Output {
            access_keys: access_keys.collect(),
        })
    }

    pub(crate) async fn get_security_last_used(
        &self,
        context: &Context,
        input: get_security_last_used::Input,
    ) -> Result<get_security_last_used::Output, Refusal> {
        context.authorize_account::<GetSecurityLastUsed>()?;
        let directory = self.directory(context.caller.account()).await?;
        let asked = input.secret_id_list.as_slice().iter();
        let rows = asked.filter_map(|secret_id| {
            let used = directory.access_keys.get(secret_id)?.last_used_time;
            let milliseconds = used.and_then(|used| u64::try_from(used.unix_seconds()).ok());
            Some(SecretIdLastUsed {
                secret_id: secret_id.clone(),
                last_used_date: used.map(BeijingDate::from),
                last_secret_used_date: milliseconds.map(|seconds| seconds.saturating_mul(1_000)),
            })
        });
        Ok(get_security_last_used::Output {
            secret_id_last_used_rows: rows.collect(),
        })
    }

    /// Whose access keys it is about, if the caller may do this to them: the caller's own where nothing is said.
    async fn owner<C: Contract>(
        &self,
        context: &Context,
        target: Option<Uin>,
    ) -> Result<(Granted<resource::User>, Directory), Refusal> {
        let account = context.caller.account();
        let user = target.unwrap_or_else(|| context.caller.principal().uin());
        let directory = self.directory(account).await?;
        let is_there = user == account || directory.users.contains_key(&user);
        let found = is_there.then_some(resource::User { account, user });
        let missing = || USER.missing::<C>(&user);
        let owner = context.authorize_found::<C, _>(found, missing)?;
        // What policies a user has does not matter: with the root user's keys it would have every right.
        if user == account && !is_root(context.caller.principal()) {
            return Err(ApiError::new(
                Code::SubUin,
                Text::fixed(
                    "The access keys of the root user are the root user's alone. Name another user in \
                     `TargetUin`.",
                    "子用户不能操作主账号的访问密钥，请在 `TargetUin` 中指定其他用户。",
                ),
            )
            .into());
        }
        Ok((owner, directory))
    }
}

fn is_root(principal: &Principal) -> bool {
    matches!(principal, Principal::Root { .. })
}

/// An access key that is somebody else's is told apart from one that is not there.
fn check_owner<C: Contract>(
    directory: &Directory,
    user: &resource::User,
    secret_id: &SecretId,
) -> Result<(), ApiError> {
    let Some(found) = directory.access_keys.get(secret_id) else {
        return Err(ACCESS_KEY.missing::<C>(secret_id));
    };
    if found.user == user.user {
        return Ok(());
    }
    let user = user.user;
    Err(ApiError::new(
        Code::UinNotMatch,
        Text::new(
            format!(
                "The access key `{secret_id}` is not that of {user}. Say whose in `TargetUin`."
            ),
            format!("访问密钥 `{secret_id}` 不属于 {user}，请在 `TargetUin` 中指定其所有者。"),
        ),
    ))
}
