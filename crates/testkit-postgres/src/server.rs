//! The server's process.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

/// A child of the test's process, which waits for its end when dropped. Who ends it is not said here.
#[derive(Default)]
pub(crate) struct Server(Mutex<Option<Child>>);

impl Server {
    pub(crate) fn start(&self, command: &mut Command) {
        // Ctrl-C ends the test, and the janitor then the server.
        let child = command.stdin(Stdio::null()).process_group(0).spawn();
        let child = child.unwrap_or_else(|error| panic!("{command:?} cannot be run: {error}"));
        *self.0.lock().unwrap() = Some(child);
    }

    /// Whether it is there.
    pub(crate) fn is_running(&self) -> bool {
        let mut child = self.0.lock().unwrap();
        child
            .as_mut()
            .is_some_and(|child| child.try_wait().is_ok_and(|status| status.is_none()))
    }

    /// Waits for its end. Until then its lock file would forbid another one.
    pub(crate) fn wait(&self) {
        if let Some(mut child) = self.0.lock().unwrap().take() {
            child.wait().unwrap();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.wait();
    }
}
