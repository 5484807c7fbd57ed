//! Code for every action in every language: it is there, it calls the right thing at the right place, and
//! nothing that is typed into a form becomes part of a program. That it runs is proved with the official
//! SDKs themselves (`cargo xtask test 'generated code'`).

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use pharos_api::action::{ACTIONS, Action};
use pharos_api::region::Region;
use pharos_explorer::{Call, Code, Endpoint, TARGETS, code};
use serde_json::{Map, Value, json};

fn action(name: &str) -> &'static Action {
    ACTIONS.iter().find(|action| action.name == name).unwrap()
}

fn example(action: &Action) -> Map<String, Value> {
    serde_json::from_str(action.example.parameters).unwrap()
}

fn written(
    action: &'static Action,
    parameters: &Map<String, Value>,
    endpoint: &str,
) -> Vec<(&'static str, Code)> {
    let endpoint = Endpoint::parse(endpoint).unwrap();
    let call = Call {
        action,
        parameters,
        region: action.needs_region.then_some(Region::Guangzhou),
        endpoint: &endpoint,
    };
    code(&call).into_iter().collect()
}

#[test]
fn every_action_is_called_in_every_language() {
    let mut files = HashSet::new();
    for action in ACTIONS {
        let codes = written(action, &example(action), "http://127.0.0.1:8324");
        assert_eq!(codes.len(), TARGETS.len());
        for (target, Code { file, source }) in codes {
            let what = format!("{target} {}", action.name);
            assert!(source.contains(action.name), "{what}");
            assert!(source.contains("127.0.0.1:8324"), "{what}");
            assert!(source.contains("TENCENTCLOUD_SECRET_ID"), "{what}");
            assert!(source.contains("Install: "), "{what}");
            let has_region = source.contains("ap-guangzhou");
            assert_eq!(has_region, action.needs_region, "{what}");
            assert!(source.ends_with('\n') && !source.contains(" \n"), "{what}");
            assert!(files.insert(file.clone()), "{file}");
        }
    }
}

#[test]
fn what_the_action_does_not_take_is_left_out() {
    let parameters = json!({
        "KeyName": 1, "Nothing": "x\"; system('id')", "Tags": [{"Key": "a", "Value": "b"}],
    });
    let parameters = parameters.as_object().unwrap();
    for (target, code) in written(action("CreateKeyPair"), parameters, "https://pharos.test") {
        assert!(!code.source.contains("Nothing"), "{target}");
        assert!(!code.source.contains("KeyName"), "{target}");
        assert!(code.source.contains("Tags"), "{target}");
        assert!(!code.source.to_lowercase().contains("http://"), "{target}");
    }
}

/// Each text would end a literal, or be evaluated in one, in some language.
#[test]
fn no_text_becomes_code() {
    let endings = [
        "\"",
        "'",
        "`",
        "\\",
        "$(id)",
        "${id}",
        "{id}",
        "#{id}",
        "\n",
        ")text\"",
        "\"\"\"",
        "'''",
        "\"#",
        "\u{202e}",
        "\u{0}",
        "\\\"",
        "\\'",
        "%s%n",
        "${",
        "$id",
        "#$id",
        "#@id",
        "\u{2028}",
        "\u{7f}",
        "😀\u{200b}",
        "\u{10ffff}",
        "\\u0022",
        "??/",
        "?>",
        "*/",
        "-",
        "\r",
    ];
    for ending in endings {
        let name = format!("x{ending}MARK{ending}");
        let parameters = json!({"GroupName": name, "Remark": format!("{{\"a\"}}{name}\n.")});
        let parameters = parameters.as_object().unwrap();
        for (target, code) in written(action("CreateGroup"), parameters, "http://127.0.0.1:1") {
            let marks = code.source.matches("MARK").count();
            assert_eq!(marks, 2, "{target} {ending:?}");
            // A shell has no escapes that work everywhere.
            assert!(
                !code.source.contains('\u{202e}') || target == "tccli",
                "{target}"
            );
        }
    }
}

fn golden(file: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    folder.join(file)
}

fn goldens() -> Vec<(&'static str, Code)> {
    let action = action("CreateKeyPair");
    let parameters = json!({
        "KeyName": "my_first_key",
        "Tags": [{"Key": "team", "Value": "night shift"}, {"Key": "说明", "Value": "\"$HOME\" \\ #{x}"}],
    });
    written(
        action,
        parameters.as_object().unwrap(),
        "http://127.0.0.1:8324",
    )
}

/// What people get to see; a change is to be looked at. To write them anew:
/// `cargo test -p pharos-explorer --test code -- --ignored`.
#[test]
fn create_key_pair_reads_as_it_should() {
    for (target, code) in goldens() {
        let expected = fs::read_to_string(golden(&code.file)).unwrap_or_default();
        assert!(code.source == expected, "{target} is now:\n{}", code.source);
    }
}

#[test]
#[ignore = "it writes what the test above compares with"]
fn write_the_goldens() {
    for (_, code) in goldens() {
        fs::write(golden(&code.file), code.source).unwrap();
    }
}
