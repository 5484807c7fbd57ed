//! Which public keys may be imported.

use std::collections::BTreeSet;

use pharos_api::code::Code;
use pharos_api::error::ApiError;
use pharos_api::public_key_text::PublicKeyText;
use pharos_api::text::Text;
use pharos_keys::weak::{Rule, Rules, Weakness};
use pharos_keys::{Algorithm, ImportError, PublicKey};
use thiserror::Error;

/// Which public keys may be imported: every algorithm and no weak key, unless the operator says
/// otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRules {
    accepted: BTreeSet<Algorithm>,
    weak: Rules,
}

/// Names that make no rules.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BadImportRules {
    /// A name that nothing has.
    #[error("there is no `{name}`; there are `{known}`")]
    UnknownName {
        /// The name.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// Not one algorithm.
    #[error("nothing could be imported; name at least one of `{known}`")]
    NothingAccepted {
        /// Those that there are.
        known: String,
    },
}

impl Default for ImportRules {
    fn default() -> Self {
        Self {
            accepted: Algorithm::ALL.iter().copied().collect(),
            weak: Rules::default(),
        }
    }
}

impl ImportRules {
    /// The same, but accepting these algorithms only.
    ///
    /// # Errors
    /// A name that no algorithm has, or no name at all.
    pub fn accepting(self, names: &[String]) -> Result<Self, BadImportRules> {
        let known = || join(Algorithm::ALL.iter().map(|algorithm| algorithm.name()));
        if names.is_empty() {
            return Err(BadImportRules::NothingAccepted { known: known() });
        }
        let accepted = names
            .iter()
            .map(|name| Algorithm::parse(name).ok_or_else(|| unknown(name, known())));
        Ok(Self {
            accepted: accepted.collect::<Result<_, _>>()?,
            ..self
        })
    }

    /// The same without these rules against weak keys.
    ///
    /// # Errors
    /// A name that no rule has.
    pub fn without(self, names: &[String]) -> Result<Self, BadImportRules> {
        let known = || join(Rule::ALL.iter().map(|rule| rule.name()));
        names.iter().try_fold(self, |rules, name| {
            let rule = Rule::parse(name).ok_or_else(|| unknown(name, known()))?;
            Ok(Self {
                weak: rules.weak.without(rule),
                ..rules
            })
        })
    }

    /// Reads a public key of an algorithm that is accepted.
    pub(crate) fn read(&self, text: &PublicKeyText) -> Result<PublicKey, ApiError> {
        let key = PublicKey::parse(text.expose()).map_err(unreadable)?;
        if self.accepted.contains(&key.algorithm()) {
            Ok(key)
        } else {
            Err(self.not_accepted(key.algorithm()))
        }
    }

    /// The rules against weak keys.
    pub(crate) fn weak(&self) -> &Rules {
        &self.weak
    }

    fn not_accepted(&self, algorithm: Algorithm) -> ApiError {
        let name = algorithm.name();
        let accepted = join(self.accepted.iter().map(|algorithm| algorithm.name()));
        malformed(Text::new(
            format!(
                "Keys of `{name}` are not accepted here. Import one of `{accepted}`, or ask the operator to \
                 accept it (`import.accept`)."
            ),
            format!(
                "此处不接受 `{name}` 类型的密钥，请导入 `{accepted}` 类型的密钥，或联系运维人员开启（`import.accept`）。"
            ),
        ))
    }
}

/// The refusal of a text that is no public key.
fn unreadable(error: ImportError) -> ApiError {
    malformed(error.text())
}

/// The refusal of a weak key.
pub(crate) fn weak(weakness: Weakness) -> ApiError {
    malformed(weakness.text())
}

fn malformed(message: Text) -> ApiError {
    ApiError::new(Code::KeyPairPublicKeyMalformed, message)
}

fn unknown(name: &str, known: String) -> BadImportRules {
    BadImportRules::UnknownName {
        name: name.to_owned(),
        known,
    }
}

fn join(names: impl Iterator<Item = &'static str>) -> String {
    names.collect::<Vec<_>>().join("`, `")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn every_name_is_known_and_no_other() {
        for algorithm in Algorithm::ALL {
            let rules = ImportRules::default().accepting(&names(&[algorithm.name()]));
            assert_eq!(rules.unwrap().accepted, BTreeSet::from([*algorithm]));
        }
        for rule in Rule::ALL {
            let rules = ImportRules::default().without(&names(&[rule.name()]));
            assert_eq!(rules.unwrap().weak, Rules::default().without(*rule));
        }
        let refused = ImportRules::default().accepting(&names(&["ssh-rsa", "rsa"]));
        let sentence = refused.unwrap_err().to_string();
        assert!(sentence.starts_with("there is no `rsa`; there are `ssh-rsa`, `ssh-ed25519`, "));
        let refused = ImportRules::default().without(&names(&["rsa-roca", "roca"]));
        let sentence = refused.unwrap_err().to_string();
        assert!(sentence.starts_with("there is no `roca`; there are `rsa-size`, "));
    }

    #[test]
    fn something_is_accepted() {
        let refused = ImportRules::default().accepting(&[]).unwrap_err();
        assert!(matches!(refused, BadImportRules::NothingAccepted { .. }));
        assert_eq!(
            ImportRules::default().without(&[]),
            Ok(ImportRules::default())
        );
    }
}
