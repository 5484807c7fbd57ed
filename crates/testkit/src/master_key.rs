//! Master keys that are always the same.

use std::fmt;

use pharos_service::master_key::MasterKey;
use pharos_service::master_keys::{Cause, MasterKeySource};

/// Gives one key: this byte, again and again.
pub struct FixedMasterKey(pub u8);

impl fmt::Display for FixedMasterKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the testkit")
    }
}

impl MasterKeySource for FixedMasterKey {
    fn load(&self) -> Result<Vec<MasterKey>, Cause> {
        Ok(vec![MasterKey::new(&[self.0; 32])])
    }
}
