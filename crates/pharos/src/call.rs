//! `pharos call`.

use anyhow::{Context, Result, anyhow, bail};
use clap::Parser;
use clap::error::ContextKind;
use pharos_api::action::{ACTIONS, Action, PRODUCTS};
use pharos_client::{Target, parameters};

use crate::command_line::{Call, CallSettings};
use crate::output::say_json;
use crate::remote::{self, explain};

/// Calls an action and prints its reply.
pub(crate) fn run(arguments: Call) -> Result<()> {
    let Call {
        product,
        action,
        parameters,
    } = arguments;
    let Arguments {
        parameters,
        settings,
    } = Arguments::read(parameters)?;
    let CallSettings { version, remote } = read_settings(&settings)?;
    let known = PRODUCTS.iter().find(|known| known.name == product);
    let version = version
        .or_else(|| known.map(|known| known.version.to_owned()))
        .with_context(|| {
            format!("the version of `{product}` is not known here; name it with --version")
        })?;
    let row = ACTIONS
        .iter()
        .find(|row| row.product.name == product && row.name == action);
    let parameters = parameters::from_arguments(&parameters, row.map(|row: &Action| row.input))?;
    let target = Target {
        product: &product,
        version: &version,
        action: &action,
    };
    let reply = remote::client(&remote)?
        .call(target, &parameters)
        .map_err(explain)?;
    say_json(&reply)
}

/// Reads the settings as other commands do: with the same names, environment and defaults.
fn read_settings(settings: &[(String, String)]) -> Result<CallSettings> {
    let words = settings
        .iter()
        .map(|(name, value)| format!("--{name}={value}"));
    CallSettings::try_parse_from(std::iter::once(String::new()).chain(words)).map_err(|error| {
        let wrong = error.get(ContextKind::InvalidArg);
        let wrong = wrong.map(ToString::to_string).unwrap_or_default();
        anyhow!(
            "`{wrong}` is not a setting; the settings are `--endpoint`, `--region`, `--version`, \
             `--profile` and `--tls-ca`, and parameters of the action begin with a capital"
        )
    })
}

/// `--Name value` pairs: parameters begin with a capital, settings do not.
#[derive(Debug, PartialEq, Eq)]
struct Arguments {
    parameters: Vec<(String, String)>,
    settings: Vec<(String, String)>,
}

impl Arguments {
    fn read(words: Vec<String>) -> Result<Self> {
        let (mut parameters, mut settings) = (Vec::new(), Vec::new());
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let name = word
                .strip_prefix("--")
                .filter(|name| !name.is_empty())
                .with_context(|| format!("`{word}` stands where `--Param` should"))?;
            let (name, value) = if let Some((name, value)) = name.split_once('=') {
                (name.to_owned(), value.to_owned())
            } else {
                let value = words
                    .next()
                    .with_context(|| format!("`{word}` has no value"))?;
                (name.to_owned(), value)
            };
            if parameters
                .iter()
                .chain(&settings)
                .any(|(known, _)| *known == name)
            {
                bail!("`--{name}` stands more than once");
            }
            let capital = name.starts_with(|c: char| c.is_ascii_uppercase());
            if capital {
                &mut parameters
            } else {
                &mut settings
            }
            .push((name, value));
        }
        Ok(Self {
            parameters,
            settings,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Arguments> {
        Arguments::read(words.iter().map(|word| (*word).to_owned()).collect())
    }

    #[test]
    fn parameters_are_told_from_settings() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            read(&["--KeyName", "a", "--region", "ap-tokyo", "--Tags.0.Key=b=c"]).unwrap(),
            Arguments {
                parameters: vec![pair("KeyName", "a"), pair("Tags.0.Key", "b=c")],
                settings: vec![pair("region", "ap-tokyo")],
            }
        );
    }

    #[test]
    fn a_word_out_of_place_is_named() {
        assert!(
            read(&["KeyName"])
                .unwrap_err()
                .to_string()
                .contains("`KeyName`")
        );
        let twice = read(&["--KeyName", "a", "--KeyName", "b"]).unwrap_err();
        assert!(
            twice
                .to_string()
                .contains("`--KeyName` stands more than once")
        );
        assert!(
            read(&["--KeyName"])
                .unwrap_err()
                .to_string()
                .contains("no value")
        );
    }
}
