//! Where calls go.

use thiserror::Error;

/// `http://host[:port]`: where calls go, and the `Host` that they are signed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    url: String,
    host: String,
}

/// A text that is no endpoint.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("`{0}` is not an endpoint; write `http://host:port`")]
pub struct BadEndpoint(String);

impl Endpoint {
    /// Reads `http://host[:port]`, with or without a `/` behind it.
    ///
    /// # Errors
    /// For anything else: another scheme, a path, a user name.
    pub fn parse(text: &str) -> Result<Self, BadEndpoint> {
        let bad = || BadEndpoint(text.to_owned());
        let host = text.strip_prefix("http://").ok_or_else(bad)?;
        let host = host.strip_suffix('/').unwrap_or(host);
        let fits = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
        if host.is_empty() || !host.chars().all(fits) {
            return Err(bad());
        }
        Ok(Self {
            url: format!("http://{host}/"),
            host: host.to_owned(),
        })
    }

    /// The address that is called.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The value of the `Host` header.
    pub fn host(&self) -> &str {
        &self.host
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_with_and_without_a_port_are_endpoints() {
        for (text, host) in [
            ("http://127.0.0.1:8324", "127.0.0.1:8324"),
            ("http://[::1]:8324/", "[::1]:8324"),
            ("http://pharos.internal", "pharos.internal"),
        ] {
            assert_eq!(Endpoint::parse(text).unwrap().host(), host);
        }
    }

    #[test]
    fn other_addresses_are_not() {
        for text in [
            "127.0.0.1:8324",
            "https://a",
            "http://",
            "http://a/b",
            "http://u@a",
            "http://a b",
        ] {
            assert!(Endpoint::parse(text).is_err(), "{text}");
        }
    }
}
