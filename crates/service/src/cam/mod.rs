//! What the actions of CAM do: users, access keys, groups, roles and policies.
//!
//! The service looks into an account's directory on the caller's behalf, to find what a name stands for, and
//! tells only what the caller may see: what is not there is told to whoever may do the same to anything.

mod access_key;
mod attachment;
mod document;
mod group;
mod policy;
mod role;
mod user;

pub(crate) use document::{bad_session_policy, parse_session_policy};

use std::fmt;

use pharos_api::account::Uin;
use pharos_api::action::Contract;
use pharos_api::code::Code;
use pharos_api::error::{ApiError, quoted};
use pharos_api::keyword::Keyword;
use pharos_api::page_number::{PageNumber, PageSize};
use pharos_api::random::Random;
use pharos_api::resource::{Account, Resource};
use pharos_api::text::Text;
use pharos_policy::{Granted, authorize_root};
use pharos_store::directory::{Change, ChangeError, Directory, Limit, Missing};
use pharos_store::error::StoreError;

use crate::refusal::Refusal;
use crate::{Context, LOOK, Service};

/// How often an id is drawn before it is given up: the first is free but for one time in a million.
const DRAWS_MAX: u32 = 8;

impl Service {
    /// Everybody and everything in an account.
    pub(crate) async fn directory(&self, account: Uin) -> Result<Directory, ApiError> {
        let proof = authorize_root(account, LOOK, Account(account)).map_err(ApiError::internal)?;
        let directory = self.store.directory(&proof).await;
        directory.map_err(ApiError::internal)
    }

    /// Changes the directory of the caller's account; `names` is what stands in the audit log.
    async fn change<C: Contract>(
        &self,
        context: &Context,
        change: Change,
        names: Vec<String>,
    ) -> Result<(), Refusal> {
        let audit = self.audit::<C>(context, names);
        let changed = self.store.change_directory(change, audit).await;
        changed.map_err(|error| refusal::<C>(error).into())
    }

    /// Adds something under an id that is free. `draw` makes it, and says how it is called.
    async fn add<C: Contract, T>(
        &self,
        context: &Context,
        draw: impl Fn(&dyn Random) -> (T, Change, Vec<String>),
    ) -> Result<T, Refusal> {
        let mut draws = 1;
        loop {
            let (id, change, names) = draw(self.random.as_ref());
            let audit = self.audit::<C>(context, names);
            match self.store.change_directory(change, audit).await {
                Ok(()) => return Ok(id),
                Err(ChangeError::IdTaken) if draws < DRAWS_MAX => draws += 1,
                Err(error) => return Err(refusal::<C>(error).into()),
            }
        }
    }
}

impl Context {
    /// Decides on the account as a whole.
    fn authorize_account<C: Contract>(&self) -> Result<Granted<Account>, Refusal> {
        self.authorize::<C, _>(Account(self.caller.account()))
    }

    /// Decides on something that was looked for. That it is not there is told to whoever may do this to
    /// anything in the account.
    fn authorize_found<C: Contract, R: Resource>(
        &self,
        found: Option<R>,
        missing: impl FnOnce() -> ApiError,
    ) -> Result<Granted<R>, Refusal> {
        if let Some(found) = found {
            return self.authorize::<C, R>(found);
        }
        self.authorize_account::<C>()?;
        Err(missing().into())
    }
}

/// The first of these codes that the action has: several say the same, and each action documents its own.
fn code_of<C: Contract>(codes: &[Code]) -> Code {
    let mut codes = codes.iter().copied();
    let found = codes.find(|code| C::ACTION.codes.contains(code));
    found.unwrap_or(Code::InternalError)
}

