//! The `pharos` command.

mod access_key;
mod account;
mod audit;
mod backup;
mod banner;
mod call;
mod command_line;
mod configuration;
mod doctor;
mod hardening;
mod instance;
mod key;
mod logging;
mod master_key;
mod master_keys;
mod operator;
mod output;
mod progress;
mod remote;
mod restore;
mod serve;
mod signal;
mod store;
mod system;
mod table;
mod tls;
mod user;
mod verify;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use command_line::{Command, CommandLine};

fn main() -> ExitCode {
    let done = |outcome: Result<()>| outcome.map(|()| ExitCode::SUCCESS);
    let outcome = match CommandLine::parse().command {
        Command::Serve(arguments) => done(serve::run(arguments)),
        Command::Doctor(arguments) => doctor::run(arguments),
        Command::MasterKey(command) => done(master_key::run(command)),
        Command::Backup(arguments) => done(backup::run(arguments)),
        Command::Restore(arguments) => done(restore::run(arguments)),
        Command::Verify(arguments) => done(verify::run(&arguments)),
        Command::Instance(command) => done(instance::run(command)),
        Command::Account(command) => done(account::run(command)),
        Command::User(command) => done(user::run(command)),
        Command::Audit(command) => done(audit::run(command)),
        Command::Key(command) => done(key::run(command)),
        Command::Call(arguments) => done(call::run(arguments)),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            #[expect(
                clippy::print_stderr,
                reason = "the one sentence that says why it failed"
            )]
            {
                eprintln!("pharos: {error:#}");
            }
            ExitCode::FAILURE
        }
    }
}
