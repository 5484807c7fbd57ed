//! A signed multipart body; the first line of the input is the content type's end.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (parameter, body) = pharos_fuzz::split(bytes, b"\n");
    if let Ok(parameter) = std::str::from_utf8(parameter) {
        // What a header cannot carry, and what trimming would change, is no input of this target.
        let content_type = format!("multipart/form-data;{parameter}");
        if content_type.trim() == content_type && !content_type.contains(['\r', '\0']) {
            pharos_fuzz::decode("POST", &content_type, "", body);
        }
    }
});
