//! `pharos key delete`.

use std::io::{self, IsTerminal, Write};

use anyhow::{Context, Result, bail};
use pharos_api::lighthouse::delete_key_pairs::{DeleteKeyPairs, Input};

use super::chosen::{Chosen, some_ids};
use crate::command_line::DeleteKeys;
use crate::output::say;
use crate::remote::{self, explain};

pub(super) fn run(arguments: &DeleteKeys) -> Result<()> {
    if !arguments.yes && !io::stdin().is_terminal() {
        bail!("nothing was deleted: there is no terminal to ask on; add --yes");
    }
    let region = remote::region(&arguments.remote)?;
    let client = remote::client(&arguments.remote)?;
    let chosen = Chosen::find(&client, region, &arguments.keys)?;
    let ids = chosen.iter().map(|chosen| chosen.key_id.clone()).collect();
    let input = Input {
        key_ids: some_ids(ids, "key pairs")?,
    };
    let names = Chosen::join(&chosen);
    if !arguments.yes && !confirm(&format!("Delete {names} in {region}?"))? {
        bail!("nothing was deleted");
    }
    client.send::<DeleteKeyPairs>(&input).map_err(explain)?;
    say(&format!("Deleted {names} in {region}."))
}

/// Asks on the terminal; no is what whoever says nothing means.
fn confirm(question: &str) -> Result<bool> {
    write!(io::stderr(), "{question} [y/N] ").context("cannot ask")?;
    let mut answer = String::new();
    io::stdin()
        .read_line(&mut answer)
        .context("cannot read the answer")?;
    Ok(["y", "yes"].contains(&answer.trim().to_lowercase().as_str()))
}
