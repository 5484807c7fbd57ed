//! Policy documents: reading them, refusing whatever is not understood.
//!
//! A policy that is read only in part says something else than its author wrote. So an element that
//! is not evaluated is an error with its place, never skipped. The language is protocol.md section
//! 7.1; the elements are described at <https://www.tencentcloud.com/document/product/598/10603>.

use std::fmt;
use std::str::FromStr;

use pharos_api::error::quoted;
use pharos_api::parameter::Path;
use thiserror::Error;

use crate::json::Json;
use crate::pattern::{ActionPattern, BadAction, BadResource, ResourcePattern};

/// The longest document, in bytes. The vendor's limit is 6,144 characters
/// (<https://www.tencentcloud.com/zh/document/product/1031/64685>), and those of a policy are ASCII.
pub const DOCUMENT_BYTES_MAX: usize = 6_144;

/// The most statements in a document: what a person can still review, and a bound on the work of one
/// decision that does not move with [`DOCUMENT_BYTES_MAX`].
pub const STATEMENTS_MAX: usize = 100;

/// The most actions, and the most resources, in a statement, for the same reasons.
pub const ENTRIES_MAX: usize = 100;

/// The version of the language.
const VERSION: &str = "2.0";

/// A policy document of CAM's language, version 2.0.
#[derive(Clone, Debug)]
pub struct Policy {
    pub(crate) statements: Vec<Statement>,
}

/// One rule.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) effect: Effect,
    pub(crate) actions: Vec<ActionPattern>,
    pub(crate) resources: Vec<ResourcePattern>,
}

/// What a statement does to the calls it is about. A deny is the greater, since it wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Effect {
    Allow,
    Deny,
}

/// Why a text is not a policy that can be evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadPolicy {
    /// Where, as a path of names and positions (`statement.0.action.2`); empty for the document.
    pub path: String,
    /// What is wrong there.
    pub fault: Fault,
}

/// What is wrong in a policy.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Fault {
    /// An account segment of a form that no resource here has.
    #[error("`{0}` has an account that is neither empty, nor `*`, nor `uin/` and a number")]
    Account(String),
    /// Not an action.
    #[error(
        "`{0}` is not an action; write `product:Action` with or without `name/` before it, or `*`"
    )]
    Action(String),
    /// Conditions are not evaluated, and a rule without its condition is another rule.
    #[error("conditions are not evaluated yet and are therefore refused, never ignored")]
    Condition,
    /// An element that stands twice.
    #[error("the element stands twice in its object")]
    Duplicate,
    /// Not an effect.
    #[error("`{0}` is not an effect; write `allow` or `deny`")]
    Effect(String),
    /// A list with nothing in it.
    #[error("the list is empty")]
    Empty,
    /// Not JSON.
    #[error("the policy is not JSON: {0}")]
    Json(String),
    /// A required element is absent.
    #[error("the element is missing")]
    Missing,
    /// A set of operations that only the vendor can name.
    #[error("`{0}` is a permission set; write the actions that it stands for")]
    PermissionSet(String),
    /// Principals stand in other kinds of policy.
    #[error("a policy that is attached to a user names no principal; the user is the principal")]
    Principal,
    /// A project segment, which the language no longer has.
    #[error("`{0}` names a project; leave that segment empty")]
    Project(String),
    /// Not a resource.
    #[error(
        "`{0}` is not a resource; write `qcs::service:region:uin/account:type/id` in ASCII, or `*`"
    )]
    Resource(String),
    /// More bytes than [`DOCUMENT_BYTES_MAX`].
    #[error("the policy has {bytes} bytes; it may have at most {DOCUMENT_BYTES_MAX}")]
    TooLong {
        /// How many there are.
        bytes: usize,
    },
    /// More statements or entries than the limit.
    #[error("the list has {items} items; it may have at most {limit}")]
    TooMany {
        /// How many there are.
        items: usize,
        /// How many there may be.
        limit: usize,
    },
    /// An element that the language does not have here.
    #[error("the element is not known here; the elements are {known}, in lower case")]
    Unknown {
        /// Those that it has.
        known: &'static str,
    },
    /// A policy variable such as `${uin}`.
    #[error("`{0}` has a variable; variables are not evaluated yet and are therefore refused")]
    Variable(String),
    /// Not the version of the language.
    #[error("`{0}` is not a version that is evaluated; write `{VERSION}`")]
    Version(String),
    /// A value of another kind.
    #[error("this is {found}; write {expected}")]
    WrongType {
        /// What stands there.
        found: &'static str,
        /// What may stand there.
        expected: &'static str,
    },
}

impl fmt::Display for BadPolicy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(formatter, "`{}`: ", self.path)?;
        }
        self.fault.fmt(formatter)
    }
}

