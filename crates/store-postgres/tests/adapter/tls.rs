//! TLS: who PostgreSQL is, is verified, or nothing is said.

use std::path::PathBuf;

use pharos_store::Store;
use pharos_store_postgres::{PostgresStore, Settings};
use pharos_testkit_postgres::Postgres;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

use crate::fixture::{Database, refusal};

/// A certificate authority of our own.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self {
            pem: parameters.self_signed(&key).unwrap().pem(),
            issuer: Issuer::new(parameters, key),
        }
    }

    /// A server for which it vouches by the name `localhost`.
    fn server(&self) -> Postgres {
        let key = KeyPair::generate().unwrap();
        let parameters = CertificateParams::new(["localhost".to_owned()]).unwrap();
        let certificate = parameters.signed_by(&key, &self.issuer).unwrap();
        Postgres::with_certificate(&certificate.pem(), &key.serialize_pem())
    }

    fn write(&self, folder: &TempDir, name: &str) -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, &self.pem).unwrap();
        path
    }
}

#[tokio::test]
async fn a_server_shows_who_it_is_or_is_not_spoken_to() {
    if Postgres::is_left_out() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let ours = Authority::new();
    let server = ours.server();
    let url = server.fresh_database();
    let settings = |host: &str, authority: &PathBuf| {
        // Whatever the name, it is found here.
        let name = format!("{host}:{}", server.address().port());
        let url = url.replace(&server.address().to_string(), &name);
        let authority = authority.display();
        let tls = format!("hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert={authority}");
        Settings::parse(&format!("{url}?{tls}")).unwrap()
    };
    let authority = ours.write(&folder, "ours.pem");

    let store = PostgresStore::open(settings("localhost", &authority)).await;
    let store = store.unwrap();
    store.ready().await.unwrap();
    let database = Database::connect(&url).await;
    let encrypted = "SELECT count(*) FROM pg_stat_ssl AS s JOIN pg_stat_activity AS a USING (pid)
                      WHERE s.ssl AND a.application_name = 'pharos'";
    assert_ne!(database.ask(encrypted).await, ["0"]);

    let another = Authority::new().write(&folder, "another.pem");
    let told = refusal(settings("localhost", &another)).await;
    let sentence = "PostgreSQL cannot show that it is who it should be; see its certificate, \
                    `sslrootcert`, and the name of its host in the store's URL: ";
    let cause = told
        .strip_prefix(sentence)
        .unwrap_or_else(|| panic!("{told}"));
    assert!(cause.contains("invalid peer certificate"), "{cause}");

    let told = refusal(settings("db.example", &authority)).await;
    let cause = told
        .strip_prefix(sentence)
        .unwrap_or_else(|| panic!("{told}"));
    assert!(cause.contains("db.example"), "{cause}");

    let missing = folder.path().join("missing.pem");
    let told = refusal(settings("localhost", &missing)).await;
    assert!(told.contains("`sslrootcert`"), "{told}");
    assert!(told.contains("No such file"), "{told}");
}

#[tokio::test]
async fn a_server_that_does_not_encrypt_is_not_spoken_to() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let url = format!("{}?sslmode=verify-full", postgres.fresh_database());
    let told = refusal(Settings::parse(&url).unwrap()).await;
    assert!(told.starts_with("PostgreSQL does not encrypt; "), "{told}");
}
