//! The id of a policy.

crate::number_id::number_id! {
    /// Which policy, in its account. Those of preset policies have fewer digits than one that is drawn.
    PolicyId, 9 digits
}
