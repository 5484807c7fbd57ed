//! What went wrong, in words for the operator, and what that means for a request.

use std::error::Error as _;

use pharos_store::error::StoreError;
use thiserror::Error;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::WrongType;

/// Why PostgreSQL did not do something. Each sentence says what to do; the cause behind it is
/// PostgreSQL's or the network's.
///
/// None of them is remembered: the next request tries again, so that a node goes on by itself when the
/// cause is gone.
#[derive(Debug, Error)]
pub(crate) enum Fault {
    #[error("PostgreSQL cannot be reached; see that it runs and that the network lets it through")]
    Unreachable(#[source] tokio_postgres::Error),
    #[error("PostgreSQL does not let this node in; see its user, its password and pg_hba.conf")]
    NotLetIn(#[source] tokio_postgres::Error),
    #[error(
        "PostgreSQL may only be read here: it is a standby; name the primary in the store's URL"
    )]
    Standby,
    #[error("PostgreSQL has become a standby that may only be read")]
    ReadOnly(#[source] tokio_postgres::Error),
    #[error("PostgreSQL has no room: its disk, memory or connections are used up; see its log")]
    Full(#[source] tokio_postgres::Error),
    #[error("another transaction holds a lock for too long; see pg_stat_activity for who it is")]
    Locked(#[source] tokio_postgres::Error),
    #[error("a transaction met another one, again and again; it may be tried again")]
    Conflict(#[source] tokio_postgres::Error),
    #[error("PostgreSQL did not answer in time; see its load and the network to it")]
    Silent,
    #[error("PostgreSQL's disk or data is damaged; see its log, and restore the newest backup")]
    Damaged(#[source] tokio_postgres::Error),
    #[error(
        "a newer Pharos has brought the store to version {found}, and this one writes version \
         {supported}; stop this one and start the newer"
    )]
    NewerVersion { found: i32, supported: i32 },
    #[error(
        "there is something in the store that this Pharos did not write: {0}; run `pharos doctor`"
    )]
    Foreign(String),
    #[error(
        "PostgreSQL may lose what it acknowledged (`{0}` is off); switch it on, or set \
         `postgres.allow_asynchronous_commit`"
    )]
    Forgetful(&'static str),
    #[error("PostgreSQL refused it")]
    Other(#[source] tokio_postgres::Error),
}

impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(state) = error.code() else {
            // Not the server's answer: the connection broke, or never came about. A value that does
            // not fit its column's type is our own mistake.
            let is_ours = error
                .source()
                .is_some_and(<dyn std::error::Error>::is::<WrongType>);
            return if is_ours {
                Self::Other(error)
            } else {
                Self::Unreachable(error)
            };
        };
        let class = state.code().get(..2).unwrap_or_default();
        match (state, class) {
            (&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED, _) => {
                Self::Conflict(error)
            }
            (&SqlState::LOCK_NOT_AVAILABLE | &SqlState::QUERY_CANCELED, _) => Self::Locked(error),
            (&SqlState::READ_ONLY_SQL_TRANSACTION, _) => Self::ReadOnly(error),
            (&SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT, _) => Self::Unreachable(error),
            (&SqlState::DATA_CORRUPTED | &SqlState::INDEX_CORRUPTED, _) | (_, "58") => {
                Self::Damaged(error)
            }
            (_, "08" | "57") => Self::Unreachable(error),
            (&SqlState::INSUFFICIENT_PRIVILEGE, _) | (_, "28" | "3D") => Self::NotLetIn(error),
            (_, "53") => Self::Full(error),
            _ => Self::Other(error),
        }
    }
}

impl Fault {
    /// Whether it is worth to try again at once, on a new connection.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(_)
                | Self::ReadOnly(_)
                | Self::Standby
                | Self::Conflict(_)
                | Self::Silent
        )
    }

    /// Whether the connection it happened on is of no more use.
    pub(crate) fn ends_the_connection(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(_) | Self::ReadOnly(_) | Self::Standby | Self::Silent
        )
    }

    /// Whether one request can be the reason, not the batch it was in.
    pub(crate) fn may_be_of_one_request(&self) -> bool {
        matches!(self, Self::Locked(_) | Self::Other(_))
    }

    /// As an answer: nothing was changed.
    pub(crate) fn failed(self) -> StoreError {
        StoreError::Failed(Box::new(self))
    }
}
