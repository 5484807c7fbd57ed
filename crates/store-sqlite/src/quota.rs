//! How many there are, and how many there may be.

use pharos_api::resource::{Account, KeyPairs};
use pharos_store::audit::AuditEntry;
use pharos_store::record::{Quotas, Usage};
use rusqlite::{Connection, params};

use crate::column::number;
use crate::undone::Undone;
use crate::{audit, statement};

pub(crate) fn usage(connection: &Connection, place: KeyPairs) -> Result<Usage, Undone> {
    let place = params![number(place.account), place.region.wire()];
    let usage = connection
        .prepare_cached(statement::USAGE)?
        .query_row(place, |row| {
            Ok(Usage {
                key_pairs: row.get::<_, i64>(0)?.cast_unsigned(),
                instances: row.get::<_, i64>(1)?.cast_unsigned(),
                quotas: Quotas {
                    key_pairs: row.get(2)?,
                    instances: row.get(3)?,
                },
            })
        })?;
    Ok(usage)
}

/// Gives an account quotas of its own. False: there is no such account.
pub(crate) fn set(
    connection: &Connection,
    Account(account): Account,
    quotas: Quotas,
    audit: &AuditEntry,
) -> Result<bool, Undone> {
    let row = params![number(account), quotas.key_pairs, quotas.instances];
    let changed = connection
        .prepare_cached(statement::QUOTAS_SET)?
        .execute(row)?;
    if changed > 0 {
        audit::append(connection, audit)?;
    }
    Ok(changed > 0)
}
