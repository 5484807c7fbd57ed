//! Who is killed.

use anyhow::Result;
use pharos_testkit_postgres::Postgres;

use super::Random;
use crate::server::{Binary, Store};

/// Who is killed in a round.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Victim {
    Server,
    /// The database first, and the server when it has gone on.
    Database,
}

/// Where the store is.
pub(super) struct Where {
    store: Store,
    postgres: Option<Postgres>,
}

impl Where {
    /// On the disk that the build is on.
    pub(super) fn sqlite(binary: &Binary) -> Result<Self> {
        Ok(Self {
            store: Store::beside(binary)?,
            postgres: None,
        })
    }

    pub(super) fn postgres() -> Result<Self> {
        let postgres = Postgres::start();
        Ok(Self {
            store: Store::at(postgres.fresh_database())?,
            postgres: Some(postgres),
        })
    }

    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    /// Half of the time the database, where there is one that can be killed alone.
    pub(super) fn choose(&self, random: &mut Random) -> Victim {
        if self.postgres.is_some() && random.below(2) == 0 {
            Victim::Database
        } else {
            Victim::Server
        }
    }

    pub(super) fn kill_database(&self) {
        if let Some(postgres) = &self.postgres {
            postgres.kill();
        }
    }

    pub(super) fn start_database_again(&self) {
        if let Some(postgres) = &self.postgres {
            postgres.start_again();
        }
    }
}
