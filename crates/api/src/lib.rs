//! The contract of Pharos: what the wire promises, without anything that keeps the promise.
//!
//! Ids, names, regions and error codes are types that cannot hold a bad value. Each action is one
//! module (its parameters, reply, limits, rate, codes and documentation), and [`action::ACTIONS`]
//! is the one table that dispatch, rate limits, documents and coverage tests read.
//!
//! The crate is pure: no runtime, no files, no sockets, no clock, no randomness of its own.

pub mod account;
pub mod action;
pub mod blueprint_id;
pub mod bundle_id;
pub mod call_window;
mod choice;
pub mod client_token;
pub mod code;
pub mod credential;
pub mod error;
pub mod filter;
pub mod firewall_template_id;
pub mod group_id;
pub mod id;
pub mod ids;
pub mod instance_filter;
pub mod instance_id;
pub mod instance_name;
pub mod instance_operation;
pub mod instance_state;
pub mod key_id;
pub mod key_name;
pub mod key_pair_filter;
pub mod lighthouse;
pub mod login_change;
mod number_id;
pub mod page;
pub mod parameter;
pub mod password;
pub mod platform_type;
pub mod policy_id;
pub mod private_key;
pub mod public_key_text;
pub mod random;
mod refusal;
pub mod region;
pub mod renew_flag;
pub mod request_id;
pub mod resource;
pub mod resource_quota;
pub mod role_id;
pub mod schema;
pub mod stop_type;
pub mod tag;
pub mod text;
pub mod time;
pub mod username;
pub mod zone;
