//! The decision.
//!
//! Nothing is allowed unless a statement allows it, and whatever a statement denies stays denied
//! (protocol.md section 7.1). The root user has everything in its own account; nobody has anything
//! in another.

use pharos_api::account::Uin;
use pharos_api::resource::Resource;
use thiserror::Error;

use crate::document::{Effect, Policy, Statement};
use crate::granted::Granted;

/// Who calls.
#[derive(Clone, Debug)]
pub enum Principal {
    /// The account itself.
    Root {
        /// The account.
        account: Uin,
    },
    /// A user in it.
    User {
        /// The account.
        account: Uin,
        /// The user.
        user: Uin,
        /// The policies attached to the user.
        policies: Vec<Policy>,
    },
}

impl Principal {
    /// The account it belongs to.
    pub fn account(&self) -> Uin {
        match self {
            Self::Root { account } | Self::User { account, .. } => *account,
        }
    }

    /// Its own number; the account's for root.
    pub fn uin(&self) -> Uin {
        match self {
            Self::Root { account } => *account,
            Self::User { user, .. } => *user,
        }
    }
}

/// A refusal, with what the live service names in one (protocol.md section 4.2).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{operation}` on `{resource}` is not allowed")]
pub struct Denied {
    /// The operation, as policies name it: `lighthouse:CreateKeyPair`.
    pub operation: String,
    /// The six-segment name of the resource, or `*`.
    pub resource: String,
}

/// Decides whether `principal` may call `operation` (as policies name it:
/// `lighthouse:CreateKeyPair`) on `resource`.
///
/// A resource without a name is decided on `*` alone: a statement about named resources neither
/// allows nor denies it, however wide its wildcards are.
///
/// # Errors
/// Whatever is not allowed, or is denied, or belongs to another account.
///
/// ```
/// use pharos_api::{account::Uin, region::Region, resource::KeyPairs};
/// use pharos_policy::{Policy, Principal, authorize};
///
/// let allow = r#"{"version": "2.0", "statement":
///     {"effect": "allow", "action": "lighthouse:Create*", "resource": "*"}}"#;
/// let account = Uin(100000000001);
/// let principal = Principal::User {
///     account,
///     user: Uin(100000000002),
///     policies: vec![Policy::parse(allow)?],
/// };
/// let collection = KeyPairs { account, region: Region::Guangzhou };
/// assert!(authorize(&principal, "lighthouse:CreateKeyPair", collection).is_ok());
/// assert!(authorize(&principal, "lighthouse:DeleteKeyPairs", collection).is_err());
/// # Ok::<(), pharos_policy::BadPolicy>(())
/// ```
pub fn authorize<R: Resource>(
    principal: &Principal,
    operation: &str,
    resource: R,
) -> Result<Granted<R>, Denied> {
    let name = resource.name();
    let call = Call {
        operation,
        resource: name.as_deref(),
    };
    let allowed = principal.account() == resource.account()
        && match principal {
            Principal::Root { .. } => true,
            Principal::User { policies, .. } => effect(policies, &call) == Some(Effect::Allow),
        };
    if allowed {
        Ok(Granted::new(resource))
    } else {
        Err(Denied {
            operation: operation.to_owned(),
            resource: name.unwrap_or_else(|| "*".to_owned()),
        })
    }
}

/// What statements are asked about.
struct Call<'a> {
    operation: &'a str,
    resource: Option<&'a str>,
}

/// What policies say together about a call: the greatest effect among the statements about it, so
/// that a deny wins and order says nothing; `None` if none is.
fn effect(policies: &[Policy], call: &Call<'_>) -> Option<Effect> {
    policies
        .iter()
        .flat_map(|policy| &policy.statements)
        .filter(|statement| statement.is_about(call))
        .map(|statement| statement.effect)
        .max()
}

