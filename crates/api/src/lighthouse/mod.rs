//! Lighthouse (`lighthouse`, version `2020-03-24`): one module per action, and what they share.

pub mod create_key_pair;
pub mod delete_key_pairs;
pub mod describe_key_pairs;
pub mod describe_regions;
pub mod import_key_pair;
pub mod key_pair;
