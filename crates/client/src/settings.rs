//! What a client is made from.

use std::time::Duration;

use pharos_api::text::Language;
use rustls::pki_types::CertificateDer;
use thiserror::Error;

use crate::error::Cause;
use crate::roots::RootsError;
use crate::{Credential, Endpoint, Retry, Roots};

/// How long one try may take: what the official SDKs allow.
const TRY_TIME_MAX: Duration = Duration::from_secs(60);

/// How long a connection is kept for the next call. Shorter than any server keeps one that is known,
/// Pharos included (60 seconds), so that a call is not sent into a connection that is closing.
pub(crate) const IDLE_TIME_MAX: Duration = Duration::from_secs(15);

/// What a client is made from: [`Client`](crate::Client) and
/// [`blocking::Client`](crate::blocking::Client) take the same.
///
/// Endpoint and credential are needed; the rest has defaults that suit most.
///
/// ```
/// use pharos_client::api::region::Region;
/// use pharos_client::api::text::Language;
/// use pharos_client::{Endpoint, Retry, Settings};
/// # use pharos_client::Credential;
/// # use pharos_client::api::credential::{SecretId, SecretKey};
/// # let credential = Credential {
/// #     secret_id: SecretId::parse("AKIDexample").ok_or("not a SecretId")?,
/// #     secret_key: SecretKey::new("its secret"),
/// #     token: None,
/// # };
///
/// let settings = Settings::new(Endpoint::cloud(), credential)
///     .region(Region::Tokyo)
///     .language(Language::Chinese)
///     .retry(Retry::never());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct Settings {
    pub(crate) endpoint: Endpoint,
    pub(crate) credential: Credential,
    pub(crate) region: Option<String>,
    pub(crate) language: Language,
    pub(crate) retry: Retry,
    pub(crate) roots: Roots,
    pub(crate) time_max: Duration,
}

impl Settings {
    /// Where calls go and who makes them.
    pub fn new(endpoint: Endpoint, credential: Credential) -> Self {
        Self {
            endpoint,
            credential,
            region: None,
            language: Language::default(),
            retry: Retry::default(),
            roots: Roots::default(),
            time_max: TRY_TIME_MAX,
        }
    }

    /// The region of calls: a [`Region`](pharos_api::region::Region), or the name of any region that
    /// the cloud has. None is set at first.
    pub fn region(mut self, region: impl AsRef<str>) -> Self {
        self.region = Some(region.as_ref().to_owned());
        self
    }

    /// The language of messages: English at first.
    pub fn language(mut self, language: Language) -> Self {
        self.language = language;
        self
    }

    /// What happens when calls come too often.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Which servers are trusted over HTTPS: those that the system trusts, at first.
    pub fn roots(mut self, roots: Roots) -> Self {
        self.roots = roots;
        self
    }

    /// How long one try may take, from connecting to the last byte: 60 seconds at first, as in the
    /// official SDKs. Pauses between tries come on top.
    pub fn time_max(mut self, time_max: Duration) -> Self {
        self.time_max = time_max;
        self
    }

    /// The certificate authorities that vouch for the endpoint; none are read for one without TLS.
    pub(crate) fn trusted(&self) -> Result<Vec<CertificateDer<'static>>, SetupError> {
        if self.endpoint.is_https() {
            Ok(self.roots.load()?)
        } else {
            Ok(Vec::new())
        }
    }
}

/// Why a client cannot be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SetupError {
    /// The HTTP or TLS library does not start.
    #[error("the HTTP client cannot be set up")]
    Http(#[source] Cause),
    /// No server could be trusted.
    #[error(transparent)]
    Roots(#[from] RootsError),
}
