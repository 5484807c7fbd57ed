//! Trust policies: who may assume a role. They are the one kind of policy that names principals.

use pharos_api::account::Uin;
use pharos_api::error::quoted;
use pharos_api::parameter::Path;

use crate::condition::read_conditions;
use crate::context::RequestContext;
use crate::decision::{Call, Decision, PolicyPlace, StatementPlace, decide};
use crate::document::{Statement, read_document, read_effect, read_entries};
use crate::fault::{BadPolicy, Fault};
use crate::json::Json;
use crate::pattern::ResourcePattern;
use crate::principal::Principal;
use crate::read::{bad, members, one_or_many, required, some_members, string};

/// What every principal is written as.
const EVERYBODY: &str = "*";

/// The trust policy of a role.
#[derive(Clone, Debug)]
pub struct TrustPolicy {
    statements: Vec<TrustStatement>,
}

/// One rule, and the principals that it is about.
#[derive(Clone, Debug)]
struct TrustStatement {
    principals: Vec<Trusted>,
    statement: Statement,
}

/// Whom a statement names.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Trusted {
    /// Everybody in an account: `qcs::cam::uin/1:root`.
    Account(Uin),
    Everybody,
    /// A product of the vendor's, which never calls here.
    Service,
    /// A user in an account: `qcs::cam::uin/1:uin/2`.
    User {
        account: Uin,
        user: Uin,
    },
}

impl TrustPolicy {
    /// Reads a document.
    ///
    /// # Errors
    /// Where the text is not a trust policy whose every element is evaluated, and why.
    pub fn parse(text: &str) -> Result<Self, BadPolicy> {
        let statements = read_document(text, read_statement)?;
        Ok(Self { statements })
    }

    /// Decides whether the role trusts `principal` with this operation (`sts:AssumeRole`). The root user
    /// has no rights here that nobody gave it, and another account's principals may be given some.
    pub fn evaluate(
        &self,
        principal: &Principal,
        operation: &str,
        context: &RequestContext<'_>,
    ) -> Decision {
        let call = Call {
            operation,
            resource: None,
            caller: principal.uin(),
            context,
        };
        let policy = PolicyPlace::Trust;
        let statements = self.statements.iter().enumerate();
        let about_them = statements
            .filter(|(_, found)| found.principals.iter().any(|trusted| trusted.is(principal)))
            .map(|(statement, found)| (StatementPlace { policy, statement }, &found.statement));
        decide(about_them, &call)
    }
}

impl Trusted {
    fn is(&self, principal: &Principal) -> bool {
        match self {
            Self::Account(account) => *account == principal.account(),
            Self::Everybody => true,
            Self::Service => false,
            Self::User { account, user } => {
                (*account, *user) == (principal.account(), principal.uin())
            }
        }
    }
}

fn read_statement(value: Json, parent: &Path<'_>) -> Result<TrustStatement, BadPolicy> {
    let (mut effect, mut actions, mut principals) = (None, None, None);
    let mut conditions = Vec::new();
    for (name, value) in members(value, parent)? {
        let path = Path::Field(parent, &name);
        match name.as_str() {
            "effect" => effect = Some(read_effect(value, &path)?),
            "action" => actions = Some(read_entries(value, &path)?),
            "principal" => principals = Some(read_principals(value, &path)?),
            "condition" => conditions = read_conditions(value, &path)?,
            "resource" => match read_entries(value, &path)?.as_slice() {
                [ResourcePattern::All] => {}
                _ => return Err(bad(&path, Fault::TrustResource)),
            },
            _ => {
                let known = "`effect`, `action`, `principal` and `condition`";
                return Err(bad(&path, Fault::Unknown { known }));
            }
        }
    }
    let statement = Statement {
        effect: required(effect, parent, "effect")?,
        actions: required(actions, parent, "action")?,
        resources: vec![ResourcePattern::All],
        conditions,
    };
    let principals = required(principals, parent, "principal")?;
    Ok(TrustStatement {
        principals,
        statement,
    })
}

fn read_principals(value: Json, path: &Path<'_>) -> Result<Vec<Trusted>, BadPolicy> {
    if matches!(&value, Json::String(text) if text == EVERYBODY) {
        return Ok(vec![Trusted::Everybody]);
    }
    let mut principals = Vec::new();
    for (name, value) in some_members(value, path)? {
        let path = Path::Field(path, &name);
        let read = match name.as_str() {
            "qcs" => one_or_many(value, &path, read_principal),
            "service" => one_or_many(value, &path, |value, path| {
                string(value, path).map(|_| Trusted::Service)
            }),
            _ => {
                let known = "`qcs` and `service`";
                Err(bad(&path, Fault::Unknown { known }))
            }
        };
        principals.append(&mut read?);
    }
    Ok(principals)
}

fn read_principal(value: Json, path: &Path<'_>) -> Result<Trusted, BadPolicy> {
    let text = string(value, path)?;
    trusted(&text).ok_or_else(|| bad(path, Fault::PrincipalName(quoted(&text).into_owned())))
}

