//! Settings: flags win over the environment, which wins over the file, which wins over defaults.

mod file;
mod generator;
mod store;

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use pharos_api::credential::{SECRET_KEY_CHARS_MIN, SecretId, SecretKey};
use pharos_keys::Method;
use pharos_server::Strictness;
use pharos_service::InstanceSettings;
use pharos_service::import_rules::ImportRules;
use pharos_store::{InstanceQuota, KeyPairQuota};

use crate::command_line::{GeneratorArgument, Serve, StoreArguments};
pub(crate) use file::RateLimitScope;
use file::{File, Import, Instances};
use generator::GeneratorSettings;
pub(crate) use store::{MasterKeyLocation, Place, StoreLocation};

/// Where the server listens unless told otherwise: this machine only.
const DEFAULT_LISTEN: &str = "127.0.0.1:8324";

/// The vendor's quota (protocol.md section 8).
const DEFAULT_KEY_PAIR_QUOTA: u32 = 10;

/// Enough for a fleet, and few enough to list all of them for each filter.
const DEFAULT_INSTANCE_QUOTA: u32 = 1_000;

/// The longest time that what is done to an instance may take, in seconds: clients give up after an hour
/// (clients.md section 1.1).
const OPERATION_SECONDS_MAX: u32 = 3_600;

/// What `pharos serve` works with.
pub(crate) struct Configuration {
    pub(crate) listen: String,
    /// `None`: nowhere.
    pub(crate) metrics_listen: Option<String>,
    pub(crate) place: Place,
    pub(crate) generator: GeneratorSettings,
    pub(crate) key_pair_quota: KeyPairQuota,
    pub(crate) instances: InstanceSettings,
    pub(crate) import_rules: ImportRules,
    pub(crate) tls: Option<TlsFiles>,
    /// `None`: as the address has it.
    pub(crate) explain_signatures: Option<bool>,
    pub(crate) explorer: bool,
    pub(crate) service_strictness: Strictness,
    pub(crate) enforce_rate_limits: bool,
    pub(crate) rate_limit_scope: RateLimitScope,
    pub(crate) allowed_origins: Vec<String>,
}

/// Where the certificate is, and its private key.
#[derive(Clone, Debug)]
pub(crate) struct TlsFiles {
    pub(crate) cert: PathBuf,
    pub(crate) key: PathBuf,
}

/// The quotas of accounts that have none of their own, as the servers of this configuration have them.
#[derive(Clone, Copy)]
pub(crate) struct DefaultQuotas {
    pub(crate) key_pairs: KeyPairQuota,
    pub(crate) instances: InstanceQuota,
}

impl DefaultQuotas {
    fn of(file: &File) -> Self {
        let key_pairs = file.key_pair_quota.as_ref();
        let instances = file.instances.quota.as_ref();
        Self {
            key_pairs: KeyPairQuota(key_pairs.map_or(DEFAULT_KEY_PAIR_QUOTA, |number| number.0)),
            instances: InstanceQuota(instances.map_or(DEFAULT_INSTANCE_QUOTA, |number| number.0)),
        }
    }
}

/// What the commands of an operator work with.
pub(crate) fn load_for_operator(arguments: StoreArguments) -> Result<(Place, DefaultQuotas)> {
    let file = File::read_or_default(arguments.config.as_deref())?;
    let place = Place::of(arguments.store.as_deref(), arguments.master_key_file, &file)?;
    Ok((place, DefaultQuotas::of(&file)))
}

/// What `pharos doctor` works with.
pub(crate) fn load_for_doctor(
    arguments: StoreArguments,
    generator: &GeneratorArgument,
) -> Result<(Place, Method)> {
    let file = File::read_or_default(arguments.config.as_deref())?;
    let place = Place::of(arguments.store.as_deref(), arguments.master_key_file, &file)?;
    let method = generator::method_of(generator.method.as_deref(), &file)?;
    Ok((place, method))
}

