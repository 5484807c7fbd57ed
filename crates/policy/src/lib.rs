//! CAM policy documents: parse, evaluate, prove.

mod granted;

pub use granted::Granted;
