//! The form of a version 1 POST.
#![no_main]

use pharos_protocol::http::{Headers, HttpRequest};

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let headers: [(&str, &[u8]); 2] =
        [("Host", b"127.0.0.1:8324"), ("Content-Type", b"application/x-www-form-urlencoded")];
    let request =
        HttpRequest { method: "POST", path: "/", query: "", headers: Headers(&headers), body };
    pharos_fuzz::read(&request);
});