/// Why an action changed nothing.
fn refusal<C: Contract>(error: ChangeError) -> ApiError {
    match error {
        ChangeError::NameTaken => ApiError::new(
            code_of::<C>(&[
                Code::SubUserNameInUse,
                Code::PolicyNameInUse,
                Code::GroupNameInUse,
                Code::RoleNameInUse,
            ]),
            Text::fixed(
                "The name is taken, and nothing was made. Choose another.",
                "名称已被使用，未创建任何内容，请更换名称。",
            ),
        ),
        ChangeError::Full(limit) => full(limit),
        ChangeError::Missing(what) => missing::<C>(&what),
        ChangeError::HasAccessKeys(user) => ApiError::new(
            Code::HaveKeys,
            Text::new(
                format!(
                    "The user {user} has access keys, and was not deleted. Delete them first, or send \
                     `Force` 1 to delete them too."
                ),
                format!(
                    "子用户 {user} 存在访问密钥，未删除。请先删除访问密钥，或将 `Force` 设为 1 一并删除。"
                ),
            ),
        ),
        ChangeError::Preset(policy_id) => ApiError::new(
            Code::PolicyIdError,
            Text::new(
                format!("The policy {policy_id} is a preset one: nobody can change or delete it."),
                format!("策略 {policy_id} 为预设策略，不可修改或删除。"),
            ),
        ),
        ChangeError::IdTaken => {
            ApiError::internal("every id that was drawn is taken: is the source of randomness broken?")
        }
        error @ ChangeError::NotOneAccount => ApiError::internal(error),
        ChangeError::Store(StoreError::Failed(cause)) => ApiError::internal(cause),
        ChangeError::Store(StoreError::OutcomeUnknown(cause)) => ApiError::new(
            Code::InternalError,
            Text::fixed(
                "The store broke off while it made the change: it may have happened. Look before you \
                 try again.",
                "存储在提交时中断：更改可能已生效，重试前请先查询。",
            ),
        )
        .because(cause),
    }
}

fn full(limit: Limit) -> ApiError {
    let code = match limit {
        Limit::Users => Code::SubUserFull,
        Limit::AccessKeys => Code::AccessKeyOverLimit,
        Limit::Groups => Code::GroupFull,
        Limit::UsersOfGroup => Code::GroupUserFull,
        Limit::GroupsOfUser => Code::UserGroupFull,
        Limit::Policies => Code::PolicyFull,
        Limit::Attachments => Code::AttachmentFull,
        Limit::Roles => Code::RoleFull,
    };
    ApiError::new(
        code,
        Text::new(
            format!(
                "There may be at most {limit}, and nothing was changed. Remove one that is not used."
            ),
            format!(
                "数量已达上限 {}，未做任何更改，请先删除不再使用的内容。",
                limit.max()
            ),
        ),
    )
}

/// A kind of thing in a directory: its noun in both languages, and what a call is answered with that is about
/// one which is not there.
struct Kind {
    en: &'static str,
    zh: &'static str,
    codes: &'static [Code],
}

const ACCESS_KEY: Kind = Kind {
    en: "access key",
    zh: "访问密钥",
    codes: &[Code::SecretNotExist],
};
const GROUP: Kind = Kind {
    en: "group",
    zh: "用户组",
    codes: &[Code::GroupNotExist, Code::InvalidParameterGroupNotExist],
};
const POLICY: Kind = Kind {
    en: "policy",
    zh: "策略",
    codes: &[Code::PolicyIdNotFound, Code::PolicyIdNotExist],
};
const ROLE: Kind = Kind {
    en: "role",
    zh: "角色",
    codes: &[Code::RoleNotExist],
};
const USER: Kind = Kind {
    en: "user",
    zh: "子用户",
    codes: &[Code::UserNotExist, Code::InvalidParameterUserNotExist],
};

impl Kind {
    /// There is none that the caller could mean by this id or name.
    fn missing<C: Contract>(&self, called: &impl fmt::Display) -> ApiError {
        let Self { en, zh, codes } = self;
        let called = called.to_string();
        let called = quoted(&called);
        ApiError::new(
            code_of::<C>(codes),
            Text::new(
                format!("There is no {en} `{called}` in this account."),
                format!("账号中不存在{zh} `{called}`。"),
            ),
        )
    }
}

/// What a change is about is not there, or not any more.
fn missing<C: Contract>(what: &Missing) -> ApiError {
    match what {
        Missing::AccessKey(secret_id) => ACCESS_KEY.missing::<C>(secret_id),
        Missing::Group(group_id) => GROUP.missing::<C>(group_id),
        Missing::Policy(policy_id) => POLICY.missing::<C>(policy_id),
        Missing::Role(name) => ROLE.missing::<C>(name),
        Missing::User(user) => USER.missing::<C>(user),
    }
}

/// A page of a list, and how many there are on all pages.
fn page<T>(
    all: Vec<T>,
    number: Option<PageNumber>,
    size: Option<PageSize>,
) -> (u64, impl Iterator<Item = T>) {
    let size = size.unwrap_or_default();
    let offset = number.unwrap_or_default().offset(size);
    let offset = usize::try_from(offset).unwrap_or(usize::MAX);
    let limit = usize::try_from(size.get()).unwrap_or(usize::MAX);
    let total = u64::try_from(all.len()).unwrap_or(u64::MAX);
    (total, all.into_iter().skip(offset).take(limit))
}

/// Whether a name is asked for.
fn is_asked_for(name: &str, keyword: Option<&Keyword>) -> bool {
    keyword.is_none_or(|keyword| name.contains(keyword.as_str()))
}
