//! CAM policy documents: parse, evaluate, prove.
//!
//! [`Policy::parse`] reads a document and refuses what it would not evaluate; [`authorize`] decides
//! on a call and hands out the proof that the store asks for, [`Granted`]. [`evaluate`] says which
//! statement decided, [`explain`] says it in words. [`TrustPolicy`] is who may assume a role.
//!
//! The crate is pure: a decision depends on its arguments alone.

mod authorize;
mod condition;
mod context;
mod decimal;
mod decision;
mod document;
mod explain;
mod fault;
mod granted;
mod json;
mod key;
mod network;
mod operator;
mod pattern;
mod preset;
mod principal;
mod read;
mod trust;

pub use authorize::{Denied, authorize, authorize_root, evaluate, evaluate_elsewhere};
pub use context::RequestContext;
pub use decision::{Decision, PolicyPlace, StatementPlace};
pub use document::{DOCUMENT_BYTES_MAX, ENTRIES_MAX, Policy, STATEMENTS_MAX};
pub use explain::{Explanation, explain};
pub use fault::{BadPolicy, Fault};
pub use granted::Granted;
pub use json::DEPTH_MAX;
pub use preset::{PRESETS, Preset};
pub use principal::Principal;
pub use trust::TrustPolicy;

/// How the property tests run: a failure prints the case to replay, and leaves no file in the tree.
#[cfg(test)]
fn test_config() -> proptest::test_runner::Config {
    proptest::test_runner::Config {
        failure_persistence: None,
        ..Default::default()
    }
}

/// Circumstances that no test depends on.
#[cfg(test)]
fn test_context() -> RequestContext<'static> {
    RequestContext {
        source: std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
        time: pharos_api::time::Timestamp::epoch(),
        request_tags: &[],
        resource_tags: Some(&[]),
    }
}
