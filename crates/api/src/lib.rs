//! The contract of Pharos: what the wire promises, without anything that keeps the promise.
//!
//! Ids, names, regions and error codes are types that cannot hold a bad value. Each action is one
//! module (its parameters, reply, limits, rate, codes and documentation), and [`action::ACTIONS`]
//! is the one table that dispatch, rate limits, documents and coverage tests read.
//!
//! The crate is pure: no runtime, no files, no sockets, no clock, no randomness of its own.

pub mod access_key_description;
pub mod access_key_status;
pub mod account;
pub mod action;
pub mod beijing_time;
pub mod blueprint_id;
pub mod bundle_id;
pub mod call_window;
pub mod cam;
mod choice;
pub mod client_token;
pub mod code;
pub mod contact;
pub mod credential;
pub mod description;
pub mod duration;
pub mod empty;
pub mod error;
pub mod external_id;
pub mod federated_user_name;
pub mod filter;
pub mod firewall_template_id;
pub mod flag;
pub mod form;
pub mod group_id;
pub mod group_name;
pub mod id;
pub mod id_or_name;
pub mod ids;
pub mod instance_filter;
pub mod instance_id;
pub mod instance_name;
pub mod instance_operation;
pub mod instance_state;
pub mod key_id;
pub mod key_name;
pub mod key_pair_filter;
pub mod keyword;
pub mod lighthouse;
pub mod login_change;
mod number_id;
pub mod page;
pub mod page_number;
pub mod parameter;
pub mod password;
pub mod platform_type;
pub mod policy_id;
pub mod policy_ids;
pub mod policy_name;
pub mod policy_scope;
pub mod policy_type;
pub mod private_key;
pub mod public_key_text;
pub mod random;
mod refusal;
pub mod region;
pub mod remark;
pub mod renew_flag;
pub mod request_id;
pub mod resource;
pub mod resource_quota;
pub mod role_arn;
pub mod role_id;
pub mod role_name;
pub mod role_session_name;
pub mod role_tags;
pub mod schema;
pub mod secret_ids;
pub mod secret_text;
pub mod session_duration;
pub mod session_policy;
pub mod stop_type;
pub mod sts;
pub mod tag;
pub mod text;
pub mod time;
pub mod unsupported;
pub mod user_name;
pub mod user_password;
pub mod username;
pub mod zone;
