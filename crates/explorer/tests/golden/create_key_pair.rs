// CreateKeyPair with pharos-client.
// Install: cargo add serde_json, and cargo add --path pharos/crates/client pharos-client
// Run:     cargo run, with this as src/main.rs
// The private key goes to the standard output: it is shown this once.
use std::error::Error;
use std::process::ExitCode;

use pharos_client::blocking::Client;
use pharos_client::{Credential, Endpoint, Settings, Target};
use serde_json::json;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    // The credential is looked for in TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY first.
    let endpoint = Endpoint::parse("http://127.0.0.1:8324")?;
    let settings = Settings::new(endpoint, Credential::find()?).region("ap-guangzhou");
    let client = Client::new(settings)?;
    let target = Target {
        product: "lighthouse",
        version: "2020-03-24",
        action: "CreateKeyPair",
    };
    let reply = client.call(
        target,
        &json!({
            "KeyName": "my_first_key",
            "Tags": [{
                "Key": "team",
                "Value": "night shift"
            }, {
                "Key": "说明",
                "Value": r#""$HOME" \ #{x}"#
            }]
        }),
    );
    Ok(match reply {
        Ok(reply) => {
            let key_pair = &reply["KeyPair"];
            eprintln!("{}", key_pair["KeyId"].as_str().unwrap_or_default());
            println!("{}", key_pair["PrivateKey"].as_str().unwrap_or_default());
            ExitCode::SUCCESS
        }
        // A refusal's code, message and RequestId; or that there was no answer, and why.
        Err(error) => {
            eprintln!("{error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                eprintln!("  because: {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    })
}
