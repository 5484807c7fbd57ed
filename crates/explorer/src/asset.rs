//! The files of the page: in the binary, or read from the disk in debug builds, so that a change of one
//! needs no build.

use std::borrow::Cow;
use std::fmt::Write;

use rust_embed::RustEmbed;

/// The folder of the page.
#[derive(RustEmbed)]
#[folder = "../../explorer/"]
#[allow_missing = true]
struct Folder;

/// A file of the page.
#[derive(Clone, Debug)]
pub struct Asset {
    /// What is in it.
    pub bytes: Cow<'static, [u8]>,
    /// What kind of file it is: the value of `Content-Type`.
    pub content_type: &'static str,
    /// The value of `ETag`, quotes included: of the content's SHA-256.
    pub etag: String,
}

/// The file `explorer/{path}`; `None` if there is none. A path that leaves the folder names no file.
pub fn asset(path: &str) -> Option<Asset> {
    let file = Folder::get(path)?;
    let mut etag = String::from("\"");
    for byte in file.metadata.sha256_hash() {
        // Writing to a text cannot fail.
        let _ = write!(etag, "{byte:02x}");
    }
    etag.push('"');
    Some(Asset {
        bytes: file.data,
        content_type: content_type(path),
        etag,
    })
}

/// By the end of the name: the kinds of file that a page is made of.
fn content_type(path: &str) -> &'static str {
    let extension = path.rsplit_once('.').map(|(_, extension)| extension);
    match extension {
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("ico") => "image/x-icon",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_there_and_its_tag_is_of_its_content() {
        let page = asset("index.html").unwrap();
        assert_eq!(page.content_type, "text/html; charset=utf-8");
        assert!(page.bytes.starts_with(b"<!doctype html>"));
        assert_eq!(page.etag.len(), 2 + 64);
        assert_eq!(page.etag, asset("index.html").unwrap().etag);
    }

    #[test]
    fn what_is_outside_of_the_folder_is_not_there() {
        for path in [
            "",
            "/",
            "nothing.js",
            "../Cargo.toml",
            "/etc/passwd",
            "a/../../README.md",
            "../explorer/../Cargo.toml",
        ] {
            assert!(asset(path).is_none(), "{path:?}");
        }
    }

    #[test]
    fn modules_and_styles_have_the_types_that_browsers_insist_on() {
        assert_eq!(content_type("a/b.js"), "text/javascript; charset=utf-8");
        assert_eq!(content_type("b.css"), "text/css; charset=utf-8");
        assert_eq!(content_type("LICENSE"), "application/octet-stream");
    }
}
