//! The policies that every account has without writing them, under the vendor's names.

use crate::document::Policy;

/// Each name, and what its policy allows, on everything.
const PRESETS: &[(&str, &str)] = &[
    ("AdministratorAccess", "*"),
    ("QcloudLighthouseFullAccess", "lighthouse:*"),
    ("QcloudLighthouseReadOnlyAccess", "lighthouse:Describe*"),
];

/// The names of the preset policies.
pub fn preset_names() -> impl Iterator<Item = &'static str> {
    PRESETS.iter().map(|(name, _)| *name)
}

/// The document of the preset policy of this name, which is case-sensitive.
pub fn preset_document(name: &str) -> Option<String> {
    let (_, action) = PRESETS.iter().find(|(known, _)| *known == name)?;
    Some(format!(
        r#"{{"version":"2.0","statement":[{{"effect":"allow","action":["{action}"],"resource":["*"]}}]}}"#
    ))
}

impl Policy {
    /// The preset policy of this name.
    pub fn preset(name: &str) -> Option<Self> {
        // Each of them parses: a test reads them all.
        Self::parse(&preset_document(name)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_policy_is_one() {
        for name in preset_names() {
            assert!(Policy::preset(name).is_some(), "{name}");
        }
        assert!(Policy::preset("QcloudCVMFullAccess").is_none());
    }
}
