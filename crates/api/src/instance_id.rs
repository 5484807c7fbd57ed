//! The id of an instance.

crate::id::id! {
    /// `lhins-` and eight of `[0-9a-z]` (protocol.md section 8).
    InstanceId = "lhins-", InstanceIdMalformed
}
