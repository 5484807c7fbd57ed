//! Points in time as CAM writes them: by the clock in Beijing.

use crate::schema::{Type, Typed};
use crate::time::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{self, Offset};
use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize, Serializer};

/// The hours by which Beijing is ahead of UTC, in every season.
const BEIJING: Offset = tz::offset(8);

/// `YYYY-MM-DD hh:mm:ss`, without a zone: `2020-03-03 18:00:26`
/// (<https://cloud.tencent.com/document/api/598/82370>, the example of CreateAccessKey).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BeijingTime(pub Timestamp);

/// `YYYY-MM-DD`: `2022-12-19` (the example of GetSecurityLastUsed).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BeijingDate(Date);

impl From<Timestamp> for BeijingDate {
    fn from(time: Timestamp) -> Self {
        Self(time.at(BEIJING).date())
    }
}

const TIME_FORMAT: &str = "%Y-%m-%d %H:%M:%S";
const DATE_FORMAT: &str = "%Y-%m-%d";

impl Typed for BeijingTime {
    const TYPE: Type = Type::String;
}

impl Typed for BeijingDate {
    const TYPE: Type = Type::String;
}

impl Serialize for BeijingTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.at(BEIJING).strftime(TIME_FORMAT))
    }
}

impl Serialize for BeijingDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.strftime(DATE_FORMAT))
    }
}

impl<'de> Deserialize<'de> for BeijingTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let shown = DateTime::strptime(TIME_FORMAT, text).map_err(de::Error::custom)?;
        let time = BEIJING.to_timestamp(shown).map_err(de::Error::custom)?;
        let time = Timestamp::from_unix_seconds(time.as_second());
        time.map(Self)
            .ok_or_else(|| de::Error::custom("not a time"))
    }
}

impl<'de> Deserialize<'de> for BeijingDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Date::strptime(DATE_FORMAT, text)
            .map(Self)
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn times_and_dates_are_those_of_beijing() {
        let time = Timestamp::from_rfc3339("2020-03-03T18:00:26Z").unwrap();
        assert_eq!(json!(BeijingTime(time)), json!("2020-03-04 02:00:26"));
        assert_eq!(json!(BeijingDate::from(time)), json!("2020-03-04"));
    }

    #[test]
    fn the_vendors_examples_are_read_and_written_alike() {
        let time: BeijingTime = serde_json::from_value(json!("2020-03-03 18:00:26")).unwrap();
        assert_eq!(time.0.rfc3339(), "2020-03-03T10:00:26Z");
        assert_eq!(json!(time), json!("2020-03-03 18:00:26"));
        let date: BeijingDate = serde_json::from_value(json!("2022-12-19")).unwrap();
        assert_eq!(json!(date), json!("2022-12-19"));
        assert!(serde_json::from_value::<BeijingTime>(json!("2020-03-03")).is_err());
    }
}
