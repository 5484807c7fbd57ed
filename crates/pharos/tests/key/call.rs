//! `pharos call`.

use crate::process::Setup;

#[test]
fn any_action_can_be_called_and_its_reply_is_json() {
    let setup = Setup::new();
    let called = setup.pharos(&[
        "call",
        "lighthouse",
        "CreateKeyPair",
        "--region",
        "ap-seoul",
        "--KeyName",
        "called",
        "--Tags.0.Key",
        "env",
        "--Tags.0.Value",
        "test",
    ]);
    assert!(called.status.success(), "{}", called.err);
    let reply: serde_json::Value = serde_json::from_str(&called.out).unwrap();
    assert_eq!(reply["KeyPair"]["KeyName"], "called");
    assert_eq!(
        reply["KeyPair"]["Tags"],
        serde_json::json!([{"Key": "env", "Value": "test"}])
    );
    let refused = setup.pharos(&["call", "lighthouse", "Nothing"]);
    assert!(
        refused.sentence().starts_with("InvalidAction: "),
        "{}",
        refused.err
    );
}
