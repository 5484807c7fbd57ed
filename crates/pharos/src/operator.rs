//! Working on a store itself, as its operator.

use std::future::Future;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use pharos_api::account::Uin;
use pharos_service::master_keys::MasterKeys;
use pharos_service::operator::Operator;
use pharos_store::Store;

use crate::command_line::StoreArguments;
use crate::configuration::{DefaultQuotas, Place, StoreLocation, load_for_operator};
use crate::system::{SystemClock, SystemRandom};
use crate::{hardening, master_keys, store};

/// Opens a store for its operator, at work on this account or on the root account; makes one where there is
/// none.
pub(crate) async fn open(
    arguments: StoreArguments,
    account: Option<u64>,
) -> Result<(Operator, DefaultQuotas)> {
    let (place, quotas) = load_for_operator(arguments)?;
    let store = store::open(&place.store).await?.store;
    Ok((at_work(store, &place, account).await?, quotas))
}

/// As [`open`], where there has to be a store.
pub(crate) async fn open_existing(
    arguments: StoreArguments,
    account: Option<u64>,
) -> Result<(Operator, DefaultQuotas)> {
    let (place, quotas) = load_for_operator(arguments)?;
    check_existing(&place)?;
    let store = store::open(&place.store).await?.store;
    Ok((at_work(store, &place, account).await?, quotas))
}

/// As [`open`], or [`open_existing`] if it `has_to_exist`, with the master keys that secrets are sealed under.
/// Says so where nobody has used the store: it may be another than the one that is meant.
pub(crate) async fn open_to_seal(
    arguments: StoreArguments,
    account: Option<u64>,
    has_to_exist: bool,
) -> Result<(Operator, MasterKeys)> {
    hardening::forbid_core_dumps();
    let (place, _) = load_for_operator(arguments)?;
    if has_to_exist {
        check_existing(&place)?;
    }
    let store = store::open(&place.store).await?.store;
    let is_unsealed = store.master_key().await?.is_none();
    let operator = at_work(store, &place, account).await?;
    let master_keys = master_keys::open(&place.master_keys, is_unsealed, &SystemRandom)?;
    if operator.is_store_new() {
        #[expect(
            clippy::print_stderr,
            reason = "for the operator; what is made goes to standard output"
        )]
        {
            eprintln!(
                "No server has used the store {} yet; if you mean another, name it with --store.",
                place.store
            );
        }
    }
    Ok((operator, master_keys))
}

fn check_existing(place: &Place) -> Result<()> {
    if let StoreLocation::Default(path) | StoreLocation::Sqlite(path) = &place.store
        && path.try_exists().is_ok_and(|exists| !exists)
    {
        bail!(
            "there is no store {} yet; name another with --store, or start the server first",
            place.store
        );
    }
    Ok(())
}

async fn at_work(store: Arc<dyn Store>, place: &Place, account: Option<u64>) -> Result<Operator> {
    let clock = Arc::new(SystemClock::new());
    let random = Arc::new(SystemRandom);
    let operator = Operator::new(store, clock, random, account.map(Uin)).await;
    let operator = operator.with_context(|| format!("cannot use the store {}", place.store))?;
    operator.with_context(|| {
        let account = account.unwrap_or_default();
        format!("there is no account {account}; `pharos account list` shows those that there are")
    })
}

/// Runs what one of these commands does.
pub(crate) fn block_on(command: impl Future<Output = Result<()>>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    runtime.block_on(command)
}
