//! The contract of Pharos: what the wire promises, without anything that keeps the promise.
//!
//! Ids, names, regions and error codes are types that cannot hold a bad value. Each action is one
//! module (its parameters, reply, limits, rate, codes and documentation), and [`action::ACTIONS`]
//! is the one table that dispatch, rate limits, documents and coverage tests read.
//!
//! The crate is pure: no runtime, no files, no sockets, no clock, no randomness of its own.

pub mod account;
pub mod action;
pub mod call_window;
pub mod code;
pub mod credential;
pub mod error;
pub mod filter;
pub mod ids;
pub mod key_id;
pub mod key_name;
pub mod key_pair_filter;
pub mod lighthouse;
pub mod page;
pub mod parameter;
pub mod private_key;
pub mod public_key_text;
pub mod random;
mod refusal;
pub mod region;
pub mod request_id;
pub mod resource;
pub mod schema;
pub mod tag;
pub mod text;
pub mod time;
