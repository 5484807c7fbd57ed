//! The parts of a region.

use crate::region::Region;
use crate::text::Text;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How many zones each region has: the vendor numbers those of a region from 1 on with one digit, and has
/// not the same in each; here every such name is taken.
pub const ZONES_PER_REGION: u8 = 9;

const NUMERALS: [&str; ZONES_PER_REGION as usize] =
    ["一", "二", "三", "四", "五", "六", "七", "八", "九"];

/// A part of a region, named after it: `ap-guangzhou-3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone {
    region: Region,
    number: u8,
}

impl Zone {
    /// Every zone of a region, in order.
    pub fn all(region: Region) -> impl Iterator<Item = Self> {
        (1..=ZONES_PER_REGION).map(move |number| Self { region, number })
    }

    /// The first zone of a region: where instances are that say nothing of it.
    pub fn first(region: Region) -> Self {
        Self { region, number: 1 }
    }

    /// Whether it is the one that is taken when nothing is said.
    pub fn is_first(self) -> bool {
        self.number == 1
    }

    /// Reads the name on the wire; `None` for any other text.
    pub fn from_wire(text: &str) -> Option<Self> {
        let (region, number) = text.rsplit_once('-')?;
        let region = Region::from_wire(region).ok()?;
        Self::all(region).find(|zone| zone.number.to_string() == number)
    }

    /// Where it is.
    pub fn region(self) -> Region {
        self.region
    }

    /// The name for people: `Guangzhou Zone 3`.
    pub fn name(self) -> Text {
        let (region, number) = (self.region.name(), self.number);
        let numeral = NUMERALS.get(usize::from(number) - 1).unwrap_or(&"");
        Text::new(
            format!("{} Zone {number}", region.en),
            format!("{}{numeral}区", region.zh),
        )
    }
}

impl TryFrom<String> for Zone {
    /// What is wrong.
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::from_wire(&text).ok_or_else(|| format!("`{text}` is no zone"))
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.to_string()
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.region, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_read_as_they_are_written() {
        for zone in Region::ALL.iter().copied().flat_map(Zone::all) {
            assert_eq!(Zone::from_wire(&zone.to_string()), Some(zone));
        }
        let zone = Zone::from_wire("ap-guangzhou-3").unwrap();
        assert_eq!((zone.region(), zone.is_first()), (Region::Guangzhou, false));
        assert_eq!(
            (&*zone.name().en, &*zone.name().zh),
            ("Guangzhou Zone 3", "广州三区")
        );
        for text in [
            "",
            "ap-guangzhou",
            "ap-guangzhou-0",
            "ap-guangzhou-10",
            "ap-guangzhou-03",
            "mars-1",
        ] {
            assert_eq!(Zone::from_wire(text), None, "{text}");
        }
    }
}
