//! The `pharos` command.

mod backup;
mod banner;
mod call;
mod command_line;
mod configuration;
mod hardening;
mod key;
mod logging;
mod master_key;
mod master_keys;
mod progress;
mod remote;
mod restore;
mod serve;
mod store;
mod system;
mod tls;
mod verify;

use std::process::ExitCode;

use clap::Parser;
use command_line::{Command, CommandLine};

fn main() -> ExitCode {
    let outcome = match CommandLine::parse().command {
        Command::Serve(arguments) => serve::run(arguments),
        Command::MasterKey(command) => master_key::run(command),
        Command::Backup(arguments) => backup::run(arguments),
        Command::Restore(arguments) => restore::run(arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Key(arguments) => key::run(arguments),
        Command::Call(arguments) => call::run(arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
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
