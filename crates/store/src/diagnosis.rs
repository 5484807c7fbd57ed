//! What is found out about a store: the words that every check of it shares.

use thiserror::Error;

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at, in a word or two.
    pub check: &'static str,
    /// How it is.
    pub verdict: Verdict,
    /// What was found, for people. Where it is not sound, it ends with what to do.
    pub text: String,
}

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be.
    Sound,
    /// It can stay so, but somebody should know.
    Warning,
    /// Something has to be done.
    Problem,
}

impl Finding {
    /// It is as it should be.
    pub fn sound(check: &'static str, text: impl Into<String>) -> Self {
        Self::new(check, Verdict::Sound, text)
    }

    /// Somebody should know.
    pub fn warning(check: &'static str, text: impl Into<String>) -> Self {
        Self::new(check, Verdict::Warning, text)
    }

    /// Something has to be done, which the text says.
    pub fn problem(check: &'static str, text: impl Into<String>) -> Self {
        Self::new(check, Verdict::Problem, text)
    }

    fn new(check: &'static str, verdict: Verdict, text: impl Into<String>) -> Self {
        Self {
            check,
            verdict,
            text: text.into(),
        }
    }
}

/// A row that does not read as an entry: no Pharos wrote it so.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the {kind} {key}: {cause}")]
pub struct Foreign {
    /// What it should be: `key pair`.
    pub kind: &'static str,
    /// Its key, as it stands there.
    pub key: String,
    /// What is wrong.
    pub cause: String,
}

/// An error with all that is behind it, in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A size in bytes, for people.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    let (mut tenths, mut unit) = (u128::from(bytes) * 10 / 1024, 0);
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    let unit = UNITS.get(unit).unwrap_or(&"");
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        for (bytes, shown) in [
            (0, "0.0 KiB"),
            (1_536, "1.5 KiB"),
            (1 << 20, "1.0 MiB"),
            (u64::MAX, "16777215.9 TiB"),
        ] {
            assert_eq!(size(bytes), shown);
        }
    }
}