impl Configuration {
    /// Puts the settings together.
    pub(crate) fn load(arguments: Serve) -> Result<Self> {
        let StoreArguments {
            store,
            master_key_file,
            config,
        } = arguments.store;
        let file = File::read_or_default(config.as_deref())?;
        let place = Place::of(store.as_deref(), master_key_file, &file)?;
        let quotas = DefaultQuotas::of(&file);
        let generator = GeneratorSettings::of(
            arguments.generator.method.as_deref(),
            arguments.key_type.as_deref(),
            &file,
        )?;
        Ok(Self {
            listen: arguments
                .listen
                .or(file.listen)
                .unwrap_or_else(|| DEFAULT_LISTEN.to_owned()),
            metrics_listen: arguments.metrics_listen.or(file.metrics_listen),
            place,
            generator,
            explain_signatures: arguments.explain_signatures.or(file.explain_signatures),
            // A flag, so it wins over the environment and the file.
            explorer: !arguments.no_explorer
                && arguments.explorer.or(file.explorer).unwrap_or(true),
            service_strictness: arguments
                .service_strictness
                .or(file.service_strictness)
                .map_or(Strictness::default(), Strictness::from),
            enforce_rate_limits: file.rate_limit.enforce.unwrap_or(true),
            rate_limit_scope: file.rate_limit.scope,
            allowed_origins: parse_origins(file.cors.allowed_origins)?,
            key_pair_quota: quotas.key_pairs,
            instances: InstanceSettings {
                quota: quotas.instances,
                operation_seconds: parse_operation_time(&file.instances)?,
            },
            import_rules: parse_import(&file.import)?,
            tls: parse_tls(
                arguments.tls_cert.or(file.tls_cert),
                arguments.tls_key.or(file.tls_key),
            )?,
        })
    }
}

fn parse_operation_time(instances: &Instances) -> Result<u32> {
    let operation_time = instances.operation_time.as_ref();
    let seconds = operation_time.map_or(0, |seconds| seconds.0);
    if seconds > OPERATION_SECONDS_MAX {
        bail!(
            "the setting `instances.operation_time` is {seconds} seconds; it may be at most \
             {OPERATION_SECONDS_MAX}"
        );
    }
    Ok(seconds)
}

fn parse_import(import: &Import) -> Result<ImportRules> {
    let mut rules = ImportRules::default();
    if let Some(names) = &import.accept {
        rules = rules
            .accepting(names)
            .context("the setting `import.accept` is not valid")?;
    }
    rules
        .without(&import.weak_rules_off)
        .context("the setting `import.weak_rules_off` is not valid")
}

fn parse_tls(cert: Option<PathBuf>, key: Option<PathBuf>) -> Result<Option<TlsFiles>> {
    match (cert, key) {
        (None, None) => Ok(None),
        (Some(cert), Some(key)) => Ok(Some(TlsFiles { cert, key })),
        (Some(_), None) => bail!("there is a TLS certificate without its key; set --tls-key too"),
        (None, Some(_)) => bail!("there is a TLS key without its certificate; set --tls-cert too"),
    }
}

/// Origins as browsers write them: anything else would never match, in silence.
fn parse_origins(origins: Vec<String>) -> Result<Vec<String>> {
    let is_origin = |text: &str| {
        let host = text
            .strip_prefix("https://")
            .or(text.strip_prefix("http://"));
        host.is_some_and(|host| {
            let fits =
                |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.:[]".contains(c);
            !host.is_empty() && host.chars().all(fits)
        })
    };
    match origins.iter().find(|text| !is_origin(text)) {
        None => Ok(origins),
        Some(other) => bail!(
            "`{other}` is not an origin; write one like `https://console.example.com`: in lower case, \
             without a path, with the port only where it is not the usual one"
        ),
    }
}

