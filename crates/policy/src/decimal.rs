//! Numbers of conditions: decimal, exact, of bounded length.

/// The most digits before the point: enough for every number of 64 bits, a uin among them.
const WHOLE_DIGITS_MAX: usize = 20;

/// The most digits behind the point: with those before it, as many as 128 bits hold.
const FRACTION_DIGITS_MAX: usize = 18;

/// A decimal number, in units of its last possible digit; so it is compared without rounding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Decimal(i128);

impl Decimal {
    /// Reads `-12.50`: a sign or none, digits, and a point with digits behind it or none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, text),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (digits, ""),
        };
        let fits = (1..=WHOLE_DIGITS_MAX).contains(&whole.len())
            && fraction.len() <= FRACTION_DIGITS_MAX
            && digits
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.');
        if !fits {
            return None;
        }
        // At most 38 digits, which is less than 2^127. A second point is not a digit.
        let units: i128 = format!("{whole}{fraction:0<FRACTION_DIGITS_MAX$}")
            .parse()
            .ok()?;
        Some(Self(sign * units))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn numbers_are_compared_by_value_and_without_rounding() {
        assert_eq!(read("1.50"), read("01.5"));
        assert_eq!(read("-0"), read("0.0"));
        assert!(read("-2") < read("-1.999999999999999999"));
        assert!(read("0.1") < read("0.100000000000000001"));
        // As 64-bit floats these two are one number.
        assert!(read("9007199254740992") < read("9007199254740993"));
        assert!(read("99999999999999999999.999999999999999999") > read("18446744073709551615"));
    }

    #[test]
    fn what_is_not_a_decimal_number_is_none() {
        for text in [
            "",
            "-",
            "+1",
            "1.",
            ".5",
            "1.2.3",
            "1e3",
            "0x1",
            " 1",
            "1 ",
            "１",
            "--1",
            "1_000",
            "NaN",
            "123456789012345678901",
            "0.1234567890123456789",
        ] {
            assert_eq!(Decimal::parse(text), None, "{text:?}");
        }
    }
}
