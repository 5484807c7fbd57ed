//! A backup: the bytes of the file, and the lines in it, which would hardly come out of changed gzip.
#![no_main]

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use pharos_backup::{Reader, Writer};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    let mut gzip = GzEncoder::new(Vec::new(), Compression::none());
    gzip.write_all(bytes).expect("memory takes it");
    read(&gzip.finish().expect("memory takes it"));
});

/// Reads to the first fault; what comes out can be written.
fn read(file: &[u8]) {
    let Ok(mut reader) = Reader::new(file) else { return };
    let mut writer = Writer::new(Vec::new(), reader.header()).expect("memory takes it");
    while let Ok(Some(entry)) = reader.read() {
        writer.write(entry).expect("it was sound");
    }
}
