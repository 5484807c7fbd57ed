//! The id of a user group.

crate::number_id::number_id! {
    /// Which group, in its account.
    GroupId, 9 digits
}
