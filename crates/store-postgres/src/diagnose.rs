//! Whether a store is sound, as far as PostgreSQL and the schema can tell. Nothing is made or changed.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pharos_store::archive::Entry;
use pharos_store::diagnosis::{Finding, Foreign, chain};
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use crate::archive::{Sink, Stopped, begin_snapshot, version, walk};
use crate::column::{id, uin};
use crate::connection::Connector;
use crate::fault::Fault;
use crate::settings::Settings;
use crate::{OpenError, schema, statement};

/// How far PostgreSQL's clock may be from this machine's before somebody should know. A signature is good
/// for five minutes around the clock of the node that it comes to.
const CLOCK_DISTANCE_MAX: Duration = Duration::from_secs(1);

/// Problems of one kind that are counted: the first say enough.
const PROBLEMS_MAX: i64 = 100;

/// Checks the store, and shows everything in it to `look`, in the order of a stream. Servers go on beside
/// it. Where there is no store, none is made.
pub async fn diagnose(
    settings: &Settings,
    look: &mut (dyn FnMut(Result<Entry, Foreign>) + Send),
) -> Vec<Finding> {
    let client = match connect(settings).await {
        Ok(client) => client,
        Err(error) => return vec![Finding::problem(SERVER, chain(&*error))],
    };
    let (local, forgiven) = (settings.is_local(), settings.allow_asynchronous_commit);
    let mut findings = vec![
        told(SERVER, server(&client, settings).await),
        told("encryption", encryption(&client, local).await),
        told("durability", durability(&client, forgiven).await),
        told("standbys", standbys(&client).await),
        told("clock", clock(&client).await),
    ];
    let found = match version(&client).await {
        Ok(found) => found,
        Err(fault) => {
            findings.push(no_version(&fault));
            return findings;
        }
    };
    let check = "store version";
    let supported = schema::supported(schema::MIGRATIONS);
    if found > supported {
        findings.push(Finding::problem(
            check,
            format!(
                "{found} is newer than the {supported} of this Pharos; use the Pharos that wrote it"
            ),
        ));
        return findings;
    }
    if found < supported {
        findings.push(Finding::sound(
            check,
            format!(
                "{found}; the next start brings it to {supported}, and then what it holds can be \
                 examined"
            ),
        ));
        return findings;
    }
    findings.push(Finding::sound(check, found.to_string()));
    findings.push(told("rights", rights(&client).await));
    findings.extend(contents(&client, look).await);
    findings
}

const SERVER: &str = "PostgreSQL";
const TIES: &str = "attached policies and groups";

/// A connection to the server that may be written, or else to one that may be read.
async fn connect(settings: &Settings) -> Result<Client, Box<dyn std::error::Error + Send + Sync>> {
    let connector = Connector::new(settings.clone()).map_err(OpenError::Authority)?;
    match connector.connect_bare().await {
        Ok(client) => Ok(client),
        Err(_) => Ok(connector.connect_to_standby().await?),
    }
}

/// What an engine other than PostgreSQL does not know is nothing to complain of.
fn told(check: &'static str, finding: Result<Finding, Fault>) -> Finding {
    match finding {
        Ok(finding) => finding,
        Err(fault @ Fault::Other(_)) => {
            Finding::warning(check, format!("cannot be told here ({})", chain(&fault)))
        }
        Err(fault) => Finding::problem(check, chain(&fault)),
    }
}

async fn server(client: &Client, settings: &Settings) -> Result<Finding, Fault> {
    let sql = "SELECT current_setting('server_version'), pg_is_in_recovery()";
    let row = client.query_one(sql, &[]).await?;
    let (version, is_standby): (&str, bool) = (row.try_get(0)?, row.try_get(1)?);
    if is_standby {
        return Err(Fault::Standby);
    }
    Ok(Finding::sound(SERVER, format!("{version}, {settings}")))
}

