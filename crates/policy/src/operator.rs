//! The operators of conditions: how one value compares, and how several count
//! (protocol.md section 7.1, docs/decisions/0013).

use std::cmp::Ordering;

use base64ct::{Base64, Encoding};
use pharos_api::error::quoted;
use pharos_api::time::Timestamp;

use crate::decimal::Decimal;
use crate::fault::Fault;
use crate::key::Value;
use crate::network::Network;

/// An operator, as a condition names it: `for_any_value:string_not_equal`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    /// Whether a value of the key is as the condition says.
    Compare {
        set: Set,
        is_negated: bool,
        comparison: Comparison,
    },
    /// `null_equal`: whether the key is there at all.
    Null,
}

/// Which of the values that a call has for a key have to be as the condition says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Set {
    /// No prefix: one of them, and for a negated operator all of them; so that `x_not_equal` is what
    /// `x_equal` is not.
    Plain,
    /// `for_any_value:`
    Any,
    /// `for_all_value:`
    All,
}

/// What is compared, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Boolean,
    Bytes,
    Date(Relation),
    Ip,
    Number(Relation),
    Text,
    TextIgnoreCase,
}

/// How the value of a call stands to that of the condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Equal,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
}

impl Relation {
    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterEqual => ordering.is_ge(),
            Self::Less => ordering.is_lt(),
            Self::LessEqual => ordering.is_le(),
        }
    }
}

/// Every operator but `null_equal`, with what it compares and whether it is negated.
const COMPARISONS: &[(&str, Comparison, bool)] = {
    use Comparison::{Boolean, Bytes, Date, Ip, Number, Text, TextIgnoreCase};
    use Relation::{Equal, Greater, GreaterEqual, Less, LessEqual};
    &[
        ("string_equal", Text, false),
        ("string_not_equal", Text, true),
        ("string_equal_ignore_case", TextIgnoreCase, false),
        ("string_not_equal_ignore_case", TextIgnoreCase, true),
        ("numeric_equal", Number(Equal), false),
        ("numeric_not_equal", Number(Equal), true),
        ("numeric_less_than", Number(Less), false),
        ("numeric_less_than_equal", Number(LessEqual), false),
        ("numeric_greater_than", Number(Greater), false),
        ("numeric_greater_than_equal", Number(GreaterEqual), false),
        ("date_equal", Date(Equal), false),
        ("date_not_equal", Date(Equal), true),
        ("date_less_than", Date(Less), false),
        ("date_less_than_equal", Date(LessEqual), false),
        ("date_greater_than", Date(Greater), false),
        ("date_greater_than_equal", Date(GreaterEqual), false),
        ("bool_equal", Boolean, false),
        ("binary_equal", Bytes, false),
        ("ip_equal", Ip, false),
        ("ip_not_equal", Ip, true),
    ]
};

impl Operator {
    pub(crate) fn of_name(name: &str) -> Result<Self, Fault> {
        let (set, plain) = if let Some(plain) = name.strip_prefix("for_any_value:") {
            (Set::Any, plain)
        } else if let Some(plain) = name.strip_prefix("for_all_value:") {
            (Set::All, plain)
        } else {
            (Set::Plain, name)
        };
        if plain == "null_equal" {
            return match set {
                Set::Plain => Ok(Self::Null),
                Set::Any | Set::All => Err(Fault::SetPrefix),
            };
        }
        let found = COMPARISONS.iter().find(|(known, ..)| *known == plain);
        let Some(&(_, comparison, is_negated)) = found else {
            return Err(Fault::Operator(quoted(name).into_owned()));
        };
        Ok(Self::Compare {
            set,
            is_negated,
            comparison,
        })
    }
}

/// The value that a condition gives.
#[derive(Clone, Debug)]
pub(crate) enum Operand {
    Boolean(bool),
    Bytes(Vec<u8>),
    Date(Relation, Timestamp),
    Ip(Network),
    Number(Relation, Decimal),
    Text(String),
    /// With its case folded.
    TextIgnoreCase(String),
}

impl Comparison {
    /// Reads what stands in the policy.
    pub(crate) fn operand(self, text: &str) -> Result<Operand, Fault> {
        let (operand, fault): (_, fn(String) -> Fault) = match self {
            Self::Boolean => (boolean(text).map(Operand::Boolean), Fault::Boolean),
            Self::Bytes => {
                let bytes = Base64::decode_vec(text).ok();
                (bytes.map(Operand::Bytes), Fault::Base64)
            }
            Self::Date(relation) => {
                let time = Timestamp::from_rfc3339(text);
                (time.map(|time| Operand::Date(relation, time)), Fault::Date)
            }
            Self::Ip => (Network::parse(text).map(Operand::Ip), Fault::Network),
            Self::Number(relation) => {
                let number = Decimal::parse(text);
                let operand = number.map(|number| Operand::Number(relation, number));
                (operand, Fault::Number)
            }
            Self::Text => return Ok(Operand::Text(text.to_owned())),
            Self::TextIgnoreCase => return Ok(Operand::TextIgnoreCase(folded(text))),
        };
        operand.ok_or_else(|| fault(quoted(text).into_owned()))
    }
}

impl Operand {
    /// Whether the value is as this says. One that cannot be read as what is compared is not.
    pub(crate) fn is_met_by(&self, value: &Value<'_>) -> bool {
        let text = || value.text();
        match self {
            Self::Boolean(wanted) => text().is_some_and(|text| boolean(&text) == Some(*wanted)),
            Self::Bytes(wanted) => text().is_some_and(|text| text.as_bytes() == wanted),
            Self::Date(relation, wanted) => value
                .time()
                .is_some_and(|time| relation.holds(time.cmp(wanted))),
            Self::Ip(network) => value
                .address()
                .is_some_and(|address| network.contains(address)),
            Self::Number(relation, wanted) => value
                .number()
                .is_some_and(|number| relation.holds(number.cmp(wanted))),
            Self::Text(wanted) => text().is_some_and(|text| text == *wanted),
            Self::TextIgnoreCase(wanted) => text().is_some_and(|text| folded(&text) == *wanted),
        }
    }
}

/// Reads `true` or `false`.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// Character by character, so that a letter is folded the same wherever it stands.
fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}
