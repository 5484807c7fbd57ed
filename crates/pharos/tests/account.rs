//! `pharos account`: which accounts there are and what each may have, decided beside the server that goes by it.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod process;

use process::{Finished, Setup};
use serde_json::{Value, json};

const ROOT: &str = "100000000001";

/// The totals of a region: key pairs, and instances.
fn totals(setup: &Setup, region: &str) -> [Value; 2] {
    let show = [
        "account", "quota", "show", "--output", "json", "--region", region,
    ];
    let document = setup.json(&show);
    assert_eq!(document["AccountId"], ROOT);
    let quotas = &document["GeneralResourceQuotaSet"];
    assert_eq!(quotas.as_array().unwrap().len(), 2);
    assert_eq!(quotas[0]["ResourceName"], "USER_KEY_PAIR");
    assert_eq!(quotas[1]["ResourceName"], "GENERAL_BUNDLE_INSTANCE");
    [0, 1].map(|index| quotas[index]["ResourceQuotaTotal"].clone())
}

/// A call of an account that was made.
fn create_key_pair(setup: &Setup, account: &Value, name: &str) -> Finished {
    let mut command = setup.command(&["call", "lighthouse", "CreateKeyPair", "--KeyName", name]);
    for (variable, half) in [
        ("TENCENTCLOUD_SECRET_ID", "SecretId"),
        ("TENCENTCLOUD_SECRET_KEY", "SecretKey"),
    ] {
        command.env(variable, account[half].as_str().unwrap());
    }
    setup.folder.finish(&mut command)
}

#[test]
fn a_new_account_calls_at_once_and_sees_nothing_of_another() {
    let setup = Setup::new();
    setup.done(&["key", "create", "demo"]);
    let made = setup.json(&["account", "create", "--output", "json"]);
    let account = made["AccountId"].as_str().unwrap();
    let created = create_key_pair(&setup, &made, "demo");
    assert!(created.status.success(), "{}", created.err);
    let listed = setup.json(&["account", "list", "--output", "json"]);
    assert_eq!(listed["TotalCount"], 2);
    let [root, listed] = [0, 1].map(|index| &listed["AccountSet"][index]);
    assert_eq!(root["AccountId"], ROOT);
    assert_eq!(
        (&root["IsRoot"], &listed["IsRoot"]),
        (&json!(true), &json!(false))
    );
    for field in ["AccountId", "AppId"] {
        assert_eq!(listed[field], made[field]);
        assert!(
            made[field].as_str().unwrap().parse::<u64>().is_ok(),
            "{made}"
        );
    }
    let log = ["audit", "list", "--account", account, "--output", "json"];
    let log = setup.json(&log);
    let operations = [0, 1].map(|index| log[index]["Operation"].clone());
    assert_eq!(
        operations,
        ["pharos:CreateAccount", "lighthouse:CreateKeyPair"]
    );
    assert_eq!(log[0]["SecretId"], "pharos-operator");
    setup.done(&["audit", "verify", "--account", account]);
    setup.assert_sound();
}

#[test]
fn what_is_made_is_shown_to_people_with_its_secret_once() {
    let setup = Setup::new();
    let shown = setup.done(&["account", "create"]);
    let lines: Vec<_> = shown.lines().collect();
    let [
        made,
        "",
        id,
        key,
        "The SecretKey is shown this once: keep it now.",
    ] = lines[..]
    else {
        panic!("{shown}")
    };
    assert!(
        made.ends_with(", with an access key of its root user."),
        "{made}"
    );
    assert!(id.starts_with("SecretId   AKID"), "{id}");
    assert_eq!(key.strip_prefix("SecretKey  ").unwrap().len(), 32);
    let table = setup.done(&["account", "list"]);
    let statuses = table
        .lines()
        .map(|line| line.split_whitespace().nth(2).unwrap());
    // Of the header, `ID` is the third word.
    assert_eq!(statuses.skip(1).collect::<Vec<_>>(), ["root", "active"]);
}

#[test]
fn a_disabled_account_signs_nothing_from_the_next_request_on() {
    let setup = Setup::new();
    let made = setup.json(&["account", "create", "--output", "json"]);
    let account = made["AccountId"].as_str().unwrap();
    assert!(create_key_pair(&setup, &made, "one").status.success());
    let said = setup.done(&["account", "disable", account]);
    let says = format!("Disabled the account {account}: ");
    assert!(said.starts_with(&says), "{said}");
    let refused = create_key_pair(&setup, &made, "two");
    let code = "AuthFailure.SecretIdNotFound: ";
    assert!(refused.sentence().starts_with(code), "{}", refused.err);
    let listed = setup.json(&["account", "list", "--output", "json"]);
    assert_eq!(listed["AccountSet"][0]["IsDisabled"], false);
    assert_eq!(listed["AccountSet"][1]["IsDisabled"], true);
    let users = setup.done(&["user", "list", "--account", account]);
    let says = format!("The account {account} is disabled: ");
    assert!(users.starts_with(&says), "{users}");
    let create = ["user", "create-key", "--account", account];
    let shown = setup.done(&create);
    assert!(
        shown.ends_with(users.split_inclusive('\n').next().unwrap()),
        "{shown}"
    );
    setup.done(&["account", "enable", account]);
    assert!(create_key_pair(&setup, &made, "two").status.success());
    let log = setup.json(&["audit", "list", "--account", account, "--output", "json"]);
    let operations = log.as_array().unwrap().iter();
    let operations: Vec<_> = operations.map(|row| &row["Operation"]).collect();
    assert_eq!(
        operations,
        [
            "pharos:CreateAccount",
            "lighthouse:CreateKeyPair",
            "pharos:DisableAccount",
            "pharos:CreateAccessKey",
            "pharos:EnableAccount",
            "lighthouse:CreateKeyPair"
        ]
    );
}

