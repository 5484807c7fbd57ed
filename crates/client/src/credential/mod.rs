//! Who calls, and where their access key is found.
//!
//! [`Credential::find`] looks where the vendor's own tools look. Each place has a file here, with the
//! names that are read there.

mod environment;
mod find;
mod shared_file;
mod tccli;

use pharos_api::credential::{SecretId, SecretKey};
use zeroize::Zeroizing;

pub use find::{NoCredential, Place, Places, Problem, Tried};

/// Who calls. Neither the SecretKey nor the token can be printed; both are wiped when dropped.
#[derive(Clone)]
pub struct Credential {
    /// The public half of the access key.
    pub secret_id: SecretId,
    /// The secret half: it signs, and is never sent.
    pub secret_key: SecretKey,
    /// What temporary credentials have beside their access key; sent as `X-TC-Token`, which is not
    /// signed (protocol.md section 1.3).
    pub token: Option<Token>,
}

/// The token of temporary credentials. Like a SecretKey, it can be printed nowhere and is wiped when
/// dropped.
#[derive(Clone)]
pub struct Token(Zeroizing<String>);

impl Token {
    /// Takes printable ASCII without spaces, at least one character; `None` for anything else, which
    /// no header could carry.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        fits.then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The token itself, for the header.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Credential {
    /// Looks for credentials in the environment, in `~/.tccli/` and in `~/.tencentcloud/credentials`,
    /// in this order; the first place that has any wins.
    ///
    /// | Place | What is read |
    /// |---|---|
    /// | the environment | `TENCENTCLOUD_SECRET_ID`, `TENCENTCLOUD_SECRET_KEY`, `TENCENTCLOUD_TOKEN` |
    /// | `~/.tccli/<profile>.credential` | JSON, as `tccli configure` writes it; the profile is `$TCCLI_PROFILE`, or `default` |
    /// | `~/.tencentcloud/credentials` | the section `[default]`, as the official SDKs read it; or the file that `$TENCENTCLOUD_CREDENTIALS_FILE` names |
    ///
    /// # Errors
    /// When no place has any. A place that has something unusable ends the search too: whoever half
    /// set their credentials should not call as somebody else. The error tells of every place.
    pub fn find() -> Result<Self, NoCredential> {
        Places::of_this_process(|places| places.find())
    }

    /// Reads `~/.tccli/<profile>.credential` and nothing else: as for `tccli --profile`, the
    /// environment does not count then.
    ///
    /// # Errors
    /// When the file is missing or unusable.
    pub fn of_profile(profile: &str) -> Result<Self, NoCredential> {
        Places::of_this_process(|places| places.profile(profile))
    }
}

/// What a place holds, before it is known to be of use.
#[derive(Default)]
struct Found {
    secret_id: Option<Zeroizing<String>>,
    secret_key: Option<Zeroizing<String>>,
    token: Option<Zeroizing<String>>,
}

/// What a place calls the parts of a credential.
struct Names {
    secret_id: &'static str,
    secret_key: &'static str,
    token: &'static str,
}

impl Found {
    /// Checks each part. No message repeats a value: people put secrets into the wrong place.
    fn check(self, names: &Names) -> Result<Credential, Problem> {
        let part = |text: Option<Zeroizing<String>>, name| {
            text.filter(|text| !text.is_empty())
                .ok_or(Problem::Lacks(name))
        };
        let secret_id = part(self.secret_id, names.secret_id)?;
        let secret_key = part(self.secret_key, names.secret_key)?;
        if secret_key.trim().len() != secret_key.len() {
            return Err(Problem::Spaced(names.secret_key));
        }
        let token = self.token.filter(|token| !token.is_empty());
        let token = token.map(|token| Token::parse(&token).ok_or(Problem::Unfit(names.token)));
        Ok(Credential {
            secret_id: SecretId::parse(&secret_id).ok_or(Problem::Unfit(names.secret_id))?,
            secret_key: SecretKey::new(secret_key.as_str()),
            token: token.transpose()?,
        })
    }
}
