//! Conditions: what has to hold of a call beside operation and resource.

use std::borrow::Cow;

use pharos_api::account::Uin;
use pharos_api::error::quoted;
use pharos_api::parameter::Path;

use crate::context::RequestContext;
use crate::fault::{BadPolicy, Fault};
use crate::json::Json;
use crate::key::{Key, Value};
use crate::operator::{Comparison, Operand, Operator, Set, boolean};
use crate::read::{bad, one_or_many, some_members, wrong_type};

/// One operator over one key. A statement is about a call only if all of its conditions are met.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    /// As the policy has it, with its set prefix.
    pub(crate) operator: String,
    pub(crate) key: Key,
    test: Test,
}

#[derive(Clone, Debug)]
enum Test {
    /// That a value of the call is one of these, or is none of them.
    Compare {
        set: Set,
        is_negated: bool,
        expected: Vec<Expected>,
    },
    /// That the key is absent, or that it is not.
    Null { is_absent: bool },
}

/// One value that a condition gives.
#[derive(Clone, Debug)]
struct Expected {
    /// The tag whose value is compared, for an operator that compares no texts: `cores&8`.
    tag_key: Option<String>,
    operand: Operand,
}

/// Reads a condition block: operators, under each of them keys, under each of them values.
pub(crate) fn read_conditions(block: Json, path: &Path<'_>) -> Result<Vec<Condition>, BadPolicy> {
    let mut conditions = Vec::new();
    for (name, keys) in some_members(block, path)? {
        let path = Path::Field(path, &name);
        let operator = Operator::of_name(&name).map_err(|fault| bad(&path, fault))?;
        for (key, values) in some_members(keys, &path)? {
            let path = Path::Field(&path, &key);
            let key = Key::of_name(&key)
                .ok_or_else(|| bad(&path, Fault::Key(quoted(&key).into_owned())))?;
            conditions.push(Condition {
                operator: name.clone(),
                key,
                test: read_test(operator, &name, key, values, &path)?,
            });
        }
    }
    Ok(conditions)
}

fn read_test(
    operator: Operator,
    name: &str,
    key: Key,
    values: Json,
    path: &Path<'_>,
) -> Result<Test, BadPolicy> {
    match operator {
        Operator::Null => Ok(Test::Null {
            is_absent: read_boolean(&values, path)?,
        }),
        Operator::Compare {
            set,
            is_negated,
            comparison,
        } if key.takes(comparison) => Ok(Test::Compare {
            set,
            is_negated,
            expected: one_or_many(values, path, |value, path| {
                read_expected(key, comparison, &value, path)
            })?,
        }),
        Operator::Compare { .. } => Err(bad(
            path,
            Fault::Incomparable {
                operator: name.to_owned(),
                key: key.name(),
                takes: key.takes_in_words(),
            },
        )),
    }
}

fn read_boolean(value: &Json, path: &Path<'_>) -> Result<bool, BadPolicy> {
    let text = text(value, path, "`true` or `false`")?;
    boolean(&text).ok_or_else(|| bad(path, Fault::Boolean(quoted(&text).into_owned())))
}

fn read_expected(
    key: Key,
    comparison: Comparison,
    value: &Json,
    path: &Path<'_>,
) -> Result<Expected, BadPolicy> {
    let text = text(value, path, "a string, or a list of strings")?;
    let refused = |fault| bad(path, fault);
    if text.contains("${") {
        return Err(refused(Fault::Variable(quoted(&text).into_owned())));
    }
    if !key.is_tag() {
        return Ok(Expected {
            tag_key: None,
            operand: comparison.operand(&text).map_err(refused)?,
        });
    }
    let Some((tag_key, tag_value)) = text.split_once('&') else {
        return Err(refused(Fault::Tag(quoted(&text).into_owned())));
    };
    // A tag is compared as one text; for anything else its value has to be read on its own.
    let (tag_key, operand) = match comparison {
        Comparison::Text | Comparison::TextIgnoreCase => (None, comparison.operand(&text)),
        _ => (Some(tag_key.to_owned()), comparison.operand(tag_value)),
    };
    let operand = operand.map_err(refused)?;
    Ok(Expected { tag_key, operand })
}

/// A value as text. Whole numbers and booleans may stand without quotes.
fn text<'a>(
    value: &'a Json,
    path: &Path<'_>,
    expected: &'static str,
) -> Result<Cow<'a, str>, BadPolicy> {
    match value {
        Json::String(text) | Json::Integer(text) => Ok(Cow::Borrowed(text)),
        Json::Boolean(value) => Ok(Cow::Owned(value.to_string())),
        _ => Err(wrong_type(value, path, expected)),
    }
}

impl Condition {
    /// Whether it holds of a call; `None` if nobody looked at its key. Of a key that is absent only
    /// `null_equal` can say anything: any other operator is not met, a negated one neither, with or
    /// without a set prefix.
    pub(crate) fn is_met(&self, caller: Uin, context: &RequestContext<'_>) -> Option<bool> {
        let values = self.key.values(caller, context)?;
        Some(match &self.test {
            Test::Null { is_absent } => values.is_empty() == *is_absent,
            Test::Compare { .. } if values.is_empty() => false,
            Test::Compare {
                set,
                is_negated,
                expected,
            } => {
                // One of several values is enough; a negated operator wants none of them.
                let is_met = |value: &Value<'_>| {
                    expected.iter().any(|expected| expected.is_met_by(value)) != *is_negated
                };
                let needs_all = match set {
                    Set::Plain => *is_negated,
                    Set::Any => false,
                    Set::All => true,
                };
                if needs_all {
                    values.iter().all(is_met)
                } else {
                    values.iter().any(is_met)
                }
            }
        })
    }
}

impl Expected {
    fn is_met_by(&self, value: &Value<'_>) -> bool {
        match (&self.tag_key, value) {
            (Some(tag_key), Value::Tag(tag)) => {
                tag.key == *tag_key
                    && self
                        .operand
                        .is_met_by(&Value::Text(Cow::Borrowed(&tag.value)))
            }
            _ => self.operand.is_met_by(value),
        }
    }
}

#[cfg(test)]
mod tests;
