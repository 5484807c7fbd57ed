//! What a statement is about: patterns with `*` over actions and over resources.

use std::str::FromStr;

/// A text in which each `*` stands for any characters, or for none. It is case-sensitive.
#[derive(Clone, Debug)]
struct Wildcard(String);

impl Wildcard {
    const ANY: &str = "*";

    /// Whether the whole text matches, in time proportional to pattern and text together.
    ///
    /// Between the first and the last star, taking the leftmost occurrence of each piece is always
    /// right: it leaves the most text for the pieces after it. So nothing is ever tried twice.
    fn matches(&self, text: &str) -> bool {
        let Some((prefix, rest)) = self.0.split_once('*') else {
            return self.0 == text;
        };
        let (pieces, suffix) = rest.rsplit_once('*').unwrap_or(("", rest));
        let inner = text
            .strip_prefix(prefix)
            .and_then(|text| text.strip_suffix(suffix));
        let Some(inner) = inner else { return false };
        pieces
            .split('*')
            .try_fold(inner, |left, piece| {
                left.split_once(piece).map(|(_, after)| after)
            })
            .is_some()
    }
}

/// The operations that a statement is about: `lighthouse:CreateKeyPair`, `lighthouse:Describe*`, `*`.
#[derive(Clone, Debug)]
pub(crate) struct ActionPattern(Wildcard);

/// Why a text is not an action of the policy language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadAction {
    /// `permid/…`, a set of operations that only the vendor can name.
    PermissionSet,
    /// Anything else.
    Malformed,
}

impl ActionPattern {
    /// Whether it is about this operation (`lighthouse:CreateKeyPair`).
    pub(crate) fn matches(&self, operation: &str) -> bool {
        // Pattern and operation have one colon each, so no star reaches across it.
        self.0.matches(operation)
    }
}

impl FromStr for ActionPattern {
    type Err = BadAction;

    fn from_str(text: &str) -> Result<Self, BadAction> {
        if text.starts_with("permid/") {
            return Err(BadAction::PermissionSet);
        }
        let text = text.strip_prefix("name/").unwrap_or(text);
        let is_name = |name: &str| {
            let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"_-*".contains(&byte);
            !name.is_empty() && name.bytes().all(legal)
        };
        let well_formed = text == Wildcard::ANY
            || text
                .split_once(':')
                .is_some_and(|(product, action)| is_name(product) && is_name(action));
        if well_formed {
            Ok(Self(Wildcard(text.to_owned())))
        } else {
            Err(BadAction::Malformed)
        }
    }
}

/// The resources that a statement is about.
#[derive(Clone, Debug)]
pub(crate) enum ResourcePattern {
    /// `*`: everything, and the only thing that operations without a named resource are decided on.
    All,
    /// A six-segment name with wildcards.
    Named(NamePattern),
}

/// Project, service, region, account and resource of a six-segment name.
#[derive(Clone, Debug)]
pub(crate) struct NamePattern([Wildcard; 5]);

/// Why a text is not a resource of the policy language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadResource {
    /// The account is neither empty, nor `*`, nor `uin/` and a number.
    Account,
    /// It is not six segments of printable ASCII that start with `qcs` and end with a resource.
    Malformed,
    /// It names a project, which the language no longer has.
    Project,
    /// It has a variable such as `${uin}`.
    Variable,
}

/// What stands first in every name.
const SCHEME: &str = "qcs";

impl ResourcePattern {
    /// Whether it is about this resource: a six-segment name, or `None` for what is only ever
    /// decided as a whole. The vendor decides the latter on `*`, and a named resource is not that
    /// (protocol.md section 7.1).
    pub(crate) fn matches(&self, resource: Option<&str>) -> bool {
        match (self, resource) {
            (Self::All, _) => true,
            (Self::Named(_), None) => false,
            (Self::Named(pattern), Some(name)) => pattern.matches(name),
        }
    }
}

