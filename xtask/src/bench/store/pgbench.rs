//! What PostgreSQL's own bench reaches with the same statements, one transaction for each create.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::load::Load;

/// The transaction of one create, as a client without batches would write it. No text in it may have a
/// colon before a letter: that is a variable to pgbench.
const SCRIPT: &str = r#"
\set account random(1, :accounts)
\set number random(1, 9000000000000000000)
BEGIN;
SELECT version FROM pharos.schema_version WHERE id = 1 FOR SHARE;
SELECT audit_sequence + 1 AS sequence FROM pharos.accounts WHERE account = :account FOR UPDATE \gset
SELECT count FROM pharos.key_pair_counts WHERE account = :account AND region = 'ap-guangzhou';
SELECT key_name FROM pharos.key_pairs
 WHERE account = :account AND region = 'ap-guangzhou' AND key_name >= 'n' || :number::text
 ORDER BY key_name LIMIT 1;
SELECT key_id FROM pharos.key_pairs
 WHERE account = :account AND region = 'ap-guangzhou' AND key_id >= 'lhkp-' || :number::text
 ORDER BY key_id LIMIT 1;
SELECT key_id FROM pharos.key_pairs
 WHERE account = :account AND region = 'ap-guangzhou' AND fingerprint >= sha256(:number::text::bytea)
 ORDER BY fingerprint LIMIT 1;
INSERT INTO pharos.key_pairs
       (account, region, key_id, key_name, public_key, fingerprint, created_time)
VALUES (:account, 'ap-guangzhou', 'lhkp-' || :number::text, 'n' || :number::text,
        'ssh-rsa ' || repeat('A', 372) || ' lhkp-12345678', sha256(:number::text::bytea), 1764057600);
INSERT INTO pharos.key_pair_counts (account, region, count) VALUES (:account, 'ap-guangzhou', 1)
    ON CONFLICT (account, region) DO UPDATE SET count = key_pair_counts.count + 1;
INSERT INTO pharos.audit
       (account, sequence, time, request_id, user_uin, secret_id, source, operation, resources, code,
        hash)
VALUES (:account, :sequence, 1764057600, '00000000-0000-4000-8000-000000000000', :account,
        'AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE', '127.0.0.1', 'lighthouse.CreateKeyPair', '["' || repeat('q', 70) || '"]', NULL,
        sha256(:number::text::bytea));
UPDATE pharos.accounts
   SET audit_sequence = :sequence, audit_hash = sha256(:number::text::bytea)
 WHERE account = :account;
COMMIT;
"#;

/// What the adapter asks of the planner, so that both find rows the same way.
const PLANNER: &str = "-c enable_seqscan=off -c enable_sort=off -c enable_bitmapscan=off -c plan_cache_mode=force_generic_plan";

pub(super) fn creates_a_second(
    pgbench: &Path,
    url: &str,
    folder: &Path,
    load: &Load,
) -> Result<f64> {
    let script = folder.join("create.sql");
    fs::write(&script, SCRIPT)?;
    let mut command = Command::new(pgbench);
    command
        .env("PGOPTIONS", PLANNER)
        .arg("--no-vacuum")
        .args(["--protocol", "prepared", "--jobs", "2"])
        .args(["--client", &load.callers.to_string()])
        .args(["--time", &load.time.as_secs().to_string()])
        .args(["--define", &format!("accounts={}", load.accounts)])
        .arg("--file")
        .arg(&script)
        .arg(url);
    let printed = crate::repository::output(&mut command)?;
    let tps = printed
        .lines()
        .find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    tps.with_context(|| format!("pgbench told no rate: {printed}"))
}
