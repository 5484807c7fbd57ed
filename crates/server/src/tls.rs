//! TLS 1.2 and 1.3, with a certificate that can be replaced while the server runs.

use std::io;
use std::sync::{Arc, PoisonError, RwLock};

use http::Version;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, ServerConnection};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// HTTP/2's name in ALPN (RFC 9113 section 3.1).
const H2: &[u8] = b"h2";

/// HTTP/1.1's name in ALPN; also what a client speaks that names nothing.
const HTTP_1_1: &[u8] = b"http/1.1";

/// What a server needs to speak TLS.
pub struct Tls {
    acceptor: TlsAcceptor,
    certificate: Arc<Certificate>,
    provider: Arc<CryptoProvider>,
}

/// Why a certificate and its key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The certificate's text is no PEM, or holds no certificate.
    #[error("the certificate cannot be read as PEM")]
    Certificate(#[source] pem::Error),
    /// The key's text is no PEM, or holds no private key.
    #[error("the private key cannot be read as PEM")]
    Key(#[source] pem::Error),
    /// The key is of another certificate, or of no known kind.
    #[error("the certificate and the private key cannot be used together")]
    Unusable(#[source] rustls::Error),
}

impl Tls {
    /// Speaks TLS with a certificate chain, the server's own first, and its private key, both in PEM.
    ///
    /// # Errors
    /// When they cannot be read, or the key is of another certificate.
    pub fn new(chain: &[u8], key: &[u8]) -> Result<Self, TlsError> {
        // Named here, so that no other crate's choice of provider is ours.
        let provider = Arc::new(aws_lc_rs::default_provider());
        let certificate = read(chain, key, &provider)?;
        let certificate = Arc::new(Certificate(RwLock::new(certificate)));
        let mut config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(TlsError::Unusable)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&certificate) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![H2.to_vec(), HTTP_1_1.to_vec()];
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            certificate,
            provider,
        })
    }

    /// Shows clients another certificate from now on; connections that are open keep theirs.
    ///
    /// # Errors
    /// As for [`Tls::new`]; the certificate stays as it was.
    pub fn replace(&self, chain: &[u8], key: &[u8]) -> Result<(), TlsError> {
        let certificate = read(chain, key, &self.provider)?;
        let current = self.certificate.0.write();
        *current.unwrap_or_else(PoisonError::into_inner) = certificate;
        Ok(())
    }

    /// Shakes hands. Answers what HTTP the client speaks, by ALPN.
    pub(crate) async fn accept<S>(&self, stream: S) -> io::Result<(Version, TlsStream<S>)>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let stream = self.acceptor.accept(stream).await?;
        let (_, connection): (_, &ServerConnection) = stream.get_ref();
        let version = match connection.alpn_protocol() {
            Some(H2) => Version::HTTP_2,
            _ => Version::HTTP_11,
        };
        Ok((version, stream))
    }
}

/// The certificate that clients are shown.
#[derive(Debug)]
struct Certificate(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let current = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&current))
    }
}

fn read(
    chain: &[u8],
    key: &[u8],
    provider: &CryptoProvider,
) -> Result<Arc<CertifiedKey>, TlsError> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(chain)
        .collect::<Result<_, _>>()
        .map_err(TlsError::Certificate)?;
    if chain.is_empty() {
        return Err(TlsError::Certificate(pem::Error::NoItemsFound));
    }
    let key = PrivateKeyDer::from_pem_slice(key).map_err(TlsError::Key)?;
    CertifiedKey::from_der(chain, key, provider)
        .map(Arc::new)
        .map_err(TlsError::Unusable)
}
