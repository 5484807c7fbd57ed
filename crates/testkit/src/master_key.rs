//! A master key that is always the same.

use std::fmt;

use pharos_service::master_key::MasterKey;
use pharos_service::master_keys::{Cause, MasterKeySource};

/// Gives the one key of the tests.
pub struct FixedMasterKey;

impl fmt::Display for FixedMasterKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the testkit")
    }
}

impl MasterKeySource for FixedMasterKey {
    fn load(&self) -> Result<Vec<MasterKey>, Cause> {
        Ok(vec![MasterKey::new(&[7; 32])])
    }
}
