//! STS, which hands out temporary credentials (`sts`, version `2018-08-13`): one module per action, and
//! what they share.

pub mod assume_role;
pub mod credentials;
mod differences;
pub mod get_caller_identity;
pub mod get_federation_token;
pub mod unanswered;
pub mod unserved;
