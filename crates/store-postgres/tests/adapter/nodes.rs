//! Several nodes over one database.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use futures_util::poll;
use pharos_store::directory::{AttachTo, ChangeError};
use pharos_store::error::{InsertAccountError, InsertKeyPairError};
use pharos_store::record::{AccessKeyOwner, KeyPairRecord, Page, StartKey};
use pharos_store::{KeyPairQuota, Store};
use pharos_store_postgres::{PostgresStore, Settings};
use pharos_testkit_postgres::Postgres;

use crate::fixture::{
    LARGE_QUOTA, OTHER, ROOT, access_key, add_user, audit, change, create, create_named,
    create_record, created, detach, granted, key_pair, make_accounts, new_account, new_user,
    of_group, of_user, open, root, secret_id, tie,
};

const NODES: usize = 3;
const RACERS: u32 = 64;

/// Nodes over a database with two accounts.
async fn nodes() -> Option<Vec<PostgresStore>> {
    let postgres = Postgres::shared_or_left_out()?;
    let url = postgres.fresh_database();
    let nodes = join_all((0..NODES).map(|_| open(&url))).await;
    make_accounts(&nodes[0]).await;
    Some(nodes)
}

/// The node whose turn it is.
fn node(nodes: &[PostgresStore], number: u32) -> &PostgresStore {
    &nodes[number as usize % nodes.len()]
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_start_at_once_make_one_store() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    for _ in 0..5 {
        let url = postgres.fresh_database();
        let open = || tokio::spawn(PostgresStore::open(Settings::parse(&url).unwrap()));
        let opening: Vec<_> = (0..8).map(|_| open()).collect();
        for opened in join_all(opening).await {
            opened.unwrap().unwrap().ready().await.unwrap();
        }
    }
}

/// Each request looks its key up: so what is taken away on one node counts on every other with the next
/// request.
#[tokio::test]
async fn what_one_node_detaches_no_other_lets_through() {
    let Some(nodes) = nodes().await else { return };
    let [here, there, ..] = &nodes[..] else {
        panic!("several nodes");
    };
    add_user(here, 7).await.unwrap();
    let policies = async || {
        let found = there.access_key(&secret_id("AKIDuser7")).await.unwrap();
        let (_, owner) = found.unwrap();
        match owner {
            AccessKeyOwner::User { policies, .. } => policies.len(),
            AccessKeyOwner::Root { .. } => panic!("it is a user's"),
        }
    };
    tie(here, 7).await;
    assert_eq!(policies().await, 1, "the same policy in two ways");
    let user = AttachTo::User(of_user(7));
    change(here, detach(user)).await.unwrap();
    assert_eq!(policies().await, 1, "the group still has it");
    let group = AttachTo::Group(of_group());
    change(here, detach(group)).await.unwrap();
    assert_eq!(policies().await, 0);
}

