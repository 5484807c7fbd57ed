//! An account's directory: users, groups, roles, policies, and what ties them together.

use std::collections::BTreeMap;

use pharos_api::account::Uin;
use pharos_api::credential::SecretId;
use pharos_api::group_id::GroupId;
use pharos_api::policy_id::PolicyId;
use pharos_api::time::Timestamp;
use pharos_store::audit::AuditEntry;
use pharos_store::directory::{
    AccessKeyRecord, Attachment, Change, ChangeError, Directory, Item, ItemKind, Membership,
    NewAccessKey, PolicyRecord, PrincipalId, RoleKey, RoleRecord, UserProfile, UserRecord, Write,
    documents,
};
use rusqlite::types::Type;
use rusqlite::{Connection, Error, Row, params};

use crate::account::insert_access_key;
use crate::column::{number, parse, time, uin};
use crate::undone::Undone;
use crate::{audit, secret, statement};

/// All of it.
pub(crate) fn read(connection: &Connection, account: Uin) -> Result<Directory, Undone> {
    // Several statements of one moment.
    let moment = connection.unchecked_transaction()?;
    Ok(load(&moment, account)?)
}

fn load(connection: &Connection, account: Uin) -> rusqlite::Result<Directory> {
    let mut directory = Directory::default();
    each(connection, statement::USERS, account, |row| {
        let user = user(row)?;
        directory.users.insert(user.user, user);
        Ok(())
    })?;
    each(connection, statement::ACCESS_KEYS, account, |row| {
        let record = AccessKeyRecord {
            secret_id: parse(row, 0, SecretId::parse)?,
            user: row.get::<_, Option<i64>>(1)?.map_or(account, unsigned),
            is_active: row.get(2)?,
            description: row.get(3)?,
            created_time: time(row, 4)?,
            last_used_time: some_time(row, 5)?,
        };
        let secret_id = record.secret_id.clone();
        directory.access_keys.insert(secret_id, record);
        Ok(())
    })?;
    each(connection, statement::DIRECTORY, account, |row| {
        directory.put(item(row)?);
        Ok(())
    })?;
    each(connection, statement::ATTACHMENTS, account, |row| {
        let one = attachment(row)?;
        let place = (one.principal, one.policy_id);
        directory.attachments.insert(place, one.attached_time);
        Ok(())
    })?;
    each(connection, statement::MEMBERSHIPS, account, |row| {
        let one = membership(row)?;
        let place = (one.group_id, one.user);
        directory.memberships.insert(place, one.joined_time);
        Ok(())
    })?;
    Ok(directory)
}

fn each(
    connection: &Connection,
    sql: &str,
    account: Uin,
    mut take: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([number(account)])?;
    while let Some(row) = rows.next()? {
        take(row)?;
    }
    Ok(())
}

/// Does what is asked for, wholly or not at all.
pub(crate) fn change(
    connection: &Connection,
    change: &Change,
    audit: &AuditEntry,
) -> Result<(), Undone<ChangeError>> {
    let account = change.account().map_err(Undone::Refused)?;
    if let Some(new) = change.access_key() {
        secret::check(connection, &new.access_key.sealed_secret_key)?;
    }
    let found = load(connection, account)?;
    for write in change.decide(&found).map_err(Undone::Refused)? {
        if !keep(connection, account, &write)? {
            return Err(Undone::Refused(ChangeError::IdTaken));
        }
    }
    audit::append(connection, audit)?;
    Ok(())
}

/// Writes a row. False: what it adds is there already, and nothing was written.
fn keep(connection: &Connection, account: Uin, write: &Write) -> rusqlite::Result<bool> {
    match write {
        Write::AddUser(user) => add_user(connection, account, user),
        Write::PutProfile(user, profile) => {
            let row = params![number(account), number(*user), profile.to_document()];
            execute(connection, statement::USER_PROFILE_SET, row)
        }
        Write::RemoveUser(user) => {
            let row = params![number(account), number(*user)];
            execute(connection, statement::USER_DELETE, row)
        }
        Write::AddAccessKey(user, new) => add_access_key(connection, account, *user, new),
        Write::PutAccessKeyStatus {
            secret_id,
            is_active,
        } => {
            let row = params![secret_id.as_str(), is_active];
            execute(connection, statement::ACCESS_KEY_STATUS_SET, row)
        }
        Write::RemoveAccessKey(secret_id) => {
            let row = params![secret_id.as_str()];
            execute(connection, statement::ACCESS_KEY_DELETE, row)
        }
        Write::PutItem(item) => put_item(connection, account, item),
        Write::RemoveGroup(id) => remove_item(connection, account, ItemKind::Group, id.0),
        Write::RemovePolicy(id) => remove_item(connection, account, ItemKind::Policy, id.0),
        Write::RemoveRole(id) => remove_item(connection, account, ItemKind::Role, id.0),
        Write::AddAttachment(attachment) => add_attachment(connection, account, attachment),
        Write::RemoveAttachment(principal, policy_id) => {
            let (kind, id) = (principal.kind(), principal.id().cast_signed());
            let row = params![number(account), kind, id, policy_id.0.cast_signed()];
            execute(connection, statement::ATTACHMENT_DELETE, row)
        }
        Write::AddMembership(membership) => add_membership(connection, account, membership),
        Write::RemoveMembership(group_id, user) => {
            let row = params![number(account), number(*user), group_id.0.cast_signed()];
            execute(connection, statement::MEMBERSHIP_DELETE, row)
        }
    }
}

