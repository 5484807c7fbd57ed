//! The `pharos` command.

mod banner;
mod call;
mod command_line;
mod configuration;
mod hardening;
mod key;
mod logging;
mod master_key_file;
mod remote;
mod serve;
mod system;
mod tls;

use std::process::ExitCode;

use clap::Parser;
use command_line::{Command, CommandLine};

fn main() -> ExitCode {
    let outcome = match CommandLine::parse().command {
        Command::Serve(arguments) => serve::run(arguments),
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