async fn encryption(client: &Client, is_local: bool) -> Result<Finding, Fault> {
    let check = "encryption";
    let sql = "SELECT CASE WHEN ssl THEN version END FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let row = client.query_opt(sql, &[]).await?;
    let version = row
        .map(|row| row.try_get::<_, Option<String>>(0))
        .transpose()?;
    Ok(match version.flatten() {
        Some(version) => Finding::sound(check, version),
        None if is_local => Finding::sound(check, "none; PostgreSQL is on this machine"),
        None => Finding::warning(
            check,
            "none, and PostgreSQL is on another machine; take `sslmode=disable` out of the store's URL",
        ),
    })
}

async fn durability(client: &Client, is_forgiven: bool) -> Result<Finding, Fault> {
    let check = "durability";
    let sql = "
        SELECT current_setting('fsync', true), current_setting('synchronous_commit', true),
               current_setting('full_page_writes', true)";
    let row = client.query_one(sql, &[]).await?;
    let is_off = |column| {
        let setting: Option<&str> = row.try_get(column)?;
        Ok::<_, Fault>(setting == Some("off"))
    };
    for (column, name) in [(0, "fsync"), (1, "synchronous_commit")] {
        if is_off(column)? && !is_forgiven {
            return Err(Fault::Forgetful(name));
        }
        if is_off(column)? {
            let text = format!("`{name}` is off, as `postgres.allow_asynchronous_commit` permits");
            return Ok(Finding::warning(check, text));
        }
    }
    Ok(if is_off(2)? {
        let text = "`full_page_writes` is off; switch it on, unless the file system tears no pages";
        Finding::warning(check, text)
    } else {
        Finding::sound(check, "what is acknowledged is on the disk")
    })
}

/// Who may not see others' sessions sees that they are there, and no more.
async fn standbys(client: &Client) -> Result<Finding, Fault> {
    let check = "standbys";
    let sql = "
        SELECT current_setting('synchronous_standby_names'), count(*),
               count(*) FILTER (WHERE coalesce(sync_state, 'sync') IN ('sync', 'quorum'))
          FROM pg_stat_replication";
    let row = client.query_one(sql, &[]).await?;
    let names: &str = row.try_get(0)?;
    let (all, synchronous): (i64, i64) = (row.try_get(1)?, row.try_get(2)?);
    Ok(if names.is_empty() {
        Finding::sound(check, format!("{all}, none is waited for"))
    } else if synchronous == 0 {
        Finding::warning(
            check,
            format!(
                "none of `synchronous_standby_names` ({names}) is connected, and every commit waits; \
                 start one, or take them out"
            ),
        )
    } else {
        Finding::sound(check, format!("{all}, commits wait for {synchronous}"))
    })
}

async fn clock(client: &Client) -> Result<Finding, Fault> {
    let check = "clock";
    let now = || {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        since.unwrap_or_default().as_secs_f64()
    };
    let sql = "SELECT extract(epoch FROM clock_timestamp())::float8";
    let statement = client.prepare(sql).await?;
    let asked = now();
    let row = client.query_one(&statement, &[]).await?;
    let answered = now();
    let theirs: f64 = row.try_get(0)?;
    // It was read at some moment between the two.
    let distance = (theirs - answered).max(asked - theirs).max(0.0);
    Ok(if distance > CLOCK_DISTANCE_MAX.as_secs_f64() {
        let text = format!(
            "PostgreSQL's is {distance:.1} s from this machine's; have both follow a time server"
        );
        Finding::warning(check, text)
    } else {
        Finding::sound(check, "PostgreSQL's and this machine's agree")
    })
}

fn no_version(fault: &Fault) -> Finding {
    let check = "store version";
    match fault {
        Fault::Other(error)
            if matches!(
                error.code(),
                Some(&SqlState::UNDEFINED_TABLE | &SqlState::INVALID_SCHEMA_NAME)
            ) =>
        {
            let text = "there is no store in this database; name another, or start the server";
            Finding::problem(check, text)
        }
        _ => Finding::problem(check, chain(fault)),
    }
}

async fn rights(client: &Client) -> Result<Finding, Fault> {
    let check = "rights";
    let row = client.query_one(statement::RIGHTS_MISSING, &[]).await?;
    let (user, missing): (&str, Option<&str>) = (row.try_get(0)?, row.try_get(1)?);
    Ok(match missing {
        None => Finding::sound(check, format!("`{user}` has those it needs")),
        Some(missing) => Finding::problem(
            check,
            format!("`{user}` lacks {missing}; GRANT it in the schema `pharos`"),
        ),
    })
}

