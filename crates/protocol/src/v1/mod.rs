//! Signature version 1, `HmacSHA1` and `HmacSHA256` (protocol.md section 2).
//!
//! All parameters, the common ones among them, stand in the query of a GET or in the form of a POST,
//! and the signature is of their [`source_string::SourceString`].

pub mod sign;
pub mod signature_method;
pub mod source_string;

pub(crate) mod read;

pub use read::are_signed;
