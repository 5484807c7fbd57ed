//! An account's directory: users, groups, roles, policies, and what ties them together.

mod write;

use std::collections::BTreeMap;

use pharos_api::account::Uin;
use pharos_api::credential::SecretId;
use pharos_api::group_id::GroupId;
use pharos_api::policy_id::PolicyId;
use pharos_api::role_id::RoleId;
use pharos_api::role_name::RoleName;
use pharos_api::time::Timestamp;
use pharos_store::audit::AuditEntry;
use pharos_store::directory::{
    AccessKeyRecord, Attachment, Change, ChangeError, Directory, Item, ItemKind, Membership,
    PolicyRecord, PrincipalId, RoleKey, RoleRecord, UserProfile, UserRecord, documents,
};
use tokio::try_join;
use tokio_postgres::Row;

use crate::column::{id, number, parse, some_time, some_uin, time, uin};
use crate::connection::Connection;
use crate::fault::Fault;
use crate::mark::Mark;
use crate::transaction::{Undone, store_row};
use crate::{audit, secret};
use write::Changes;
pub(crate) use write::{add_attachments, add_memberships, put_items};

/// All of it.
pub(crate) async fn read(connection: &Connection, account: Uin) -> Result<Directory, Fault> {
    let rows = connection
        .client
        .query(&connection.statements.directory, &[&number(account)])
        .await?;
    let mut directory = Directory::default();
    for row in &rows {
        match row.try_get(0)? {
            "user" => {
                let user = user(row, [2, 4, 5, 7])?;
                directory.users.insert(user.user, user);
            }
            "access key" => {
                let access_key = access_key(account, row)?;
                let secret_id = access_key.secret_id.clone();
                directory.access_keys.insert(secret_id, access_key);
            }
            "item" => directory.put(item(row, [1, 2, 4])?),
            "attachment" => {
                let one = attachment(row, [1, 2, 3, 7])?;
                let place = (one.principal, one.policy_id);
                directory.attachments.insert(place, one.attached_time);
            }
            _ => {
                let one = membership(row, [2, 3, 7])?;
                let place = (one.group_id, one.user);
                directory.memberships.insert(place, one.joined_time);
            }
        }
    }
    Ok(directory)
}

/// Does what is asked for, wholly or not at all.
pub(crate) async fn change(
    connection: &Connection,
    account: Uin,
    change: &Change,
    entry: &AuditEntry,
) -> Result<Mark, Undone<ChangeError>> {
    let (head, store, found) = try_join!(
        biased; // they are sent in this order
        audit::lock_head(connection, account),
        // Nobody adds an account meanwhile: so the number of a new user stays free.
        store_row(connection, &connection.statements.store_share),
        read(connection, account),
    )?;
    if let Some(new) = change.access_key() {
        secret::check(connection, &store, &new.access_key.sealed_secret_key).await?;
    }
    let writes = change.decide(&found).map_err(Undone::Refused)?;
    let changes = Changes::of(account, &writes);
    // Large, and needed for a moment only.
    if !Box::pin(changes.write(connection)).await? {
        return Err(Undone::Refused(ChangeError::IdTaken));
    }
    Ok(audit::append(connection, head, entry).await?)
}

/// A role, with the documents of the policies that are attached to it.
pub(crate) async fn role(
    connection: &Connection,
    account: Uin,
    key: &RoleKey,
) -> Result<Option<(RoleRecord, Vec<String>)>, Fault> {
    let role_id = match key {
        RoleKey::Id(role_id) => Some(*role_id),
        RoleKey::Name(name) => role_named(connection, account, name).await?,
    };
    let Some(role_id) = role_id else {
        return Ok(None);
    };
    let (account, role_id) = (number(account), role_id.0.cast_signed());
    // By its id it is read again, so that it and its policies are of one moment. Its name never changes.
    let rows = connection
        .client
        .query(&connection.statements.role_find, &[&account, &role_id])
        .await?;
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    match item(first, [0, 1, 2])? {
        Item::Role(role) => Ok(Some((role, documents(attached(&rows, 3)?)))),
        _ => Ok(None),
    }
}