/// What is found in the tables, all of one moment.
async fn contents(
    client: &Client,
    look: &mut (dyn FnMut(Result<Entry, Foreign>) + Send),
) -> Vec<Finding> {
    let check = "contents";
    if let Err(fault) = begin_snapshot(client).await {
        return vec![Finding::problem(check, chain(&fault))];
    }
    let mut findings = vec![
        told("references", references(client).await),
        told(TIES, ties(client).await),
        told("counts", counts(client).await),
        told("audit ends", audit_ends(client).await),
    ];
    if let Err(Stopped::Failed(fault)) = walk(client, &mut Looking(look)).await {
        findings.push(Finding::problem(check, chain(&fault)));
    }
    findings
}

struct Looking<'l>(&'l mut (dyn FnMut(Result<Entry, Foreign>) + Send));

impl Sink for Looking<'_> {
    async fn take(&mut self, entry: Result<Entry, Foreign>) -> Result<(), Stopped> {
        (self.0)(entry);
        Ok(())
    }
}

async fn references(client: &Client) -> Result<Finding, Fault> {
    let rows = client
        .query(statement::LOOSE_ENDS, &[&PROBLEMS_MAX])
        .await?;
    let loose = rows.iter().map(|row| {
        let (what, key): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
        Ok(format!("{what} is not there ({key})"))
    });
    verdict("references", "every row's owner is there", loose, RESTORE)
}

async fn ties(client: &Client) -> Result<Finding, Fault> {
    let rows = client
        .query(statement::LOOSE_TIES, &[&PROBLEMS_MAX])
        .await?;
    let loose = rows.iter().map(|row| {
        let (account, tied, to) = (uin(row, 0)?, id(row, 1)?, id(row, 3)?);
        let what = match row.try_get::<_, Option<&str>>(2)? {
            Some(kind) => format!("the policy {tied} attached to the {kind} {to}"),
            None => format!("the user {tied} in the group {to}"),
        };
        Ok(format!(
            "{what} of the account {account}: one of both is not there"
        ))
    });
    verdict(TIES, "each ties what is there", loose, RESTORE)
}

async fn counts(client: &Client) -> Result<Finding, Fault> {
    let rows = client
        .query(statement::WRONG_COUNTS, &[&PROBLEMS_MAX])
        .await?;
    let wrong = rows.iter().map(|row| {
        let (account, region): (_, &str) = (uin(row, 0)?, row.try_get(1)?);
        let (counted, found): (i64, i64) = (row.try_get(2)?, row.try_get(3)?);
        Ok(format!(
            "the account {account} has {found} key pairs in {region}, and {counted} are counted"
        ))
    });
    let advice = "`pharos backup` and `pharos restore` into an empty store count anew";
    verdict("counts", "equal to the key pairs", wrong, advice)
}

async fn audit_ends(client: &Client) -> Result<Finding, Fault> {
    let rows = client
        .query(statement::WRONG_HEADS, &[&PROBLEMS_MAX])
        .await?;
    let wrong = rows.iter().map(|row| {
        let account = uin(row, 0)?;
        Ok(format!(
            "the audit log of the account {account} does not end where the account says"
        ))
    });
    let advice = "compare it with a backup, and see who else can write to the store";
    verdict(
        "audit ends",
        "every log ends where its account says",
        wrong,
        advice,
    )
}

/// What to do about what nothing else mends.
const RESTORE: &str = "restore the newest backup";

/// Sound if there is no problem; else the first, and how many more.
fn verdict(
    check: &'static str,
    sound: &str,
    mut problems: impl ExactSizeIterator<Item = Result<String, Fault>>,
    advice: &str,
) -> Result<Finding, Fault> {
    let Some(first) = problems.next().transpose()? else {
        return Ok(Finding::sound(check, sound));
    };
    let more = match problems.len() {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let text = format!("{first}{more}; {advice}");
    Ok(Finding::problem(check, text))
}
