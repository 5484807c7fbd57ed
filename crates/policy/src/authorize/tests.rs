use super::*;
use crate::decision::StatementPlace;
use crate::document::Policy;
use crate::test_context;
use pharos_api::resource::Account;
use pharos_api::role_id::RoleId;
use pharos_api::tag::Tag;
use proptest::prelude::*;

fn authorize<R: Resource>(
    principal: &Principal,
    operation: &str,
    resource: R,
) -> Result<Granted<R>, Denied> {
    super::authorize(principal, operation, resource, &test_context())
}

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
fn whoever_assumed_a_role_may_what_the_role_may() {
    let role = Principal::Role {
        account: Uin(1),
        role: RoleId(1 << 62),
        policies: vec![Policy::preset("QcloudLighthouseReadOnlyAccess").unwrap()],
    };
    let may = |operation, account| {
        let resource = Account(Uin(account));
        evaluate(&role, operation, &resource, &test_context()).is_allowed()
    };
    assert!(may("lighthouse:DescribeKeyPairs", 1));
    assert!(!may("lighthouse:CreateKeyPair", 1));
    assert!(!may("lighthouse:DescribeKeyPairs", 2));
}

#[test]
fn elsewhere_the_own_policies_are_asked_and_root_has_none() {
    let there = Account(Uin(2));
    let ask = |principal: &Principal, operation| {
        assert!(!evaluate(principal, operation, &there, &test_context()).is_allowed());
        evaluate_elsewhere(principal, operation, &there, &test_context()).is_allowed()
    };
    let root = Principal::Root { account: Uin(1) };
    assert!(ask(&root, "sts:AssumeRole"));
    let reader = Principal::User {
        account: Uin(1),
        user: Uin(3),
        policies: vec![Policy::preset("QcloudLighthouseReadOnlyAccess").unwrap()],
    };
    assert!(!ask(&reader, "sts:AssumeRole"));
    assert!(ask(&reader, "lighthouse:DescribeKeyPairs"));
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
    let denied =
        |resource| authorize(&user(Vec::new()), "lighthouse:DeleteKeyPairs", resource).unwrap_err();
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

fn session(principal: Principal, statements: &[(&str, &str, &str)]) -> Principal {
    Principal::Session {
        principal: std::sync::Arc::new(principal),
        policy: policy(statements),
    }
}

#[test]
fn a_session_may_do_what_its_principal_may_and_its_policy_allows() {
    let create = "lighthouse:CreateKeyPair";
    let root = || Principal::Root { account: ACCOUNT };
    let describer = || user(vec![policy(&[("allow", "lighthouse:Describe*", "*")])]);
    let all = [("allow", "*", "*")];
    let creates = [("allow", "lighthouse:Create*", "*")];
    let not_this = [("allow", "*", "*"), ("deny", create, "*")];
    for (principal, may_create, may_describe) in [
        (session(root(), &creates), true, false),
        (session(root(), &not_this), false, true),
        (session(describer(), &all), false, true),
        (session(describer(), &creates), false, false),
        (session(session(root(), &all), &creates), true, false),
        (session(session(root(), &creates), &all), true, false),
    ] {
        let may = |operation| authorize(&principal, operation, unnamed()).is_ok();
        assert_eq!(may(create), may_create, "{principal:?}");
        assert_eq!(
            may("lighthouse:DescribeKeyPairs"),
            may_describe,
            "{principal:?}"
        );
        assert!(authorize(&principal, create, key_pair(ELSEWHERE)).is_err());
    }
    let of_user = session(describer(), &all);
    assert_eq!((of_user.account(), of_user.uin()), (ACCOUNT, USER));
}

#[test]
fn a_decision_names_the_statement_that_made_it() {
    let operation = "lighthouse:DeleteKeyPairs";
    let decide =
        |principal: &Principal| evaluate(principal, operation, &key_pair(ACCOUNT), &test_context());
    let at = |policy, statement| StatementPlace { policy, statement };
    let allow = ("allow", "*", "*");
    let other = ("deny", "cvm:*", "*");
    let deny = ("deny", "lighthouse:*", "*");
    let attached = user(vec![policy(&[other]), policy(&[other, allow, allow])]);
    let second = PolicyPlace::Attached(1);
    assert_eq!(decide(&attached), Decision::Allowed(at(second, 1)));
    let denied = user(vec![policy(&[allow]), policy(&[allow, deny])]);
    assert_eq!(decide(&denied), Decision::Denied(at(second, 1)));
    assert_eq!(decide(&user(vec![policy(&[other])])), Decision::NotAllowed);
    let root = Principal::Root { account: ACCOUNT };
    assert_eq!(decide(&root), Decision::Root);
    assert_eq!(decide(&session(root.clone(), &[allow])), Decision::Root);
    assert_eq!(
        decide(&session(root.clone(), &[other])),
        Decision::OutsideSession
    );
    let in_session = Decision::Denied(at(PolicyPlace::Session, 1));
    assert_eq!(
        decide(&session(attached.clone(), &[allow, deny])),
        in_session
    );
    assert_eq!(
        decide(&session(attached, &[allow])),
        Decision::Allowed(at(second, 1))
    );
    let elsewhere = evaluate(&root, operation, &key_pair(ELSEWHERE), &test_context());
    assert_eq!(elsewhere, Decision::Elsewhere);
}

#[test]
fn what_nobody_looked_at_allows_nothing_and_undoes_no_deny() {
    let text = |effect: &str| {
        let condition = r#"{"string_equal":{"qcs:resource_tag":"k&v"}}"#;
        Policy::parse(&format!(
            r#"{{"version":"2.0","statement":{{"effect":"{effect}","action":"*","resource":"*","condition":{condition}}}}}"#
        ))
        .unwrap()
    };
    let tag = [Tag {
        key: "k".to_owned(),
        value: "v".to_owned(),
    }];
    let allows = user(vec![text("allow")]);
    let denies = user(vec![policy(&[("allow", "*", "*")]), text("deny")]);
    for (resource_tags, allowed, denied) in [
        (None, false, true),
        (Some(&[][..]), false, false),
        (Some(&tag[..]), true, true),
    ] {
        let context = RequestContext {
            resource_tags,
            ..test_context()
        };
        let may =
            |principal| super::authorize(principal, "cvm:Any", key_pair(ACCOUNT), &context).is_ok();
        assert_eq!((may(&allows), !may(&denies)), (allowed, denied));
    }
}

#[test]
fn the_root_user_is_granted_what_its_account_owns() {
    assert!(authorize_root(ACCOUNT, "pharos:Any", unnamed()).is_ok());
    let refused = authorize_root(ACCOUNT, "pharos:Any", key_pair(ELSEWHERE));
    assert_eq!(refused.unwrap_err().operation, "pharos:Any");
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
