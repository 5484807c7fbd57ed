//! Where key pairs live: names and quotas are per region.

use crate::text::Text;
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! regions {
    ($($name:ident = $wire:literal, $en:literal, $zh:literal, $place:ident;)*) => {
        /// A region that offers Lighthouse (protocol.md section 8).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Region { $(#[doc = $en] #[serde(rename = $wire)] $name,)* }

        impl Region {
            /// Every region.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name for people.
            pub const fn name(self) -> Text {
                match self { $(Self::$name => Text::fixed($en, $zh),)* }
            }

            /// Whether it is in mainland China, which Hong Kong is not.
            pub const fn is_china_mainland(self) -> bool {
                matches!(match self { $(Self::$name => Place::$place,)* }, Place::Mainland)
            }

            /// The name on the wire.
            pub const fn wire(self) -> &'static str {
                match self { $(Self::$name => $wire,)* }
            }
        }
    };
}

/// On which side of the border that the vendor's rules know.
enum Place {
    Mainland,
    Abroad,
}

regions! {
    Beijing = "ap-beijing", "Beijing", "北京", Mainland;
    Chengdu = "ap-chengdu", "Chengdu", "成都", Mainland;
    Guangzhou = "ap-guangzhou", "Guangzhou", "广州", Mainland;
    HongKong = "ap-hongkong", "Hong Kong, China", "中国香港", Abroad;
    Mumbai = "ap-mumbai", "Mumbai", "孟买", Abroad;
    Nanjing = "ap-nanjing", "Nanjing", "南京", Mainland;
    Seoul = "ap-seoul", "Seoul", "首尔", Abroad;
    Shanghai = "ap-shanghai", "Shanghai", "上海", Mainland;
    Singapore = "ap-singapore", "Singapore", "新加坡", Abroad;
    Tokyo = "ap-tokyo", "Tokyo", "东京", Abroad;
    Frankfurt = "eu-frankfurt", "Frankfurt", "法兰克福", Abroad;
    Moscow = "eu-moscow", "Moscow", "莫斯科", Abroad;
    SiliconValley = "na-siliconvalley", "Silicon Valley", "硅谷", Abroad;
    Toronto = "na-toronto", "Toronto", "多伦多", Abroad;
}

/// Regions that the vendor has for other products only (protocol.md section 8, the SDK-wide list).
const ELSEWHERE: &[&str] = &[
    "ap-bangkok",
    "ap-chongqing",
    "ap-guangzhou-open",
    "ap-jakarta",
    "ap-shanghai-fsi",
    "ap-shenzhen-fsi",
    "na-ashburn",
    "sa-saopaulo",
];

/// Why a text is not a region of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadRegion {
    /// The vendor has no such region.
    Unknown,
    /// The vendor has it, without Lighthouse.
    NotOffered,
}

impl Region {
    /// Reads the name on the wire, which is case-sensitive there.
    pub fn from_wire(text: &str) -> Result<Self, BadRegion> {
        match Self::ALL.iter().find(|region| region.wire() == text) {
            Some(region) => Ok(*region),
            None if ELSEWHERE.contains(&text) => Err(BadRegion::NotOffered),
            None => Err(BadRegion::Unknown),
        }
    }
}

impl AsRef<str> for Region {
    fn as_ref(&self) -> &str {
        self.wire()
    }
}

impl fmt::Display for Region {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.wire().fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_told_from_near_misses() {
        for region in Region::ALL {
            assert_eq!(Region::from_wire(region.wire()), Ok(*region));
        }
        assert_eq!(Region::from_wire("ap-bangkok"), Err(BadRegion::NotOffered));
        for text in ["", "guangzhou", "AP-GUANGZHOU", "ap-guangzhou ", "mars-1"] {
            assert_eq!(Region::from_wire(text), Err(BadRegion::Unknown), "{text:?}");
        }
    }
}
