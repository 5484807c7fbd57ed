//! Instances, what is done to them, and the key pairs that are bound to them.
//!
//! An instance is a record: nothing happens to it by itself. An operation that takes its time is written down
//! with the moment at which it is over, and what an instance is doing now is a question of the clock alone.
//! So no process has to finish what another began, and every node says the same.

mod binding;
mod operate;
mod record;

pub use binding::Binding;
pub use operate::{BINDINGS_MAX, Found, Operate, OperateError, Operated, Order};
pub use record::{Addresses, InstanceRecord, LatestOperation};
