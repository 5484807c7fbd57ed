//! What a change writes.

use futures_util::future::try_join_all;
use pharos_api::account::Uin;
use pharos_api::credential::SecretId;
use pharos_api::group_id::GroupId;
use pharos_api::policy_id::PolicyId;
use pharos_store::directory::{
    Attachment, Item, ItemKind, Membership, NewAccessKey, PrincipalId, UserProfile, UserRecord,
    Write,
};
use tokio::try_join;
use tokio_postgres::Statement;
use tokio_postgres::types::ToSql;

use crate::account::insert_access_key;
use crate::column::number;
use crate::connection::Connection;
use crate::fault::Fault;

/// The rows, by what is done to them. No change does two things to one row, so that of their order only this
/// matters: a user comes before what names it, and goes after that.
pub(super) struct Changes<'w> {
    account: Uin,
    new_users: Vec<&'w UserRecord>,
    profiles: Vec<(Uin, &'w UserProfile)>,
    new_access_keys: Vec<(Uin, &'w NewAccessKey)>,
    access_key_statuses: Vec<(&'w SecretId, bool)>,
    items: Vec<(Uin, &'w Item)>,
    new_attachments: Vec<(Uin, &'w Attachment)>,
    new_memberships: Vec<(Uin, &'w Membership)>,
    gone_access_keys: Vec<&'w SecretId>,
    gone_attachments: Vec<(PrincipalId, PolicyId)>,
    gone_memberships: Vec<(GroupId, Uin)>,
    gone_items: Vec<(ItemKind, u64)>,
    gone_users: Vec<Uin>,
}

impl<'w> Changes<'w> {
    pub(super) fn of(account: Uin, writes: &'w [Write]) -> Self {
        let mut changes = Self {
            account,
            new_users: Vec::new(),
            profiles: Vec::new(),
            new_access_keys: Vec::new(),
            access_key_statuses: Vec::new(),
            items: Vec::new(),
            new_attachments: Vec::new(),
            new_memberships: Vec::new(),
            gone_access_keys: Vec::new(),
            gone_attachments: Vec::new(),
            gone_memberships: Vec::new(),
            gone_items: Vec::new(),
            gone_users: Vec::new(),
        };
        for write in writes {
            match write {
                Write::AddUser(user) => changes.new_users.push(user),
                Write::PutProfile(user, profile) => changes.profiles.push((*user, profile)),
                Write::RemoveUser(user) => changes.gone_users.push(*user),
                Write::AddAccessKey(user, new) => changes.new_access_keys.push((*user, new)),
                Write::PutAccessKeyStatus {
                    secret_id,
                    is_active,
                } => changes.access_key_statuses.push((secret_id, *is_active)),
                Write::RemoveAccessKey(secret_id) => changes.gone_access_keys.push(secret_id),
                Write::PutItem(item) => changes.items.push((account, item)),
                Write::RemoveGroup(id) => changes.gone_items.push((ItemKind::Group, id.0)),
                Write::RemovePolicy(id) => changes.gone_items.push((ItemKind::Policy, id.0)),
                Write::RemoveRole(id) => changes.gone_items.push((ItemKind::Role, id.0)),
                Write::AddAttachment(attachment) => {
                    changes.new_attachments.push((account, attachment));
                }
                Write::RemoveAttachment(principal, policy_id) => {
                    changes.gone_attachments.push((*principal, *policy_id));
                }
                Write::AddMembership(membership) => {
                    changes.new_memberships.push((account, membership));
                }
                Write::RemoveMembership(group_id, user) => {
                    changes.gone_memberships.push((*group_id, *user));
                }
            }
        }
        changes
    }

    /// Writes them, all in one round trip. False: a number or a SecretId is taken, and the transaction has to
    /// be undone.
    pub(super) async fn write(&self, connection: &Connection) -> Result<bool, Fault> {
        let account = self.account;
        let new_users = self.new_users.iter();
        let profiles = self.profiles.iter();
        let new_access_keys = self.new_access_keys.iter();
        let statuses = self.access_key_statuses.iter();
        let gone_users = self.gone_users.iter();
        let (new_users, _, new_access_keys, ..) = try_join!(
            biased; // they are sent in this order
            try_join_all(new_users.map(|user| add_user(connection, account, user))),
            try_join_all(
                profiles.map(|(user, profile)| put_profile(connection, account, *user, profile))
            ),
            try_join_all(new_access_keys.map(|(user, new)| {
                let user = (*user != account).then_some(*user);
                insert_access_key(connection, account, user, new)
            })),
            try_join_all(statuses.map(|(secret_id, is_active)| {
                set_access_key_status(connection, secret_id, *is_active)
            })),
            put_items(connection, &self.items),
            add_attachments(connection, &self.new_attachments),
            add_memberships(connection, &self.new_memberships),
            remove_access_keys(connection, &self.gone_access_keys),
            remove_attachments(connection, account, &self.gone_attachments),
            remove_memberships(connection, account, &self.gone_memberships),
            remove_items(connection, account, &self.gone_items),
            try_join_all(gone_users.map(|user| remove_user(connection, account, *user))),
        )?;
        Ok(new_users
            .into_iter()
            .chain(new_access_keys)
            .all(|is_new| is_new))
    }
}

/// False: the number of the user is taken.
async fn add_user(
    connection: &Connection,
    account: Uin,
    record: &UserRecord,
) -> Result<bool, Fault> {
    let Connection {
        client, statements, ..
    } = connection;
    let (account, user) = (number(account), number(record.user));
    let profile = record.profile.to_document();
    let created_time = record.created_time.unix_seconds();
    let (numbers, _) = try_join!(
        biased; // they are sent in this order
        async { client.execute(&statements.user_uin_insert, &[&user, &account]).await },
        async {
            client
                .execute(
                    &statements.user_insert,
                    &[&account, &user, &record.name, &profile, &created_time],
                )
                .await
        },
    )?;
    Ok(numbers > 0)
}

async fn put_profile(
    connection: &Connection,
    account: Uin,
    user: Uin,
    profile: &UserProfile,
) -> Result<(), Fault> {
    let row: Row<'_> = &[&number(account), &number(user), &profile.to_document()];
    execute(connection, &connection.statements.user_profile_set, row).await
}

async fn set_access_key_status(
    connection: &Connection,
    secret_id: &SecretId,
    is_active: bool,
) -> Result<(), Fault> {
    let row: Row<'_> = &[&secret_id.as_str(), &is_active];
    execute(
        connection,
        &connection.statements.access_key_status_set,
        row,
    )
    .await
}

/// Adds groups, policies and roles, or puts them in the place of those of their ids.
pub(crate) async fn put_items(
    connection: &Connection,
    items: &[(Uin, &Item)],
) -> Result<(), Fault> {
    if items.is_empty() {
        return Ok(());
    }
    let accounts = column(items, |(account, _)| number(*account));
    let kinds = column(items, |(_, item)| item.kind().name());
    let ids = column(items, |(_, item)| item.id().cast_signed());
    let documents = column(items, |(_, item)| item.to_document());
    let rows: Row<'_> = &[&accounts, &kinds, &ids, &documents];
    execute(connection, &connection.statements.items_put, rows).await
}

/// Attaches policies.
pub(crate) async fn add_attachments(
    connection: &Connection,
    attachments: &[(Uin, &Attachment)],
) -> Result<(), Fault> {
    if attachments.is_empty() {
        return Ok(());
    }
    let accounts = column(attachments, |(account, _)| number(*account));
    let kinds = column(attachments, |(_, one)| one.principal.kind());
    let ids = column(attachments, |(_, one)| one.principal.id().cast_signed());
    let policies = column(attachments, |(_, one)| one.policy_id.0.cast_signed());
    let times = column(attachments, |(_, one)| one.attached_time.unix_seconds());
    let rows: Row<'_> = &[&accounts, &kinds, &ids, &policies, &times];
    execute(connection, &connection.statements.attachments_insert, rows).await
}

/// Puts users into groups.
pub(crate) async fn add_memberships(
    connection: &Connection,
    memberships: &[(Uin, &Membership)],
) -> Result<(), Fault> {
    if memberships.is_empty() {
        return Ok(());
    }
    let accounts = column(memberships, |(account, _)| number(*account));
    let users = column(memberships, |(_, one)| number(one.user));
    let groups = column(memberships, |(_, one)| one.group_id.0.cast_signed());
    let times = column(memberships, |(_, one)| one.joined_time.unix_seconds());
    let rows: Row<'_> = &[&accounts, &users, &groups, &times];
    execute(connection, &connection.statements.memberships_insert, rows).await
}

async fn remove_access_keys(
    connection: &Connection,
    secret_ids: &[&SecretId],
) -> Result<(), Fault> {
    if secret_ids.is_empty() {
        return Ok(());
    }
    let secret_ids = column(secret_ids, |secret_id| secret_id.as_str());
    execute(
        connection,
        &connection.statements.access_keys_delete,
        &[&secret_ids],
    )
    .await
}

async fn remove_attachments(
    connection: &Connection,
    account: Uin,
    attachments: &[(PrincipalId, PolicyId)],
) -> Result<(), Fault> {
    if attachments.is_empty() {
        return Ok(());
    }
    let kinds = column(attachments, |(principal, _)| principal.kind());
    let ids = column(attachments, |(principal, _)| principal.id().cast_signed());
    let policies = column(attachments, |(_, policy_id)| policy_id.0.cast_signed());
    let rows: Row<'_> = &[&number(account), &kinds, &ids, &policies];
    execute(connection, &connection.statements.attachments_delete, rows).await
}

async fn remove_memberships(
    connection: &Connection,
    account: Uin,
    memberships: &[(GroupId, Uin)],
) -> Result<(), Fault> {
    if memberships.is_empty() {
        return Ok(());
    }
    let users = column(memberships, |(_, user)| number(*user));
    let groups = column(memberships, |(group_id, _)| group_id.0.cast_signed());
    let rows: Row<'_> = &[&number(account), &users, &groups];
    execute(connection, &connection.statements.memberships_delete, rows).await
}

async fn remove_items(
    connection: &Connection,
    account: Uin,
    items: &[(ItemKind, u64)],
) -> Result<(), Fault> {
    if items.is_empty() {
        return Ok(());
    }
    let kinds = column(items, |(kind, _)| kind.name());
    let ids = column(items, |(_, id)| id.cast_signed());
    let rows: Row<'_> = &[&number(account), &kinds, &ids];
    execute(connection, &connection.statements.items_delete, rows).await
}

async fn remove_user(connection: &Connection, account: Uin, user: Uin) -> Result<(), Fault> {
    let statements = &connection.statements;
    let (account, user) = (number(account), number(user));
    let of_user: Row<'_> = &[&account, &user];
    let of_number: Row<'_> = &[&user];
    try_join!(
        biased; // they are sent in this order
        execute(connection, &statements.user_delete, of_user),
        execute(connection, &statements.user_uin_delete, of_number),
    )?;
    Ok(())
}

/// The parameters of a statement.
type Row<'p> = &'p [&'p (dyn ToSql + Sync)];

async fn execute(
    connection: &Connection,
    statement: &Statement,
    row: Row<'_>,
) -> Result<(), Fault> {
    connection.client.execute(statement, row).await?;
    Ok(())
}

/// One value of each row.
fn column<'r, R, T>(rows: &'r [R], of: impl Fn(&'r R) -> T) -> Vec<T> {
    rows.iter().map(of).collect()
}