#[test]
fn the_root_account_is_not_disabled_and_the_operator_is_told_why() {
    let setup = Setup::new();
    let refused = setup.pharos(&["account", "disable", ROOT]);
    assert_eq!(
        refused.sentence(),
        format!(
            "the account {ROOT} is the root account, which is never disabled: a server starts with it; to stop \
             one of its access keys, use `pharos user disable-key`"
        )
    );
    setup.done(&["key", "create", "demo"]);
    let missing = setup.pharos(&["account", "enable", "42"]);
    let says = "there is no account 42; ";
    assert!(missing.sentence().starts_with(says), "{}", missing.err);
}

#[test]
fn a_running_server_goes_by_a_new_quota_at_once() {
    let setup = Setup::new();
    setup.done(&["key", "create", "one"]);
    setup.done(&[
        "account",
        "quota",
        "set",
        "--key-pairs",
        "1",
        "--instances",
        "1",
    ]);
    let refused = setup.pharos(&["key", "create", "two"]);
    let code = "LimitExceeded.KeyPairLimitExceeded: ";
    assert!(refused.sentence().starts_with(code), "{}", refused.err);
    setup.done(&["account", "quota", "set", "--key-pairs", "default"]);
    setup.done(&["key", "create", "two"]);
    let described = setup.json(&[
        "call",
        "lighthouse",
        "DescribeGeneralResourceQuotas",
        "--ResourceNames",
        r#"["USER_KEY_PAIR", "GENERAL_BUNDLE_INSTANCE"]"#,
    ]);
    let of_server = &described["GeneralResourceQuotaSet"];
    assert_eq!(of_server[0]["ResourceQuotaAvailable"], 8);
    let shown = setup.json(&["account", "quota", "show", "--output", "json"]);
    for (shown, expected) in [0, 1].map(|index| {
        let shown = &shown["GeneralResourceQuotaSet"][index];
        (shown, &of_server[index])
    }) {
        for (field, value) in expected.as_object().unwrap() {
            assert_eq!(shown[field], *value);
        }
        assert_eq!(shown["Region"], "ap-guangzhou");
    }
    setup.assert_sound();
}

#[test]
fn what_is_not_said_stays_as_it_is() {
    let setup = Setup::new();
    assert_eq!(totals(&setup, "ap-seoul"), [json!(10), json!(1_000)]);
    let said = setup.done(&["account", "quota", "set", "--key-pairs", "5"]);
    assert_eq!(
        said,
        format!(
            "In each region the account {ROOT} may have 5 key pairs and 1000 instances (the default).\n"
        )
    );
    setup.done(&["account", "quota", "set", "--instances", "6"]);
    assert_eq!(totals(&setup, "ap-seoul"), [json!(5), json!(6)]);
    setup.done(&["account", "quota", "set", "--key-pairs", "default"]);
    assert_eq!(totals(&setup, "ap-tokyo"), [json!(10), json!(6)]);
}

#[test]
fn the_regions_in_which_there_is_something_are_shown() {
    let setup = Setup::new();
    setup.done(&["key", "create", "demo", "--region", "ap-tokyo"]);
    setup.done(&["instance", "register", "web", "--region", "na-toronto"]);
    let shown = setup.done(&["account", "quota", "show"]);
    let (_sentence, table) = shown.split_once('\n').unwrap();
    assert_eq!(
        table,
        "REGION      KEY PAIRS  INSTANCES\n\
         ap-tokyo    1          0\n\
         na-toronto  0          1\n"
    );
}

#[test]
fn a_quota_that_cannot_be_set_is_refused() {
    let setup = Setup::new();
    let set = ["account", "quota", "set"];
    let refused = setup.pharos(&[&set[..], &["--key-pairs", "1", "--account", "42"]].concat());
    assert_eq!(
        refused.sentence(),
        "there is no account 42; `pharos account list` shows those that there are"
    );
    for arguments in [&[][..], &["--key-pairs", "-1"], &["--instances", "many"]] {
        let refused = setup.pharos(&[&set, arguments].concat());
        assert!(!refused.status.success(), "{}", refused.out);
    }
    assert_eq!(totals(&setup, "ap-seoul"), [json!(10), json!(1_000)]);
}
