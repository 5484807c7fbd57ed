//! What `pharos doctor` finds in a database.

use pharos_api::resource::Account;
use pharos_policy::authorize_root;
use pharos_store::Store;
use pharos_store::diagnosis::{Finding, Verdict};
use pharos_store::directory::{Change, ProfileChange};
use pharos_store_postgres::{Settings, diagnose};
use pharos_testkit_postgres::Postgres;

use crate::fixture::{
    Database, MASTER_KEY, OTHER, ROOT, add_user, audit, change, create, deletable, make_accounts,
    new_account, of_group, of_user, open, secret_id, tie, time,
};

async fn finding(url: &str, check: &str) -> Finding {
    let settings = Settings::parse(url).unwrap();
    let findings = diagnose(&settings, &mut |_| {}).await;
    let mut found = findings.into_iter().filter(|one| one.check == check);
    found.next().unwrap()
}

#[tokio::test]
async fn what_is_tied_to_what_is_not_there_is_found() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let url = postgres.fresh_database();
    let store = open(&url).await;
    make_accounts(&store).await;
    add_user(&store, 7).await.unwrap();
    tie(&store, 7).await;
    let ties = async || finding(&url, "attached policies and groups").await;
    assert_eq!(
        ties().await.verdict,
        Verdict::Sound,
        "preset policies are there"
    );

    let database = Database::connect(&url).await;
    database
        .run("UPDATE pharos.attachments SET policy_id = 404 WHERE kind = 'user'")
        .await;
    let found = ties().await;
    assert_eq!(found.verdict, Verdict::Problem);
    let named = format!("the policy 404 attached to the user 7 of the account {ROOT}: one of both");
    assert!(found.text.starts_with(&named), "{}", found.text);
    database
        .run("DELETE FROM pharos.attachments WHERE kind = 'user'; DELETE FROM pharos.directory")
        .await;
    let found = ties().await;
    let named = format!("the policy 1 attached to the group 5 of the account {ROOT}: one of both");
    assert!(found.text.starts_with(&named), "{}", found.text);
    assert!(found.text.contains(", and 1 more"), "{}", found.text);
    database.run("DELETE FROM pharos.attachments").await;
    let found = ties().await;
    let named = format!("the user 7 in the group 5 of the account {ROOT}: one of both");
    assert!(found.text.starts_with(&named), "{}", found.text);
}

/// The rights that it complains of are those that a node needs, all of them.
#[tokio::test]
async fn a_user_with_the_rights_that_were_missing_can_do_everything() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let url = postgres.fresh_database();
    make_accounts(&open(&url).await).await;
    let database = Database::connect(&url).await;
    let name = url.rsplit_once('/').unwrap().1;
    let user = format!("node_of_{name}");
    database
        .run(&format!(
            "CREATE ROLE {user} LOGIN PASSWORD 'secret';
             GRANT USAGE ON SCHEMA pharos TO {user};
             GRANT SELECT ON pharos.schema_version TO {user}"
        ))
        .await;
    let theirs = format!("postgres://{user}:secret@{}/{name}", postgres.address());
    let told = finding(&theirs, "rights").await.text;
    let missing = told.split_once(" lacks ").unwrap().1;
    let missing = missing.split_once("; GRANT").unwrap().0;
    for right in missing.split(", ") {
        let (privilege, table) = right.split_once(" on ").unwrap();
        database
            .run(&format!("GRANT {privilege} ON pharos.{table} TO {user}"))
            .await;
    }
    assert_eq!(finding(&theirs, "rights").await.verdict, Verdict::Sound);

    let store = open(&theirs).await;
    store.set_master_key(MASTER_KEY).await.unwrap();
    add_user(&store, 7).await.unwrap();
    tie(&store, 7).await;
    store.access_key(&secret_id("AKIDuser7")).await.unwrap();
    store
        .note_use(&secret_id("AKIDuser7"), time(1))
        .await
        .unwrap();
    for done in [
        Change::UpdateUser {
            user: of_user(7),
            profile: ProfileChange::default(),
        },
        Change::DeleteUser {
            user: of_user(7),
            with_access_keys: true,
        },
        Change::DeleteGroup { group: of_group() },
    ] {
        change(&store, done).await.unwrap();
    }
    let account = new_account(9);
    let entry = audit(account.account, 1, "pharos:Any");
    store.insert_account(account, entry).await.unwrap();
    let other = authorize_root(OTHER, "pharos:Any", Account(OTHER)).unwrap();
    let entry = audit(OTHER, 1, "pharos:Any");
    store.set_account_status(&other, true, entry).await.unwrap();
    create(&store, ROOT, 1).await.unwrap();
    let entry = audit(ROOT, 2, "lighthouse:DeleteKeyPairs");
    let key_pairs = [deletable(ROOT, 1)];
    store.delete_key_pairs(&key_pairs, entry).await.unwrap();
}
