//! `pharos key list` and `pharos key show`.

use std::collections::HashSet;
use std::fs;
use std::process::Command;

use pharos_testkit::{openssh, public_keys};
use serde_json::Value;

use crate::change::import;
use crate::process::Setup;

/// More than a page of the API holds.
const KEY_PAIRS: u32 = 101;

/// Two regions with a key pair each, and one with two.
fn filled() -> Setup {
    let setup = Setup::new();
    for (number, name, region) in [
        (1, "web", "ap-guangzhou"),
        (2, "web_2", "ap-guangzhou"),
        (1, "web", "ap-tokyo"),
        (3, "other", "na-toronto"),
    ] {
        import(&setup, number, name, &["--region", region, "--tag", "k=v"]);
    }
    setup
}

/// Names and regions in a list.
fn listed(document: &Value) -> Vec<(&str, &str)> {
    let key_pairs = document["KeyPairSet"].as_array().unwrap();
    assert_eq!(document["TotalCount"], key_pairs.len());
    key_pairs
        .iter()
        .map(|pair| {
            let [name, region] = ["KeyName", "Region"].map(|field| pair[field].as_str().unwrap());
            (name, region)
        })
        .collect()
}

#[test]
fn a_list_is_a_table_whose_columns_stand_under_each_other() {
    let setup = filled();
    let table = setup.done(&["key", "list"]);
    let lines: Vec<_> = table.lines().collect();
    let [header, rows @ ..] = lines.as_slice() else {
        panic!("{table}")
    };
    assert_eq!(rows.len(), 2, "{table}");
    for (column, cell) in [
        ("KEY ID", "lhkp-"),
        ("NAME", "web"),
        ("TYPE", "RSA 3482"),
        ("FINGERPRINT", "SHA256:"),
        ("CREATED", "20"),
    ] {
        let at = header.find(column).unwrap();
        assert!(
            rows.iter().all(|row| row.split_at(at).1.starts_with(cell)),
            "{table}"
        );
    }
    assert!(!header.contains("REGION"));
    let table = setup.done(&["key", "list", "--all-regions"]);
    let regions = table.lines().map(|line| line.split(' ').next().unwrap());
    let expected = [
        "REGION",
        "ap-guangzhou",
        "ap-guangzhou",
        "ap-tokyo",
        "na-toronto",
    ];
    assert_eq!(regions.collect::<Vec<_>>(), expected);
}

#[test]
fn a_list_holds_what_fits_and_nothing_else() {
    let setup = filled();
    import(
        &setup,
        4,
        "tagged",
        &["--tag", "env=a", "--tag", "tier=b=c"],
    );
    let list = |arguments: &[&str]| {
        let document = setup.json(&[&["key", "list", "--output", "json"], arguments].concat());
        let mut names: Vec<_> = listed(&document)
            .into_iter()
            .map(|(name, region)| format!("{name} {region}"))
            .collect();
        names.sort();
        names
    };
    let none: [&str; 0] = [];
    assert_eq!(list(&["--region", "ap-tokyo"]), ["web ap-tokyo"]);
    assert_eq!(list(&["--region", "ap-seoul"]), none);
    assert_eq!(list(&["--name", "WEB_"]), ["web_2 ap-guangzhou"]);
    assert_eq!(list(&["--tag", "tier=b=c"]), ["tagged ap-guangzhou"]);
    assert_eq!(list(&["--tag", "env=a", "--tag", "tier=b"]), none);
    assert_eq!(list(&["--all-regions", "--tag", "k=v"]).len(), 4);

    let shown = setup.json(&["key", "show", "web", "--output", "json"]);
    for field in ["FingerprintSHA256", "FingerprintMD5"] {
        let fingerprint = shown[field].as_str().unwrap();
        let found = list(&["--all-regions", "--fingerprint", fingerprint]);
        assert_eq!(found, ["web ap-guangzhou", "web ap-tokyo"]);
    }
    let refused = setup.pharos(&["key", "list", "--fingerprint", "SHA256:short"]);
    assert!(
        refused.sentence().contains("`ssh-keygen -l` shows"),
        "{}",
        refused.err
    );
}

#[test]
fn every_page_is_walked() {
    let setup = Setup::with("rate_limit.enforce = false");
    setup.done(&[
        "account",
        "quota",
        "set",
        "--key-pairs",
        &KEY_PAIRS.to_string(),
    ]);
    for number in 0..KEY_PAIRS {
        import(&setup, number, &format!("key_{number}"), &[]);
    }
    let document = setup.json(&["key", "list", "--output", "json"]);
    let names: HashSet<_> = listed(&document).into_iter().collect();
    assert_eq!(names.len(), KEY_PAIRS as usize);
    let table = setup.done(&["key", "list"]);
    assert_eq!(table.lines().count(), 1 + KEY_PAIRS as usize);
    // Its name is part of many others, and it is on the last page.
    let shown = setup.json(&["key", "show", "key_0", "--output", "json"]);
    assert_eq!(shown["KeyName"], "key_0");
}

#[test]
fn a_key_pair_is_shown_with_its_fingerprints_as_ssh_keygen_shows_them() {
    let setup = Setup::new();
    let line = public_keys::numbered(0);
    import(&setup, 0, "demo", &["--tag", "a=b", "--tag", "c="]);
    let id = setup.done(&["instance", "register", "web"]);
    setup.done(&[
        "key",
        "bind",
        "demo",
        "--instance",
        id.trim_end(),
        "--user",
        "admin",
    ]);
    let json = setup.json(&["key", "show", "demo", "--output", "json"]);
    let key_id = json["KeyId"].as_str().unwrap();
    let shown = setup.done(&["key", "show", key_id]);
    let lines: Vec<_> = shown.lines().collect();
    let [facts @ .., "", sha256, md5, public_key] = lines.as_slice() else {
        panic!("{shown}")
    };
    let id = id.trim_end();
    assert_eq!(
        facts,
        [
            &format!("KeyId      {key_id}"),
            "Name       demo",
            "Region     ap-guangzhou",
            &format!("Created    {}", json["CreatedTime"].as_str().unwrap()),
            "Tags       a=b, c=",
            &format!("Instances  {id} (admin)"),
        ]
    );
    assert_eq!(*public_key, line);
    assert!(sha256.contains(json["FingerprintSHA256"].as_str().unwrap()));
    assert!(md5.contains(json["FingerprintMD5"].as_str().unwrap()));
    let file = setup.folder.path().join("shown.pub");
    fs::write(&file, public_key).unwrap();
    for (hash, expected) in [("sha256", sha256), ("md5", md5)] {
        let mut ssh_keygen = Command::new("ssh-keygen");
        let found = openssh::run(ssh_keygen.args(["-l", "-E", hash, "-f"]).arg(&file));
        assert!(found.is_none_or(|found| found.trim_end() == *expected));
    }
}

#[test]
fn what_is_not_there_is_said_with_where_to_look() {
    let setup = filled();
    for key in ["we", "WEB", "lhkp-00000000"] {
        let refused = setup.pharos(&["key", "show", key]);
        let expected = format!(
            "there is no key pair `{key}` in ap-guangzhou; `pharos key list --all-regions` shows those that \
             there are"
        );
        assert_eq!(refused.sentence(), expected);
    }
    let refused = setup.pharos(&["key", "show", "lhkp-1"]);
    assert!(
        refused.sentence().contains("neither a KeyId"),
        "{}",
        refused.err
    );
}
