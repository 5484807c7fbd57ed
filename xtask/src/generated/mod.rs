//! Every program that the Explorer writes is run: for each language whose tools are here, each action is
//! called by its generated code, with the official SDK, against a server of this tree.
//!
//! A language gets a server and a world of its own, and each action finds there what it needs, made before
//! by our own client ([`world`]). So no program waits for another, and a compiler sees all of them at once.

mod cpp_headers;
mod go;
mod go_package;
mod languages;
mod outcome;
mod parse;
mod plan;
mod rust;
mod world;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use pharos_api::action::{ACTIONS, Action};
use pharos_explorer::{Call, Endpoint, code};

use crate::conformance::target;
use crate::server::{Binary, Server, Store};
use crate::test::Outcome;
use outcome::{judge, run_all};
use world::{REGION, World};

/// A program that makes one call.
struct Program {
    action: &'static Action,
    /// Where its source is.
    path: PathBuf,
}

/// Why programs cannot be run.
enum Problem {
    /// The toolchain is not here, and why.
    Missing(String),
    /// They do not compile.
    Broken(anyhow::Error),
}

impl From<anyhow::Error> for Problem {
    fn from(error: anyhow::Error) -> Self {
        Self::Broken(error)
    }
}

/// Compiles programs, if need be, and says how each is run. The folder is the language's own; what could not
/// be looked at is added to the list.
type Prepare = fn(&Path, &[Program], &mut Vec<String>) -> Result<Vec<Command>, Problem>;

/// What a target's programs have to stand.
enum Proof {
    Run(Prepare),
    /// Its own tool reads each program.
    Parse(Prepare),
}

const PROOFS: &[(&str, Proof)] = &[
    ("python", Proof::Run(languages::python)),
    ("java", Proof::Run(languages::java)),
    ("nodejs", Proof::Run(languages::nodejs)),
    ("go", Proof::Run(go::prepare)),
    ("php", Proof::Parse(parse::php)),
    ("dotnet", Proof::Parse(parse::dotnet)),
    ("cpp", Proof::Parse(parse::cpp)),
    ("ruby", Proof::Parse(parse::ruby)),
    ("rust", Proof::Run(rust::prepare)),
    ("tccli", Proof::Run(languages::tccli)),
    ("curl", Proof::Run(languages::curl)),
];

/// The step of one target.
pub(crate) fn prove(id: &str, skipped: &mut Vec<String>) -> Result<Outcome> {
    let proof = PROOFS.iter().find(|(target, _)| *target == id);
    let (_, proof) = proof.context("no such target")?;
    match prove_by(id, proof, skipped) {
        Ok(()) => Ok(Outcome::Passed),
        Err(Problem::Missing(reason)) => Ok(Outcome::Skipped(reason)),
        Err(Problem::Broken(error)) => Err(error),
    }
}

/// Writes a target's programs and runs, or only parses, each.
fn prove_by(id: &str, proof: &Proof, skipped: &mut Vec<String>) -> Result<(), Problem> {
    let binary = Binary::build_for_tests()?;
    let store = Store::beside(&binary)?;
    let server = Server::start(&binary, &store)?;
    let folder = target().join("generated").join(id);
    let mut world = World::new(server.client());
    let endpoint = format!("http://{}", server.address()?);
    let programs = write(id, &folder, &endpoint, &mut world)?;
    let (Proof::Run(prepare) | Proof::Parse(prepare)) = proof;
    let mut commands = prepare(&folder, &programs, skipped)?;
    let home = store.path("home");
    // Two `tccli` that start at once would both make its folder, and one of them fail.
    fs::create_dir_all(home.join(".tccli/log")).context("a home for the programs")?;
    for command in &mut commands {
        outcome::surround(command, &home)?;
    }
    let ended = run_all(&mut commands)?;
    if let Proof::Parse(_) = proof {
        return Ok(outcome::parsed(&programs, &ended)?);
    }
    judge(&programs, &ended)?;
    world.check()?;
    let mut creating = programs.iter().zip(&mut commands);
    let creating = creating.find(|(program, _)| program.action.name == "CreateKeyPair");
    let (_, creating) = creating.context("no program creates a key pair")?;
    let creating = std::slice::from_mut(creating);
    outcome::refused(&run_all(creating)?)?;
    drop(server);
    Ok(outcome::unanswered(&run_all(creating)?)?)
}

/// Writes a target's program for each action into `src` of the folder, with parameters that the world has.
fn write(id: &str, folder: &Path, endpoint: &str, world: &mut World<'_>) -> Result<Vec<Program>> {
    let sources = folder.join("src");
    if sources.is_dir() {
        fs::remove_dir_all(&sources)?;
    }
    fs::create_dir_all(&sources)?;
    let endpoint = Endpoint::parse(endpoint)?;
    let mut programs = Vec::new();
    for action in ACTIONS {
        let parameters = plan::parameters(action.name, world)
            .with_context(|| format!("what {} is called with", action.name))?;
        let parameters = parameters.as_object().context("parameters are an object")?;
        let mut codes = code(&Call {
            action,
            parameters,
            region: action.needs_region.then_some(REGION),
            endpoint: &endpoint,
        });
        let code = codes.remove(id).context("no such target")?;
        let path = sources.join(code.file);
        fs::write(&path, code.source)?;
        programs.push(Program { action, path });
    }
    Ok(programs)
}

#[cfg(test)]
mod tests {
    use super::PROOFS;
    use pharos_explorer::TARGETS;

    #[test]
    fn every_target_is_proved() {
        let targets: Vec<_> = TARGETS.iter().map(|target| target.id).collect();
        let proved: Vec<_> = PROOFS.iter().map(|(id, _)| *id).collect();
        assert_eq!(proved, targets);
    }
}
