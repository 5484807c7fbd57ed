//! How an instance is switched off.

crate::choice::choice! {
    /// How an instance is switched off. There is no machine: it is checked and makes no difference.
    StopType {
        /// By asking its system.
        Soft = "SOFT";
        /// By taking its power away.
        Hard = "HARD";
        /// By asking first.
        SoftFirst = "SOFT_FIRST";
    }
}
