//! The policies that every account has without writing them, under the vendor's names.

use pharos_api::policy_id::PolicyId;
use pharos_api::text::Text;

use crate::document::Policy;

/// A preset policy: it allows its actions on everything. No account can change it.
#[derive(Debug)]
pub struct Preset {
    /// Its id, in every account.
    pub policy_id: PolicyId,
    /// Its name.
    pub name: &'static str,
    /// What it allows.
    pub description: Text,
    action: &'static str,
}

/// All of them, in the order of their ids.
pub const PRESETS: &[Preset] = &[
    Preset {
        policy_id: PolicyId(1),
        name: "AdministratorAccess",
        description: Text::fixed(
            "Everything in the account, users and permissions too.",
            "账号内的全部操作权限，包括用户与权限管理。",
        ),
        action: "*",
    },
    Preset {
        policy_id: PolicyId(2),
        name: "QcloudLighthouseFullAccess",
        description: Text::fixed(
            "Everything with key pairs and instances.",
            "密钥对与实例的全部操作权限。",
        ),
        action: "lighthouse:*",
    },
    Preset {
        policy_id: PolicyId(3),
        name: "QcloudLighthouseReadOnlyAccess",
        description: Text::fixed(
            "Looking at key pairs and instances.",
            "密钥对与实例的只读权限。",
        ),
        action: "lighthouse:Describe*",
    },
];

impl Preset {
    /// The one of this id.
    pub fn of_id(policy_id: PolicyId) -> Option<&'static Self> {
        PRESETS.iter().find(|preset| preset.policy_id == policy_id)
    }

    /// The one of this name, which is case-sensitive.
    pub fn named(name: &str) -> Option<&'static Self> {
        PRESETS.iter().find(|preset| preset.name == name)
    }

    /// Its document.
    pub fn document(&self) -> String {
        let action = self.action;
        format!(
            r#"{{"version":"2.0","statement":[{{"effect":"allow","action":["{action}"],"resource":["*"]}}]}}"#
        )
    }
}

impl Policy {
    /// The preset policy of this name.
    pub fn preset(name: &str) -> Option<Self> {
        // Each of them parses: a test reads them all.
        Self::parse(&Preset::named(name)?.document()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_policy_is_one_and_is_found() {
        for preset in PRESETS {
            assert!(Policy::preset(preset.name).is_some(), "{}", preset.name);
            let id = Preset::of_id(preset.policy_id).unwrap();
            assert_eq!(id.name, preset.name);
        }
        assert!(Policy::preset("QcloudCVMFullAccess").is_none());
        assert!(Preset::of_id(PolicyId(4)).is_none());
    }
}
