//! What the Explorer shows, made from the action table: the catalogue that its page is built on, the
//! check of a form, code in every language, the printable reference, and the files of the page.
//!
//! Nothing here knows HTTP or who calls; the routes are the server's. In debug builds the page's files
//! are read from the disk, and nothing else touches the world.

mod asset;
mod catalogue;
mod check;
mod code;
mod endpoint;
mod reference;

pub use asset::{Asset, asset};
pub use catalogue::catalogue;
pub use check::{Checked, Refusal, check};
pub use code::{Call, Code, TARGETS, Target, code};
pub use endpoint::{BadEndpoint, Endpoint};
pub use reference::reference;
