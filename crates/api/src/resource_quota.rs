//! What has a quota.

use crate::code::Code;
use crate::error::{ApiError, quoted};
use crate::parameter::{Parameter, Path};
use crate::schema::{Type, Typed};
use crate::text::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;

macro_rules! quotas {
    ($($name:ident = $wire:literal, $kind:ident;)*) => {
        /// A resource that has a quota, as DescribeGeneralResourceQuotas names it (protocol.md section 5.8).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum QuotaName {
            $(#[doc = concat!("`", $wire, "`.")] #[serde(rename = $wire)] $name,)*
        }

        impl QuotaName {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name on the wire.
            pub const fn wire(self) -> &'static str {
                match self { $(Self::$name => $wire,)* }
            }

            /// What it counts here.
            pub const fn counted(self) -> Counted {
                match self { $(Self::$name => Counted::$kind,)* }
            }
        }

        impl Typed for QuotaName {
            const TYPE: Type = Type::String;
            const VALUES: &'static [&'static str] = &[$($wire,)*];
        }
    };
}

/// What a quota counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Key pairs.
    KeyPairs,
    /// Instances, whatever their bundle.
    Instances,
    /// What is not offered: there may be none.
    Nothing,
}

quotas! {
    GeneralBundleInstance = "GENERAL_BUNDLE_INSTANCE", Instances;
    StorageBundleInstance = "STORAGE_BUNDLE_INSTANCE", Instances;
    EnterpriseBundleInstance = "ENTERPRISE_BUNDLE_INSTANCE", Instances;
    ExclusiveBundleInstance = "EXCLUSIVE_BUNDLE_INSTANCE", Instances;
    BefastBundleInstance = "BEFAST_BUNDLE_INSTANCE", Instances;
    StarterBundleInstance = "STARTER_BUNDLE_INSTANCE", Instances;
    HkExclusiveBundleInstance = "HK_EXCLUSIVE_BUNDLE_INSTANCE", Instances;
    CarefreeBundleInstance = "CAREFREE_BUNDLE_INSTANCE", Instances;
    ExclusiveBundle02Instance = "EXCLUSIVE_BUNDLE_02_INSTANCE", Instances;
    NewcomerBundleInstance = "NEWCOMER_BUNDLE_INSTANCE", Instances;
    GamePortalBundleInstance = "GAME_PORTAL_BUNDLE_INSTANCE", Instances;
    EconomyBundleInstance = "ECONOMY_BUNDLE_INSTANCE", Instances;
    BudgetBundleInstance = "BUDGET_BUNDLE_INSTANCE", Instances;
    RazorSpeedBundleInstance = "RAZOR_SPEED_BUNDLE_INSTANCE", Instances;
    BandwidthBundleInstance = "BANDWIDTH_BUNDLE_INSTANCE", Instances;
    UserKeyPair = "USER_KEY_PAIR", KeyPairs;
    Snapshot = "SNAPSHOT", Nothing;
    Blueprint = "BLUEPRINT", Nothing;
    FreeBlueprint = "FREE_BLUEPRINT", Nothing;
    DataDisk = "DATA_DISK", Nothing;
    FirewallRule = "FIREWALL_RULE", Nothing;
}

impl Parameter for QuotaName {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        let text = String::decode(value, path)?;
        let found = Self::ALL.iter().find(|name| name.wire() == text);
        found.copied().ok_or_else(|| {
            let text = quoted(&text);
            ApiError::new(
                Code::InvalidResourceQuotaResourceName,
                Text::new(
                    format!(
                        "`{text}` in `{path}` is nothing that has a quota. Ask for `USER_KEY_PAIR`, or \
                         another that the documentation lists."
                    ),
                    format!(
                        "`{path}` 中的 `{text}` 不是有效的配额资源名称，可使用 `USER_KEY_PAIR` 等文档中列出的名称。"
                    ),
                ),
            )
        })
    }
}