impl std::error::Error for BadPolicy {}

impl Policy {
    /// Reads a document.
    ///
    /// # Errors
    /// Where the text is not a policy whose every element is evaluated, and why.
    pub fn parse(text: &str) -> Result<Self, BadPolicy> {
        let bytes = text.len();
        if bytes > DOCUMENT_BYTES_MAX {
            return Err(bad(&Path::Root, Fault::TooLong { bytes }));
        }
        let document = serde_json::from_str(text)
            .map_err(|error| bad(&Path::Root, Fault::Json(error.to_string())))?;
        read_document(document)
    }
}

fn read_document(document: Json) -> Result<Policy, BadPolicy> {
    let (mut version, mut statements) = (None, None);
    for (name, value) in members(document, &Path::Root)? {
        let path = Path::Field(&Path::Root, &name);
        match name.as_str() {
            "version" => fill(&mut version, &path, read_version(value, &path)?)?,
            "statement" => fill(&mut statements, &path, read_statements(value, &path)?)?,
            "principal" => return Err(bad(&path, Fault::Principal)),
            _ => {
                let known = "`version` and `statement`";
                return Err(bad(&path, Fault::Unknown { known }));
            }
        }
    }
    required(version, &Path::Root, "version")?;
    Ok(Policy {
        statements: required(statements, &Path::Root, "statement")?,
    })
}

fn read_version(value: Json, path: &Path<'_>) -> Result<(), BadPolicy> {
    match string(value, path)? {
        version if version == VERSION => Ok(()),
        other => Err(bad(path, Fault::Version(quoted(&other).into_owned()))),
    }
}

fn read_statements(value: Json, path: &Path<'_>) -> Result<Vec<Statement>, BadPolicy> {
    let Json::Array(items) = value else {
        return Ok(vec![read_statement(value, path)?]);
    };
    bounded(items, STATEMENTS_MAX, path)?
        .enumerate()
        .map(|(index, item)| read_statement(item, &Path::Index(path, index)))
        .collect()
}

fn read_statement(value: Json, parent: &Path<'_>) -> Result<Statement, BadPolicy> {
    let (mut effect, mut actions, mut resources) = (None, None, None);
    for (name, value) in members(value, parent)? {
        let path = Path::Field(parent, &name);
        match name.as_str() {
            "effect" => fill(&mut effect, &path, read_effect(value, &path)?)?,
            "action" => fill(&mut actions, &path, read_entries(value, &path)?)?,
            "resource" => fill(&mut resources, &path, read_entries(value, &path)?)?,
            "condition" => return Err(bad(&path, Fault::Condition)),
            "principal" => return Err(bad(&path, Fault::Principal)),
            _ => {
                let known = "`effect`, `action` and `resource`";
                return Err(bad(&path, Fault::Unknown { known }));
            }
        }
    }
    Ok(Statement {
        effect: required(effect, parent, "effect")?,
        actions: required(actions, parent, "action")?,
        resources: required(resources, parent, "resource")?,
    })
}

fn read_effect(value: Json, path: &Path<'_>) -> Result<Effect, BadPolicy> {
    match string(value, path)?.as_str() {
        "allow" => Ok(Effect::Allow),
        "deny" => Ok(Effect::Deny),
        other => Err(bad(path, Fault::Effect(quoted(other).into_owned()))),
    }
}

/// The actions or the resources of a statement: one string or a list of strings.
fn read_entries<T: Entry>(value: Json, path: &Path<'_>) -> Result<Vec<T>, BadPolicy> {
    match value {
        Json::String(text) => Ok(vec![read_entry(&text, path)?]),
        Json::Array(items) => bounded(items, ENTRIES_MAX, path)?
            .enumerate()
            .map(|(index, item)| {
                let path = Path::Index(path, index);
                read_entry(&string(item, &path)?, &path)
            })
            .collect(),
        other => {
            let (found, expected) = (other.kind(), "a string or a list of strings");
            Err(bad(path, Fault::WrongType { found, expected }))
        }
    }
}

fn read_entry<T: Entry>(text: &str, path: &Path<'_>) -> Result<T, BadPolicy> {
    T::from_str(text).map_err(|error| bad(path, T::fault(error, quoted(text).into_owned())))
}

/// What `action` and `resource` are lists of.
trait Entry: FromStr {
    fn fault(error: Self::Err, text: String) -> Fault;
}

impl Entry for ActionPattern {
    fn fault(error: BadAction, text: String) -> Fault {
        match error {
            BadAction::Malformed => Fault::Action(text),
            BadAction::PermissionSet => Fault::PermissionSet(text),
        }
    }
}

