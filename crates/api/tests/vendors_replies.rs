//! The replies that the vendor's documentation of CAM and STS shows can be read: a client of ours may call
//! the cloud.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;

use pharos_api::action::Contract;
use pharos_api::{cam, sts};
use serde_json::Value;

/// By action, from the examples.json of `tccli`: secrets are masked there, and people here.
const REPLIES: &str = include_str!("vendors_replies.json");

/// Reads those of one action, and writes them again.
fn read<C: Contract>(replies: &mut BTreeMap<String, Vec<Value>>) {
    let name = C::ACTION.name;
    for reply in replies.remove(name).unwrap() {
        let output: C::Output = serde_json::from_value(reply.clone()).expect(name);
        let written = serde_json::to_value(output).unwrap();
        keeps(&reply, &written, name);
    }
}

/// Whether nothing of it is lost or changed; what may be `null` may be added.
fn keeps(read: &Value, written: &Value, at: &str) {
    match (read, written) {
        (Value::Object(read), Value::Object(written)) => {
            for (name, value) in read {
                keeps(value, &written[name], &format!("{at}.{name}"));
            }
        }
        (Value::Array(read), Value::Array(written)) => {
            assert_eq!(read.len(), written.len(), "{at}");
            for (read, written) in read.iter().zip(written) {
                keeps(read, written, at);
            }
        }
        (read, written) => assert_eq!(read, written, "{at}"),
    }
}

macro_rules! read_all {
    ($replies:expr; $($action:ty,)*) => { $(read::<$action>($replies);)* };
}

#[test]
fn the_vendors_own_replies_are_read_and_nothing_of_them_is_lost() {
    let mut replies = serde_json::from_str(REPLIES).unwrap();
    read_all! {
        &mut replies;
        cam::add_user::AddUser,
        cam::get_user::GetUser,
        cam::list_users::ListUsers,
        cam::create_access_key::CreateAccessKey,
        cam::list_access_keys::ListAccessKeys,
        cam::get_security_last_used::GetSecurityLastUsed,
        cam::create_policy::CreatePolicy,
        cam::update_policy::UpdatePolicy,
        cam::get_policy::GetPolicy,
        cam::list_policies::ListPolicies,
        cam::list_attached_user_policies::ListAttachedUserPolicies,
        cam::create_group::CreateGroup,
        cam::list_groups::ListGroups,
        cam::create_role::CreateRole,
        cam::get_role::GetRole,
        sts::get_caller_identity::GetCallerIdentity,
        sts::assume_role::AssumeRole,
        sts::get_federation_token::GetFederationToken,
    }
    assert_eq!(replies, BTreeMap::new());
}
