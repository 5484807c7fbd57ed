//! The blocking client, over ureq: the same calls, settings and errors, without a runtime.

use std::io::Read;
use std::sync::Arc;

use pharos_api::action::Contract;
use serde_json::Value;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use zeroize::Zeroizing;

use crate::call::{Call, Target, called};
use crate::clock::now;
use crate::error::ClientError;
use crate::reply::Reply;
use crate::retry::Tries;
use crate::roots::crypto_provider;
use crate::settings::{IDLE_TIME_MAX, Settings, SetupError};

/// Bytes of a reply that are taken at once: most replies are smaller.
const PART_BYTES: usize = 16 * 1024;

/// A client of one endpoint. Clones and the views of [`Client::in_region`] are cheap and share their
/// connections.
///
/// ```
/// use pharos_client::api::key_name::KeyName;
/// use pharos_client::api::lighthouse::create_key_pair::{CreateKeyPair, Input};
/// use pharos_client::api::region::Region;
/// use pharos_client::{ClientError, Settings, blocking};
/// # use pharos_client::{Endpoint, credential::Places};
///
/// # let server = pharos_testkit::TestServer::start_at_present();
/// # let endpoint = Endpoint::parse(&server.endpoint())?;
/// # let variable = |name: &str| server.variable(name);
/// # let credential = Places { variable: &variable, home: None }.find()?;
/// let client = blocking::Client::new(Settings::new(endpoint, credential))?;
/// let input = Input { key_name: KeyName::try_from("my_key".to_owned())?, tags: None };
/// let in_tokyo = client.in_region(Region::Tokyo);
/// let output = in_tokyo.send::<CreateKeyPair>(&input)?;
/// assert_eq!(output.key_pair.key_name, input.key_name);
///
/// match in_tokyo.send::<CreateKeyPair>(&input) {
///     Err(ClientError::Refused { code, .. }) => {
///         assert_eq!(code, "InvalidParameterValue.DuplicateParameterValue");
///     }
///     _ => panic!("the name is taken"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Client {
    settings: Arc<Settings>,
    region: Option<Arc<str>>,
    http: Agent,
}

impl Client {
    /// Makes a client. Nothing is sent yet.
    ///
    /// # Errors
    /// When the endpoint speaks HTTPS and no certificate authority could vouch for it.
    pub fn new(settings: Settings) -> Result<Self, SetupError> {
        let roots: Vec<_> = settings
            .trusted()?
            .iter()
            .map(|root| Certificate::from_der(root).to_owned())
            .collect();
        let tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(crypto_provider())
            .root_certs(RootCerts::Specific(Arc::new(roots)))
            .build();
        let mut config = Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(settings.time_max))
            .max_idle_age(IDLE_TIME_MAX)
            // The envelope tells what became of the call.
            .http_status_as_error(false)
            // A signature is for one host.
            .max_redirects(0);
        if !settings.endpoint.may_be_proxied() {
            config = config.proxy(None);
        }
        Ok(Self {
            region: settings.region.as_deref().map(Arc::from),
            settings: Arc::new(settings),
            http: config.build().new_agent(),
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
    /// # Errors
    /// See [`ClientError`].
    pub fn send<C: Contract>(&self, input: &C::Input) -> Result<C::Output, ClientError> {
        let call = Call::of::<C>(self.region.as_deref(), input)?;
        self.exchange(&call)?.read()
    }

    /// Calls any action of any product, with parameters as they stand in its documentation. What
    /// answers has the reply's fields, `RequestId` among them. A [`Value`] is not wiped when dropped:
    /// for actions that return a secret, [`Client::send`] is the better way.
    ///
    /// ```
    /// # use pharos_client::{Endpoint, Settings, blocking, credential::Places};
    /// use pharos_client::Target;
    /// use serde_json::json;
    ///
    /// # let server = pharos_testkit::TestServer::start_at_present();
    /// # let endpoint = Endpoint::parse(&server.endpoint())?;
    /// # let variable = |name: &str| server.variable(name);
    /// # let credential = Places { variable: &variable, home: None }.find()?;
    /// # let settings = Settings::new(endpoint, credential).region("ap-tokyo");
    /// # let client = blocking::Client::new(settings)?;
    /// let target =
    ///     Target { product: "lighthouse", version: "2020-03-24", action: "CreateKeyPair" };
    /// let reply = client.call(target, &json!({ "KeyName": "my_key" }))?;
    /// assert_eq!(reply["KeyPair"]["KeyName"], "my_key");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// See [`ClientError`].
    pub fn call(&self, target: Target<'_>, parameters: &Value) -> Result<Value, ClientError> {
        let call = Call::any(target, self.region.as_deref(), parameters)?;
        self.exchange(&call)?.read()
    }

    fn exchange(&self, call: &Call<'_>) -> Result<Reply, ClientError> {
        let mut tries = Tries::new(self.settings.retry);
        loop {
            let error = match self.try_once(call) {
                Ok(reply) => return Ok(reply),
                Err(error) => error,
            };
            match tries.pause_after(&error) {
                Some(pause) => std::thread::sleep(pause),
                None => return Err(error),
            }
        }
    }

    fn try_once(&self, call: &Call<'_>) -> Result<Reply, ClientError> {
        let request = call.sign(&self.settings, now())?;
        let endpoint = called(&request);
        let answer = self.http.run(request.map(|()| call.body()));
        let answer = answer.map_err(|error| match error {
            // It hides the cause that this one has.
            ureq::Error::Io(error) => ClientError::on_the_way(endpoint.clone(), error),
            error => ClientError::on_the_way(endpoint.clone(), error),
        })?;
        let mut reply = Reply::new(endpoint.clone(), answer.status());
        let mut body = answer.into_body().into_reader();
        let mut part = Zeroizing::new(vec![0; PART_BYTES]);
        loop {
            let read = body.read(&mut part);
            let read = read.map_err(|error| ClientError::on_the_way(endpoint.clone(), error))?;
            match part.get(..read) {
                Some([]) | None => return reply.accept(),
                Some(bytes) => reply.push(bytes)?,
            }
        }
    }
}