impl Entry for ResourcePattern {
    fn fault(error: BadResource, text: String) -> Fault {
        match error {
            BadResource::Account => Fault::Account(text),
            BadResource::Malformed => Fault::Resource(text),
            BadResource::Project => Fault::Project(text),
            BadResource::Variable => Fault::Variable(text),
        }
    }
}

fn members(value: Json, path: &Path<'_>) -> Result<Vec<(String, Json)>, BadPolicy> {
    match value {
        Json::Object(members) => Ok(members),
        other => {
            let (found, expected) = (other.kind(), "an object");
            Err(bad(path, Fault::WrongType { found, expected }))
        }
    }
}

fn string(value: Json, path: &Path<'_>) -> Result<String, BadPolicy> {
    match value {
        Json::String(text) => Ok(text),
        other => {
            let (found, expected) = (other.kind(), "a string");
            Err(bad(path, Fault::WrongType { found, expected }))
        }
    }
}

/// The items of a list that has some, and not too many.
fn bounded(
    items: Vec<Json>,
    limit: usize,
    path: &Path<'_>,
) -> Result<std::vec::IntoIter<Json>, BadPolicy> {
    match items.len() {
        0 => Err(bad(path, Fault::Empty)),
        items if items > limit => Err(bad(path, Fault::TooMany { items, limit })),
        _ => Ok(items.into_iter()),
    }
}

fn fill<T>(element: &mut Option<T>, path: &Path<'_>, value: T) -> Result<(), BadPolicy> {
    match element.replace(value) {
        None => Ok(()),
        Some(_) => Err(bad(path, Fault::Duplicate)),
    }
}

fn required<T>(element: Option<T>, parent: &Path<'_>, name: &str) -> Result<T, BadPolicy> {
    element.ok_or_else(|| bad(&Path::Field(parent, name), Fault::Missing))
}

