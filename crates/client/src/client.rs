//! The async client, over reqwest.

use std::sync::Arc;

use pharos_api::action::Contract;
use reqwest::redirect::Policy;
use reqwest::{Request, retry};
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;

use crate::call::{Call, Target, called};
use crate::clock::now;
use crate::error::ClientError;
use crate::reply::Reply;
use crate::retry::Tries;
use crate::roots::crypto_provider;
use crate::settings::{IDLE_TIME_MAX, Settings, SetupError};

/// A client of one endpoint, for a Tokio runtime. Clones and the views of [`Client::in_region`] are
/// cheap and share their connections.
///
/// ```
/// use pharos_client::api::key_name::KeyName;
/// use pharos_client::api::lighthouse::create_key_pair::{CreateKeyPair, Input};
/// use pharos_client::api::region::Region;
/// use pharos_client::{Client, ClientError, Settings};
/// # use pharos_client::{Endpoint, credential::Places};
///
/// # let server = pharos_testkit::TestServer::start_at_present();
/// # let endpoint = Endpoint::parse(&server.endpoint())?;
/// # let variable = |name: &str| server.variable(name);
/// # let credential = Places { variable: &variable, home: None }.find()?;
/// # server.block_on(async {
/// let client = Client::new(Settings::new(endpoint, credential))?;
/// let input = Input { key_name: KeyName::try_from("my_key".to_owned())?, tags: None };
/// let in_tokyo = client.in_region(Region::Tokyo);
/// let output = in_tokyo.send::<CreateKeyPair>(&input).await?;
/// assert_eq!(output.key_pair.key_name, input.key_name);
///
/// match in_tokyo.send::<CreateKeyPair>(&input).await {
///     Err(ClientError::Refused { code, .. }) => {
///         assert_eq!(code, "InvalidParameterValue.DuplicateParameterValue");
///     }
///     _ => panic!("the name is taken"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })
/// # .map_err(|error| error.to_string())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Client {
    settings: Arc<Settings>,
    region: Option<Arc<str>>,
    http: reqwest::Client,
}

impl Client {
    /// Makes a client. Nothing is sent yet.
    ///
    /// # Errors
    /// When the endpoint speaks HTTPS and no certificate authority could vouch for it.
    pub fn new(settings: Settings) -> Result<Self, SetupError> {
        let http = |error: rustls::Error| SetupError::Http(error.into());
        let mut roots = RootCertStore::empty();
        // Systems have certificates that nobody can use; one more or less is no reason to stop.
        roots.add_parsable_certificates(settings.trusted()?);
        let tls = ClientConfig::builder_with_provider(crypto_provider())
            .with_safe_default_protocol_versions()
            .map_err(http)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .timeout(settings.time_max)
            .pool_idle_timeout(IDLE_TIME_MAX)
            // A signature is for one host, and what is sent again is for `Retry` to say.
            .redirect(Policy::none())
            .retry(retry::never());
        if !settings.endpoint.may_be_proxied() {
            http = http.no_proxy();
        }
        let http = http
            .build()
            .map_err(|error| SetupError::Http(error.into()))?;
        Ok(Self {
            region: settings.region.as_deref().map(Arc::from),
            settings: Arc::new(settings),
            http,
        })
    }

    /// The same client, calling in another region: a [`Region`](pharos_api::region::Region), or the
    /// name of any region that the cloud has.
    #[must_use]
    pub fn in_region(&self, region: impl AsRef<str>) -> Self {
        Self {
            region: Some(Arc::from(region.as_ref())),
            ..self.clone()
        }
    }

    /// Calls an action of the table. Its output is typed; a private key in it is wiped when dropped.
    ///
    /// A future that is dropped before its end leaves it unknown whether the call was carried out.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn send<C: Contract>(&self, input: &C::Input) -> Result<C::Output, ClientError> {
        let call = Call::of::<C>(self.region.as_deref(), input)?;
        self.exchange(&call).await?.read()
    }

    /// Calls any action of any product, with parameters as they stand in its documentation. What
    /// answers has the reply's fields, `RequestId` among them. A [`Value`] is not wiped when dropped:
    /// for actions that return a secret, [`Client::send`] is the better way.
    ///
    /// ```
    /// # use pharos_client::{Client, Endpoint, Settings, credential::Places};
    /// use pharos_client::Target;
    /// use serde_json::json;
    ///
    /// # let server = pharos_testkit::TestServer::start_at_present();
    /// # let endpoint = Endpoint::parse(&server.endpoint())?;
    /// # let variable = |name: &str| server.variable(name);
    /// # let credential = Places { variable: &variable, home: None }.find()?;
    /// # let client = Client::new(Settings::new(endpoint, credential).region("ap-tokyo"))?;
    /// # server.block_on(async {
    /// let target =
    ///     Target { product: "lighthouse", version: "2020-03-24", action: "CreateKeyPair" };
    /// let reply = client.call(target, &json!({ "KeyName": "my_key" })).await?;
    /// assert_eq!(reply["KeyPair"]["KeyName"], "my_key");
    /// # Ok::<(), pharos_client::ClientError>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn call(&self, target: Target<'_>, parameters: &Value) -> Result<Value, ClientError> {
        let call = Call::any(target, self.region.as_deref(), parameters)?;
        self.exchange(&call).await?.read()
    }

    async fn exchange(&self, call: &Call<'_>) -> Result<Reply, ClientError> {
        let mut tries = Tries::new(self.settings.retry);
        loop {
            let error = match self.try_once(call).await {
                Ok(reply) => return Ok(reply),
                Err(error) => error,
            };
            match tries.pause_after(&error) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(error),
            }
        }
    }

    async fn try_once(&self, call: &Call<'_>) -> Result<Reply, ClientError> {
        let request = call.sign(&self.settings, now())?;
        let endpoint = called(&request);
        let on_the_way = |error: reqwest::Error| {
            // It would repeat the URL.
            ClientError::on_the_way(endpoint.clone(), error.without_url())
        };
        let request = Request::try_from(request.map(|()| call.body().to_vec()))
            .map_err(|error| ClientError::NotARequest(error.into()))?;
        let mut answer = self.http.execute(request).await.map_err(on_the_way)?;
        let mut reply = Reply::new(endpoint.clone(), answer.status());
        while let Some(part) = answer.chunk().await.map_err(on_the_way)? {
            reply.push(&part)?;
        }
        reply.accept()
    }
}
