//! TencentCloud API 3.0, both directions: a server reads and verifies requests, a client signs them.
//!
//! A request changes its type as it gains trust: [`http::HttpRequest`] is bytes that a stranger sent,
//! [`unverified::Unverified`] has the form of a request, [`verified::Verified`] was signed with the
//! secret of the SecretId it names. Only a `Verified` tells what it asks for.
//!
//! The crate is pure: the clock is an argument, and it never sees a socket. Facts about the wire are
//! cited as sections of the project's protocol notes ("protocol.md").

pub mod envelope;
pub mod flatten;
pub mod http;
pub mod keyring;
pub mod replay;
pub mod stages;
pub mod strictness;
pub mod tc3;
pub mod unverified;
pub mod v1;
pub mod verified;

mod diagnosis;
mod form;
mod multipart;
mod product;