/// Reads `qcs::cam::uin/1:root` or `qcs::cam::uin/1:uin/2`.
fn trusted(text: &str) -> Option<Trusted> {
    let (account, who) = text.strip_prefix("qcs::cam::")?.split_once(':')?;
    let account = uin(account)?;
    if who == "root" {
        return Some(Trusted::Account(account));
    }
    let user = uin(who)?;
    Some(Trusted::User { account, user })
}

fn uin(text: &str) -> Option<Uin> {
    let digits = text.strip_prefix("uin/")?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok().map(Uin))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Policy;
    use crate::test_context;

    fn trust(members: &str) -> Result<TrustPolicy, BadPolicy> {
        let effect_and_action = r#""effect":"allow","action":"name/sts:AssumeRole""#;
        TrustPolicy::parse(&format!(
            r#"{{"version":"2.0","statement":[{{{effect_and_action},{members}}}]}}"#
        ))
    }

    fn root(account: u64) -> Principal {
        Principal::Root {
            account: Uin(account),
        }
    }

    fn user(account: u64, user: u64) -> Principal {
        Principal::User {
            account: Uin(account),
            user: Uin(user),
            policies: Vec::new(),
        }
    }

    fn trusts(members: &str, principal: &Principal) -> bool {
        let policy = trust(members).unwrap();
        let decision = policy.evaluate(principal, "sts:AssumeRole", &test_context());
        assert!(
            !policy
                .evaluate(principal, "sts:GetFederationToken", &test_context())
                .is_allowed()
        );
        decision.is_allowed()
    }

    #[test]
    fn a_role_trusts_whom_its_policy_names_and_nobody_else() {
        let account = r#""principal":{"qcs":["qcs::cam::uin/1:root"]}"#;
        assert!(trusts(account, &root(1)));
        assert!(trusts(account, &user(1, 2)));
        assert!(!trusts(account, &root(3)));
        let one = r#""principal":{"qcs":"qcs::cam::uin/1:uin/2"},"resource":"*""#;
        assert!(trusts(one, &user(1, 2)));
        assert!(!trusts(one, &user(1, 3)));
        assert!(!trusts(one, &user(3, 2)));
        assert!(!trusts(one, &root(1)));
        assert!(trusts(r#""principal":"*""#, &user(7, 8)));
        let service = r#""principal":{"service":["cvm.qcloud.com"]}"#;
        assert!(!trusts(service, &root(1)));
    }

    #[test]
    fn a_deny_wins_here_too_and_conditions_count() {
        let text = r#"{"version":"2.0","statement":[
            {"effect":"allow","action":"sts:AssumeRole","principal":{"qcs":"qcs::cam::uin/1:root"}},
            {"effect":"deny","action":"*","principal":"*","condition":{"string_equal":{"qcs:uin":"2"}}}
        ]}"#;
        let policy = TrustPolicy::parse(text).unwrap();
        let decide = |principal| policy.evaluate(&principal, "sts:AssumeRole", &test_context());
        let policy = PolicyPlace::Trust;
        let at = |statement| StatementPlace { policy, statement };
        assert_eq!(decide(user(1, 3)), Decision::Allowed(at(0)));
        assert_eq!(decide(user(1, 2)), Decision::Denied(at(1)));
        assert_eq!(decide(root(2)), Decision::Denied(at(1)));
        assert_eq!(decide(root(5)), Decision::NotAllowed);
    }

    #[test]
    fn each_refusal_names_its_place() {
        for (members, path) in [
            (r#""resource":"*""#, "statement.0.principal"),
            (r#""principal":"root""#, "statement.0.principal"),
            (r#""principal":{}"#, "statement.0.principal"),
            (
                r#""principal":{"federated":"x"}"#,
                "statement.0.principal.federated",
            ),
            (r#""principal":{"qcs":[]}"#, "statement.0.principal.qcs"),
            (
                r#""principal":{"service":1}"#,
                "statement.0.principal.service",
            ),
            (
                r#""principal":{"qcs":["qcs::cam::uin/1:root","qcs::cam::uin/*:root"]}"#,
                "statement.0.principal.qcs.1",
            ),
            (
                r#""principal":{"qcs":"qcs::cam::uin/1:roleName/x"}"#,
                "statement.0.principal.qcs",
            ),
            (
                r#""principal":"*","resource":"qcs::cam:::role/*""#,
                "statement.0.resource",
            ),
            (r#""principal":"*","version":"2.0""#, "statement.0.version"),
        ] {
            assert_eq!(trust(members).unwrap_err().path, path, "{members}");
        }
        let text = r#"{"version":"2.0","principal":"*","statement":[]}"#;
        assert_eq!(
            TrustPolicy::parse(text).unwrap_err().fault,
            Fault::Principal
        );
        let elsewhere = r#"{"version":"2.0","statement":{"effect":"allow","action":"*","resource":"*","principal":"*"}}"#;
        assert_eq!(
            Policy::parse(elsewhere).unwrap_err().fault,
            Fault::Principal
        );
    }
}
