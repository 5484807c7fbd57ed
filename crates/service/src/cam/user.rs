//! Users: AddUser, UpdateUser, DeleteUser, GetUser, ListUsers.

use pharos_api::account::Uin;
use pharos_api::action::Contract;
use pharos_api::beijing_time::BeijingTime;
use pharos_api::cam::add_user::{self, AddUser};
use pharos_api::cam::delete_user::{self, DeleteUser};
use pharos_api::cam::get_user::{self, GetUser};
use pharos_api::cam::list_users::{self, ListUsers, SubAccountInfo};
use pharos_api::cam::update_user::{self, UpdateUser};
use pharos_api::code::Code;
use pharos_api::credential::SecretKey;
use pharos_api::empty::Empty;
use pharos_api::error::ApiError;
use pharos_api::flag::Flag;
use pharos_api::resource;
use pharos_api::secret_text::SecretText;
use pharos_api::user_name::UserName;
use pharos_policy::Granted;
use pharos_store::directory::{
    Change, Directory, NewAccessKey, ProfileChange, UserProfile, UserRecord,
};
use zeroize::Zeroizing;

use super::USER;
use crate::refusal::Refusal;
use crate::{Context, Service, access_key};

/// What DeleteUser is decided on too, where access keys go with the user.
const DELETE_API_KEY: &str = "cam:DeleteApiKey";

impl Service {
    pub(crate) async fn add_user(
        &self,
        context: &Context,
        input: add_user::Input,
    ) -> Result<add_user::Output, Refusal> {
        let granted = context.authorize_account::<AddUser>()?;
        let pair = match input.use_api {
            Some(Flag(true)) => Some(self.new_access_key(None).await?),
            _ => None,
        };
        let (account, now) = (granted.0, self.clock.now());
        let name = input.name.to_string();
        let profile = profile(input);
        let user = self
            .add::<AddUser, _>(context, |random| {
                let user = Uin::generate(random);
                let change = Change::AddUser {
                    account: granted.clone(),
                    user: UserRecord {
                        user,
                        name: name.clone(),
                        profile: profile.clone(),
                        created_time: now,
                    },
                    access_key: pair.as_ref().map(|(new, _)| new.clone()),
                };
                let user = of(account, user);
                let names = match &pair {
                    Some((new, _)) => access_key::names(&user, new.access_key.secret_id.clone()),
                    None => vec![user.to_string()],
                };
                (user.user, change, names)
            })
            .await?;
        let (secret_id, secret_key) = match pair {
            Some((new, secret_key)) => (new.access_key.secret_id.to_string(), secret(&secret_key)),
            None => (String::new(), SecretText::new(Zeroizing::default())),
        };
        Ok(add_user::Output {
            uin: user,
            name,
            password: SecretText::new(Zeroizing::default()),
            secret_id,
            secret_key,
            uid: user,
            phone_num_verify_link: None,
        })
    }

    /// A new access key, sealed, and its secret.
    pub(super) async fn new_access_key(
        &self,
        description: Option<String>,
    ) -> Result<(NewAccessKey, SecretKey), ApiError> {
        let (store, random) = (&*self.store, &*self.random);
        let generated = access_key::generate(store, &self.master_keys, random).await;
        let (access_key, secret_key) = generated.map_err(ApiError::internal)?;
        let new = NewAccessKey {
            access_key,
            description,
            created_time: self.clock.now(),
        };
        Ok((new, secret_key))
    }

    pub(crate) async fn update_user(
        &self,
        context: &Context,
        input: update_user::Input,
    ) -> Result<Empty, Refusal> {
        let (user, _) = self.user::<UpdateUser>(context, &input.name).await?;
        let name = user.to_string();
        let profile = ProfileChange {
            remark: input.remark.map(Into::into),
            console_login: input.console_login.map(|Flag(is_set)| is_set),
            phone_number: input.phone_num.map(Into::into),
            country_code: input.country_code.map(Into::into),
            email: input.email.map(Into::into),
        };
        let change = Change::UpdateUser { user, profile };
        self.change::<UpdateUser>(context, change, vec![name])
            .await?;
        Ok(Empty {})
    }

