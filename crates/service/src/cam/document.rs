//! Policy documents that somebody sends: what is wrong with one has a code by where it is wrong.

use pharos_api::code::Code;
use pharos_api::error::ApiError;
use pharos_api::session_policy::SessionPolicy;
use pharos_api::text::Text;
use pharos_policy::{BadPolicy, Fault, Policy, TrustPolicy};

/// Whether it can be attached and evaluated.
///
/// # Errors
/// The code of what is wrong.
pub(super) fn check_policy(parameter: &str, document: &str) -> Result<(), ApiError> {
    let parsed = Policy::parse(document).map(|_| ());
    parsed.map_err(|bad| told(code(&bad), parameter, &bad))
}

/// Whether it can say who may assume a role.
///
/// # Errors
/// The code of what is wrong.
pub(super) fn check_trust_policy(parameter: &str, document: &str) -> Result<(), ApiError> {
    let parsed = TrustPolicy::parse(document).map(|_| ());
    parsed.map_err(|bad| {
        let code = match code(&bad) {
            code if is_of_a_resource(code) => Code::ResourceError,
            other => other,
        };
        told(code, parameter, &bad)
    })
}

/// Reads the policy that temporary credentials are to come with.
///
/// # Errors
/// The codes of STS, which are fewer.
pub(crate) fn parse_session_policy(policy: &SessionPolicy) -> Result<Policy, ApiError> {
    Policy::parse(policy.as_str()).map_err(|bad| {
        let code = match code(&bad) {
            Code::PolicyDocumentLengthOverLimit => Code::PolicyTooLong,
            code if is_of_a_resource(code) => Code::ResouceError,
            _ => Code::StrategyFormatError,
        };
        told(code, "Policy", &bad)
    })
}

/// The policy makes the token longer than it may be.
pub(crate) fn bad_session_policy() -> ApiError {
    ApiError::new(
        Code::PolicyTooLong,
        Text::fixed(
            "With this `Policy` the token would be longer than 4096 bytes. Write a shorter one.",
            "使用该 `Policy` 时 Token 将超过 4096 字节，请缩短策略。",
        ),
    )
}

/// Where the vendor has one code for whatever is wrong with a resource.
fn is_of_a_resource(code: Code) -> bool {
    matches!(
        code,
        Code::ResourceError
            | Code::ResourceProjectError
            | Code::ResourceQcsError
            | Code::ResourceUinError
    )
}

fn told(code: Code, parameter: &str, bad: &BadPolicy) -> ApiError {
    ApiError::new(
        code,
        Text::new(
            format!("The policy in `{parameter}` cannot be evaluated. {bad}."),
            format!("`{parameter}` 中的策略无法评估：{bad}。"),
        ),
    )
}

/// The narrowest code that the vendor has for it.
fn code(bad: &BadPolicy) -> Code {
    let place = Place::of(&bad.path);
    match &bad.fault {
        Fault::TooLong { .. } => Code::PolicyDocumentLengthOverLimit,
        Fault::Json(_) | Fault::TooDeep => Code::PolicyDocumentError,
        Fault::Operator(_) | Fault::SetPrefix => Code::ConditionTypeError,
        Fault::Key(_) => Code::ConditionError,
        Fault::Missing if place == Place::Action => Code::ActionMiss,
        Fault::Project(_) => Code::ResourceProjectError,
        Fault::Account(_) => Code::ResourceUinError,
        Fault::Resource(_) => Code::ResourceQcsError,
        Fault::PrincipalName(_) => Code::PrincipalQcsError,
        Fault::Base64(_)
        | Fault::Boolean(_)
        | Fault::Date(_)
        | Fault::Incomparable { .. }
        | Fault::Network(_)
        | Fault::Number(_)
        | Fault::Tag(_) => Code::ConditionContentError,
        // A principal where none may stand, an element that is missing, unknown, of another kind or too much.
        _ => match place {
            Place::Document => Code::PolicyDocumentError,
            Place::Version => Code::VersionError,
            Place::Statement => Code::StatementError,
            Place::Effect => Code::EffectError,
            Place::Action => Code::ActionError,
            Place::Resource => Code::ResourceError,
            Place::Principal => Code::PrincipalError,
            Place::Condition => Code::ConditionError,
        },
    }
}

/// Which element a path leads into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Document,
    Version,
    Statement,
    Effect,
    Action,
    Resource,
    Principal,
    Condition,
}