impl NamePattern {
    /// Segment by segment, so that a star never reaches across a colon.
    fn matches(&self, name: &str) -> bool {
        let mut segments = name.split(':');
        segments.next() == Some(SCHEME)
            && self.0.iter().all(|pattern| {
                segments
                    .next()
                    .is_some_and(|segment| pattern.matches(segment))
            })
            && segments.next().is_none()
    }
}

impl FromStr for ResourcePattern {
    type Err = BadResource;

    fn from_str(text: &str) -> Result<Self, BadResource> {
        if text == Wildcard::ANY {
            return Ok(Self::All);
        }
        if text.contains("${") {
            return Err(BadResource::Variable);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BadResource::Malformed);
        }
        let segments: Vec<_> = text.split(':').collect();
        let &[SCHEME, project, service, region, account, resource] = segments.as_slice() else {
            return Err(BadResource::Malformed);
        };
        if !project.is_empty() && project != Wildcard::ANY {
            return Err(BadResource::Project);
        }
        if !is_account(account) {
            return Err(BadResource::Account);
        }
        if resource.is_empty() {
            return Err(BadResource::Malformed);
        }
        // An empty segment means any: the vendor's page says so for service and region; projects
        // are no more; and an empty account is the policy's own, the only one it is asked about.
        let segment = |text: &str| {
            let text = if text.is_empty() { Wildcard::ANY } else { text };
            Wildcard(text.to_owned())
        };
        let segments = [project, service, region, account, resource].map(segment);
        Ok(Self::Named(NamePattern(segments)))
    }
}

