//! `pharos account quota`: what an account may have, decided beside the server that goes by it.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod process;

use process::Setup;
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
        "there is no account 42; leave --account out for the root account"
    );
    for arguments in [&[][..], &["--key-pairs", "-1"], &["--instances", "many"]] {
        let refused = setup.pharos(&[&set, arguments].concat());
        assert!(!refused.status.success(), "{}", refused.out);
    }
    assert_eq!(totals(&setup, "ap-seoul"), [json!(10), json!(1_000)]);
}
