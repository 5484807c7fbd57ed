//! Reads the captures under `tests/wire`.
#![allow(dead_code, reason = "each test file uses its part")]

use pharos_protocol::http::{Headers, HttpRequest};
use std::fs;
use std::path::Path;

/// The SecretKey that the captures were signed with: the vendor's published example.
pub(crate) const EXAMPLE_SECRET_KEY: &str = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE";

/// One captured request.
#[derive(Clone, Debug)]
pub(crate) struct Capture {
    pub(crate) name: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) verdicts: Vec<Verdict>,
    /// What version 1 signed, where an independent verifier wrote it down.
    pub(crate) source_string: Option<String>,
}

/// What an independent verifier said of one way to read the request.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    pub(crate) host: String,
    pub(crate) uri: String,
    pub(crate) matches: bool,
}

impl Capture {
    /// Whether it is signed by version 1.
    pub(crate) fn is_version_1(&self) -> bool {
        self.header("Authorization").is_none()
    }

    /// The parameters of version 1, still encoded.
    pub(crate) fn form(&self) -> &str {
        if self.method == "GET" {
            &self.query
        } else {
            std::str::from_utf8(&self.body).unwrap()
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.headers.iter();
        lines
            .find(|(line, _)| line.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
        let mut lines = self.headers.iter_mut();
        lines
            .find(|(line, _)| line.eq_ignore_ascii_case(name))
            .unwrap()
            .1 = value.to_owned();
    }

    pub(crate) fn header_lines(&self) -> Vec<(&str, &[u8])> {
        self.headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect()
    }

    pub(crate) fn request<'a>(&'a self, headers: &'a [(&'a str, &'a [u8])]) -> HttpRequest<'a> {
        HttpRequest {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: Headers(headers),
            body: &self.body,
        }
    }
}

/// Every captured request, in the order of their files.
pub(crate) fn captures() -> Vec<Capture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    files.iter().flat_map(|path| read(path)).collect()
}

fn read(path: &Path) -> Vec<Capture> {
    let bytes = fs::read(path).unwrap();
    let name = path.file_stem().unwrap().to_str().unwrap();
    split(&bytes, b"----- raw request -----\n")
        .into_iter()
        .map(|part| parse(name, part))
        .collect()
}

fn split<'a>(bytes: &'a [u8], mark: &[u8]) -> Vec<&'a [u8]> {
    let starts: Vec<_> = bytes
        .windows(mark.len())
        .enumerate()
        .filter_map(|(index, window)| (window == mark).then_some(index))
        .collect();
    let ends = starts.iter().skip(1).copied().chain([bytes.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| &bytes[start + mark.len()..end])
        .collect()
}

fn parse(name: &str, part: &[u8]) -> Capture {
    let end = part
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .unwrap();
    let head = std::str::from_utf8(&part[..end]).unwrap();
    let mut lines = head.split("\r\n");
    let mut first = lines.next().unwrap().split(' ');
    let (method, target) = (first.next().unwrap().to_owned(), first.next().unwrap());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers: Vec<_> = lines
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let length = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("Content-Length"))
        .map_or(0, |(_, value)| value.parse().unwrap());
    let body = part[end + 4..end + 4 + length].to_vec();
    let analysis = String::from_utf8_lossy(&part[end + 4 + length..]).into_owned();
    let verdicts = analysis
        .lines()
        .filter_map(|line| line.trim().strip_prefix("v3 check with Host "))
        .map(|line| {
            let (host, rest) = line.split_once(", uri=").unwrap();
            let (uri, matches) = rest.split_once(": ").unwrap();
            Verdict {
                host: host.to_owned(),
                uri: uri.to_owned(),
                matches: matches == "MATCH",
            }
        })
        .collect();
    let source_string = analysis
        .lines()
        .find_map(|line| line.trim().strip_prefix("v1 source string: "));
    let source_string = source_string.map(str::to_owned);
    let (path, query) = (path.to_owned(), query.to_owned());
    Capture {
        name: name.to_owned(),
        method,
        path,
        query,
        headers,
        body,
        verdicts,
        source_string,
    }
}