/// Adds a user. False: its number is taken, and nothing was added.
pub(crate) fn add_user(
    connection: &Connection,
    account: Uin,
    user: &UserRecord,
) -> rusqlite::Result<bool> {
    let row = params![
        number(account),
        number(user.user),
        user.name,
        user.profile.to_document(),
        user.created_time.unix_seconds(),
    ];
    execute(connection, statement::USER_INSERT, row)
}

fn add_access_key(
    connection: &Connection,
    account: Uin,
    user: Uin,
    new: &NewAccessKey,
) -> rusqlite::Result<bool> {
    let user = (user != account).then_some(user);
    insert_access_key(connection, account, user, new)
}

/// Adds a group, policy or role, or puts it in the place of the one of its id.
pub(crate) fn put_item(
    connection: &Connection,
    account: Uin,
    item: &Item,
) -> rusqlite::Result<bool> {
    let (kind, id) = (item.kind().name(), item.id().cast_signed());
    let row = params![number(account), kind, id, item.to_document()];
    execute(connection, statement::DIRECTORY_PUT, row)
}

fn remove_item(
    connection: &Connection,
    account: Uin,
    kind: ItemKind,
    id: u64,
) -> rusqlite::Result<bool> {
    let row = params![number(account), kind.name(), id.cast_signed()];
    execute(connection, statement::DIRECTORY_DELETE, row)
}

/// Attaches a policy.
pub(crate) fn add_attachment(
    connection: &Connection,
    account: Uin,
    attachment: &Attachment,
) -> rusqlite::Result<bool> {
    let Attachment {
        principal,
        policy_id,
        attached_time,
    } = attachment;
    let row = params![
        number(account),
        principal.kind(),
        principal.id().cast_signed(),
        policy_id.0.cast_signed(),
        attached_time.unix_seconds(),
    ];
    execute(connection, statement::ATTACHMENT_INSERT, row)
}

/// Puts a user into a group.
pub(crate) fn add_membership(
    connection: &Connection,
    account: Uin,
    membership: &Membership,
) -> rusqlite::Result<bool> {
    let row = params![
        number(account),
        number(membership.user),
        membership.group_id.0.cast_signed(),
        membership.joined_time.unix_seconds(),
    ];
    execute(connection, statement::MEMBERSHIP_INSERT, row)
}

fn execute(
    connection: &Connection,
    sql: &str,
    row: impl rusqlite::Params,
) -> rusqlite::Result<bool> {
    Ok(connection.prepare_cached(sql)?.execute(row)? > 0)
}

/// The documents of the policies that are attached to a user and to the groups that it is in.
pub(crate) fn policies_of_user(
    connection: &Connection,
    account: Uin,
    user: Uin,
) -> rusqlite::Result<Vec<String>> {
    let mut attached = attached_to(connection, account, PrincipalId::User(user))?;
    let mut statement = connection.prepare_cached(statement::ATTACHED_TO_GROUPS)?;
    let of_groups = statement.query_map(params![number(account), number(user)], policy)?;
    attached.extend(of_groups.collect::<Result<Vec<_>, _>>()?);
    Ok(documents(attached))
}

fn attached_to(
    connection: &Connection,
    account: Uin,
    principal: PrincipalId,
) -> rusqlite::Result<BTreeMap<PolicyId, Option<PolicyRecord>>> {
    let (kind, id) = (principal.kind(), principal.id().cast_signed());
    connection
        .prepare_cached(statement::ATTACHED)?
        .query_map(params![number(account), kind, id], policy)?
        .collect()
}

/// A role, with the documents of the policies that are attached to it.
pub(crate) fn role(
    connection: &Connection,
    account: Uin,
    key: &RoleKey,
) -> Result<Option<(RoleRecord, Vec<String>)>, Undone> {
    let moment = connection.unchecked_transaction()?;
    let mut found = None;
    // There are not so many that a look at each would be too long.
    each(&moment, statement::ROLES, account, |row| {
        if let Item::Role(role) = item(row)?
            && is(&role, key)
        {
            found = Some(role);
        }
        Ok(())
    })?;
    let Some(role) = found else { return Ok(None) };
    let attached = attached_to(&moment, account, PrincipalId::Role(role.role_id))?;
    Ok(Some((role, documents(attached))))
}

