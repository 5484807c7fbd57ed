//! The configuration file: its settings, and what is said of one that it does not have.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use serde::de::{Unexpected, Visitor};
use serde::{Deserialize, Deserializer};

use crate::command_line::ServiceStrictness;

/// How alike two names have to be for one to be suggested for the other, from 0 to 1.
const SUGGESTION_LIKENESS_MIN: f64 = 0.7;

/// The file, with every setting optional.
#[derive(Debug, Default, Deserialize)]
#[expect(
    clippy::struct_field_names,
    reason = "they are the names of the settings"
)]
pub(crate) struct File {
    pub(crate) listen: Option<String>,
    pub(crate) store: Option<String>,
    pub(crate) key_pair_quota: Option<WholeNumber>,
    pub(crate) tls_cert: Option<PathBuf>,
    pub(crate) tls_key: Option<PathBuf>,
    pub(crate) explain_signatures: Option<bool>,
    pub(crate) explorer: Option<bool>,
    pub(crate) service_strictness: Option<ServiceStrictness>,
    pub(crate) master_key_file: Option<PathBuf>,
    pub(crate) master_key_command: Option<Vec<String>>,
    pub(crate) generator: Option<String>,
    pub(crate) generator_threads: Option<WholeNumber>,
    pub(crate) key_type: Option<String>,
    pub(crate) metrics_listen: Option<String>,
    #[serde(default)]
    pub(crate) postgres: Postgres,
    #[serde(default)]
    pub(crate) rate_limit: RateLimit,
    #[serde(default)]
    pub(crate) cors: Cors,
    #[serde(default)]
    pub(crate) instances: Instances,
    #[serde(default)]
    pub(crate) import: Import,
}

/// The table `postgres` of the file.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Postgres {
    pub(crate) password_file: Option<PathBuf>,
    #[serde(default)]
    pub(crate) allow_asynchronous_commit: bool,
}

/// The table `instances` of the file.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Instances {
    pub(crate) quota: Option<WholeNumber>,
    /// In seconds.
    pub(crate) operation_time: Option<WholeNumber>,
}

/// The table `cors` of the file.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Cors {
    #[serde(default)]
    pub(crate) allowed_origins: Vec<String>,
}

/// The table `import` of the file.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Import {
    /// `None`: every algorithm.
    pub(crate) accept: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) weak_rules_off: Vec<String>,
}

/// The table `rate_limit` of the file.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct RateLimit {
    pub(crate) enforce: Option<bool>,
    #[serde(default)]
    pub(crate) scope: RateLimitScope,
}

/// Over which nodes calls are counted together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RateLimitScope {
    /// Each node counts its own.
    #[default]
    Node,
    /// All that share a store.
    Cluster,
}

/// A number of things, in words that a person understands when it is none.
#[derive(Debug)]
pub(crate) struct WholeNumber(pub(crate) u32);

impl<'de> Deserialize<'de> for WholeNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;

        impl Visitor<'_> for Words {
            type Value = WholeNumber;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "a whole number from 0 to {}", u32::MAX)
            }

            fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<WholeNumber, E> {
                u32::try_from(number)
                    .map(WholeNumber)
                    .map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
            }
        }

        deserializer.deserialize_i64(Words)
    }
}

/// The names that [`File`] knows.
const FILE_KEYS: &[&str] = &[
    "cors.allowed_origins",
    "explain_signatures",
    "explorer",
    "generator",
    "generator_threads",
    "import.accept",
    "import.weak_rules_off",
    "instances.operation_time",
    "instances.quota",
    "key_pair_quota",
    "key_type",
    "listen",
    "master_key_command",
    "master_key_file",
    "metrics_listen",
    "postgres.allow_asynchronous_commit",
    "postgres.password_file",
    "rate_limit.enforce",
    "rate_limit.scope",
    "service_strictness",
    "store",
    "tls_cert",
    "tls_key",
];

impl File {
    /// Reads the file, if there is one.
    pub(crate) fn read_or_default(path: Option<&Path>) -> Result<Self> {
        path.map_or_else(|| Ok(Self::default()), Self::read)
    }

    fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path)
            .with_context(|| format!("cannot read the configuration file {}", path.display()))?;
        Self::parse(&text)
            .with_context(|| format!("the configuration file {} is not valid", path.display()))
    }

    pub(super) fn parse(text: &str) -> Result<Self> {
        let table: toml::Table =
            toml::from_str(text).map_err(|error| anyhow!("{}", one_line(&error)))?;
        for key in keys(&table) {
            if !FILE_KEYS.contains(&key.as_str()) {
                let known = FILE_KEYS.join("`, `");
                bail!(
                    "there is no setting `{key}`{}; the settings are `{known}`",
                    suggestion(&key)
                );
            }
        }
        table
            .try_into()
            .map_err(|error| anyhow!("{}", one_line(&error)))
    }
}