impl Statement {
    fn is_about(&self, call: &Call<'_>) -> bool {
        let mut actions = self.actions.iter();
        let mut resources = self.resources.iter();
        actions.any(|pattern| pattern.matches(call.operation))
            && resources.any(|pattern| pattern.matches(call.resource))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ACCOUNT: Uin = Uin(100_000_000_001);
    const USER: Uin = Uin(100_000_000_002);
    const ELSEWHERE: Uin = Uin(100_000_000_003);

    /// A resource as tests need it.
    #[derive(Clone, Debug)]
    struct Thing {
        account: Uin,
        name: Option<String>,
    }

    impl Resource for Thing {
        fn account(&self) -> Uin {
            self.account
        }

        fn name(&self) -> Option<String> {
            self.name.clone()
        }
    }

    fn unnamed() -> Thing {
        Thing {
            account: ACCOUNT,
            name: None,
        }
    }

    fn key_pair(account: Uin) -> Thing {
        let name = format!("qcs::lighthouse:ap-guangzhou:uin/{account}:keypair/lhkp-hfenegt1");
        Thing {
            account,
            name: Some(name),
        }
    }

    fn policy(statements: &[(&str, &str, &str)]) -> Policy {
        let statements: Vec<_> = statements
            .iter()
            .map(|(effect, action, resource)| {
                format!(r#"{{"effect":"{effect}","action":"{action}","resource":"{resource}"}}"#)
            })
            .collect();
        let list = statements.join(",");
        Policy::parse(&format!(r#"{{"version":"2.0","statement":[{list}]}}"#)).unwrap()
    }

    fn user(policies: Vec<Policy>) -> Principal {
        Principal::User {
            account: ACCOUNT,
            user: USER,
            policies,
        }
    }

    fn user_may(statements: &[(&str, &str, &str)], operation: &str, resource: Thing) -> bool {
        authorize(&user(vec![policy(statements)]), operation, resource).is_ok()
    }

    #[test]
    fn root_may_do_everything_in_its_own_account_and_nothing_in_another() {
        let root = Principal::Root { account: ACCOUNT };
        assert_eq!((root.account(), root.uin()), (ACCOUNT, ACCOUNT));
        assert!(authorize(&root, "lighthouse:CreateKeyPair", unnamed()).is_ok());
        assert!(authorize(&root, "lighthouse:DeleteKeyPairs", key_pair(ACCOUNT)).is_ok());
        assert!(authorize(&root, "lighthouse:DeleteKeyPairs", key_pair(ELSEWHERE)).is_err());
    }

    #[test]
    fn a_user_may_do_nothing_unless_a_policy_allows_it() {
        let nobody = user(Vec::new());
        assert_eq!((nobody.account(), nobody.uin()), (ACCOUNT, USER));
        assert!(authorize(&nobody, "lighthouse:CreateKeyPair", unnamed()).is_err());
        let other = [("allow", "lighthouse:Describe*", "*")];
        assert!(!user_may(&other, "lighthouse:CreateKeyPair", unnamed()));
        let this = [("allow", "lighthouse:CreateKeyPair", "*")];
        assert!(user_may(&this, "lighthouse:CreateKeyPair", unnamed()));
    }

    #[test]
    fn no_policy_reaches_into_another_account() {
        let all = [("allow", "*", "*")];
        assert!(!user_may(
            &all,
            "lighthouse:DeleteKeyPairs",
            key_pair(ELSEWHERE)
        ));
    }

    #[test]
    fn a_deny_wins_wherever_it_stands() {
        let (allow, deny) = (
            ("allow", "*", "*"),
            ("deny", "lighthouse:Delete*", "qcs::lighthouse:::keypair/*"),
        );
        let delete = "lighthouse:DeleteKeyPairs";
        assert!(!user_may(&[allow, deny], delete, key_pair(ACCOUNT)));
        assert!(!user_may(&[deny, allow], delete, key_pair(ACCOUNT)));
        let apart = user(vec![policy(&[deny]), policy(&[allow])]);
        assert!(authorize(&apart, delete, key_pair(ACCOUNT)).is_err());
        assert!(user_may(
            &[allow, deny],
            "lighthouse:DescribeKeyPairs",
            key_pair(ACCOUNT)
        ));
    }

    #[test]
    fn what_has_no_name_is_decided_on_a_bare_star_alone() {
        let create = "lighthouse:CreateKeyPair";
        let named = "qcs:*:*:*:*:*";
        assert!(!user_may(&[("allow", "*", named)], create, unnamed()));
        let allow = ("allow", "*", "*");
        assert!(!user_may(
            &[allow, ("deny", create, "*")],
            create,
            unnamed()
        ));
        assert!(user_may(
            &[allow, ("deny", create, named)],
            create,
            unnamed()
        ));
    }

    #[test]
    fn action_and_resource_have_to_match_in_one_statement() {
        let statements = [
            ("allow", "lighthouse:Describe*", "*"),
            (
                "allow",
                "lighthouse:Delete*",
                "qcs::lighthouse:ap-beijing::*",
            ),
        ];
        assert!(!user_may(
            &statements,
            "lighthouse:DeleteKeyPairs",
            key_pair(ACCOUNT)
        ));
    }

    #[test]
    fn a_denial_names_operation_and_resource() {
        let denied = |resource| {
            authorize(&user(Vec::new()), "lighthouse:DeleteKeyPairs", resource).unwrap_err()
        };
        let expected = |resource: &str| Denied {
            operation: "lighthouse:DeleteKeyPairs".to_owned(),
            resource: resource.to_owned(),
        };
        assert_eq!(denied(unnamed()), expected("*"));
        assert_eq!(
            denied(key_pair(ACCOUNT)),
            expected("qcs::lighthouse:ap-guangzhou:uin/100000000001:keypair/lhkp-hfenegt1")
        );
    }

    type Words = (&'static str, &'static str, &'static str);

    /// Statements of a small vocabulary, so that they often are about the call.
    fn statement(effect: &'static [&'static str]) -> impl Strategy<Value = Words> {
        (
            prop::sample::select(effect),
            prop::sample::select(vec![
                "*",
                "lighthouse:*",
                "lighthouse:CreateKeyPair",
                "lighthouse:Delete*",
            ]),
            prop::sample::select(vec![
                "*",
                "qcs::lighthouse:::keypair/*",
                "qcs::lighthouse:ap-beijing::*",
                "qcs::cvm:::*",
            ]),
        )
    }

    fn statements() -> impl Strategy<Value = Vec<Words>> {
        prop::collection::vec(statement(&["allow", "deny"]), 1..6)
    }

    fn call() -> impl Strategy<Value = (&'static str, Thing)> {
        (
            prop::sample::select(vec![
                "lighthouse:CreateKeyPair",
                "lighthouse:DeleteKeyPairs",
            ]),
            prop::sample::select(vec![unnamed(), key_pair(ACCOUNT), key_pair(ELSEWHERE)]),
        )
    }

    proptest! {
        #![proptest_config(crate::test_config())]

        #[test]
        fn adding_a_deny_never_allows(
            before in statements(), deny in statement(&["deny"]), (operation, thing) in call(),
        ) {
            let mut after = before.clone();
            after.push(deny);
            let was_allowed = user_may(&before, operation, thing.clone());
            prop_assert!(was_allowed || !user_may(&after, operation, thing));
        }

        #[test]
        fn adding_an_allow_never_denies(
            before in statements(), allow in statement(&["allow"]), (operation, thing) in call(),
        ) {
            let mut after = before.clone();
            after.push(allow);
            let was_allowed = user_may(&before, operation, thing.clone());
            prop_assert!(!was_allowed || user_may(&after, operation, thing));
        }

        #[test]
        fn the_order_of_statements_never_matters(
            (before, after) in statements().prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle())),
            (operation, thing) in call(),
        ) {
            prop_assert_eq!(
                user_may(&before, operation, thing.clone()),
                user_may(&after, operation, thing)
            );
        }

        #[test]
        fn how_statements_are_spread_over_policies_never_matters(
            list in statements(), (operation, thing) in call(),
        ) {
            let spread = user(list.iter().map(|words| policy(&[*words])).collect());
            prop_assert_eq!(
                user_may(&list, operation, thing.clone()),
                authorize(&spread, operation, thing).is_ok()
            );
        }
    }
}
