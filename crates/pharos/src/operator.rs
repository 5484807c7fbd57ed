//! Working on a store itself, as its operator.

use std::future::Future;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use pharos_api::account::Uin;
use pharos_service::operator::Operator;

use crate::command_line::StoreArguments;
use crate::configuration::{DefaultQuotas, Place, StoreLocation, load_for_operator};
use crate::store;
use crate::system::{SystemClock, SystemRandom};

/// Opens a store for its operator, at work on this account or on the root account; makes one where there is
/// none.
pub(crate) async fn open(
    arguments: StoreArguments,
    account: Option<u64>,
) -> Result<(Operator, DefaultQuotas)> {
    let (place, quotas) = load_for_operator(arguments)?;
    Ok((at_work(&place, account).await?, quotas))
}

/// As [`open`], where there has to be a store.
pub(crate) async fn open_existing(
    arguments: StoreArguments,
    account: Option<u64>,
) -> Result<(Operator, DefaultQuotas)> {
    let (place, quotas) = load_for_operator(arguments)?;
    if let StoreLocation::Default(path) | StoreLocation::Sqlite(path) = &place.store
        && path.try_exists().is_ok_and(|exists| !exists)
    {
        bail!(
            "there is no store {} yet; name another with --store, or start the server first",
            place.store
        );
    }
    Ok((at_work(&place, account).await?, quotas))
}

async fn at_work(place: &Place, account: Option<u64>) -> Result<Operator> {
    let store = store::open(&place.store).await?.store;
    let clock = Arc::new(SystemClock::new());
    let random = Arc::new(SystemRandom);
    let operator = Operator::new(store, clock, random, account.map(Uin)).await;
    operator.with_context(|| format!("cannot use the store {}", place.store))
}

/// Runs what one of these commands does.
pub(crate) fn block_on(command: impl Future<Output = Result<()>>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    runtime.block_on(command)
}
