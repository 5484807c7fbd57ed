//! How key pairs come onto an instance, and off it.

crate::choice::choice! {
    /// Whether an instance runs on while its key pairs change (protocol.md sections 5.5 and 5.6). There is no
    /// machine: it makes no difference, but who names a user cannot have it off meanwhile.
    LoginChange {
        /// It runs on.
        Online = "ONLINE";
        /// It is switched off meanwhile.
        Offline = "OFFLINE";
    }
}
