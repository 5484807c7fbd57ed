//! Which policies are listed.

crate::choice::choice! {
    /// Which policies are listed.
    PolicyScope or ScopeError {
        /// Preset ones and the account's own.
        All = "All";
        /// Preset ones.
        Preset = "QCS";
        /// The account's own.
        Custom = "Local";
    }
}
