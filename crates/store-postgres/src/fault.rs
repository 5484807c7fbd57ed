//! What went wrong, in words for the operator, and what that means for a request.

use std::error::Error as _;
use std::io;

use pharos_store::error::StoreError;
use thiserror::Error;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::WrongType;

/// What the client says of a server that does not encrypt, and of one that asks for a password that is
/// not there: neither has a type of its own.
const NO_TLS: &str = "server does not support TLS";
const NO_PASSWORD: &str = "password missing";

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
        "PostgreSQL asks for a password; write it into a file that only this node's user may read, and \
         name that in `postgres.password_file`"
    )]
    NoPassword(#[source] tokio_postgres::Error),
    #[error("PostgreSQL has no such database; create it, or name another in the store's URL")]
    NoDatabase(#[source] tokio_postgres::Error),
    #[error("PostgreSQL lets this node in, but not do that; see the rights of its user")]
    Forbidden(#[source] tokio_postgres::Error),
    #[error(
        "PostgreSQL cannot show that it is who it should be; see its certificate, `sslrootcert`, and \
         the name of its host in the store's URL"
    )]
    Untrusted(#[source] tokio_postgres::Error),
    #[error(
        "PostgreSQL does not encrypt; set `ssl = on` there, or `sslmode=disable` in the store's URL \
         if nobody else can listen"
    )]
    Unencrypted(#[source] tokio_postgres::Error),
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
    #[error(
        "PostgreSQL cannot say whether what it committed will last; see its standby and its log"
    )]
    Unsure(#[source] Option<tokio_postgres::Error>),
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
        "the store has version {found} and this Pharos reads {supported}; start `pharos serve` over it \
         once, or use the Pharos that wrote it"
    )]
    OlderVersion { found: i32, supported: i32 },
    #[error("there is no store in this database; name another in the store's URL")]
    NoStore,
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
            return Self::without_answer(error);
        };
        let class = state.code().get(..2).unwrap_or_default();
        match (state, class) {
            (&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED, _) => {
                Self::Conflict(error)
            }
            (&SqlState::T_R_STATEMENT_COMPLETION_UNKNOWN, _) => Self::Unsure(Some(error)),
            (&SqlState::LOCK_NOT_AVAILABLE | &SqlState::QUERY_CANCELED, _) => Self::Locked(error),
            (&SqlState::READ_ONLY_SQL_TRANSACTION, _) => Self::ReadOnly(error),
            (&SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT, _) => Self::Unreachable(error),
            (&SqlState::DATA_CORRUPTED | &SqlState::INDEX_CORRUPTED, _) | (_, "58") => {
                Self::Damaged(error)
            }
            (_, "08" | "57") => Self::Unreachable(error),
            (&SqlState::INSUFFICIENT_PRIVILEGE, _) => Self::Forbidden(error),
            (_, "28") => Self::NotLetIn(error),
            (_, "3D") => Self::NoDatabase(error),
            (_, "53") => Self::Full(error),
            _ => Self::Other(error),
        }
    }
}

impl Fault {
    /// It is not the server's answer: the connection broke, or never came about.
    fn without_answer(error: tokio_postgres::Error) -> Self {
        let Some(cause) = error.source() else {
            return Self::Unreachable(error);
        };
        let is_certificate = cause
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
            .is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>);
        // A value that does not fit its column's type is our own mistake.
        if cause.is::<WrongType>() {
            Self::Other(error)
        } else if is_certificate {
            Self::Untrusted(error)
        } else if cause.to_string() == NO_TLS {
            Self::Unencrypted(error)
        } else if cause.to_string() == NO_PASSWORD {
            Self::NoPassword(error)
        } else {
            Self::Unreachable(error)
        }
    }

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
            Self::Unreachable(_)
                | Self::ReadOnly(_)
                | Self::Standby
                | Self::Silent
                | Self::Unsure(_)
        )
    }

    /// Whether one request can be the reason, not the batch it was in.
    pub(crate) fn may_be_of_one_request(&self) -> bool {
        matches!(self, Self::Foreign(_) | Self::Other(_))
    }

    /// As an answer: nothing was changed.
    pub(crate) fn failed(self) -> StoreError {
        StoreError::Failed(Box::new(self))
    }
}