/// The root account's access key, if the operator sets it: `PHAROS_ROOT_SECRET_ID` and
/// `PHAROS_ROOT_SECRET_KEY`. In no file and no flag, which others can read.
pub(crate) fn root_access_key() -> Result<Option<(SecretId, SecretKey)>> {
    let read = |name| match env::var(name) {
        Ok(value) if !value.is_empty() => Ok(Some(value)),
        Ok(_) | Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => bail!("{name} is not text"),
    };
    parse_root_access_key(
        read("PHAROS_ROOT_SECRET_ID")?,
        read("PHAROS_ROOT_SECRET_KEY")?,
    )
}

fn parse_root_access_key(
    secret_id: Option<String>,
    secret_key: Option<String>,
) -> Result<Option<(SecretId, SecretKey)>> {
    match (secret_id, secret_key.map(SecretKey::new)) {
        (None, None) => Ok(None),
        (Some(_), None) => {
            bail!("PHAROS_ROOT_SECRET_ID is set without PHAROS_ROOT_SECRET_KEY; set both")
        }
        (None, Some(_)) => {
            bail!("PHAROS_ROOT_SECRET_KEY is set without PHAROS_ROOT_SECRET_ID; set both")
        }
        (Some(secret_id), Some(secret_key)) => {
            let secret_id = SecretId::parse(&secret_id)
                .context("PHAROS_ROOT_SECRET_ID may have letters, digits, `_` and `-` only")?;
            if secret_id.is_operator() {
                bail!(
                    "PHAROS_ROOT_SECRET_ID is `{secret_id}`, which stands for the operator in the audit log; \
                     choose another"
                );
            }
            let chars = secret_key.expose().chars().count();
            if chars < SECRET_KEY_CHARS_MIN {
                bail!(
                    "PHAROS_ROOT_SECRET_KEY has {chars} characters; give it at least {SECRET_KEY_CHARS_MIN}"
                );
            }
            Ok(Some((secret_id, secret_key)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_browser_would_write_is_not_an_origin() {
        let parse = |text: &str| parse_origins(vec![text.to_owned()]);
        for text in [
            "https://a.example",
            "http://127.0.0.1:8080",
            "http://[::1]:80",
        ] {
            assert_eq!(parse(text).unwrap(), [text]);
        }
        for text in [
            "*",
            "",
            "a.example",
            "https://",
            "https://a/",
            "https://A",
            "null",
        ] {
            assert!(
                parse(text).unwrap_err().to_string().contains("`https://"),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_imported_is_the_operators_choice() {
        let parse = |text: &str| parse_import(&File::parse(text).unwrap().import);
        assert_eq!(parse("").unwrap(), ImportRules::default());
        let chosen = parse("import.accept = ['ssh-rsa']\nimport.weak_rules_off = ['rsa-size']");
        let expected = ImportRules::default().accepting(&["ssh-rsa".to_owned()]);
        let expected = expected.unwrap().without(&["rsa-size".to_owned()]);
        assert_eq!(chosen.unwrap(), expected.unwrap());
        for (text, says) in [
            (
                "import.accept = ['rsa']",
                "`import.accept` is not valid: there is no `rsa`; there are `ssh-rsa`",
            ),
            (
                "import.accept = []",
                "`import.accept` is not valid: nothing could be imported",
            ),
            (
                "import.weak_rules_off = ['roca']",
                "`import.weak_rules_off` is not valid: there is no `roca`; there are `rsa-size`",
            ),
        ] {
            let refused = format!("{:#}", parse(text).unwrap_err());
            assert!(refused.contains(says), "{refused}");
        }
    }

    #[test]
    fn what_makes_no_access_key_is_refused() {
        let text = |text: &str| Some(text.to_owned());
        let long = "0123456789abcdef";
        assert!(parse_root_access_key(None, None).unwrap().is_none());
        assert!(
            parse_root_access_key(text("AKIDa"), text(long))
                .unwrap()
                .is_some()
        );
        for (id, key) in [
            (text("AKIDa"), None),
            (None, text(long)),
            (text("AKID a"), text(long)),
            (text("AKIDa"), text("short")),
            (text("pharos-operator"), text(long)),
        ] {
            assert!(parse_root_access_key(id, key).is_err());
        }
    }
}
