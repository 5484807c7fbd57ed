//! The query of a signed GET, against the schema of every action.
#![no_main]

libfuzzer_sys::fuzz_target!(|query: &str| {
    pharos_fuzz::decode("GET", "application/x-www-form-urlencoded", query, b"");
});