impl Place {
    fn of(path: &str) -> Self {
        let mut place = Self::Document;
        for part in path.split('.') {
            place = match part {
                "version" => Self::Version,
                "statement" => Self::Statement,
                "effect" => Self::Effect,
                "action" => Self::Action,
                "resource" => Self::Resource,
                "principal" => Self::Principal,
                // Whatever stands in it is the author's.
                "condition" => return Self::Condition,
                _ => place,
            };
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy_code(text: &str) -> Code {
        check_policy("PolicyDocument", text).unwrap_err().code
    }

    fn statement(members: &str) -> String {
        format!(r#"{{"version":"2.0","statement":[{{{members}}}]}}"#)
    }

    #[test]
    fn what_is_wrong_has_the_code_of_where_it_is_wrong() {
        let with = |members: &str| {
            let rest = r#""effect":"allow","action":"*","resource":"*","#;
            statement(&format!("{rest}{members}"))
        };
        let of_action = |members: &str| statement(&format!(r#""effect":"allow",{members}"#));
        let resource = |text: &str| of_action(&format!(r#""action":"*","resource":"{text}""#));
        for (text, expected) in [
            ("{".to_owned(), Code::PolicyDocumentError),
            ("[]".to_owned(), Code::PolicyDocumentError),
            (" ".repeat(7_000), Code::PolicyDocumentLengthOverLimit),
            (r#"{"statement":[]}"#.to_owned(), Code::StatementError),
            (r#"{"version":"1.0"}"#.to_owned(), Code::VersionError),
            (r#"{"version":"2.0"}"#.to_owned(), Code::StatementError),
            (statement(""), Code::EffectError),
            (
                statement(r#""action":"*","resource":"*""#),
                Code::EffectError,
            ),
            (of_action(r#""resource":"*""#), Code::ActionMiss),
            (of_action(r#""action":"*""#), Code::ResourceError),
            (
                of_action(r#""action":"a b","resource":"*""#),
                Code::ActionError,
            ),
            (of_action(r#""action":7,"resource":"*""#), Code::ActionError),
            (
                of_action(r#""action":"permid/1","resource":"*""#),
                Code::ActionError,
            ),
            (resource("a"), Code::ResourceQcsError),
            (resource("qcs:id/0:cvm:::a/*"), Code::ResourceProjectError),
            (resource("qcs::cvm::me:a/*"), Code::ResourceUinError),
            (with(r#""sid":"a""#), Code::StatementError),
            (with(r#""principal":"*""#), Code::PrincipalError),
            (
                with(r#""condition":{"ip_like":{"qcs:ip":"::1"}}"#),
                Code::ConditionTypeError,
            ),
            (
                with(r#""condition":{"ip_equal":{"qcs:mac":"::1"}}"#),
                Code::ConditionError,
            ),
            (
                with(r#""condition":{"ip_equal":{"qcs:ip":"here"}}"#),
                Code::ConditionContentError,
            ),
            (with(r#""condition":7"#), Code::ConditionError),
        ] {
            assert_eq!(policy_code(&text), expected, "{text}");
        }
        let trust = |principal: &str| {
            let text = statement(&format!(
                r#""effect":"allow","action":"sts:AssumeRole","principal":{principal}"#
            ));
            check_trust_policy("PolicyDocument", &text).map_err(|error| error.code)
        };
        assert_eq!(trust(r#"{"qcs":["me"]}"#), Err(Code::PrincipalQcsError));
        let resource = r#""*","resource":"a""#;
        assert_eq!(trust(resource), Err(Code::ResourceError));
        assert_eq!(trust(r#"{"aws":["me"]}"#), Err(Code::PrincipalError));
        assert_eq!(trust(r#"{"qcs":["qcs::cam::uin/1:root"]}"#), Ok(()));
    }

    #[test]
    fn a_session_policy_has_the_codes_of_sts() {
        let code = |text: &str| {
            let policy = SessionPolicy::new(text.to_owned());
            parse_session_policy(&policy).unwrap_err().code
        };
        assert_eq!(code("{"), Code::StrategyFormatError);
        assert_eq!(code(&" ".repeat(7_000)), Code::PolicyTooLong);
        let resource = statement(r#""effect":"allow","action":"*","resource":"a""#);
        assert_eq!(code(&resource), Code::ResouceError);
    }
}
