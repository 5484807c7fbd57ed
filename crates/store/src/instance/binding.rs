//! A key pair that opens an instance.

use pharos_api::instance_id::InstanceId;
use pharos_api::key_id::KeyId;
use pharos_api::time::Timestamp;
use pharos_api::username::Username;

/// A key pair that opens an instance, for a user of it: from a moment on, and up to another when it was
/// unbound. Its place and the first three say which one it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Binding {
    /// What is opened.
    pub instance_id: InstanceId,
    /// By what.
    pub key_id: KeyId,
    /// For whom.
    pub username: Username,
    /// From when on.
    pub bound_from: Timestamp,
    /// From when on not any more; `None`: nobody unbound it.
    pub bound_until: Option<Timestamp>,
}

impl Binding {
    /// Whether it opens now: what replies show.
    pub fn is_seen(&self, now: Timestamp) -> bool {
        self.bound_from <= now && self.is_held(now)
    }

    /// Whether it opens now or will: a key pair that is held cannot be deleted.
    pub fn is_held(&self, now: Timestamp) -> bool {
        self.bound_until.is_none_or(|until| now < until)
    }
}
