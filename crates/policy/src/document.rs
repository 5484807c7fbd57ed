//! Policy documents: reading them, refusing whatever is not understood.
//!
//! A policy that is read only in part says something else than its author wrote. So an element that
//! is not evaluated is an error with its place, never skipped. The language is protocol.md section
//! 7.1; the elements are described at <https://www.tencentcloud.com/document/product/598/10603>.

use std::str::FromStr;

use pharos_api::error::quoted;
use pharos_api::parameter::Path;

use crate::condition::{Condition, read_conditions};
use crate::fault::{BadPolicy, Fault};
use crate::json::{DEPTH_MAX, Json};
use crate::key::Key;
use crate::pattern::{ActionPattern, BadAction, BadResource, ResourcePattern};
use crate::read::{bad, bounded, members, one_or_many, required, string, wrong_type};

/// The longest document, in bytes. The vendor's limit is 6,144 characters
/// (<https://www.tencentcloud.com/zh/document/product/1031/64685>), and those of a policy are ASCII.
pub const DOCUMENT_BYTES_MAX: usize = 6_144;

/// The most statements in a document: what a person can still review, and a bound on the work of one
/// decision that does not move with [`DOCUMENT_BYTES_MAX`].
pub const STATEMENTS_MAX: usize = 100;

/// The most actions, and the most resources, in a statement, and values of a key in a condition, for the
/// same reasons.
pub const ENTRIES_MAX: usize = 100;

/// The version of the language.
pub(crate) const VERSION: &str = "2.0";

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
    pub(crate) conditions: Vec<Condition>,
}

/// What a statement does to the calls it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Allow,
    Deny,
}

impl Policy {
    /// Reads a document.
    ///
    /// # Errors
    /// Where the text is not a policy whose every element is evaluated, and why.
    pub fn parse(text: &str) -> Result<Self, BadPolicy> {
        let statements = read_document(text, read_statement)?;
        Ok(Self { statements })
    }
}

impl Policy {
    pub(crate) fn asks_for_resource_tags(&self) -> bool {
        let mut conditions = self.statements.iter().flat_map(|one| &one.conditions);
        conditions.any(|condition| condition.key == Key::ResourceTag)
    }
}

/// Reads a document whose statements are read by `read`.
pub(crate) fn read_document<T>(
    text: &str,
    read: fn(Json, &Path<'_>) -> Result<T, BadPolicy>,
) -> Result<Vec<T>, BadPolicy> {
    let bytes = text.len();
    if bytes > DOCUMENT_BYTES_MAX {
        return Err(bad(&Path::Root, Fault::TooLong { bytes }));
    }
    let document: Json = serde_json::from_str(text)
        .map_err(|error| bad(&Path::Root, Fault::Json(error.to_string())))?;
    if !document.is_within(DEPTH_MAX) {
        return Err(bad(&Path::Root, Fault::TooDeep));
    }
    let (mut version, mut statements) = (None, None);
    for (name, value) in members(document, &Path::Root)? {
        let path = Path::Field(&Path::Root, &name);
        match name.as_str() {
            "version" => version = Some(read_version(value, &path)?),
            "statement" => statements = Some(read_statements(value, &path, read)?),
            "principal" => return Err(bad(&path, Fault::Principal)),
            _ => {
                let known = "`version` and `statement`";
                return Err(bad(&path, Fault::Unknown { known }));
            }
        }
    }
    required(version, &Path::Root, "version")?;
    required(statements, &Path::Root, "statement")
}

fn read_version(value: Json, path: &Path<'_>) -> Result<(), BadPolicy> {
    match string(value, path)? {
        version if version == VERSION => Ok(()),
        other => Err(bad(path, Fault::Version(quoted(&other).into_owned()))),
    }
}

fn read_statements<T>(
    value: Json,
    path: &Path<'_>,
    read: fn(Json, &Path<'_>) -> Result<T, BadPolicy>,
) -> Result<Vec<T>, BadPolicy> {
    let Json::Array(items) = value else {
        return Ok(vec![read(value, path)?]);
    };
    bounded(items, STATEMENTS_MAX, path)?
        .enumerate()
        .map(|(index, item)| read(item, &Path::Index(path, index)))
        .collect()
}

fn read_statement(value: Json, parent: &Path<'_>) -> Result<Statement, BadPolicy> {
    let (mut effect, mut actions, mut resources) = (None, None, None);
    let mut conditions = Vec::new();
    for (name, value) in members(value, parent)? {
        let path = Path::Field(parent, &name);
        match name.as_str() {
            "effect" => effect = Some(read_effect(value, &path)?),
            "action" => actions = Some(read_entries(value, &path)?),
            "resource" => resources = Some(read_entries(value, &path)?),
            "condition" => conditions = read_conditions(value, &path)?,
            "principal" => return Err(bad(&path, Fault::Principal)),
            _ => {
                let known = "`effect`, `action`, `resource` and `condition`";
                return Err(bad(&path, Fault::Unknown { known }));
            }
        }
    }
    Ok(Statement {
        effect: required(effect, parent, "effect")?,
        actions: required(actions, parent, "action")?,
        resources: required(resources, parent, "resource")?,
        conditions,
    })
}

pub(crate) fn read_effect(value: Json, path: &Path<'_>) -> Result<Effect, BadPolicy> {
    match string(value, path)?.as_str() {
        "allow" => Ok(Effect::Allow),
        "deny" => Ok(Effect::Deny),
        other => Err(bad(path, Fault::Effect(quoted(other).into_owned()))),
    }
}

/// The actions or the resources of a statement: one string or a list of strings.
pub(crate) fn read_entries<T: Entry>(value: Json, path: &Path<'_>) -> Result<Vec<T>, BadPolicy> {
    if !matches!(value, Json::String(_) | Json::Array(_)) {
        return Err(wrong_type(&value, path, "a string or a list of strings"));
    }
    one_or_many(value, path, |value, path| {
        let text = string(value, path)?;
        T::from_str(&text).map_err(|error| bad(path, T::fault(error, quoted(&text).into_owned())))
    })
}

/// What `action` and `resource` are lists of.
pub(crate) trait Entry: FromStr {
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
            ("[".repeat(7) + &"]".repeat(7), ""),
            (
                with_statement(&format!(
                    r#"{whole},"condition":{{"string_like":{{"qcs:uin":"1"}}}}"#
                )),
                "statement.0.condition.string_like",
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
    fn what_stands_too_deep_is_refused_before_it_is_read() {
        let deepest = with_statement(
            r#""effect":"allow","action":"*","resource":"*","condition":{"ip_equal":{"qcs:ip":["::1"]}}"#,
        );
        assert!(Policy::parse(&deepest).is_ok());
        let deeper = deepest.replace(r#""::1""#, "[]");
        assert_eq!(Policy::parse(&deeper).unwrap_err().fault, Fault::TooDeep);
        let hostile = "[".repeat(DOCUMENT_BYTES_MAX);
        assert!(matches!(
            Policy::parse(&hostile).unwrap_err().fault,
            Fault::Json(_)
        ));
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
