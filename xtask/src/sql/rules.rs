//! What the adapter's SQL does without, and why.

use super::statement::Statement;

/// A construct that is not used.
pub(super) struct Rule {
    pub(super) name: &'static str,
    pub(super) reason: &'static str,
    pub(super) is_broken: fn(&Statement) -> bool,
    /// Statements that break this rule and no other.
    pub(super) offenders: &'static [&'static str],
}

/// Tables whose key is not the account, and why that is so.
const NOT_BY_ACCOUNT: &[(&str, &str)] = &[
    ("pharos.schema_version", "one row, for the whole store"),
    ("pharos.store", "one row, for the whole store"),
    ("pharos.app_ids", "the number is unique in the whole store"),
    (
        "pharos.user_uins",
        "the number is unique in the whole store",
    ),
    (
        "pharos.access_keys",
        "a request names nothing but its SecretId before it is verified",
    ),
];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "sequences",
        reason: "one place would hand out the numbers of all nodes, and a failover leaves gaps or worse",
        is_broken: |statement| {
            let types = ["bigserial", "identity", "serial", "smallserial"];
            let functions = ["currval", "lastval", "nextval", "setval"];
            statement.has_any(&types)
                || statement.has_any(&functions)
                || statement.has_sequence(&["create", "sequence"])
        },
        offenders: &[
            "CREATE TABLE pharos.a (account bigserial)",
            "CREATE TABLE pharos.a (account bigint GENERATED ALWAYS AS IDENTITY)",
            "CREATE SEQUENCE pharos.a",
            "SELECT nextval('pharos.a')",
        ],
    },
    Rule {
        name: "advisory locks",
        reason: "they live in the memory of one server, and are gone after a failover",
        is_broken: |statement| {
            let is_lock = |word: &str| word.contains("advisory_");
            statement.words().any(is_lock)
        },
        offenders: &[
            "SELECT pg_advisory_xact_lock(1)",
            "SELECT pg_try_advisory_lock(1)",
        ],
    },
    Rule {
        name: "LISTEN and NOTIFY",
        reason: "what is told while a node is not connected is lost, and commits that tell something wait \
                 for each other",
        is_broken: |statement| {
            let begins = |word: &&str| statement.begins_with(word);
            ["listen", "notify", "unlisten"].iter().any(begins) || statement.has("pg_notify")
        },
        offenders: &[
            "LISTEN commits",
            "NOTIFY commits",
            "SELECT pg_notify('commits', '')",
        ],
    },
    Rule {
        name: "temporary and unlogged tables",
        reason: "a standby has nothing of them",
        is_broken: |statement| statement.has_any(&["temp", "temporary", "unlogged"]),
        offenders: &[
            "CREATE TEMP TABLE pharos.a (account bigint)",
            "CREATE UNLOGGED TABLE pharos.a (account bigint)",
        ],
    },
    Rule {
        name: "triggers",
        reason: "what a statement does should stand in it",
        is_broken: |statement| statement.has("trigger"),
        offenders: &["CREATE TRIGGER a BEFORE INSERT ON pharos.a"],
    },
    Rule {
        name: "stored procedures",
        reason: "what is decided is decided in Rust (docs/decisions/0008)",
        is_broken: |statement| {
            statement.begins_with("do")
                || statement.begins_with("call")
                || statement.has_any(&["function", "procedure", "language"])
        },
        offenders: &[
            "CREATE FUNCTION pharos.a() RETURNS bigint",
            "DO ''",
            "CALL pharos.a()",
        ],
    },
    Rule {
        name: "system columns",
        reason: "they tell of the storage of PostgreSQL, which other engines do not have",
        is_broken: |statement| {
            let is_column = |word: &str| {
                let name = word.rsplit('.').next().unwrap_or(word);
                ["cmax", "cmin", "ctid", "oid", "tableoid", "xmax", "xmin"].contains(&name)
            };
            statement.words().any(is_column)
        },
        offenders: &[
            "SELECT ctid FROM pharos.a",
            "SELECT a.xmin FROM pharos.a AS a",
        ],
    },
    Rule {
        name: "LOCK TABLE",
        reason: "it stops everybody; a transaction locks the rows that it needs",
        is_broken: |statement| statement.begins_with("lock"),
        offenders: &["LOCK TABLE pharos.a", "LOCK pharos.a IN SHARE MODE"],
    },
    Rule {
        name: "foreign keys across accounts",
        reason: "an account's rows stand together; a reference to elsewhere is a round trip to elsewhere",
        is_broken: |statement| {
            let is_elsewhere = |(before, behind): (&[String], &[String])| {
                // The columns that refer, if they stand in front, and those that are referred to.
                let is_column = before.last().is_some_and(|word| word != ")");
                let refers = if is_column {
                    column(before)
                } else {
                    let open = before.iter().rposition(|word| word == "(");
                    open.and_then(|open| before.get(open + 1))
                        .map(String::as_str)
                };
                let referred = behind.get(2).map(String::as_str);
                refers != Some("account") || referred != Some("account")
            };
            statement.places(&["references"]).any(is_elsewhere)
        },
        offenders: &[
            "CREATE TABLE pharos.a (account bigint, b text REFERENCES pharos.b (b))",
            "ALTER TABLE pharos.a ADD FOREIGN KEY (b, account) REFERENCES pharos.b (b, account)",
        ],
    },
    Rule {
        name: "unique constraints across accounts",
        reason: "what is unique in the whole store has a small table of its own",
        is_broken: |statement| {
            let is_across = |(before, behind): (&[String], &[String])| match behind {
                [open, first, ..] if open == "(" => first != "account",
                // A unique index, on these columns.
                [index, ..] if index == "index" => {
                    let open = behind.iter().position(|word| word == "(");
                    let first = open.and_then(|open| behind.get(open + 1));
                    first.is_none_or(|first| first != "account")
                }
                _ => column(before) != Some("account"),
            };
            statement.places(&["unique"]).any(is_across)
        },
        offenders: &[
            "CREATE TABLE pharos.a (account bigint, name text UNIQUE)",
            "CREATE TABLE pharos.a (account bigint, name text, UNIQUE (name, account))",
            "CREATE UNIQUE INDEX a ON pharos.a (name)",
        ],
    },
    Rule {
        name: "primary keys across accounts",
        reason: "an account's rows stand together, whichever machine has them",
        is_broken: |statement| {
            let is_exception = |word: &str| NOT_BY_ACCOUNT.iter().any(|(table, _)| *table == word);
            let is_across = |(before, behind): (&[String], &[String])| match behind {
                [open, first, ..] if open == "(" => first != "account",
                _ => column(before) != Some("account"),
            };
            !statement.words().any(is_exception)
                && statement.places(&["primary", "key"]).any(is_across)
        },
        offenders: &[
            "CREATE TABLE pharos.a (account bigint, id text PRIMARY KEY)",
            "CREATE TABLE pharos.a (account bigint, id text, PRIMARY KEY (id, account))",
        ],
    },
    Rule {
        name: "locks on several rows without an order",
        reason: "two transactions that take them in different orders wait for each other",
        is_broken: |statement| {
            let strengths = ["update", "share", "no", "key"];
            let locks = strengths
                .iter()
                .any(|strength| statement.has_sequence(&["for", strength]));
            let several = ["<", ">", "any", "between", "in", "join", "unnest"];
            let is_of_several = statement.has_any(&several) || !statement.has("where");
            locks && is_of_several && !statement.has_sequence(&["order", "by"])
        },
        offenders: &[
            "SELECT a FROM pharos.a WHERE account = ANY ($1) FOR UPDATE",
            "SELECT a FROM pharos.a FOR NO KEY UPDATE",
        ],
    },
    Rule {
        name: "tablespaces",
        reason: "where a table lies is the operator's to say",
        is_broken: |statement| statement.has("tablespace"),
        offenders: &["CREATE TABLE pharos.a (account bigint) TABLESPACE fast"],
    },
    Rule {
        name: "materialized views",
        reason: "they tell of some other moment",
        is_broken: |statement| statement.has("materialized"),
        offenders: &["CREATE MATERIALIZED VIEW pharos.a AS SELECT 1"],
    },
    Rule {
        name: "exclusion constraints",
        reason: "no other engine has them",
        is_broken: |statement| statement.has("exclude"),
        offenders: &["ALTER TABLE pharos.a ADD EXCLUDE USING gist (b WITH =)"],
    },
    Rule {
        name: "extensions",
        reason: "a managed PostgreSQL has its own list of them",
        is_broken: |statement| statement.has("extension"),
        offenders: &["CREATE EXTENSION pgcrypto"],
    },
    Rule {
        name: "LIMIT without an order",
        reason: "which rows come is left to chance",
        is_broken: |statement| statement.has("limit") && !statement.has_sequence(&["order", "by"]),
        offenders: &["SELECT a FROM pharos.a LIMIT 1"],
    },
    Rule {
        name: "tables without their schema",
        reason: "a search path decides what they mean",
        is_broken: |statement| {
            let is_bare = |before: &[String], name: &str| {
                let last = |back: usize| {
                    let at = before.len().checked_sub(back);
                    at.and_then(|at| before.get(at)).map_or("", String::as_str)
                };
                // `extract(epoch FROM ...)` and `IS DISTINCT FROM` name no table.
                let names_none = last(1) == "distinct" || last(3) == "extract";
                let is_elsewhere = ["(", "information_schema", "lateral", "pharos", "unnest"]
                    .contains(&name.split('.').next().unwrap_or(name))
                    || name.starts_with("pg_");
                !names_none && !is_elsewhere
            };
            let bare_behind = |words: &'static [&'static str]| {
                statement.places(words).any(|(before, behind)| {
                    behind.first().is_some_and(|name| is_bare(before, name))
                })
            };
            bare_behind(&["from"])
                || bare_behind(&["join"])
                || bare_behind(&["insert", "into"])
                || bare_behind(&["references"])
                || (statement.begins_with("update")
                    && statement
                        .words()
                        .nth(1)
                        .is_some_and(|name| is_bare(&[], name)))
                || (statement.has_sequence(&["create", "table"])
                    && !statement.words().any(|word| word.starts_with("pharos.")))
        },
        offenders: &[
            "SELECT a FROM b",
            "SELECT a FROM pharos.b AS b JOIN c ON true",
            "INSERT INTO a VALUES (1)",
            "UPDATE a SET b = 1",
            "DELETE FROM a",
            "CREATE TABLE IF NOT EXISTS a (account bigint PRIMARY KEY)",
            "CREATE TABLE pharos.a (account bigint REFERENCES accounts (account))",
        ],
    },
];

/// The name of the column that is being defined at the end of these words.
fn column(words: &[String]) -> Option<&str> {
    let mut depth = 0;
    let begin = words.iter().rposition(|word| {
        match word.as_str() {
            ")" => depth += 1,
            "(" if depth > 0 => depth -= 1,
            "(" | "," => return depth == 0,
            _ => {}
        }
        false
    })?;
    words.get(begin + 1).map(String::as_str)
}