/// The names of the settings in it; those of a table stand behind its name and a dot.
fn keys(table: &toml::Table) -> Vec<String> {
    table
        .iter()
        .flat_map(|(name, value)| match value.as_table() {
            None => vec![name.clone()],
            Some(inner) => inner.keys().map(|key| format!("{name}.{key}")).collect(),
        })
        .collect()
}

fn one_line(error: &toml::de::Error) -> String {
    error
        .to_string()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn suggestion(key: &str) -> String {
    FILE_KEYS
        .iter()
        .map(|known| (strsim::jaro_winkler(key, known), known))
        .filter(|(likeness, _)| *likeness >= SUGGESTION_LIKENESS_MIN)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map_or_else(String::new, |(_, known)| {
            format!(", did you mean `{known}`?")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_setting_is_refused_with_the_one_that_was_meant() {
        let error = File::parse("listn = '127.0.0.1:1'")
            .unwrap_err()
            .to_string();
        assert!(error.contains("`listn`, did you mean `listen`?"), "{error}");
        let error = File::parse("[rate_limit]\nenforced = false").unwrap_err();
        let error = error.to_string();
        assert!(
            error.contains("did you mean `rate_limit.enforce`?"),
            "{error}"
        );
        let error = File::parse("colour = 'red'").unwrap_err().to_string();
        assert!(!error.contains("did you mean"), "{error}");
    }

    #[test]
    fn every_setting_of_the_file_is_read() {
        let text = "listen = '0.0.0.0:1'\nstore = 'sqlite:/a'\nkey_pair_quota = 5\n\
                    tls_cert = '/c'\ntls_key = '/k'\nexplain_signatures = true\n\
                    explorer = false\n\
                    service_strictness = 'lenient'\nrate_limit.enforce = false\n\
                    rate_limit.scope = 'cluster'\n\
                    cors.allowed_origins = ['https://a']\n\
                    master_key_file = '/m'\nmaster_key_command = ['print', 'keys']\n\
                    generator = 'portable'\ngenerator_threads = 3\n\
                    key_type = 'ed25519'\nmetrics_listen = '0.0.0.0:2'\n\
                    postgres.password_file = '/p'\n\
                    postgres.allow_asynchronous_commit = true\n\
                    instances.quota = 7\n\
                    instances.operation_time = 2\n\
                    import.accept = ['ssh-rsa']\n\
                    import.weak_rules_off = ['rsa-size']\n";
        let file = File::parse(text).unwrap();
        assert_eq!(file.listen.unwrap(), "0.0.0.0:1");
        assert_eq!(
            (
                file.store.as_deref(),
                file.key_pair_quota.map(|number| number.0)
            ),
            (Some("sqlite:/a"), Some(5))
        );
        let path = |text: &str| Some(PathBuf::from(text));
        assert_eq!((file.tls_cert, file.tls_key), (path("/c"), path("/k")));
        assert_eq!(file.explain_signatures, Some(true));
        assert_eq!(file.explorer, Some(false));
        assert!(matches!(
            file.service_strictness,
            Some(ServiceStrictness::Lenient)
        ));
        assert_eq!(file.rate_limit.enforce, Some(false));
        assert_eq!(file.rate_limit.scope, RateLimitScope::Cluster);
        assert_eq!(file.cors.allowed_origins, ["https://a"]);
        assert_eq!(file.master_key_file, path("/m"));
        assert_eq!(file.master_key_command.unwrap(), ["print", "keys"]);
        assert_eq!(file.generator.as_deref(), Some("portable"));
        assert_eq!(file.generator_threads.map(|number| number.0), Some(3));
        assert_eq!(file.key_type.as_deref(), Some("ed25519"));
        assert_eq!(file.metrics_listen.as_deref(), Some("0.0.0.0:2"));
        assert_eq!(file.postgres.password_file, path("/p"));
        assert!(file.postgres.allow_asynchronous_commit);
        assert_eq!(file.import.accept.unwrap(), ["ssh-rsa"]);
        assert_eq!(file.import.weak_rules_off, ["rsa-size"]);
        assert_eq!(text.lines().count(), FILE_KEYS.len());
    }

    #[test]
    fn a_bad_value_is_one_line() {
        for text in ["listen = 1", "listen = ", "key_pair_quota = -1"] {
            assert!(
                !File::parse(text).unwrap_err().to_string().contains('\n'),
                "{text}"
            );
        }
    }
}
