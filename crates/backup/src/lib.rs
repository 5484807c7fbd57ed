//! The backup file: what a store holds, as compressed and checksummed lines of JSON.
//!
//! docs/backup-format.md is its description. A [`Writer`] makes one out of entries and a [`Reader`] gives
//! them back, each through any pipe and in constant memory but for what [`Reader::new`] tells of old files;
//! [`save`] and [`load`] connect them with the stream of a store.

mod checksum;
mod documents;
mod end;
mod header;
mod line;
mod read;
mod stream;
mod text;
mod write;

pub use header::{Header, VERSION};
pub use read::{ReadError, Reader};
pub use stream::{LoadError, SaveError, load, save};
pub use write::{Saved, WriteError, Writer};

/// The longest line, in bytes. In versions 1 and 2 a user with 200 policies of 6,144 bytes, the vendor's
/// limits, whose every byte is escaped, has 2.4 MB; in version 3 an instance with its 1,000 bindings has
/// 0.2 MB. It bounds the memory that a reader needs.
pub const LINE_BYTES_MAX: usize = 4 << 20;
