//! Where generated code calls.

use thiserror::Error;

/// The scheme and the host, with its port if it has one, of one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    is_https: bool,
    host: String,
}

/// A text that is no endpoint.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("`{0}` is not an endpoint; write `http://host:port` or `https://host:port`")]
pub struct BadEndpoint(String);

impl Endpoint {
    /// Reads `http://host[:port]` or `https://host[:port]`, with or without a `/` behind it.
    ///
    /// # Errors
    /// For anything else. A host has only characters that mean nothing in any language that code is
    /// written in.
    pub fn parse(text: &str) -> Result<Self, BadEndpoint> {
        let bad = || BadEndpoint(text.chars().take(100).collect());
        let (is_https, rest) = match text.split_once("://") {
            Some(("http", rest)) => (false, rest),
            Some(("https", rest)) => (true, rest),
            _ => return Err(bad()),
        };
        let host = rest.strip_suffix('/').unwrap_or(rest);
        let (name, port) = match host.rsplit_once(':') {
            // The last colon may be one of an address in brackets.
            Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
            _ => (host, None),
        };
        let is_port = |port: &str| {
            port.bytes().all(|byte| byte.is_ascii_digit())
                && port.parse::<u16>().is_ok_and(|port| port > 0)
        };
        if is_name(name) && port.is_none_or(is_port) {
            Ok(Self {
                is_https,
                host: host.to_ascii_lowercase(),
            })
        } else {
            Err(bad())
        }
    }

    /// Whether it speaks TLS.
    pub fn is_https(&self) -> bool {
        self.is_https
    }

    /// `http` or `https`.
    pub fn scheme(&self) -> &'static str {
        if self.is_https { "https" } else { "http" }
    }

    /// The host with its port, as the header `Host` has it; in lower case, as it is signed.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// All of it: `http://127.0.0.1:8324`.
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme(), self.host)
    }
}

/// Whether it is a host's name, an IPv4 address or an IPv6 address in brackets, as far as characters tell.
fn is_name(name: &str) -> bool {
    match name.strip_prefix('[') {
        Some(address) => address.strip_suffix(']').is_some_and(|address| {
            !address.is_empty()
                && address
                    .bytes()
                    .all(|byte| byte.is_ascii_hexdigit() || b":.".contains(&byte))
        }),
        None => {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_scheme_and_a_host() {
        for (text, scheme, host) in [
            ("http://127.0.0.1:8080", "http", "127.0.0.1:8080"),
            ("https://pharos.example.com/", "https", "pharos.example.com"),
            ("http://localhost", "http", "localhost"),
            ("http://Pharos.Test:80", "http", "pharos.test:80"),
            ("https://[::1]:8324", "https", "[::1]:8324"),
            ("http://[fe80::1]", "http", "[fe80::1]"),
        ] {
            let endpoint = Endpoint::parse(text).unwrap();
            assert_eq!((endpoint.scheme(), endpoint.host()), (scheme, host));
            assert_eq!(endpoint.url(), format!("{scheme}://{host}"));
        }
    }

    #[test]
    fn what_could_mean_something_in_a_program_is_no_endpoint() {
        for text in [
            "",
            "127.0.0.1:8080",
            "ftp://a",
            "http://",
            "http://a:0",
            "http://a:+1",
            "http://a:65536",
            "http://a b",
            "http://a\"",
            "http://a'",
            "http://$(id)",
            "http://a/b",
            "http://me@a",
            "http://a?b",
            "http://[::1",
            "http://é",
        ] {
            assert!(Endpoint::parse(text).is_err(), "{text:?}");
        }
    }
}
