//! What an operator reads when a store cannot be opened: what to do, and what PostgreSQL said.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use pharos_store::Store;
use pharos_store_postgres::{PostgresStore, Settings};
use pharos_testkit_postgres::Postgres;

use crate::fixture::{Database, refusal};

async fn refusal_of(url: &str) -> String {
    refusal(Settings::parse(url).unwrap()).await
}

#[tokio::test]
async fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let told = refusal_of(&format!("postgres://postgres@{address}/pharos")).await;
    let expected = "PostgreSQL cannot be reached; see that it runs and that the network lets it \
                    through: error connecting to server: Connection refused (os error 111)";
    assert_eq!(told, expected);
}

#[tokio::test]
async fn the_password_is_wrong() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let address = postgres.address();
    let told = refusal_of(&format!("postgres://postgres:wrong@{address}/postgres")).await;
    let expected = "PostgreSQL does not let this node in; see its user, its password and \
                    pg_hba.conf: db error: FATAL: password authentication failed for user \
                    \"postgres\"";
    assert_eq!(told, expected);
    let told = refusal_of(&format!("postgres://postgres@{address}/postgres")).await;
    let expected = "PostgreSQL asks for a password; write it into a file that only this node's user \
                    may read, and name that in `postgres.password_file`";
    assert!(told.starts_with(expected), "{told}");
}

#[tokio::test]
async fn the_database_does_not_exist() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let told = refusal_of(&postgres.url("nowhere")).await;
    let expected = "PostgreSQL has no such database; create it, or name another in the store's URL: \
                    db error: FATAL: database \"nowhere\" does not exist";
    assert_eq!(told, expected);
}

#[tokio::test]
async fn the_user_may_not_make_a_store() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let url = postgres.fresh_database();
    let database = Database::connect(&url).await;
    let name = url.rsplit_once('/').unwrap().1;
    let user = format!("user_of_{name}");
    database
        .run(&format!("CREATE ROLE {user} LOGIN PASSWORD 'secret'"))
        .await;
    let theirs = format!("postgres://{user}:secret@{}/{name}", postgres.address());
    let told = refusal_of(&theirs).await;
    let expected = "PostgreSQL lets this node in, but not do that; see the rights of its user: \
                    db error: ERROR: permission denied";
    assert!(told.starts_with(expected), "{told}");

    // Who may make a schema in the database may do all that is needed.
    database
        .run(&format!("GRANT CREATE ON DATABASE {name} TO {user}"))
        .await;
    let store = PostgresStore::open(Settings::parse(&theirs).unwrap()).await;
    store.unwrap().ready().await.unwrap();
}

#[tokio::test]
async fn a_password_may_stand_in_a_file() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let url = postgres.fresh_database();
    let (before, rest) = url.split_once("//postgres:").unwrap();
    let (password, rest) = rest.split_once('@').unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::set_permissions(file.path(), fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(file.path(), format!("{password}\n")).unwrap();
    let settings = Settings::parse(&format!("{before}//postgres@{rest}")).unwrap();
    let settings = settings.password_file(file.path().to_owned()).unwrap();
    let store = PostgresStore::open(settings).await.unwrap();
    store.ready().await.unwrap();
}
