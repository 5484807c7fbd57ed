//! How many there may be.

use std::fmt;

/// What an account may have only so many of. They bound what is read for a change. The vendor's numbers:
/// <https://intl.cloud.tencent.com/document/product/598/10609>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Users of an account.
    Users,
    /// Access keys of a user, active or not (`OperationDenied.AccessKeyOverLimit` says two).
    AccessKeys,
    /// Groups of an account.
    Groups,
    /// Users in a group.
    UsersOfGroup,
    /// Groups that a user is in.
    GroupsOfUser,
    /// Policies that somebody wrote, of an account.
    Policies,
    /// Policies attached to one user, group or role.
    Attachments,
    /// Roles of an account.
    Roles,
}

impl Limit {
    /// How many there may be.
    pub const fn max(self) -> usize {
        match self {
            Self::AccessKeys => 2,
            Self::GroupsOfUser => 10,
            Self::UsersOfGroup => 100,
            Self::Attachments => 200,
            Self::Groups => 300,
            Self::Users | Self::Roles => 1_000,
            Self::Policies => 1_500,
        }
    }
}

impl fmt::Display for Limit {
    /// As the end of "there may be at most".
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Self::Users => "users in an account",
            Self::AccessKeys => "access keys of a user",
            Self::Groups => "groups in an account",
            Self::UsersOfGroup => "users in a group",
            Self::GroupsOfUser => "groups that a user is in",
            Self::Policies => "policies in an account",
            Self::Attachments => "policies attached to one of them",
            Self::Roles => "roles in an account",
        };
        write!(formatter, "{} {what}", self.max())
    }
}
