//! A public key to import: the text, and the blob in it, which would hardly come out of changed base64.
#![no_main]

use base64ct::{Base64, Encoding};
use pharos_keys::weak::Rules;
use pharos_keys::{Algorithm, PublicKey};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        read(text);
    }
    for algorithm in Algorithm::ALL {
        let name = algorithm.name();
        let blob = [&[0, 0, 0, name.len() as u8], name.as_bytes(), bytes].concat();
        read(&format!("{name} {}", Base64::encode_string(&blob)));
    }
});

/// What is taken can be written, and is the same when it is read again.
fn read(text: &str) {
    let key = match PublicKey::parse(text) {
        Ok(key) => key,
        Err(error) => return drop(error.text()),
    };
    let line = key.authorized_keys_line("comment");
    assert_eq!(PublicKey::parse(&line).as_ref(), Ok(&key));
    if let Err(weakness) = Rules::default().check(&key) {
        weakness.text();
    }
}
