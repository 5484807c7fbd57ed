//! Where calls go.

use thiserror::Error;

use crate::error::ClientError;
use crate::origin::{Origin, is_label};

/// Where calls go: one server, or the vendor's cloud with a host for each product.
///
/// ```
/// use pharos_client::Endpoint;
///
/// let pharos = Endpoint::parse("https://pharos.internal:8324")?;
/// // https://lighthouse.tencentcloudapi.com, https://cvm.tencentcloudapi.com, …
/// let cloud = Endpoint::cloud();
/// // https://lighthouse.ap-tokyo.tencentcloudapi.com for a call in Tokyo
/// let near = Endpoint::cloud().with_regional_hosts();
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
        has_regional_hosts: bool,
    },
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
    pub fn with_regional_hosts(mut self) -> Self {
        if let Kind::Cloud {
            has_regional_hosts, ..
        } = &mut self.0
        {
            *has_regional_hosts = true;
        }
        self
    }

    fn at(root_domain: &str) -> Self {
        Self(Kind::Cloud {
            root_domain: root_domain.to_owned(),
            has_regional_hosts: false,
        })
    }

    /// Whether calls go over TLS.
    pub(crate) fn is_https(&self) -> bool {
        match &self.0 {
            Kind::Server(origin) => origin.is_https(),
            Kind::Cloud { .. } => true,
        }
    }

    /// Whether a proxy may stand between: over TLS only, since a private key must not pass one in the
    /// clear, and not to this machine, as the official Go SDK has it.
    pub(crate) fn may_be_proxied(&self) -> bool {
        match &self.0 {
            Kind::Server(origin) => origin.is_https() && !origin.is_loopback(),
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
        let (root_domain, has_regional_hosts) = match &self.0 {
            Kind::Server(origin) => return Ok(origin.clone()),
            Kind::Cloud {
                root_domain,
                has_regional_hosts,
            } => (root_domain, *has_regional_hosts),
        };
        let region = region.filter(|_| has_regional_hosts);
        for label in [Some(product), region].into_iter().flatten() {
            if !is_label(label) {
                return Err(ClientError::NotAHostName {
                    text: label.to_owned(),
                });
            }
        }
        Ok(Origin::https(&match region {
            Some(region) => format!("{product}.{region}.{root_domain}"),
            None => format!("{product}.{root_domain}"),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(endpoint: &Endpoint, product: &str, region: Option<&str>) -> (String, String) {
        let origin = endpoint.origin(product, region).unwrap();
        (origin.url(), origin.host().to_owned())
    }

    #[test]
    fn a_server_is_the_same_for_every_product_and_region() {
        let server = Endpoint::parse("http://127.0.0.1:8324")
            .unwrap()
            .with_regional_hosts();
        let (url, host) = of(&server, "lighthouse", Some("ap-tokyo"));
        assert_eq!(
            (url.as_str(), host.as_str()),
            ("http://127.0.0.1:8324/", "127.0.0.1:8324")
        );
        let error = Endpoint::parse("127.0.0.1:8324").unwrap_err().to_string();
        assert!(error.contains("write `http://host:port`"), "{error}");
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
                Endpoint::cloud().with_regional_hosts(),
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
        let regional = Endpoint::cloud().with_regional_hosts();
        assert_eq!(of(&regional, "cvm", None).1, "cvm.tencentcloudapi.com");
    }

    #[test]
    fn no_proxy_stands_where_it_would_see_a_private_key_or_need_not_be() {
        let server = |text| Endpoint::parse(text).unwrap();
        assert!(Endpoint::cloud().may_be_proxied());
        assert!(server("https://pharos.internal").may_be_proxied());
        assert!(!server("http://pharos.internal").may_be_proxied());
        assert!(!server("https://127.0.0.1:8324").may_be_proxied());
    }

    #[test]
    fn no_text_sends_a_signature_elsewhere() {
        let cloud = Endpoint::cloud().with_regional_hosts();
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