fn is(role: &RoleRecord, key: &RoleKey) -> bool {
    match key {
        RoleKey::Id(id) => role.role_id == *id,
        RoleKey::Name(name) => role.name == *name,
    }
}

pub(crate) fn note_use(
    connection: &Connection,
    secret_id: &SecretId,
    time: Timestamp,
) -> Result<(), Undone> {
    let row = params![secret_id.as_str(), time.unix_seconds()];
    execute(connection, statement::ACCESS_KEY_USED, row)?;
    Ok(())
}

/// Reads a row that begins with the number, the name, the profile and the time.
pub(crate) fn user(row: &Row<'_>) -> rusqlite::Result<UserRecord> {
    Ok(UserRecord {
        user: uin(row, 0)?,
        name: row.get(1)?,
        profile: parse(row, 2, |text| UserProfile::from_document(text).ok())?,
        created_time: time(row, 3)?,
    })
}

/// Reads a row that begins with the kind, the id and the document.
pub(crate) fn item(row: &Row<'_>) -> rusqlite::Result<Item> {
    let kind = row.get_ref(0)?.as_str()?;
    let id = row.get::<_, i64>(1)?.cast_unsigned();
    let document = row.get_ref(2)?.as_str()?;
    Item::kept(kind, id, document)
        .map_err(|cause| Error::FromSqlConversionFailure(2, Type::Text, cause.into()))
}

/// Reads a row that begins with the kind, the id, the policy and the time.
pub(crate) fn attachment(row: &Row<'_>) -> rusqlite::Result<Attachment> {
    let id = row.get::<_, i64>(1)?.cast_unsigned();
    Ok(Attachment {
        principal: parse(row, 0, |kind| PrincipalId::of_kind(kind, id))?,
        policy_id: PolicyId(row.get::<_, i64>(2)?.cast_unsigned()),
        attached_time: time(row, 3)?,
    })
}

/// Reads a row that begins with the user, the group and the time.
pub(crate) fn membership(row: &Row<'_>) -> rusqlite::Result<Membership> {
    Ok(Membership {
        user: uin(row, 0)?,
        group_id: GroupId(row.get::<_, i64>(1)?.cast_unsigned()),
        joined_time: time(row, 2)?,
    })
}

/// Reads the id of a policy that is attached, and its document if it is kept.
fn policy(row: &Row<'_>) -> rusqlite::Result<(PolicyId, Option<PolicyRecord>)> {
    let id = row.get::<_, i64>(0)?.cast_unsigned();
    let Some(document) = row.get_ref(1)?.as_str_or_null()? else {
        return Ok((PolicyId(id), None));
    };
    match Item::kept(ItemKind::Policy.name(), id, document) {
        Ok(Item::Policy(policy)) => Ok((PolicyId(id), Some(policy))),
        Ok(_) => Ok((PolicyId(id), None)),
        Err(cause) => Err(Error::FromSqlConversionFailure(1, Type::Text, cause.into())),
    }
}

pub(crate) fn some_time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    let is_there = row.get::<_, Option<i64>>(column)?.is_some();
    is_there.then(|| time(row, column)).transpose()
}

fn unsigned(number: i64) -> Uin {
    Uin(number.cast_unsigned())
}

/// Makes policies of the documents that users had of their own before version 6.
pub(crate) fn keep_documents_of_version_5(connection: &Connection) -> rusqlite::Result<()> {
    let mut rows = connection.prepare(
        "SELECT account, user, document, u.created_time
           FROM user_policies AS p JOIN users AS u USING (account)
          WHERE u.uin = p.user
          ORDER BY account, user < 0, user, position",
    )?;
    let mut rows = rows.query([])?;
    let mut place = (Uin(0), Uin(0));
    let mut of_account = 0;
    let mut of_user = 0;
    while let Some(row) = rows.next()? {
        let (account, user) = (uin(row, 0)?, uin(row, 1)?);
        if account != place.0 {
            of_account = 0;
        }
        if (account, user) != place {
            of_user = 0;
        }
        place = (account, user);
        of_account += 1;
        of_user += 1;
        let (document, created_time) = (row.get(2)?, time(row, 3)?);
        let policy = PolicyRecord::of_user(user, of_account, of_user, document, created_time);
        let attachment = Attachment {
            principal: PrincipalId::User(user),
            policy_id: policy.policy_id,
            attached_time: created_time,
        };
        put_item(connection, account, &Item::Policy(policy))?;
        add_attachment(connection, account, &attachment)?;
    }
    drop(rows);
    connection.execute_batch("DROP TABLE user_policies")
}
