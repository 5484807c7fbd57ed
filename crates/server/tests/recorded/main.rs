//! The Terraform provider and `tccli`, as they were recorded: each of their calls is signed anew and sent, and each
//! reply holds what the client reads from it.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod replay;
mod terraform;

use pharos_api::code::Code;

use replay::{Replay, Trace};

const ATTACHMENT: Trace = Trace {
    lines: include_str!("traces/terraform_keypair_attachment_lifecycle.jsonl"),
    operation_seconds: 2,
    calls: 19,
};
const INSTANCE: Trace = Trace {
    lines: include_str!("traces/terraform_with_instance_lifecycle.jsonl"),
    operation_seconds: 1,
    calls: 24,
};
const PROXY: Trace = Trace {
    lines: include_str!("traces/terraform_http_proxy_absolute_form.jsonl"),
    operation_seconds: 0,
    calls: 3,
};
const TCCLI: Trace = Trace {
    lines: include_str!("traces/tccli_endpoint_http.jsonl"),
    operation_seconds: 0,
    calls: 4,
};

/// A generated key pair, an imported one with a comment and a line end, and an attachment: applied, planned, destroyed.
#[test]
fn terraform_applies_plans_and_destroys_key_pairs_and_an_attachment() {
    Replay::of(&ATTACHMENT).run();
    Replay::of(&ATTACHMENT).without_waiting().run();
}

#[test]
fn terraform_applies_plans_and_destroys_an_instance_of_its_own() {
    Replay::of(&INSTANCE).run();
    Replay::of(&INSTANCE).without_waiting().run();
}

/// The request target is the vendor's whole URL, as a proxy gets it.
#[test]
fn terraform_comes_through_a_proxy() {
    Replay::of(&PROXY).run();
}

/// The `Host` header has a scheme in front.
#[test]
fn tccli_takes_a_url_for_its_endpoint() {
    // The server that was recorded looked at the instance first, and did not mind what an id looks like.
    Replay::of(&TCCLI)
        .refusing(
            "ResourceNotFound.InstanceIdNotFound",
            Code::KeyPairIdMalformed,
        )
        .run();
}
