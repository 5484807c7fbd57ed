//! How key pairs are made.

use std::num::NonZeroUsize;
use std::thread;

use anyhow::{Result, anyhow, bail};
use pharos_keys::{KeyType, Method};

use super::file::File;

/// More threads than any machine has cores are a slip of the hand.
const THREADS_MAX: u32 = 1_024;

/// What kind of key pairs are made, how, and on how many threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GeneratorSettings {
    pub(crate) method: Method,
    pub(crate) key_type: KeyType,
    pub(crate) threads: NonZeroUsize,
}

impl GeneratorSettings {
    /// Puts the settings together; these two were given outside of the file.
    pub(super) fn of(method: Option<&str>, key_type: Option<&str>, file: &File) -> Result<Self> {
        Ok(Self {
            method: method_of(method, file)?,
            key_type: named(
                "key_type",
                key_type.or(file.key_type.as_deref()),
                KeyType::parse,
                KeyType::ALL.iter().map(|key_type| key_type.name()),
            )?,
            threads: match &file.generator_threads {
                None => default_threads(),
                Some(number) => parse_threads(number.0)?,
            },
        })
    }
}

/// How primes are found; `typed` was given outside of the file.
pub(super) fn method_of(typed: Option<&str>, file: &File) -> Result<Method> {
    named(
        "generator",
        typed.or(file.generator.as_deref()),
        Method::parse,
        Method::ALL.iter().map(|method| method.name()),
    )
}

/// What a setting names, or the default.
fn named<T: Default>(
    setting: &str,
    value: Option<&str>,
    parse: fn(&str) -> Option<T>,
    names: impl Iterator<Item = &'static str>,
) -> Result<T> {
    let Some(value) = value else {
        return Ok(T::default());
    };
    parse(value).ok_or_else(|| {
        let names = names.collect::<Vec<_>>().join("`, `");
        anyhow!("the setting `{setting}` cannot be `{value}`; it is one of `{names}`")
    })
}

fn parse_threads(number: u32) -> Result<NonZeroUsize> {
    let threads = usize::try_from(number).ok().and_then(NonZeroUsize::new);
    match threads {
        Some(threads) if number <= THREADS_MAX => Ok(threads),
        _ => bail!(
            "the setting `generator_threads` cannot be {number}; it is a number from 1 to {THREADS_MAX}"
        ),
    }
}

/// A core is left to the server.
fn default_threads() -> NonZeroUsize {
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    NonZeroUsize::new(cores - 1).unwrap_or(NonZeroUsize::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<GeneratorSettings> {
        GeneratorSettings::of(None, None, &File::parse(text)?)
    }

    #[test]
    fn nothing_said_is_the_vendors_key_type_on_all_cores_but_one() {
        let generator = parse("").unwrap();
        assert_eq!(generator.method, Method::Filtered);
        assert_eq!(generator.key_type, KeyType::Rsa2048);
        let cores = thread::available_parallelism().unwrap().get();
        assert_eq!(generator.threads.get(), (cores - 1).max(1));
    }

    #[test]
    fn every_name_is_taken_and_what_is_typed_wins() {
        for method in Method::ALL {
            let text = format!("generator = '{}'", method.name());
            assert_eq!(parse(&text).unwrap().method, *method);
        }
        for key_type in KeyType::ALL {
            let text = format!("key_type = '{}'", key_type.name());
            assert_eq!(parse(&text).unwrap().key_type, *key_type);
        }
        let threads = |number| {
            parse(&format!("generator_threads = {number}"))
                .unwrap()
                .threads
        };
        assert_eq!((threads(1).get(), threads(1_024).get()), (1, 1_024));
        let file = File::parse("generator = 'portable'\nkey_type = 'rsa-4096'").unwrap();
        let typed = GeneratorSettings::of(Some("library"), Some("ed25519"), &file).unwrap();
        assert_eq!(
            (typed.method, typed.key_type),
            (Method::Library, KeyType::Ed25519)
        );
    }

    #[test]
    fn a_wrong_value_is_refused_with_the_right_ones() {
        for (text, says) in [
            (
                "generator = 'fast'",
                "`generator` cannot be `fast`; it is one of `filtered`, `portable`, `library`",
            ),
            (
                "key_type = 'rsa'",
                "`key_type` cannot be `rsa`; it is one of `rsa-2048`, `rsa-3072`, `rsa-4096`, `ed25519`, \
                 `ecdsa-nistp256`, `ecdsa-nistp384`, `ecdsa-nistp521`",
            ),
            (
                "generator_threads = 0",
                "cannot be 0; it is a number from 1 to 1024",
            ),
            (
                "generator_threads = 1025",
                "cannot be 1025; it is a number from 1 to 1024",
            ),
        ] {
            let refused = parse(text).unwrap_err().to_string();
            assert!(refused.contains(says), "{refused}");
        }
    }
}
