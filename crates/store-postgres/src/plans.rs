//! How PostgreSQL goes about each statement.

use pharos_store::error::StoreError;
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::PostgresStore;
use crate::fault::Fault;
use crate::statement::Statements;

/// How PostgreSQL goes about a statement.
#[derive(Debug)]
pub struct Plan {
    /// The statement's name.
    pub statement: &'static str,
    /// What `EXPLAIN` says, line by line.
    pub lines: Vec<String>,
}

impl PostgresStore {
    /// The plan of every statement that a connection of this store prepares, as it would be there.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn plans(&self) -> Result<Vec<Plan>, StoreError> {
        let plans = async {
            let client = self.connector.connect_session().await?;
            let mut plans = Vec::new();
            for (statement, sql) in Statements::ALL {
                let lines = explain(&client, sql).await?;
                plans.push(Plan { statement, lines });
            }
            Ok(plans)
        };
        plans.await.map_err(Fault::failed)
    }
}

/// A generic plan, as connections ask for: it is the same whatever the parameters are.
async fn explain(client: &Client, sql: &str) -> Result<Vec<String>, Fault> {
    let nulls = vec!["NULL"; client.prepare(sql).await?.params().len()].join(", ");
    let parameters = if nulls.is_empty() {
        nulls
    } else {
        format!("({nulls})")
    };
    let explain = format!("PREPARE it AS {sql}; EXPLAIN EXECUTE it{parameters}; DEALLOCATE it");
    let messages = client.simple_query(&explain).await?;
    let lines = messages.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    Ok(lines.collect())
}
