//! The bytes of a whole request.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| pharos_fuzz::read_raw(bytes));
