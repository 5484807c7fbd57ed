//! CAM policy documents: parse, evaluate, prove.
//!
//! [`Policy::parse`] reads a document and refuses what it would not evaluate; [`authorize`] decides
//! on a call and hands out the proof that the store asks for, [`Granted`].
//!
//! The crate is pure: a decision depends on its arguments alone.

mod authorize;
mod document;
mod granted;
mod json;
mod pattern;

pub use authorize::{Denied, Principal, authorize};
pub use document::{BadPolicy, DOCUMENT_BYTES_MAX, ENTRIES_MAX, Fault, Policy, STATEMENTS_MAX};
pub use granted::Granted;

/// How the property tests run: a failure prints the case to replay, and leaves no file in the tree.
#[cfg(test)]
fn test_config() -> proptest::test_runner::Config {
    proptest::test_runner::Config {
        failure_persistence: None,
        ..Default::default()
    }
}
