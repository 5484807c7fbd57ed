//! Which servers are trusted.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject};
use thiserror::Error;

/// The certificate authorities that may vouch for a server over HTTPS.
///
/// [`Roots::system`] are those of the machine, which is what the real cloud needs; `SSL_CERT_FILE`
/// and `SSL_CERT_DIR` name others. A private authority is added to them, or trusted alone:
///
/// ```
/// use pharos_client::Roots;
///
/// # let made = rcgen::generate_simple_self_signed(["pharos.internal".to_owned()])?;
/// # let pem = made.cert.pem();
/// // the text of ca.pem
/// let alone = Roots::none().with_pem(pem.as_bytes())?;
/// let beside_the_systems = Roots::system().with_pem(pem.as_bytes())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Roots {
    has_systems: bool,
    others: Vec<CertificateDer<'static>>,
}

/// Why no connection could be trusted.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RootsError {
    /// A text that is no PEM.
    #[error("the certificate authority cannot be read as PEM")]
    NotPem(#[source] pem::Error),
    /// A PEM without a certificate.
    #[error("there is no certificate in the PEM of the certificate authority")]
    NoCertificate,
    /// The machine has no certificate authorities, or they cannot be read.
    #[error("this system has no certificate authorities; install them, or name one")]
    NoSystemRoots(#[source] Option<rustls_native_certs::Error>),
}

impl Default for Roots {
    /// [`Roots::system`].
    fn default() -> Self {
        Self::system()
    }
}

impl Roots {
    /// The machine's own, read when a client is made that speaks HTTPS.
    pub fn system() -> Self {
        Self {
            has_systems: true,
            others: Vec::new(),
        }
    }

    /// None, for those who add their own.
    pub fn none() -> Self {
        Self {
            has_systems: false,
            others: Vec::new(),
        }
    }

    /// Adds every certificate of a PEM text.
    ///
    /// # Errors
    /// When it cannot be read or has none.
    pub fn with_pem(mut self, pem: &[u8]) -> Result<Self, RootsError> {
        let before = self.others.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            self.others.push(certificate.map_err(RootsError::NotPem)?);
        }
        if self.others.len() == before {
            return Err(RootsError::NoCertificate);
        }
        Ok(self)
    }

    /// All of them as certificates.
    pub(crate) fn load(&self) -> Result<Vec<CertificateDer<'static>>, RootsError> {
        let mut roots = self.others.clone();
        if self.has_systems {
            let mut found = rustls_native_certs::load_native_certs();
            // One that cannot be read is no reason to refuse the others.
            if found.certs.is_empty() && roots.is_empty() {
                return Err(RootsError::NoSystemRoots(found.errors.pop()));
            }
            roots.append(&mut found.certs);
        }
        Ok(roots)
    }
}

/// The cryptography of TLS, named here so that no other crate's choice is ours.
pub(crate) fn crypto_provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate() -> String {
        let made = rcgen::generate_simple_self_signed(["a".to_owned()]).unwrap();
        made.cert.pem()
    }

    #[test]
    fn a_pem_may_hold_several_and_has_to_hold_one() {
        let pem = format!("{}{}", certificate(), certificate());
        let roots = Roots::none().with_pem(pem.as_bytes()).unwrap();
        assert_eq!(roots.load().unwrap().len(), 2);
        let empty = Roots::none().with_pem(b"no PEM at all");
        assert!(matches!(empty, Err(RootsError::NoCertificate)));
        let broken = Roots::none().with_pem(b"-----BEGIN CERTIFICATE-----\n!\n");
        assert!(matches!(broken, Err(RootsError::NotPem(_))));
    }
}