fn bad(path: &Path<'_>, fault: Fault) -> BadPolicy {
    BadPolicy {
        path: path.to_string(),
        fault,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refusal(text: &str) -> String {
        Policy::parse(text).unwrap_err().to_string()
    }

    /// A document whose one statement has these members.
    fn with_statement(members: &str) -> String {
        format!(r#"{{"version": "2.0", "statement": [{{{members}}}]}}"#)
    }

    #[test]
    fn the_forms_that_the_language_has_are_read() {
        for text in [
            r#"{"version":"2.0","statement":[{"effect":"allow","action":["name/lighthouse:Describe*"],"resource":["*"]}]}"#,
            r#"{"version":"2.0","statement":{"effect":"deny","action":"*","resource":"*"}}"#,
            r#"{"statement":[{"resource":"qcs::lighthouse:::keypair/*","action":["cvm:*","*"],"effect":"allow"}],"version":"2.0"}"#,
        ] {
            assert!(Policy::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn each_refusal_names_its_place() {
        let whole = r#""effect":"allow","action":"*","resource":"*""#;
        for (text, path) in [
            (String::new(), ""),
            ("[]".to_owned(), ""),
            ("null".to_owned(), ""),
            ("{}".to_owned(), "version"),
            (r#"{"version": 2.0}"#.to_owned(), "version"),
            (r#"{"version": "1.0"}"#.to_owned(), "version"),
            (r#"{"version": "2.0"}"#.to_owned(), "statement"),
            (
                r#"{"version": "2.0", "statement": []}"#.to_owned(),
                "statement",
            ),
            (
                r#"{"version": "2.0", "statement": {}}"#.to_owned(),
                "statement.effect",
            ),
            (
                r#"{"version": "2.0", "statement": [true]}"#.to_owned(),
                "statement.0",
            ),
            (r#"{"Version": "2.0"}"#.to_owned(), "Version"),
            (r#"{"principal": {}}"#.to_owned(), "principal"),
            (with_statement(r#""effect":"Allow""#), "statement.0.effect"),
            (with_statement(r#""effect":"allow""#), "statement.0.action"),
            (
                with_statement(r#""effect":"allow","action":"*""#),
                "statement.0.resource",
            ),
            (with_statement(r#""action":[]"#), "statement.0.action"),
            (with_statement(r#""action":null"#), "statement.0.action"),
            (
                with_statement(r#""action":["*",1]"#),
                "statement.0.action.1",
            ),
            (
                with_statement(r#""action":["*","x"]"#),
                "statement.0.action.1",
            ),
            (
                with_statement(r#""action":"permid/1""#),
                "statement.0.action",
            ),
            (with_statement(r#""resource":"x""#), "statement.0.resource"),
            (
                with_statement(r#""resource":["*","qcs::lighthouse:::${uin}"]"#),
                "statement.0.resource.1",
            ),
            (
                with_statement(&format!(r#"{whole},"condition":{{}}"#)),
                "statement.0.condition",
            ),
            (
                with_statement(&format!(r#"{whole},"principal":{{"qcs":["*"]}}"#)),
                "statement.0.principal",
            ),
            (
                with_statement(&format!(r#"{whole},"not_action":"*""#)),
                "statement.0.not_action",
            ),
            (
                with_statement(&format!(r#"{whole},"effect":"deny""#)),
                "statement.0.effect",
            ),
        ] {
            assert_eq!(Policy::parse(&text).unwrap_err().path, path, "{text}");
        }
    }

    #[test]
    fn a_refusal_is_a_sentence_that_says_what_to_do() {
        assert_eq!(
            refusal(&with_statement(
                r#""condition":{"ip_equal":{"qcs:ip":"10.0.0.0/8"}}"#
            )),
            "`statement.0.condition`: conditions are not evaluated yet and are therefore refused, \
             never ignored"
        );
        assert_eq!(
            refusal(&with_statement(r#""effect":"permit""#)),
            "`statement.0.effect`: `permit` is not an effect; write `allow` or `deny`"
        );
        assert_eq!(
            refusal(r#"{"version": 2}"#),
            "`version`: this is a number; write a string"
        );
        assert_eq!(refusal("true"), "this is a boolean; write an object");
        assert!(refusal("{").starts_with("the policy is not JSON: "));
    }

    #[test]
    fn a_deny_cannot_hide_behind_a_second_effect() {
        let text =
            with_statement(r#""effect":"deny","effect":"allow","action":"*","resource":"*""#);
        assert_eq!(Policy::parse(&text).unwrap_err().fault, Fault::Duplicate);
    }

    #[test]
    fn each_limit_holds_on_both_sides() {
        let statement = r#"{"effect":"deny","action":"*","resource":"*"}"#;
        let statements = |count| {
            let list = vec![statement; count].join(",");
            Policy::parse(&format!(r#"{{"version":"2.0","statement":[{list}]}}"#))
        };
        assert!(statements(STATEMENTS_MAX).is_ok());
        let too_many = |limit| {
            let items = limit + 1;
            Fault::TooMany { items, limit }
        };
        assert_eq!(
            statements(STATEMENTS_MAX + 1).unwrap_err().fault,
            too_many(STATEMENTS_MAX)
        );

        let entries = |count| {
            let list = vec![r#""*""#; count].join(",");
            Policy::parse(&with_statement(&format!(
                r#""effect":"deny","action":[{list}],"resource":"*""#
            )))
        };
        assert!(entries(ENTRIES_MAX).is_ok());
        assert_eq!(
            entries(ENTRIES_MAX + 1).unwrap_err().fault,
            too_many(ENTRIES_MAX)
        );

        let padded = |bytes: usize| {
            let text = format!(r#"{{"version":"2.0","statement":{statement}}}"#);
            Policy::parse(&format!("{text:bytes$}"))
        };
        assert!(padded(DOCUMENT_BYTES_MAX).is_ok());
        let bytes = DOCUMENT_BYTES_MAX + 1;
        assert_eq!(padded(bytes).unwrap_err().fault, Fault::TooLong { bytes });
    }

    /// Any JSON, with the words of the language strewn in.
    fn any_json() -> impl Strategy<Value = String> {
        let word = || {
            prop_oneof![
                "version|statement|effect|action|resource|condition|principal",
                r"2\.0|allow|deny|\*|lighthouse:\*|qcs::lighthouse:::\*",
                "[ -~]{0,8}",
            ]
        };
        let text = |text: String| serde_json::Value::String(text).to_string();
        let leaf = prop_oneof![
            word().prop_map(text),
            any::<i64>().prop_map(|number| number.to_string()),
            Just("null".to_owned()),
            Just("true".to_owned()),
            Just("1.5e3".to_owned()),
        ];
        leaf.prop_recursive(4, 40, 4, move |inner| {
            let list = prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[{}]", items.join(",")));
            let object =
                prop::collection::vec((word().prop_map(text), inner), 0..4).prop_map(|members| {
                    let members: Vec<_> = members
                        .into_iter()
                        .map(|(name, value)| format!("{name}:{value}"))
                        .collect();
                    format!("{{{}}}", members.join(","))
                });
            prop_oneof![list, object]
        })
    }

    proptest! {
        #![proptest_config(crate::test_config())]

        #[test]
        fn any_json_is_read_or_refused(text in any_json()) {
            let _ = Policy::parse(&text);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Policy::parse(&String::from_utf8_lossy(&bytes));
        }

        #[test]
        fn a_damaged_policy_is_read_or_refused(at in 0..120_usize, byte in " -~") {
            let mut text = with_statement(r#""effect":"allow","action":["lighthouse:*"],"resource":["*"]"#);
            if at < text.len() {
                text.replace_range(at..=at, &byte);
            }
            let _ = Policy::parse(&text);
        }
    }
}
