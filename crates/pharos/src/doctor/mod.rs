//! `pharos doctor`.

mod file;
mod generator;
mod report;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use pharos_service::examination::Examination;
use pharos_service::master_keys::MasterKeys;
use pharos_store::archive::Entry;
use pharos_store::diagnosis::{Finding, Foreign, Verdict};
use pharos_store_postgres::Settings;
use pharos_store_sqlite::Diagnosis;

use crate::command_line::Doctor;
use crate::configuration::{MasterKeyLocation, StoreLocation, load_for_doctor};
use crate::system::SystemRandom;
use crate::{hardening, master_keys};

/// How often a store is looked at anew after servers began to write meanwhile. One that runs disturbs
/// nobody; it takes a start each time.
const TRIES: usize = 5;

/// Checks a store and its master keys, changes nothing, and says what to do. The code is that of a failure
/// if there is a problem.
pub(crate) fn run(arguments: Doctor) -> Result<ExitCode> {
    hardening::forbid_core_dumps();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let as_json = arguments.json;
    let findings = runtime.block_on(examine(arguments));
    report::print(&findings, as_json)?;
    let is_problem = |finding: &Finding| finding.verdict == Verdict::Problem;
    Ok(if findings.iter().any(is_problem) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

async fn examine(arguments: Doctor) -> Vec<Finding> {
    let check = "configuration";
    let said = match &arguments.store.config {
        Some(path) => format!("{} is valid", path.display()),
        None => "no file; flags, environment and defaults".to_owned(),
    };
    let (place, method) = match load_for_doctor(arguments.store, &arguments.generator) {
        Ok(loaded) => loaded,
        Err(error) => return vec![Finding::problem(check, format!("{error:#}"))],
    };
    let mut findings = vec![Finding::sound(check, said), generator::look(method)];
    let keys = master_keys::open(&place.master_keys, false, &SystemRandom);
    let usable = keys.as_ref().ok();
    let (found, examination) = match &place.store {
        StoreLocation::Default(path) | StoreLocation::Sqlite(path) => sqlite(path, usable),
        StoreLocation::Postgres(settings) => postgres(settings, usable).await,
    };
    findings.extend(found);
    findings.push(master_key(&place.master_keys, &keys, &examination));
    if examination.has_begun() {
        findings.extend(examination.findings());
    }
    findings
}

fn sqlite<'k>(path: &Path, keys: Option<&'k MasterKeys>) -> (Vec<Finding>, Examination<'k>) {
    let mut findings = Vec::new();
    if !file::look(path, &mut findings) {
        return (findings, Examination::new(keys));
    }
    for _ in 0..TRIES {
        let mut examination = Examination::new(keys);
        let look = &mut |row| take(&mut examination, row);
        if let Diagnosis::Findings(found) = pharos_store_sqlite::diagnose(path, look) {
            findings.extend(found);
            return (findings, examination);
        }
    }
    let text = "servers start over it again and again; wait until one stays, and run it once more";
    findings.push(Finding::problem("store", text));
    (findings, Examination::new(keys))
}

async fn postgres<'k>(
    settings: &Settings,
    keys: Option<&'k MasterKeys>,
) -> (Vec<Finding>, Examination<'k>) {
    let mut examination = Examination::new(keys);
    let look = &mut |row| take(&mut examination, row);
    let findings = pharos_store_postgres::diagnose(settings, look).await;
    (findings, examination)
}

fn take(examination: &mut Examination<'_>, row: Result<Entry, Foreign>) {
    match row {
        Ok(entry) => examination.take(&entry),
        Err(foreign) => examination.take_foreign(&foreign),
    }
}

/// Whether there are master keys, and the one among them that the store names.
fn master_key(
    location: &MasterKeyLocation,
    keys: &Result<MasterKeys>,
    examination: &Examination<'_>,
) -> Finding {
    let check = "master key";
    let in_use = examination.master_key();
    match (keys, in_use) {
        (Ok(keys), Some(in_use)) => match keys.missing(in_use) {
            None => Finding::sound(check, format!("{in_use}, as the store says")),
            Some(missing) => Finding::problem(check, missing.to_string()),
        },
        (Ok(_), None) => Finding::sound(check, "it is there, and opens nothing yet"),
        (Err(_), None) if is_still_to_be_made(location) => {
            Finding::sound(check, "none yet; the first start makes one")
        }
        (Err(error), _) => Finding::problem(check, format!("{error:#}")),
    }
}

fn is_still_to_be_made(location: &MasterKeyLocation) -> bool {
    match location {
        MasterKeyLocation::Default(path) => master_keys::is_missing(path),
        _ => false,
    }
}