/// Whether a segment can name accounts at all. A form that never matches, such as `uid/` (the
/// vendor's object storage), would make a deny that silently denies nothing.
fn is_account(segment: &str) -> bool {
    let is_number = |text: &str| {
        let legal = |byte: u8| byte.is_ascii_digit() || byte == b'*';
        !text.is_empty() && text.bytes().all(legal)
    };
    segment.is_empty()
        || segment == Wildcard::ANY
        || segment.strip_prefix("uin/").is_some_and(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition of a wildcard, word for word; takes exponential time.
    fn matches_by_definition(pattern: &[u8], text: &[u8]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some((b'*', rest)) => {
                (0..=text.len()).any(|skipped| matches_by_definition(rest, &text[skipped..]))
            }
            Some((first, rest)) => text
                .split_first()
                .is_some_and(|(head, tail)| head == first && matches_by_definition(rest, tail)),
        }
    }

    proptest! {
        #![proptest_config(crate::test_config())]

        #[test]
        fn a_wildcard_matches_what_its_definition_says(pattern in "[ab*]{0,8}", text in "[ab]{0,12}") {
            prop_assert_eq!(
                Wildcard(pattern.clone()).matches(&text),
                matches_by_definition(pattern.as_bytes(), text.as_bytes())
            );
        }

        #[test]
        fn a_wildcard_takes_any_text(pattern in ".{0,20}", text in ".{0,20}") {
            Wildcard(pattern).matches(&text);
        }
    }

    #[test]
    fn a_hostile_wildcard_is_decided_at_once() {
        let pattern = Wildcard("a*".repeat(3000) + "b");
        assert!(!pattern.matches(&"a".repeat(100_000)));
    }

    fn action_matches(pattern: &str, operation: &str) -> bool {
        ActionPattern::from_str(pattern).unwrap().matches(operation)
    }

    #[test]
    fn actions_match_with_and_without_prefix_and_wildcards() {
        for pattern in [
            "lighthouse:CreateKeyPair",
            "name/lighthouse:CreateKeyPair",
            "lighthouse:Create*",
            "lighthouse:*KeyPair",
            "lighthouse:*Key*",
            "light*:*",
            "*:CreateKeyPair",
            "name/*",
            "*",
        ] {
            assert!(
                action_matches(pattern, "lighthouse:CreateKeyPair"),
                "{pattern}"
            );
        }
        for pattern in [
            "lighthouse:CreateKeyPairs",
            "lighthouse:createkeypair",
            "lighthouse:Create",
            "cvm:*",
            "*:*Instances",
        ] {
            assert!(
                !action_matches(pattern, "lighthouse:CreateKeyPair"),
                "{pattern}"
            );
        }
    }

    #[test]
    fn what_is_not_an_action_is_refused() {
        let read = |text: &str| ActionPattern::from_str(text).err();
        for text in [
            "",
            "lighthouse",
            "lighthouse:",
            ":CreateKeyPair",
            "lighthouse*",
            "lighthouse:Create:KeyPair",
            "lighthouse:Create KeyPair",
            "lighthouse:CreateKeyPair?",
            "name/",
            "name/name/lighthouse:*",
            "actionName/x",
        ] {
            assert_eq!(read(text), Some(BadAction::Malformed), "{text:?}");
        }
        assert_eq!(read("permid/280649"), Some(BadAction::PermissionSet));
    }

    const NAME: &str = "qcs::lighthouse:ap-guangzhou:uin/100000000001:keypair/lhkp-hfenegt1";

    fn resource_matches(pattern: &str, resource: Option<&str>) -> bool {
        let pattern = ResourcePattern::from_str(pattern).unwrap();
        pattern.matches(resource)
    }

    #[test]
    fn resources_match_segment_by_segment_and_empty_means_any() {
        for pattern in [
            "*",
            NAME,
            "qcs::lighthouse:::keypair/*",
            "qcs::::uin/100000000001:*",
            "qcs:*:*:*:*:*",
            "qcs::light*:ap-*:uin/*:keypair/lhkp-*1",
        ] {
            assert!(resource_matches(pattern, Some(NAME)), "{pattern}");
        }
        for pattern in [
            "qcs::cvm:::keypair/*",
            "qcs::lighthouse:ap-beijing::keypair/*",
            "qcs::lighthouse::uin/100000000002:keypair/*",
            "qcs::lighthouse:::instance/*",
            "qcs::lighthouse:::keypair",
        ] {
            assert!(!resource_matches(pattern, Some(NAME)), "{pattern}");
        }
    }

    #[test]
    fn a_star_does_not_reach_into_the_next_segment() {
        assert!(!resource_matches("qcs::::*:*", Some("qcs::a:b")));
        assert!(!resource_matches("qcs::::*:*", Some("qcs::a:b:c:d:e")));
        assert!(!resource_matches("qcs::::*:*", Some("acs::a:b:c:d")));
    }

    #[test]
    fn what_has_no_name_is_matched_by_a_bare_star_only() {
        assert!(resource_matches("*", None));
        assert!(!resource_matches("qcs:*:*:*:*:*", None));
    }

    #[test]
    fn what_is_not_a_resource_is_refused() {
        let read = |text: &str| ResourcePattern::from_str(text).err();
        for text in [
            "",
            "**",
            "keypair/*",
            "qcs::lighthouse::keypair/*",
            "qcs::lighthouse::::keypair/*",
            "acs::lighthouse:::keypair/*",
            "qcs::lighthouse:::",
            "qcs::lighthouse:::keypair/ *",
            "qcs::lighthouse:::密钥/*",
        ] {
            assert_eq!(read(text), Some(BadResource::Malformed), "{text:?}");
        }
        for account in ["uid/1", "100000000001", "uin/", "uin/me", "*/1"] {
            let text = format!("qcs::lighthouse::{account}:keypair/*");
            assert_eq!(read(&text), Some(BadResource::Account), "{text}");
        }
        assert_eq!(
            read("qcs:id/0:lighthouse:::keypair/*"),
            Some(BadResource::Project)
        );
        assert_eq!(
            read("qcs::lighthouse::uin/${uin}:keypair/*"),
            Some(BadResource::Variable)
        );
    }
}