/// There are not so many that a look at each would be too long.
async fn role_named(
    connection: &Connection,
    account: Uin,
    name: &RoleName,
) -> Result<Option<RoleId>, Fault> {
    let rows = connection
        .client
        .query(&connection.statements.roles, &[&number(account)])
        .await?;
    for row in &rows {
        if let Item::Role(role) = item(row, [0, 1, 2])?
            && role.name == *name
        {
            return Ok(Some(role.role_id));
        }
    }
    Ok(None)
}

pub(crate) async fn note_use(
    connection: &Connection,
    secret_id: &SecretId,
    time: Timestamp,
) -> Result<(), Undone> {
    connection
        .client
        .execute(
            &connection.statements.access_key_used,
            &[&secret_id.as_str(), &time.unix_seconds()],
        )
        .await?;
    Ok(())
}

/// Reads the policies that are attached, of rows that have the id and the document of one from this column
/// on, or nothing.
pub(crate) fn attached(
    rows: &[Row],
    first: usize,
) -> Result<BTreeMap<PolicyId, Option<PolicyRecord>>, Fault> {
    let mut attached = BTreeMap::new();
    for row in rows {
        let Some(id) = row.try_get::<_, Option<i64>>(first)? else {
            continue;
        };
        let id = id.cast_unsigned();
        let document: Option<&str> = row.try_get(first + 1)?;
        let kept = document.map(|document| kept(ItemKind::Policy.name(), id, document));
        let policy = match kept.transpose()? {
            Some(Item::Policy(policy)) => Some(policy),
            _ => None,
        };
        attached.insert(PolicyId(id), policy);
    }
    Ok(attached)
}

/// Reads the columns of the number, the name, the profile and the time.
pub(crate) fn user(row: &Row, columns: [usize; 4]) -> Result<UserRecord, Fault> {
    let [user, name, profile, created_time] = columns;
    Ok(UserRecord {
        user: uin(row, user)?,
        name: row.try_get(name)?,
        profile: parse(row, profile, |text| UserProfile::from_document(text).ok())?,
        created_time: time(row, created_time)?,
    })
}

/// Reads a row of the statement `directory`.
fn access_key(account: Uin, row: &Row) -> Result<AccessKeyRecord, Fault> {
    Ok(AccessKeyRecord {
        secret_id: parse(row, 4, SecretId::parse)?,
        user: some_uin(row, 2)?.unwrap_or(account),
        is_active: row.try_get(6)?,
        description: row.try_get(5)?,
        created_time: time(row, 7)?,
        last_used_time: some_time(row, 8)?,
    })
}

/// Reads the columns of the kind, the id and the document.
pub(crate) fn item(row: &Row, columns: [usize; 3]) -> Result<Item, Fault> {
    let [kind, number, document] = columns;
    kept(row.try_get(kind)?, id(row, number)?, row.try_get(document)?)
}

fn kept(kind: &str, id: u64, document: &str) -> Result<Item, Fault> {
    Item::kept(kind, id, document)
        .map_err(|cause| Fault::Foreign(format!("the document of the {kind} {id} ({cause})")))
}

/// Reads the columns of the kind, the id, the policy and the time.
pub(crate) fn attachment(row: &Row, columns: [usize; 4]) -> Result<Attachment, Fault> {
    let [kind, number, policy, attached_time] = columns;
    let id_of_principal = id(row, number)?;
    Ok(Attachment {
        principal: parse(row, kind, |kind| {
            PrincipalId::of_kind(kind, id_of_principal)
        })?,
        policy_id: PolicyId(id(row, policy)?),
        attached_time: time(row, attached_time)?,
    })
}

/// Reads the columns of the user, the group and the time.
pub(crate) fn membership(row: &Row, columns: [usize; 3]) -> Result<Membership, Fault> {
    let [user, group, joined_time] = columns;
    Ok(Membership {
        user: uin(row, user)?,
        group_id: GroupId(id(row, group)?),
        joined_time: time(row, joined_time)?,
    })
}
