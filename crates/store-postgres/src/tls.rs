//! TLS to PostgreSQL: a certificate is verified, or nothing is said.

use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Takes the authorities of this file alone, or those of the system.
pub(crate) fn connector(authority: Option<&Path>) -> io::Result<MakeRustlsConnect> {
    let mut roots = RootCertStore::empty();
    match authority {
        Some(path) => {
            for certificate in CertificateDer::pem_file_iter(path).map_err(io::Error::other)? {
                roots
                    .add(certificate.map_err(io::Error::other)?)
                    .map_err(io::Error::other)?;
            }
            if roots.is_empty() {
                return Err(io::Error::other("there is no certificate in it"));
            }
        }
        None => {
            // One that cannot be read is left out; the others may be enough.
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}
