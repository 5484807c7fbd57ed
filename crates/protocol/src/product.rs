//! Which product a request is for.

use crate::http::split_port;
use pharos_api::action::{self, LIGHTHOUSE, PRODUCTS, Product};
use pharos_api::error::ApiError;
use std::net::IpAddr;

/// Finds the product by the service of the credential scope; by the host where there is none, as in
/// version 1.
///
/// Five of the official SDKs take the first label of their endpoint for the service: `127` at
/// `127.0.0.1:8324`, `localhost:8324` at that (protocol.md section 1.5). On such hosts, which cannot
/// name a product, the version tells; on a domain the service has to be one.
pub(crate) fn find(
    service: Option<&str>,
    host: &str,
    version: &str,
) -> Result<&'static Product, ApiError> {
    let label = first_label(host);
    let by_name = action::find_product(service.unwrap_or(label));
    let is_the_hosts = service.is_none_or(|service| service == label);
    if by_name.is_err() && is_the_hosts && names_no_product(host) {
        let by_version = PRODUCTS
            .iter()
            .copied()
            .find(|product| product.version == version);
        return Ok(by_version.unwrap_or(&LIGHTHOUSE));
    }
    by_name
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

    fn service_at(service: &str, host: &str) -> Option<&'static str> {
        match find(Some(service), host, "2020-03-24") {
            Ok(product) => Some(product.name),
            Err(error) => {
                assert_eq!(error.code, Code::NoSuchProduct);
                None
            }
        }
    }

    #[test]
    fn sdks_that_take_the_service_from_the_endpoint_reach_lighthouse() {
        for (service, host) in [
            ("lighthouse", "127.0.0.1:8324"),
            ("lighthouse", "http://127.0.0.1:8324"),
            ("lighthouse", "lighthouse.tencentcloudapi.com"),
            ("127", "127.0.0.1:8324"),
            ("127", "127.0.0.1"),
            ("http://127", "http://127.0.0.1:8324"),
            ("localhost:8324", "localhost:8324"),
            ("[::1]:8324", "[::1]:8324"),
            ("pharos", "pharos"),
        ] {
            assert_eq!(
                service_at(service, host),
                Some("lighthouse"),
                "{service} at {host}"
            );
        }
    }

    #[test]
    fn on_a_domain_and_for_another_product_the_service_counts() {
        for (service, host) in [
            ("cvm", "127.0.0.1:8324"),
            ("cvm", "cvm.tencentcloudapi.com"),
            ("pharos", "pharos.example.com"),
            ("10", "127.0.0.1"),
        ] {
            assert_eq!(service_at(service, host), None, "{service} at {host}");
        }
    }

    #[test]
    fn without_a_scope_the_host_tells() {
        let at = |host| find(None, host, "2020-03-24").map(|product| product.name);
        for host in [
            "lighthouse.tencentcloudapi.com",
            "127.0.0.1:8324",
            "localhost",
        ] {
            assert_eq!(at(host).unwrap(), "lighthouse", "{host}");
        }
        assert_eq!(
            at("cvm.tencentcloudapi.com").unwrap_err().code,
            Code::NoSuchProduct
        );
    }
}
