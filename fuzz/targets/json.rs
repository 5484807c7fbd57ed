//! A signed JSON body, against the schema of every action.
#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    pharos_fuzz::decode("POST", "application/json", "", body);
});