/// A number is an account's or a user's, whichever node is faster.
#[tokio::test]
async fn of_an_account_and_a_user_on_two_nodes_one_gets_the_number() {
    let Some(nodes) = nodes().await else { return };
    for number in 10..30 {
        let account = new_account(number);
        let entry = audit(account.account, 1, "pharos:Any");
        let (account, user) = tokio::join!(
            nodes[0].insert_account(account, entry),
            nodes[1].change_directory(new_user(number), audit(ROOT, 1, "cam:Any")),
        );
        let has_one = matches!(
            (&account, &user),
            (Ok(()), Err(ChangeError::IdTaken)) | (Err(InsertAccountError::NumberTaken), Ok(()))
        );
        assert!(has_one, "{number}: {account:?} and {user:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_keys_that_nodes_make_at_once_all_know_the_one_that_holds() {
    let Some(postgres) = Postgres::shared_or_left_out() else {
        return;
    };
    let url = postgres.fresh_database();
    let nodes = join_all((0..NODES).map(|_| open(&url))).await;
    let starts = (0..).zip(&nodes).map(|(number, node)| {
        let made = StartKey::Made(access_key(&format!("AKID{number}")));
        node.ensure_root(root(Some(made)))
    });
    let told: BTreeSet<_> = join_all(starts)
        .await
        .into_iter()
        .map(|told| format!("{:?}", told.unwrap()))
        .collect();
    assert_eq!(told.len(), 1, "{told:?}");
}

#[tokio::test]
async fn all_nodes_together_fill_a_quota_and_no_more() {
    let Some(nodes) = nodes().await else { return };
    let quota = KeyPairQuota(10);
    let names: Vec<_> = (0..RACERS).map(|number| format!("key_{number}")).collect();
    let racers = (0..)
        .zip(&names)
        .map(|(number, name)| create_named(node(&nodes, number), ROOT, number, name, quota));
    let told = join_all(racers).await;
    let mut winners = Vec::new();
    for (name, told) in names.iter().zip(told) {
        match told {
            Ok(()) => winners.push(name.clone()),
            Err(InsertKeyPairError::QuotaUsedUp { quota: 10 }) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    winners.sort();
    assert_eq!(winners.len(), 10);
    assert_eq!(created(&nodes[0], ROOT).await, winners);
}

#[tokio::test]
async fn of_many_nodes_requests_one_gets_the_name() {
    let Some(nodes) = nodes().await else { return };
    let racers = (0..RACERS)
        .map(|number| create_named(node(&nodes, number), ROOT, number, "same", LARGE_QUOTA));
    let told = join_all(racers).await;
    let winners = told.iter().filter(|told| told.is_ok()).count();
    let others = told
        .iter()
        .filter(|told| matches!(told, Err(InsertKeyPairError::NameTaken)))
        .count();
    assert_eq!((winners, others), (1, told.len() - 1), "{told:?}");
    assert_eq!(created(&nodes[0], ROOT).await, ["same"]);
}

#[tokio::test]
async fn of_many_nodes_requests_one_gets_the_key_id() {
    let Some(nodes) = nodes().await else { return };
    let racers = (0..RACERS).map(|number| {
        let record = KeyPairRecord {
            key_id: key_pair(1, "any").key_id,
            ..key_pair(number, &format!("key_{number}"))
        };
        create_record(node(&nodes, number), ROOT, number, record, LARGE_QUOTA)
    });
    let told = join_all(racers).await;
    let winners = told.iter().filter(|told| told.is_ok()).count();
    let others = told
        .iter()
        .filter(|told| matches!(told, Err(InsertKeyPairError::KeyIdTaken)))
        .count();
    assert_eq!((winners, others), (1, told.len() - 1), "{told:?}");
}

#[tokio::test]
async fn a_node_that_goes_away_under_load_takes_nothing_with_it() {
    let Some(mut nodes) = nodes().await else {
        return;
    };
    let leaving = nodes.pop().unwrap();
    // Each node has requests of both accounts; those of the one that leaves are dropped half-way.
    let mut half_way: Vec<_> = (0..RACERS)
        .map(|number| {
            let account = [ROOT, OTHER][number as usize % 2];
            Box::pin(create(&leaving, account, 1_000 + number))
        })
        .collect();
    for request in &mut half_way {
        let _ = poll!(request);
    }
    let staying = |account| {
        let nodes = &nodes;
        (0..RACERS).map(move |number| create(node(nodes, number), account, number))
    };
    let load = join_all(staying(ROOT).chain(staying(OTHER)));
    let leave = async {
        tokio::task::yield_now().await;
        drop(half_way);
    };
    let (told, ()) = tokio::join!(load, leave);
    drop(leaving);
    for told in told {
        told.unwrap();
    }
    for account in [ROOT, OTHER] {
        let names = created(&nodes[0], account).await;
        let of_the_staying = names.iter().filter(|name| name.len() < "key_1000".len());
        assert_eq!(of_the_staying.count(), RACERS as usize, "{names:?}");
    }
}

/// A list and its count are of one moment, while others add to it.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_and_its_count_are_of_one_moment() {
    let Some(nodes) = nodes().await else { return };
    let adding = async {
        for number in 0..200 {
            create(&nodes[0], ROOT, number).await.unwrap();
        }
    };
    let mut adding = std::pin::pin!(adding);
    loop {
        let page = Page {
            offset: 0,
            limit: u32::MAX,
        };
        let granted = granted(ROOT);
        let listing = nodes[1].key_pairs(&granted, &[], page);
        tokio::select! {
            () = &mut adding => break,
            page = listing => {
                let page = page.unwrap();
                assert_eq!(page.total, page.key_pairs.len() as u64);
            }
        }
    }
}
