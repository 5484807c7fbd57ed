//! Where calls go.

use std::net::Ipv6Addr;

use thiserror::Error;

use crate::error::ClientError;

/// Where calls go: one server, or the vendor's cloud with a host for each product.
///
/// ```
/// use pharos_client::Endpoint;
///
/// let pharos = Endpoint::parse("https://pharos.internal:8324")?;
/// // https://lighthouse.tencentcloudapi.com, https://cvm.tencentcloudapi.com, …
/// let cloud = Endpoint::cloud();
/// // https://lighthouse.ap-tokyo.tencentcloudapi.com for a call in Tokyo
/// let near = Endpoint::cloud().in_regions();
/// # assert_ne!(cloud, near);
/// # Ok::<(), pharos_client::endpoint::BadEndpoint>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// One server for every product.
    Server(Origin),
    /// `https://<product>[.<region>].<root domain>`.
    Cloud {
        root_domain: String,
        in_regions: bool,
    },
}

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

/// A text that is no endpoint.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("`{0}` is not an endpoint; write `http://host:port` or `https://host:port`")]
pub struct BadEndpoint(String);

/// A text that is no root domain.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("`{0}` is not a root domain; write one like `tencentcloudapi.com`")]
pub struct BadRootDomain(String);

impl Endpoint {
    /// One server: `http://host[:port]` or `https://host[:port]`, with or without a `/` behind it.
    ///
    /// # Errors
    /// For anything else: another scheme, a path, a user name, a port beyond 65535.
    pub fn parse(text: &str) -> Result<Self, BadEndpoint> {
        match Origin::parse(text) {
            Some(origin) => Ok(Self(Kind::Server(origin))),
            None => Err(BadEndpoint(text.to_owned())),
        }
    }

    /// The vendor's cloud, `https://<product>.tencentcloudapi.com` (protocol.md section 3.2).
    pub fn cloud() -> Self {
        Self::at("tencentcloudapi.com")
    }

    /// The vendor's international site, `https://<product>.intl.tencentcloudapi.com`.
    pub fn international() -> Self {
        Self::at("intl.tencentcloudapi.com")
    }

    /// A cloud under a root domain of its own, as private editions have.
    ///
    /// # Errors
    /// When the text is not the name of a domain.
    pub fn cloud_at(root_domain: &str) -> Result<Self, BadRootDomain> {
        if root_domain.split('.').all(is_label) {
            Ok(Self::at(root_domain))
        } else {
            Err(BadRootDomain(root_domain.to_owned()))
        }
    }

    /// Names the region in the host, so that a call takes the short way:
    /// `https://<product>.<region>.tencentcloudapi.com`. Without a region, the host stays as it is;
    /// one server stays one server.
    #[must_use]
    pub fn in_regions(mut self) -> Self {
        if let Kind::Cloud { in_regions, .. } = &mut self.0 {
            *in_regions = true;
        }
        self
    }

    fn at(root_domain: &str) -> Self {
        Self(Kind::Cloud {
            root_domain: root_domain.to_ascii_lowercase(),
            in_regions: false,
        })
    }

    /// Whether calls go over TLS.
    pub(crate) fn is_https(&self) -> bool {
        match &self.0 {
            Kind::Server(origin) => origin.scheme == Scheme::Https,
            Kind::Cloud { .. } => true,
        }
    }

    /// Where a call goes. Product and region become part of a host name only where they are a label
    /// of one: nobody's text can send a signature elsewhere.
    pub(crate) fn origin(
        &self,
        product: &str,
        region: Option<&str>,
    ) -> Result<Origin, ClientError> {
        let (root_domain, in_regions) = match &self.0 {
            Kind::Server(origin) => return Ok(origin.clone()),
            Kind::Cloud {
                root_domain,
                in_regions,
            } => (root_domain, *in_regions),
        };
        let region = region.filter(|_| in_regions);
        for label in [Some(product), region].into_iter().flatten() {
            if !is_label(label) {
                return Err(ClientError::NotAHostName {
                    text: label.to_owned(),
                });
            }
        }
        let host = match region {
            Some(region) => format!("{product}.{region}.{root_domain}"),
            None => format!("{product}.{root_domain}"),
        };
        Ok(Origin {
            scheme: Scheme::Https,
            host: host.to_ascii_lowercase(),
        })
    }
}

impl Origin {
    fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let scheme = match scheme {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return None,
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        let (name, port) = match authority.rsplit_once(':') {
            // The last colon of `[::1]` is no port's.
            Some((name, port)) if !port.ends_with(']') => (name, Some(port.parse::<u16>().ok()?)),
            _ => (authority, None),
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
fn is_label(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(endpoint: &Endpoint, product: &str, region: Option<&str>) -> (String, String) {
        let origin = endpoint.origin(product, region).unwrap();
        (origin.url(), origin.host().to_owned())
    }

    #[test]
    fn a_server_is_reached_as_it_was_written() {
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
            let endpoint = Endpoint::parse(text).unwrap();
            let found = of(&endpoint, "lighthouse", Some("ap-tokyo"));
            assert_eq!(found, (url.to_owned(), host.to_owned()));
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
            let endpoint = Endpoint::parse(text).unwrap();
            assert_eq!(of(&endpoint, "lighthouse", None).1, host);
        }
    }

    #[test]
    fn other_addresses_are_not_endpoints() {
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
            assert!(Endpoint::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_cloud_has_a_host_for_each_product() {
        for (endpoint, host) in [
            (Endpoint::cloud(), "lighthouse.tencentcloudapi.com"),
            (
                Endpoint::international(),
                "lighthouse.intl.tencentcloudapi.com",
            ),
            (
                Endpoint::cloud().in_regions(),
                "lighthouse.ap-tokyo.tencentcloudapi.com",
            ),
            (
                Endpoint::cloud_at("Cloud.example").unwrap(),
                "lighthouse.cloud.example",
            ),
        ] {
            let found = of(&endpoint, "lighthouse", Some("ap-tokyo"));
            assert_eq!(found, (format!("https://{host}/"), host.to_owned()));
        }
        let regional = Endpoint::cloud().in_regions();
        assert_eq!(of(&regional, "cvm", None).1, "cvm.tencentcloudapi.com");
    }

    #[test]
    fn no_text_sends_a_signature_elsewhere() {
        let cloud = Endpoint::cloud().in_regions();
        for text in [
            "evil.example/",
            "a@evil.example",
            "a.b",
            "",
            "a b",
            "a\r\nb",
        ] {
            assert!(cloud.origin(text, None).is_err(), "{text:?}");
            assert!(cloud.origin("cvm", Some(text)).is_err(), "{text:?}");
            assert!(Endpoint::cloud_at(&format!("{text}/")).is_err());
        }
    }
}
