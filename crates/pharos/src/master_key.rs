//! `pharos master-key`.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use pharos_service::master_keys::MasterKeys;
use pharos_service::rotation;
use pharos_store::Store;
use pharos_store::record::MasterKeyId;

use crate::command_line::{MasterKey, Rotate, StoreArguments};
use crate::configuration::{MasterKeyLocation, Place, StoreLocation};
use crate::master_keys::{self, MasterKeyFile};
use crate::output::say;
use crate::store;
use crate::system::SystemRandom;

/// How many secrets are looked at at a time when they are counted.
const PAGE: u32 = 1_000;

pub(crate) fn run(command: MasterKey) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    match command {
        MasterKey::Add(arguments) => add(arguments),
        MasterKey::Show(arguments) => runtime.block_on(show(arguments)),
        MasterKey::Rotate(arguments) => runtime.block_on(rotate(arguments)),
        MasterKey::Forget(arguments) => runtime.block_on(forget(arguments)),
    }
}

/// A store whose secrets are sealed, and the keys it is sealed under.
struct Opened {
    store: Arc<dyn Store>,
    in_use: MasterKeyId,
    keys: MasterKeys,
    place: Place,
}

async fn open(arguments: StoreArguments) -> Result<Opened> {
    let place = Place::load(arguments)?;
    let store = store::open(&place.store).await?.store;
    let Some(in_use) = store.master_key().await? else {
        bail!(
            "there is no secret in the store {} yet; start the server first",
            place.store
        );
    };
    let keys = master_keys::open(&place.master_keys, false, &SystemRandom)?;
    Ok(Opened {
        store,
        in_use,
        keys,
        place,
    })
}

/// The file that can be changed here.
fn file(location: &MasterKeyLocation) -> Result<MasterKeyFile> {
    match location {
        MasterKeyLocation::Default(path) | MasterKeyLocation::File(path) => {
            Ok(MasterKeyFile::new(path))
        }
        MasterKeyLocation::Command(_) => bail!(
            "the master keys come from `master_key_command`; have it print a new one as its last line"
        ),
    }
}

fn add(arguments: StoreArguments) -> Result<()> {
    let place = Place::load(arguments)?;
    let file = file(&place.master_keys)?;
    if let MasterKeyLocation::Default(path) = &place.master_keys {
        store::make_folder(path)?;
    }
    let id = file.add(&SystemRandom)?;
    say(&format!(
        "added the master key {id} to {file}\n\
         copy the file to every node, then run `pharos master-key rotate`"
    ))
}

async fn show(arguments: StoreArguments) -> Result<()> {
    let Opened {
        store,
        in_use,
        keys,
        ..
    } = open(arguments).await?;
    let outdated = outdated(&*store).await?;
    for id in keys.ids() {
        let note = if id == in_use {
            "  seals new secrets"
        } else {
            ""
        };
        say(&format!("{id}{note}"))?;
    }
    say(&format!(
        "{outdated} secrets are sealed under another key than {in_use}"
    ))
}

async fn rotate(arguments: Rotate) -> Result<()> {
    let mut opened = open(arguments.store).await?;
    let mut to = opened.keys.newest()?;
    if to == opened.in_use && outdated(&*opened.store).await? == 0 {
        let file = file(&opened.place.master_keys)?;
        if matches!(opened.place.store, StoreLocation::Postgres(_)) && !arguments.only_node {
            bail!(
                "a node without the new master key could not open the secrets any more; run \
                 `pharos master-key add`, copy {file} to every node, and then rotate (or rotate with \
                 --only-node)"
            );
        }
        to = file.add(&SystemRandom)?;
        say(&format!("added the master key {to} to {file}"))?;
        opened.keys = master_keys::open(&opened.place.master_keys, false, &SystemRandom)?;
    }
    let is_terminal = io::stderr().is_terminal();
    let progress = |done| {
        if is_terminal {
            let _ = write!(io::stderr(), "\rsealed {done} secrets anew");
        }
    };
    let done = rotation::rotate(&*opened.store, &opened.keys, to, &SystemRandom, progress);
    let done = done
        .await
        .context("the rotation is not finished; run it again")?;
    if is_terminal {
        let _ = write!(io::stderr(), "\r\x1b[K");
    }
    say(&format!(
        "sealed {done} secrets anew under the master key {to}\n\
         the older keys are still needed: for temporary credentials, of which the last expire in 36 hours, and for \
         backups that were made before; then `pharos master-key forget` removes them"
    ))
}

async fn forget(arguments: StoreArguments) -> Result<()> {
    let opened = open(arguments).await?;
    let outdated = outdated(&*opened.store).await?;
    if outdated > 0 {
        bail!(
            "{outdated} secrets are still sealed under older keys; run `pharos master-key rotate`"
        );
    }
    let removed = file(&opened.place.master_keys)?.keep_only(opened.in_use)?;
    let removed: Vec<_> = removed.iter().map(ToString::to_string).collect();
    match removed.as_slice() {
        [] => say("there is no older master key"),
        ids => say(&format!("removed {}", ids.join(", "))),
    }
}

async fn outdated(store: &dyn Store) -> Result<usize> {
    let (mut count, mut after) = (0, None);
    loop {
        let page = store.outdated_secrets(after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(count);
        };
        after = Some(last.secret_id.clone());
        count += page.len();
    }
}
