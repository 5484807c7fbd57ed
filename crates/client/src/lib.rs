//! The Rust SDK: typed calls of Pharos, and of the real cloud, whose API it speaks.
//!
//! ```
//! use pharos_client::api::key_name::KeyName;
//! use pharos_client::api::lighthouse::create_key_pair::{CreateKeyPair, Input};
//! use pharos_client::api::region::Region;
//! use pharos_client::{Client, Endpoint, Settings};
//! # use pharos_client::credential::Places;
//!
//! # let server = pharos_testkit::TestServer::start_at_present();
//! # let address = server.endpoint();
//! # let variable = |name: &str| server.variable(name);
//! # let credential = Places { variable: &variable, home: None }.find()?;
//! # server.block_on(async {
//! // `address` is "http://127.0.0.1:8324", say, and `credential` what `Credential::find()` found.
//! let settings = Settings::new(Endpoint::parse(&address)?, credential).region(Region::Guangzhou);
//! let client = Client::new(settings)?;
//! let input = Input { key_name: KeyName::try_from("my_key".to_owned())?, tags: None };
//! let key_pair = client.send::<CreateKeyPair>(&input).await?.key_pair;
//! let private_key = key_pair.private_key.ok_or("a new key pair has its private key")?;
//! assert!(private_key.expose().starts_with("-----BEGIN RSA PRIVATE KEY-----"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })
//! # .map_err(|error| error.to_string())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - [`Client`] is async, [`blocking::Client`] needs no runtime; both have the same calls, take the
//!   same [`Settings`] and fail with the same [`ClientError`].
//! - Actions, their parameters and their replies are those of [`api`], the contract that the server
//!   is built on too. `Client::call` takes any other action as JSON.
//! - [`Endpoint::cloud`] calls the vendor's cloud instead, with a host for each product.
//! - [`Credential::find`] looks for an access key where `tccli` and the official SDKs do.
//! - [`Retry`] tells what happens when calls come too often.
//! - [`Roots`] tells which servers are trusted over HTTPS.
//! - `HTTPS_PROXY` and `NO_PROXY` are followed to other machines over HTTPS; in the clear, a proxy
//!   would see a private key. Redirects are not followed: a signature is for one host.
//!
//! # What is wiped
//!
//! A private key, a SecretKey and a token are wiped when dropped, and so are the parameters and the
//! reply of a call. What cannot be reached is not wiped: the buffers of the HTTP and TLS libraries and
//! of the system, the JSON library's while it reads a text with escapes (a PEM has some), and the
//! copy of the parameters that the async client hands over to be sent.
//!
//! # Features
//!
//! `async` (reqwest) and `blocking` (ureq) are both on unless `default-features = false` is said.

#[cfg(not(any(feature = "async", feature = "blocking")))]
compile_error!("pharos-client needs its feature `async`, `blocking` or both");

#[cfg(feature = "blocking")]
pub mod blocking;
mod call;
#[cfg(feature = "async")]
mod client;
mod clock;
pub mod credential;
pub mod endpoint;
pub mod error;
mod origin;
pub mod parameters;
mod reply;
mod retry;
pub mod roots;
pub mod settings;

pub use pharos_api as api;

pub use call::Target;
#[cfg(feature = "async")]
pub use client::Client;
pub use credential::Credential;
pub use endpoint::Endpoint;
pub use error::ClientError;
pub use retry::Retry;
pub use roots::Roots;
pub use settings::Settings;
