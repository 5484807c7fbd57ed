//! Where master keys come from: lines of 64 hexadecimal digits, the newest last, in a file for its
//! owner only or printed by a command.

mod command;
mod file;
mod text;

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Result, bail};
use pharos_api::random::Random;
use pharos_service::master_keys::MasterKeys;

use crate::configuration::MasterKeyLocation;
use crate::store;
use command::MasterKeyCommand;
pub(crate) use file::MasterKeyFile;

/// Reads the master keys. Where nobody said otherwise and the store `is_new`, the first one is made.
pub(crate) fn open(
    location: &MasterKeyLocation,
    is_new: bool,
    random: &dyn Random,
) -> Result<MasterKeys> {
    let path = match location {
        MasterKeyLocation::Command(command) => {
            return Ok(MasterKeys::load(MasterKeyCommand::new(command)?)?);
        }
        MasterKeyLocation::Default(path) | MasterKeyLocation::File(path) => path,
    };
    let file = MasterKeyFile::new(path);
    if is_missing(path) {
        let shown = path.display();
        match location {
            _ if !is_new => bail!(
                "there is no master key {shown}, and the secrets in the store cannot be opened \
                 without it; put it back, or copy it from a node that has it"
            ),
            MasterKeyLocation::Default(_) => {
                store::make_folder(path)?;
                file.add(random)?;
            }
            _ => bail!(
                "there is no master key {shown}; run `pharos master-key add --master-key-file {shown}` \
                 to make one"
            ),
        }
    }
    Ok(MasterKeys::load(file)?)
}

/// Whether there is no such file.
pub(crate) fn is_missing(path: &Path) -> bool {
    std::fs::metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound)
}
