//! A scheme and a host.

use std::net::{IpAddr, Ipv6Addr};

/// A scheme and a host: what is connected to, and the `Host` that is signed.
///
/// The host is in the one form that every HTTP library sends: in lower case, without the port that
/// the scheme has anyway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    scheme: Scheme,
    host: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

impl Origin {
    /// Reads `http://host[:port]` or `https://host[:port]`, with or without a `/` behind it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let scheme = match scheme {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return None,
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        let (name, port) = split_port(authority);
        let port = match port {
            Some(port) => Some(port.parse::<u16>().ok()?),
            None => None,
        };
        if !is_name(name) {
            return None;
        }
        let mut host = name.to_ascii_lowercase();
        if let Some(port) = port.filter(|port| *port != scheme.port()) {
            host = format!("{host}:{port}");
        }
        Some(Self { scheme, host })
    }

    /// A host over HTTPS.
    pub(crate) fn https(host: &str) -> Self {
        Self {
            scheme: Scheme::Https,
            host: host.to_ascii_lowercase(),
        }
    }

    /// Whether it is reached over TLS.
    pub(crate) fn is_https(&self) -> bool {
        self.scheme == Scheme::Https
    }

    /// Whether it is on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        let (name, _) = split_port(&self.host);
        let name = name.trim_start_matches('[').trim_end_matches(']');
        name == "localhost"
            || name
                .parse()
                .is_ok_and(|address: IpAddr| address.is_loopback())
    }

    /// The value of `Host`.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// The address to call: the path of every action is `/`.
    pub(crate) fn url(&self) -> String {
        let scheme = match self.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        format!("{scheme}://{}/", self.host)
    }
}

impl Scheme {
    const fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// The name and the port of `name[:port]`. The last colon of `[::1]` is no port's.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (authority, None),
    }
}

/// A DNS name, an IPv4 address, or an IPv6 address in brackets.
fn is_name(text: &str) -> bool {
    match text.strip_prefix('[') {
        Some(address) => address
            .strip_suffix(']')
            .is_some_and(|address| address.parse::<Ipv6Addr>().is_ok()),
        None => text.split('.').all(is_label),
    }
}

/// One part of a host name; `_` too, because container networks have it.
pub(crate) fn is_label(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_reached_as_it_was_written() {
        for (text, url, host) in [
            (
                "http://127.0.0.1:8324",
                "http://127.0.0.1:8324/",
                "127.0.0.1:8324",
            ),
            ("http://[::1]:8324/", "http://[::1]:8324/", "[::1]:8324"),
            ("https://[::1]", "https://[::1]/", "[::1]"),
            (
                "http://pharos.internal",
                "http://pharos.internal/",
                "pharos.internal",
            ),
            (
                "https://pharos_1:8324",
                "https://pharos_1:8324/",
                "pharos_1:8324",
            ),
        ] {
            let origin = Origin::parse(text).unwrap();
            assert_eq!((origin.url().as_str(), origin.host()), (url, host));
        }
    }

    #[test]
    fn the_host_has_no_port_that_its_scheme_has_anyway_and_no_capitals() {
        for (text, host) in [
            ("http://a:80", "a"),
            ("https://a:443", "a"),
            ("http://a:443", "a:443"),
            ("https://a:80", "a:80"),
            ("http://Pharos.Internal:8324", "pharos.internal:8324"),
        ] {
            assert_eq!(Origin::parse(text).unwrap().host(), host);
        }
    }

    #[test]
    fn this_machine_is_told_from_others() {
        for (text, is_loopback) in [
            ("http://localhost:8324", true),
            ("https://127.8.0.1", true),
            ("https://[::1]:8324", true),
            ("http://192.0.2.1:8324", false),
            ("http://localhost.example", false),
            ("https://[2001:db8::1]", false),
        ] {
            assert_eq!(Origin::parse(text).unwrap().is_loopback(), is_loopback);
        }
    }

    #[test]
    fn other_addresses_are_no_origins() {
        for text in [
            "",
            "127.0.0.1:8324",
            "ftp://a",
            "http://",
            "http://a/b",
            "http://u@a",
            "http://a b",
            "http://a:port",
            "http://a:65536",
            "http://a..b",
            "http://[::1",
            "http://::1",
            "http://[a]",
        ] {
            assert_eq!(Origin::parse(text), None, "{text}");
        }
    }
}
