//! What it takes to verify one request, beside the bare hashing that its signature is made of: both in
//! one run and in turns, so that whatever else the machine does meets both.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use hmac::{Hmac, KeyInit, Mac};
use pharos_api::credential::{SecretId, SecretKey};
use pharos_api::time::Timestamp;
use pharos_protocol::http::{Headers, HttpRequest};
use pharos_protocol::keyring::Keyring;
use pharos_protocol::tc3::sign::{Signed, ToSign, sign};
use pharos_protocol::unverified::Unverified;
use sha2::{Digest, Sha256};

use super::report::Figure;
use super::sample::{Sample, count};

/// How often both take turns: enough for a median that holds still.
const ROUNDS: usize = 200;

/// Requests in one turn: some milliseconds of work, against which the clock's reading is nothing.
const TURN: u32 = 5_000;

/// The size of the body, in bytes: a CreateKeyPair with a few tags.
const BODY_BYTES: usize = 200;

/// The aims (the issue on the protocol states them).
const RATIO_MAX: f64 = 2.0;
const ALLOCATIONS_MAX: f64 = 20.0;

const HOST: &str = "127.0.0.1:8324";
const CONTENT_TYPE: &str = "application/json";

/// A request as the Python SDK sends it, and what it was signed with.
struct Subject {
    secret_key: SecretKey,
    now: Timestamp,
    timestamp: String,
    body: Vec<u8>,
    signed: Signed,
}

pub(super) fn measure() -> Result<Vec<Figure>> {
    let subject = Subject::new()?;
    let headers = subject.headers();
    let request = HttpRequest {
        method: "POST",
        path: "/",
        query: "",
        headers: Headers(&headers),
        body: &subject.body,
    };
    // Its second request of the day, and every one after it: the first derived the key.
    let keyring = Keyring::new(subject.secret_key.clone());
    let verify = || {
        let verified = Unverified::read(black_box(&request))
            .and_then(|unverified| unverified.verify(&keyring, subject.now));
        black_box(&verified);
        verified.is_ok()
    };
    ensure!(verify(), "the request does not verify");
    let allocations = allocation_counter::measure(|| {
        verify();
    });

    let key = Sha256::digest(subject.body.as_slice());
    let hash = || subject.hash(&key);
    let (mut verifying, mut hashing) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        verifying.push(turn(|| {
            verify();
        }));
        hashing.push(turn(hash));
    }
    let nanoseconds = |turns: &[Duration]| Sample::new(turns).median() * 1e6 / f64::from(TURN);
    let (verify, bare) = (nanoseconds(&verifying), nanoseconds(&hashing));
    Ok(vec![
        Figure::new("verify_ratio", "verify / bare hashing", verify / bare, "x").at_most(RATIO_MAX),
        Figure::new(
            "verify_allocations",
            "  allocations",
            count(usize::try_from(allocations.count_total)?),
            "",
        )
        .at_most(ALLOCATIONS_MAX),
        Figure::new("verify", "verify a POST of 200 bytes, median", verify, "ns"),
        Figure::new(
            "bare_hashing",
            "HMAC-SHA256 x2 and SHA-256 x2 of the same texts",
            bare,
            "ns",
        ),
    ])
}

/// Runs the work a turn long.
fn turn(work: impl Fn()) -> Duration {
    let begin = Instant::now();
    for _ in 0..TURN {
        work();
    }
    begin.elapsed()
}

impl Subject {
    fn new() -> Result<Self> {
        let mut body = br#"{"KeyName": "bench", "Tags": [{"Key": "purpose", "Value": ""#.to_vec();
        let end = br#""}]}"#;
        body.resize(BODY_BYTES - end.len(), b'v');
        body.extend_from_slice(end);
        let secret_key = SecretKey::new("Gu5t9xGARNpq86cd98joQYCN3EXAMPLE");
        let secret_id = SecretId::parse("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE")
            .context("the SecretId of the bench")?;
        let now = Timestamp::from_unix_seconds(1_700_000_000).context("a time")?;
        let signed = sign(
            &ToSign {
                method: "POST",
                query: "",
                headers: &[("content-type", CONTENT_TYPE), ("host", HOST)],
                body: &body,
                service: "lighthouse",
                timestamp: now,
            },
            &secret_id,
            &secret_key,
        );
        Ok(Self {
            secret_key,
            now,
            timestamp: now.unix_seconds().to_string(),
            body,
            signed,
        })
    }

    /// The header lines of the Python SDK, in its order.
    fn headers(&self) -> [(&str, &[u8]); 13] {
        [
            ("host", HOST),
            ("user-agent", "python-requests/2.32.5"),
            ("accept-encoding", "gzip, deflate"),
            ("accept", "*/*"),
            ("connection", "keep-alive"),
            ("content-type", CONTENT_TYPE),
            ("x-tc-action", "CreateKeyPair"),
            ("x-tc-requestclient", "SDK_PYTHON_3.1.177"),
            ("x-tc-timestamp", &self.timestamp),
            ("x-tc-version", "2020-03-24"),
            ("authorization", &self.signed.authorization),
            ("x-tc-region", "ap-guangzhou"),
            ("x-tc-language", "zh-CN"),
        ]
        .map(|(name, value)| (name, value.as_bytes()))
    }

    /// What no implementation can do without, twice over for the MAC: the body, the canonical request,
    /// and the text that is signed.
    fn hash(&self, key: &[u8]) {
        black_box(Sha256::digest(black_box(self.body.as_slice())));
        black_box(Sha256::digest(black_box(
            self.signed.canonical_request.as_str().as_bytes(),
        )));
        for _ in 0..2 {
            let text = black_box(self.signed.string_to_sign.as_str().as_bytes());
            if let Ok(mac) = Hmac::<Sha256>::new_from_slice(key) {
                black_box(mac.chain_update(text).finalize());
            }
        }
    }
}
