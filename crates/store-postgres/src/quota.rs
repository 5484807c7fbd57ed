//! How many there are, and how many there may be.

use pharos_api::resource::{Account, KeyPairs};
use pharos_store::audit::AuditEntry;
use pharos_store::record::{Quotas, Usage};

use crate::audit;
use crate::column::number;
use crate::connection::Connection;
use crate::fault::Fault;
use crate::mark::Mark;
use crate::transaction::Undone;

pub(crate) async fn usage(connection: &Connection, place: KeyPairs) -> Result<Usage, Fault> {
    let (account, region) = (number(place.account), place.region.wire());
    let row = connection
        .client
        .query_one(&connection.statements.usage, &[&account, &region])
        .await?;
    let count = |column| {
        let count: Option<i64> = row.try_get(column)?;
        Ok::<_, Fault>(count.unwrap_or(0).cast_unsigned())
    };
    let quota = |column| {
        let quota: Option<i64> = row.try_get(column)?;
        Ok::<_, Fault>(quota.map(|quota| u32::try_from(quota).unwrap_or(u32::MAX)))
    };
    Ok(Usage {
        key_pairs: count(0)?,
        instances: count(1)?,
        quotas: Quotas {
            key_pairs: quota(2)?,
            instances: quota(3)?,
        },
    })
}

/// Gives an account quotas of its own. False: there is no such account.
pub(crate) async fn set(
    connection: &Connection,
    Account(account): Account,
    quotas: Quotas,
    entry: &AuditEntry,
) -> Result<(Option<Mark>, bool), Undone> {
    let (key_pairs, instances) = (
        quotas.key_pairs.map(i64::from),
        quotas.instances.map(i64::from),
    );
    let row = connection
        .client
        .execute(
            &connection.statements.quotas_set,
            &[&number(account), &key_pairs, &instances],
        )
        .await?;
    if row == 0 {
        return Ok((None, false));
    }
    let head = audit::lock_head(connection, account).await?;
    let mark = audit::append(connection, head, entry).await?;
    Ok((Some(mark), true))
}
