//! The places that are searched, and what was found there.

use std::path::{Path, PathBuf};
use std::{fmt, fs, io, iter};

use thiserror::Error;
use zeroize::Zeroizing;

use super::{Credential, environment, shared_file, tccli};

/// A variable of the environment by its name; `None` when it is not set.
pub(super) type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The variable that names the profile of `tccli`.
const PROFILE: &str = "TCCLI_PROFILE";

/// The profile that `tccli` uses when none is named.
const DEFAULT_PROFILE: &str = "default";

/// The variable that names another file than `~/.tencentcloud/credentials`, for the official Go SDK.
const SHARED_FILE: &str = "TENCENTCLOUD_CREDENTIALS_FILE";

/// The world that is searched: an environment and a home folder.
/// [`Credential::find`] searches those of the process.
///
/// ```
/// use pharos_client::credential::Places;
///
/// let variable = |name: &str| match name {
///     "TENCENTCLOUD_SECRET_ID" => Some("AKIDexample".to_owned()),
///     "TENCENTCLOUD_SECRET_KEY" => Some("its secret".to_owned()),
///     _ => None,
/// };
/// let credential = Places { variable: &variable, home: None }.find()?;
/// assert_eq!(credential.secret_id.as_str(), "AKIDexample");
/// # Ok::<(), pharos_client::credential::NoCredential>(())
/// ```
#[derive(Clone, Copy)]
pub struct Places<'a> {
    /// Reads a variable of the environment.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The home folder, if there is one.
    pub home: Option<&'a Path>,
}

/// Nothing that can sign was found.
#[derive(Debug, Error)]
pub struct NoCredential {
    /// Every place that was searched, in order. The last may hold something that cannot be used.
    pub tried: Vec<Tried>,
}

impl fmt::Display for NoCredential {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.tried.is_empty() {
            return formatter.write_str("no usable credentials: there is no home folder");
        }
        let tried: Vec<_> = self.tried.iter().map(ToString::to_string).collect();
        write!(formatter, "no usable credentials: {}", tried.join("; "))
    }
}

/// A place, and why it gave no credentials.
#[derive(Debug)]
pub struct Tried {
    /// Where.
    pub place: Place,
    /// Why not.
    pub problem: Problem,
}

impl fmt::Display for Tried {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.place, &self.problem) {
            (Place::Environment, Problem::Absent) => {
                let names = &environment::NAMES;
                let (id, key) = (names.secret_id, names.secret_key);
                write!(formatter, "{id} and {key} are not set")
            }
            (Place::File(path), Problem::Absent) => {
                write!(formatter, "{} does not exist", path.display())
            }
            (Place::Environment, problem) => write!(formatter, "the environment {problem}"),
            (Place::File(path), problem) => write!(formatter, "{} {problem}", path.display()),
        }
    }
}

/// Where credentials are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The variables of the environment.
    Environment,
    /// A file.
    File(PathBuf),
}

/// Why a place gave no credentials.
#[derive(Debug, Error)]
pub enum Problem {
    /// There is nothing.
    #[error("does not exist")]
    Absent,
    /// A part is missing or empty: the name of it.
    #[error("has no `{0}`")]
    Lacks(&'static str),
    /// A line that is neither a section nor a setting.
    #[error("is not `name = value` in line {line}")]
    NotASetting {
        /// Which, counted from 1.
        line: usize,
    },
    /// The file is not the JSON that `tccli` writes. What stands there is not repeated.
    #[error("is not the JSON that `tccli configure` writes (line {line}, column {column})")]
    NotJson {
        /// Which line, counted from 1.
        line: usize,
        /// Which column, counted from 1.
        column: usize,
    },
    /// A SecretKey with white space around it, which was copied along: the name of it.
    #[error("has a `{0}` with white space around it")]
    Spaced(&'static str),
    /// A part has characters that it cannot have: the name of it.
    #[error("has a `{0}` that cannot be one")]
    Unfit(&'static str),
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(#[source] io::Error),
}

impl Places<'_> {
    /// Those of this process.
    pub(super) fn of_this_process<T>(use_them: impl FnOnce(Places<'_>) -> T) -> T {
        let home = std::env::home_dir();
        use_them(Places {
            variable: &|name| std::env::var(name).ok(),
            home: home.as_deref(),
        })
    }

    /// Searches as [`Credential::find`] does.
    ///
    /// # Errors
    /// See there.
    pub fn find(&self) -> Result<Credential, NoCredential> {
        let environment = iter::once_with(|| Looked {
            place: Place::Environment,
            is_named: false,
            found: environment::read(self.variable),
        });
        first(environment.chain(self.files().into_iter().map(File::look)))
    }

    /// Reads one profile as [`Credential::of_profile`] does.
    ///
    /// # Errors
    /// See there.
    pub fn profile(&self, profile: &str) -> Result<Credential, NoCredential> {
        let file = self.home.map(|home| File::of_profile(home, profile, true));
        first(file.into_iter().map(File::look))
    }

    /// The files that are searched, in order.
    fn files(&self) -> Vec<File> {
        let set = |name| (self.variable)(name).filter(|value| !value.is_empty());
        let profile = self.home.map(|home| match set(PROFILE) {
            Some(profile) => File::of_profile(home, &profile, true),
            None => File::of_profile(home, DEFAULT_PROFILE, false),
        });
        let shared = match set(SHARED_FILE) {
            Some(path) => Some(File::shared(path.into(), true)),
            None => self.home.map(|home| {
                let path = home.join(".tencentcloud").join("credentials");
                File::shared(path, false)
            }),
        };
        profile.into_iter().chain(shared).collect()
    }
}

/// One place, looked at.
struct Looked {
    place: Place,
    /// Whether somebody named it, so that its absence is a mistake.
    is_named: bool,
    found: Result<Credential, Problem>,
}

/// The first credential of these places; a place that should have one and has none ends the search.
fn first(places: impl Iterator<Item = Looked>) -> Result<Credential, NoCredential> {
    let mut tried = Vec::new();
    for Looked {
        place,
        is_named,
        found,
    } in places
    {
        let problem = match found {
            Ok(credential) => return Ok(credential),
            Err(problem) => problem,
        };
        let goes_on = matches!(problem, Problem::Absent) && !is_named;
        tried.push(Tried { place, problem });
        if !goes_on {
            break;
        }
    }
    Err(NoCredential { tried })
}

/// A file that may hold credentials.
struct File {
    path: PathBuf,
    parse: fn(&str) -> Result<Credential, Problem>,
    is_named: bool,
}

impl File {
    fn of_profile(home: &Path, profile: &str, is_named: bool) -> Self {
        Self {
            path: home.join(".tccli").join(format!("{profile}.credential")),
            parse: tccli::parse,
            is_named,
        }
    }

    fn shared(path: PathBuf, is_named: bool) -> Self {
        Self {
            path,
            parse: shared_file::parse,
            is_named,
        }
    }

    fn look(self) -> Looked {
        let found = match fs::read_to_string(&self.path).map(Zeroizing::new) {
            Ok(text) => (self.parse)(&text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Problem::Absent),
            Err(error) => Err(Problem::Unreadable(error)),
        };
        Looked {
            place: Place::File(self.path),
            is_named: self.is_named,
            found,
        }
    }
}