    pub(crate) async fn delete_user(
        &self,
        context: &Context,
        input: delete_user::Input,
    ) -> Result<Empty, Refusal> {
        let (user, directory) = self.user::<DeleteUser>(context, &input.name).await?;
        let name = user.to_string();
        let has_access_keys = directory.access_keys_of(user.user).next().is_some();
        // One that comes after this look was decided on by nobody: then the user stays.
        let with_access_keys = has_access_keys && input.force == Some(Flag(true));
        if with_access_keys {
            context.authorize_as(DELETE_API_KEY, Code::DeleteApiKey, (*user).clone())?;
        }
        let change = Change::DeleteUser {
            user,
            with_access_keys,
        };
        self.change::<DeleteUser>(context, change, vec![name])
            .await?;
        Ok(Empty {})
    }

    pub(crate) async fn get_user(
        &self,
        context: &Context,
        input: get_user::Input,
    ) -> Result<get_user::Output, Refusal> {
        let (user, directory) = self.user::<GetUser>(context, &input.name).await?;
        let found = directory.users.get(&user.user);
        let found = found.ok_or_else(|| USER.missing::<GetUser>(&input.name))?;
        Ok(get_user::Output {
            uin: found.user,
            name: found.name.clone(),
            uid: found.user,
            remark: found.profile.remark.clone(),
            console_login: Flag(found.profile.console_login),
            phone_num: found.profile.phone_number.clone(),
            country_code: found.profile.country_code.clone(),
            email: found.profile.email.clone(),
            recently_login_ip: None,
            recently_login_time: None,
        })
    }

    /// The users, in the order in which they were made.
    pub(crate) async fn list_users(
        &self,
        context: &Context,
        _: list_users::Input,
    ) -> Result<list_users::Output, Refusal> {
        context.authorize_account::<ListUsers>()?;
        let directory = self.directory(context.caller.account()).await?;
        let mut users: Vec<_> = directory.users.into_values().collect();
        users.sort_by_key(|user| (user.created_time, user.user));
        let data = users.into_iter().map(|user| SubAccountInfo {
            uin: user.user,
            nick_name: user.name.clone(),
            name: user.name,
            uid: user.user,
            remark: user.profile.remark,
            console_login: Flag(user.profile.console_login),
            phone_num: user.profile.phone_number,
            country_code: user.profile.country_code,
            email: user.profile.email,
            create_time: BeijingTime(user.created_time),
        });
        Ok(list_users::Output {
            data: data.collect(),
        })
    }

    /// The user of this name, if the caller may do this to it; and the directory that it was found in.
    async fn user<C: Contract>(
        &self,
        context: &Context,
        name: &UserName,
    ) -> Result<(Granted<resource::User>, Directory), Refusal> {
        let account = context.caller.account();
        let directory = self.directory(account).await?;
        let found = directory.user_named(name.as_str());
        let found = found.map(|found| of(account, found.user));
        let user = context.authorize_found::<C, _>(found, || USER.missing::<C>(name))?;
        Ok((user, directory))
    }
}

fn profile(input: add_user::Input) -> UserProfile {
    let text = |given: Option<String>| given.unwrap_or_default();
    UserProfile {
        remark: text(input.remark.map(Into::into)),
        console_login: input.console_login == Some(Flag(true)),
        phone_number: text(input.phone_num.map(Into::into)),
        country_code: text(input.country_code.map(Into::into)),
        email: text(input.email.map(Into::into)),
    }
}

fn of(account: Uin, user: Uin) -> resource::User {
    resource::User { account, user }
}

/// A SecretKey on its one way out.
pub(super) fn secret(secret_key: &SecretKey) -> SecretText {
    SecretText::new(Zeroizing::new(secret_key.expose().to_owned()))
}
