//! Which product a request is for.

use crate::http::split_port;
use crate::strictness::Strictness;
use pharos_api::action::{self, LIGHTHOUSE, PRODUCTS, Product};
use pharos_api::error::ApiError;
use std::net::IpAddr;

/// Finds the product by the service of the credential scope; by the host where there is none, as in
/// version 1.
///
/// What an SDK took from its endpoint cannot name a product; where [`Strictness`] lets it pass, the
/// version tells.
pub(crate) fn find(
    service: Option<&str>,
    host: &str,
    version: &str,
    strictness: Strictness,
) -> Result<&'static Product, ApiError> {
    let label = first_label(host);
    let named = action::find_product(service.unwrap_or(label));
    let is_the_hosts = service.is_none_or(|service| service == label);
    let is_taken = || match strictness {
        // Version 1 has no scope to be strict about.
        Strictness::Strict => service.is_none() && names_no_product(host),
        Strictness::ByHost => names_no_product(host),
        Strictness::Lenient => true,
    };
    match named {
        Err(_) if is_the_hosts && is_taken() => {
            let by_version = PRODUCTS
                .iter()
                .copied()
                .find(|product| product.version == version);
            Ok(by_version.unwrap_or(&LIGHTHOUSE))
        }
        named => named,
    }
}

/// What those SDKs take for the service: everything before the first dot.
fn first_label(host: &str) -> &str {
    host.split('.').next().unwrap_or_default()
}

/// Whether the host is an address or a bare name.
fn names_no_product(host: &str) -> bool {
    let authority = host.split_once("://").map_or(host, |(_, rest)| rest);
    let (name, _) = split_port(authority);
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<IpAddr>().is_ok() || !name.contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use pharos_api::code::Code;

    fn product_at(
        service: Option<&str>,
        host: &str,
        strictness: Strictness,
    ) -> Option<&'static str> {
        match find(service, host, "2020-03-24", strictness) {
            Ok(product) => Some(product.name),
            Err(error) => {
                assert_eq!(error.code, Code::NoSuchProduct);
                None
            }
        }
    }

    /// Whether each strictness takes a service at a host: by host, strict, lenient.
    fn takes(service: Option<&str>, host: &str) -> [bool; 3] {
        [Strictness::ByHost, Strictness::Strict, Strictness::Lenient]
            .map(|strictness| product_at(service, host, strictness).is_some())
    }

    #[test]
    fn the_product_is_taken_anywhere() {
        for host in [
            "127.0.0.1:8324",
            "http://127.0.0.1:8324",
            "lighthouse.tencentcloudapi.com",
            "pharos.example.com",
        ] {
            assert_eq!(takes(Some("lighthouse"), host), [true; 3], "{host}");
        }
    }

    #[test]
    fn the_endpoints_first_label_is_taken_where_it_cannot_be_a_product() {
        for (service, host) in [
            ("127", "127.0.0.1:8324"),
            ("127", "127.0.0.1"),
            ("http://127", "http://127.0.0.1:8324"),
            ("localhost:8324", "localhost:8324"),
            ("[::1]:8324", "[::1]:8324"),
            ("pharos", "pharos"),
        ] {
            let taken = takes(Some(service), host);
            assert_eq!(taken, [true, false, true], "{service} at {host}");
        }
        let on_a_domain = takes(Some("pharos"), "pharos.example.com");
        assert_eq!(on_a_domain, [false, false, true]);
    }

    #[test]
    fn another_product_is_taken_nowhere() {
        for (service, host) in [
            ("cvm", "127.0.0.1:8324"),
            ("cvm", "pharos.example.com"),
            ("10", "127.0.0.1"),
        ] {
            assert_eq!(
                takes(Some(service), host),
                [false; 3],
                "{service} at {host}"
            );
        }
    }

    #[test]
    fn without_a_scope_the_host_tells() {
        for host in [
            "lighthouse.tencentcloudapi.com",
            "127.0.0.1:8324",
            "localhost",
        ] {
            assert_eq!(takes(None, host), [true; 3], "{host}");
        }
        for host in ["cvm.tencentcloudapi.com", "pharos.example.com"] {
            assert_eq!(takes(None, host), [false, false, true], "{host}");
        }
    }
}
