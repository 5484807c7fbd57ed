//! What an instance is doing.

crate::choice::choice! {
    /// What an instance is doing: those of the vendor's states that an instance record can have
    /// (protocol.md section 5.9).
    InstanceState {
        /// It is being made.
        Pending = "PENDING";
        /// It runs.
        Running = "RUNNING";
        /// It is off.
        Stopped = "STOPPED";
        /// It is being switched on.
        Starting = "STARTING";
        /// It is being switched off.
        Stopping = "STOPPING";
        /// It is being switched off and on.
        Rebooting = "REBOOTING";
        /// It was given back, and waits for its end.
        Shutdown = "SHUTDOWN";
    }
}
