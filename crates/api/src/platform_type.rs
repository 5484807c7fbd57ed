//! What kind of system an instance runs.

crate::choice::choice! {
    /// What kind of system an instance runs (protocol.md section 5.9). Key pairs are for one of them only.
    PlatformType {
        /// Linux and its like: key pairs can be bound.
        LinuxUnix = "LINUX_UNIX";
        /// Windows: no key pair can be bound.
        Windows = "WINDOWS";
    }
}
