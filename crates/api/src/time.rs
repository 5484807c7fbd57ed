//! Points in time, as whole seconds: the precision that the wire has.

use jiff::ToSpan;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Seconds since 1970-01-01T00:00:00Z.
///
/// Always inside the years that [`jiff`] can print (-9999 to 9999), so printing cannot fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// From UNIX seconds; `None` outside the years -9999 to 9999.
    pub fn from_unix_seconds(seconds: i64) -> Option<Self> {
        jiff::Timestamp::from_second(seconds).ok().map(Self)
    }

    /// 1970-01-01T00:00:00Z.
    pub fn epoch() -> Self {
        Self(jiff::Timestamp::UNIX_EPOCH)
    }

    /// Reads RFC 3339 with whole seconds, at any offset from UTC; `None` for anything else.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        let is_there = |at: usize, byte: u8| text.as_bytes().get(at) == Some(&byte);
        let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
        // jiff reads more of ISO 8601, and a time zone in brackets.
        if !separators.iter().all(|(at, byte)| is_there(*at, *byte)) || text.contains('[') {
            return None;
        }
        let read: jiff::Timestamp = text.parse().ok()?;
        (read.subsec_nanosecond() == 0).then_some(Self(read))
    }

    /// As UNIX seconds.
    pub fn unix_seconds(self) -> i64 {
        self.0.as_second()
    }

    /// What a clock shows at this offset from UTC.
    pub(crate) fn at(self, offset: Offset) -> DateTime {
        offset.to_datetime(self.0)
    }

    /// How far apart two points are, in seconds.
    pub fn distance(self, other: Self) -> u64 {
        self.unix_seconds().abs_diff(other.unix_seconds())
    }

    /// So many seconds later, or the latest point there is.
    #[must_use]
    pub fn plus_seconds(self, seconds: u32) -> Self {
        let later = self.unix_seconds().saturating_add(i64::from(seconds));
        Self::from_unix_seconds(later).unwrap_or(Self(jiff::Timestamp::MAX))
    }

    /// The same day and time so many months later, or the last day of that month; the latest point there is
    /// if it would be behind that.
    #[must_use]
    pub fn plus_months(self, months: u32) -> Self {
        let later = self
            .at(Offset::UTC)
            .checked_add(i64::from(months).months())
            .and_then(|later| Offset::UTC.to_timestamp(later));
        Self(later.unwrap_or(jiff::Timestamp::MAX))
    }

    /// The UTC day, `YYYY-MM-DD`: the date of a `CredentialScope`.
    pub fn date(self) -> String {
        self.0.strftime("%Y-%m-%d").to_string()
    }

    /// Whether this is the UTC day of it, written as [`Timestamp::date`] writes it. Every request is
    /// asked, so nothing is formatted.
    pub fn has_date(self, date: &str) -> bool {
        let day = self.at(Offset::UTC).date();
        let number = |digits: &[u8]| {
            digits.iter().try_fold(0_i32, |number, digit| {
                let is_digit = digit.is_ascii_digit();
                is_digit.then(|| number * 10 + i32::from(digit - b'0'))
            })
        };
        let [year @ .., b'-', m1, m2, b'-', d1, d2] = date.as_bytes() else {
            return false;
        };
        year.len() == 4
            && number(year) == Some(day.year().into())
            && number(&[*m1, *m2]) == Some(day.month().into())
            && number(&[*d1, *d2]) == Some(day.day().into())
    }

    /// RFC 3339 in UTC, `YYYY-MM-DDThh:mm:ssZ`: how the wire writes times.
    pub fn rfc3339(self) -> String {
        self.0.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.rfc3339())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_the_forms_of_the_wire() {
        let time = Timestamp::from_unix_seconds(1_551_113_065).unwrap();
        assert_eq!(time.date(), "2019-02-25");
        assert_eq!(time.rfc3339(), "2019-02-25T16:44:25Z");
    }

    #[test]
    fn a_day_is_known_by_its_date_and_by_no_other_text() {
        for seconds in [-377_700_000_000, -1, 0, 1_551_113_065, 253_402_207_200] {
            let time = Timestamp::from_unix_seconds(seconds).unwrap();
            let date = time.date();
            // Years before 0 are no days of a scope.
            assert_eq!(time.has_date(&date), date.len() == 10, "{date}");
            for other in ["2019-02-26", "2019-2-25", "20190225", "2019-02-25 ", ""] {
                assert!(!time.has_date(other), "{date}: {other}");
            }
        }
    }

    #[test]
    fn reads_rfc3339_and_nothing_beside_it() {
        let read = |text| Timestamp::from_rfc3339(text).map(Timestamp::unix_seconds);
        for text in [
            "2019-02-25T16:44:25Z",
            "2019-02-25T16:44:25.000Z",
            "2019-02-26T00:44:25+08:00",
        ] {
            assert_eq!(read(text), Some(1_551_113_065), "{text}");
        }
        for text in [
            "",
            "2019-02-25",
            "2019-02-25T16:44:25",
            "2019-02-25 16:44:25Z",
            "2019-02-25T16:44:25.5Z",
            "20190225T164425Z",
            "2019-02-25T16Z",
            "2019-02-25T16:44:25Z[UTC]",
            "2019-02-30T16:44:25Z",
            "1551113065",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn refuses_times_that_cannot_be_printed() {
        assert_eq!(Timestamp::from_unix_seconds(i64::MAX), None);
        assert_eq!(Timestamp::from_unix_seconds(i64::MIN), None);
    }

    #[test]
    fn months_end_where_the_next_one_does_and_time_has_an_end() {
        let read = |text: &str| Timestamp(text.parse().unwrap());
        let begin = read("2026-01-31T08:00:00Z");
        assert_eq!(begin.plus_months(1), read("2026-02-28T08:00:00Z"));
        assert_eq!(begin.plus_months(12), read("2027-01-31T08:00:00Z"));
        assert_eq!(begin.plus_seconds(86_400), read("2026-02-01T08:00:00Z"));
        let latest = Timestamp(jiff::Timestamp::MAX);
        assert_eq!(latest.plus_months(1), latest);
        assert!(latest.plus_seconds(1) >= latest);
    }

    #[test]
    fn distance_does_not_overflow() {
        let early = Timestamp::from_unix_seconds(-377_000_000_000).unwrap();
        let late = Timestamp::from_unix_seconds(253_000_000_000).unwrap();
        assert_eq!(early.distance(late), 630_000_000_000);
        assert_eq!(late.distance(early), 630_000_000_000);
    }
}
