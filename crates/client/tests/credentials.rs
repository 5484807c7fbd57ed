//! Where credentials are looked for, and what is said when there are none.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::fs;

use pharos_client::Credential;
use pharos_client::credential::{NoCredential, Places};
use tempfile::TempDir;

/// A home folder and an environment of a test's own.
struct World {
    home: TempDir,
    variables: HashMap<String, String>,
}

impl World {
    fn new() -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
            variables: HashMap::new(),
        }
    }

    fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    fn in_environment(self, id: &str) -> Self {
        self.set("TENCENTCLOUD_SECRET_ID", id)
            .set("TENCENTCLOUD_SECRET_KEY", "key")
    }

    fn file(self, path: &str, text: &str) -> Self {
        let path = self.home.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    fn tccli(self, profile: &str, id: &str) -> Self {
        let text = format!(r#"{{"secretId": "{id}", "secretKey": "key", "token": null}}"#);
        self.file(&format!(".tccli/{profile}.credential"), &text)
    }

    fn shared(self, path: &str, id: &str) -> Self {
        let text = format!("[default]\nsecret_id = {id}\nsecret_key = key\n");
        self.file(path, &text)
    }

    fn search<T>(&self, search: impl FnOnce(Places<'_>) -> T) -> T {
        search(Places {
            variable: &|name| self.variables.get(name).cloned(),
            home: Some(self.home.path()),
        })
    }

    fn find(&self) -> Result<Credential, NoCredential> {
        self.search(|places| places.find())
    }

    fn finds(&self) -> String {
        self.find().unwrap().secret_id.to_string()
    }

    /// What is said when nothing is found, with the home folder as `~`.
    fn says(&self) -> String {
        let error = self.find().err().unwrap().to_string();
        error.replace(self.home.path().to_str().unwrap(), "~")
    }
}

#[test]
fn the_environment_comes_before_tccli_and_tccli_before_the_shared_file() {
    let shared = ".tencentcloud/credentials";
    let world = World::new().shared(shared, "AKIDshared");
    assert_eq!(world.finds(), "AKIDshared");
    let world = world.tccli("default", "AKIDtccli");
    assert_eq!(world.finds(), "AKIDtccli");
    let world = world.in_environment("AKIDenvironment");
    assert_eq!(world.finds(), "AKIDenvironment");
}

#[test]
fn other_files_can_be_named() {
    let world = World::new()
        .tccli("default", "AKIDdefault")
        .tccli("work", "AKIDwork");
    assert_eq!(world.set("TCCLI_PROFILE", "work").finds(), "AKIDwork");
    let world = World::new().shared("elsewhere", "AKIDelsewhere");
    let path = world.home.path().join("elsewhere").display().to_string();
    let world = world.set("TENCENTCLOUD_CREDENTIALS_FILE", &path);
    assert_eq!(world.finds(), "AKIDelsewhere");
}

#[test]
fn a_named_profile_is_read_whatever_the_environment_holds() {
    let world = World::new()
        .tccli("work", "AKIDwork")
        .in_environment("AKIDenvironment");
    let found = world.search(|places| places.profile("work")).unwrap();
    assert_eq!(found.secret_id.as_str(), "AKIDwork");
    let missing = world.search(|places| places.profile("play")).err().unwrap();
    let missing = missing.to_string();
    assert!(
        missing.ends_with(".tccli/play.credential does not exist"),
        "{missing}"
    );
}

#[test]
fn temporary_credentials_come_with_their_token() {
    let world = World::new()
        .in_environment("AKIDa")
        .set("TENCENTCLOUD_TOKEN", "t1");
    let tccli = r#"{"type": "oauth", "secretId": "AKIDa", "secretKey": "k", "token": "t2",
        "expiresAt": 1, "oauth": {"site": "cn"}}"#;
    let file = World::new().file(".tccli/default.credential", tccli);
    for (world, token) in [(world, "t1"), (file, "t2")] {
        let credential = world.find().unwrap();
        assert_eq!(credential.token.unwrap().expose(), token);
    }
}

#[test]
fn every_place_is_named_when_none_has_any() {
    assert_eq!(
        World::new().set("TENCENTCLOUD_SECRET_ID", "").says(),
        "no usable credentials: TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY are not set; \
         ~/.tccli/default.credential does not exist; ~/.tencentcloud/credentials does not exist"
    );
    let homeless = Places {
        variable: &|_| None,
        home: None,
    };
    assert_eq!(homeless.find().err().unwrap().tried.len(), 1);
    let error = homeless.profile("work").err().unwrap().to_string();
    assert!(error.ends_with("there is no home folder"), "{error}");
}

#[test]
fn a_place_that_is_half_set_is_not_passed_over() {
    let good = ".tencentcloud/credentials";
    for (world, problem) in [
        (
            World::new().set("TENCENTCLOUD_SECRET_ID", "AKIDa"),
            "the environment has no `TENCENTCLOUD_SECRET_KEY`",
        ),
        (
            World::new()
                .in_environment("AKIDa")
                .set("TENCENTCLOUD_TOKEN", "a b"),
            "the environment has a `TENCENTCLOUD_TOKEN` that cannot be one",
        ),
        (
            World::new()
                .in_environment("AKIDa")
                .set("TENCENTCLOUD_SECRET_KEY", "key\n"),
            "the environment has a `TENCENTCLOUD_SECRET_KEY` with white space around it",
        ),
        (
            World::new().file(".tccli/default.credential", r#"{"type": "cvm-role"}"#),
            "~/.tccli/default.credential has no `secretId`",
        ),
        (
            World::new().file(".tccli/default.credential", "secretKey = hush"),
            "~/.tccli/default.credential is not the JSON that `tccli configure` writes \
             (line 1, column 1)",
        ),
        (
            World::new().set("TCCLI_PROFILE", "work"),
            "~/.tccli/work.credential does not exist",
        ),
        (
            World::new().file(".tccli/default.credential/folder", ""),
            "~/.tccli/default.credential cannot be read: Is a directory (os error 21)",
        ),
    ] {
        let said = world.shared(good, "AKIDshared").says();
        assert!(said.ends_with(problem), "{said}");
    }
}
