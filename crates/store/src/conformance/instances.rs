//! Instances, what is done to them, and what opens them.

use std::ops::RangeInclusive;

use futures_util::future::join_all;
use pharos_api::blueprint_id::BlueprintId;
use pharos_api::bundle_id::BundleId;
use pharos_api::client_token::ClientToken;
use pharos_api::instance_id::InstanceId;
use pharos_api::instance_name::InstanceName;
use pharos_api::instance_operation::InstanceOperation;
use pharos_api::instance_state::InstanceState;
use pharos_api::key_id::KeyId;
use pharos_api::parameter::{Parameter, Path};
use pharos_api::platform_type::PlatformType;
use pharos_api::region::Region;
use pharos_api::renew_flag::RenewFlag;
use pharos_api::resource::{Account, Instance, Instances, KeyPair, Resource};
use pharos_api::username::Username;
use pharos_api::zone::Zone;
use pharos_policy::{Granted, authorize_root};
use serde_json::json;

use super::Inspect;
use super::fixture::{
    OTHER, QUOTA, RACERS, ROOT, audit, collection, granted, here, insert, key_pair, stored, tags,
    time, with_accounts,
};
use crate::InstanceQuota;
use crate::error::{DeleteKeyPairsError, InsertInstancesError};
use crate::instance::{Addresses, Binding, InstanceRecord, LatestOperation};
use crate::instance::{Operate, OperateError, Order};
use crate::record::{ListedInstance, NewInstances, Page, Quotas, Usage};

pub(super) const INSTANCES: InstanceQuota = InstanceQuota(5);

pub(super) fn place() -> Instances {
    Instances {
        account: ROOT,
        region: Region::Guangzhou,
    }
}

pub(super) fn proof<R: Resource>(resource: R) -> Granted<R> {
    let account = resource.account();
    authorize_root(account, "lighthouse:any", resource)
        .expect("root may do everything in its account")
}

pub(super) fn instance_id(number: u32) -> InstanceId {
    InstanceId::parse(&format!("lhins-{number:08}")).expect("an InstanceId")
}

fn key_id(number: u32) -> KeyId {
    key_pair(number, "any").key_id
}

pub(super) fn username(text: &str) -> Username {
    Username::try_from(text.to_owned()).expect("a user name")
}

/// The `number`-th instance: it was made at that time.
pub(super) fn instance(number: u32) -> InstanceRecord {
    let token = ClientToken::decode(json!(format!("token {number}")), &Path::Root);
    InstanceRecord {
        instance_id: instance_id(number),
        instance_name: InstanceName::try_from(format!("instance {number}")).expect("a name"),
        uuid: format!("uuid {number}"),
        zone: Zone::first(Region::Guangzhou),
        platform_type: PlatformType::LinuxUnix,
        default_user: Username::root(),
        addresses: Addresses {
            private: vec!["10.0.0.1".parse().expect("an address")],
            public: vec!["2001:db8::1".parse().expect("an address")],
        },
        bundle_id: BundleId::registered(),
        blueprint_id: BlueprintId::parse("lhbp-00000000").expect("a BlueprintId"),
        renew_flag: RenewFlag::NotifyAndManualRenew,
        settled_state: InstanceState::Running,
        latest_operation: LatestOperation {
            operation: InstanceOperation::Create,
            request_id: format!("request {number}"),
            started_time: time(i64::from(number)),
            settled_time: time(i64::from(number)),
        },
        tags: tags(&["a", "b"]),
        client_token: Some(token.expect("a token")),
        created_time: time(i64::from(number)),
        expired_time: Some(time(1_000)),
        isolated_time: None,
    }
}

pub(super) fn new(records: Vec<InstanceRecord>) -> NewInstances {
    NewInstances {
        records,
        key_pairs: Vec::new(),
        is_dry_run: false,
    }
}

/// Adds instances with the `number`-th request.
async fn add(
    store: &impl Inspect,
    new: NewInstances,
    number: u32,
) -> Result<Vec<InstanceId>, InsertInstancesError> {
    let proof = proof(place());
    store
        .insert_instances(&proof, new, INSTANCES, audit(ROOT, number))
        .await
}

/// Adds these instances and key pairs.
async fn filled<S: Inspect>(store: S, instances: &[u32], key_pairs: &[u32]) -> S {
    let store = with_accounts(store).await;
    for number in instances {
        let added = add(&store, new(vec![instance(*number)]), *number).await;
        added.expect("room");
    }
    for number in key_pairs {
        let name = format!("key_{number}");
        let added = insert(&store, here(), *number, &name).await;
        added.expect("room");
    }
    store
}

/// Does something to instances at a time, and how long it takes.
async fn operate(
    store: &impl Inspect,
    instances: &[u32],
    order: Order,
    at: u32,
    seconds: u32,
) -> Result<(), OperateError> {
    let instances = instances.iter().map(|number| {
        proof(Instance {
            collection: place(),
            instance_id: instance_id(*number),
        })
    });
    let operate = Operate {
        instances: instances.collect(),
        order,
        settled_time: time(i64::from(at + seconds)),
    };
    store.operate(operate, audit(ROOT, at)).await
}

pub(super) fn key_pairs(numbers: &[u32]) -> Vec<Granted<KeyPair>> {
    let key_pairs = numbers.iter().map(|number| {
        proof(KeyPair {
            collection: here(),
            key_id: key_id(*number),
        })
    });
    key_pairs.collect()
}

fn bind(numbers: &[u32]) -> Order {
    Order::Bind {
        key_pairs: key_pairs(numbers),
        username: None,
    }
}

fn unbind(numbers: &[u32]) -> Order {
    Order::Unbind {
        key_pairs: key_pairs(numbers),
        username: None,
    }
}

/// All instances of the place, by their ids.
async fn listed(store: &impl Inspect) -> Vec<ListedInstance> {
    let listed = store.instances(&proof(place()), None).await;
    let mut listed = listed.expect("the instances");
    listed.sort_by(|one, other| one.record.instance_id.cmp(&other.record.instance_id));
    listed
}

/// Every binding of the place, as instances and as key pairs have them.
async fn bindings(store: &impl Inspect) -> Vec<Binding> {
    let of_instances = listed(store).await.into_iter();
    let mut of_instances: Vec<_> = of_instances.flat_map(|one| one.bindings).collect();
    let page = Page {
        offset: 0,
        limit: 100,
    };
    let page = store.key_pairs(&granted(here()), &[], page).await;
    let of_key_pairs = page.expect("the key pairs").key_pairs.into_iter();
    let mut of_key_pairs: Vec<_> = of_key_pairs.flat_map(|one| one.bindings).collect();
    of_instances.sort_unstable();
    of_key_pairs.sort_unstable();
    assert_eq!(of_instances, of_key_pairs, "both sides say the same");
    of_instances
}

pub(super) fn binding(instance: u32, key_pair: u32, from: i64) -> Binding {
    Binding {
        instance_id: instance_id(instance),
        key_id: key_id(key_pair),
        username: Username::root(),
        bound_from: time(from),
        bound_until: None,
    }
}

async fn delete(store: &impl Inspect, number: u32, at: u32) -> Result<(), DeleteKeyPairsError> {
    store
        .delete_key_pairs(&key_pairs(&[number]), audit(ROOT, at))
        .await
}

pub(super) async fn what_is_made_is_listed_as_it_was_made(store: impl Inspect) {
    let store = filled(store, &[], &[1, 2]).await;
    let records = vec![instance(1), instance(2)];
    let records = records.into_iter().map(|record| InstanceRecord {
        client_token: None,
        ..record
    });
    let records: Vec<_> = records.collect();
    let new = NewInstances {
        key_pairs: key_pairs(&[2, 1]),
        ..new(records.clone())
    };
    let ids = add(&store, new, 5).await.expect("room");
    assert_eq!(ids, [instance_id(1), instance_id(2)]);
    let expected = records.iter().zip(1..).map(|(record, number)| {
        let from = i64::from(number);
        ListedInstance {
            record: record.clone(),
            bindings: vec![binding(number, 1, from), binding(number, 2, from)],
        }
    });
    let mut expected: Vec<_> = expected.collect();
    assert_eq!(listed(&store).await, expected);
    let some = [instance_id(2), instance_id(3)];
    let some = store.instances(&proof(place()), Some(&some)).await;
    assert_eq!(some.expect("the instances"), expected.split_off(1));
    bindings(&store).await;
    let audit_rows = store.audit_rows(ROOT).await.expect("the log");
    assert_eq!(audit_rows.len(), 3, "one row for both instances");
}

pub(super) async fn a_client_token_makes_two_calls_one(store: impl Inspect) {
    let store = filled(store, &[1], &[]).await;
    let again = InstanceRecord {
        client_token: instance(1).client_token,
        ..instance(2)
    };
    let calls = (3..3 + RACERS).map(|number| add(&store, new(vec![again.clone()]), number));
    let answers = join_all(calls).await.into_iter();
    let answers: Vec<_> = answers.map(|ids| ids.expect("an answer")).collect();
    assert!(answers.iter().all(|ids| *ids == [instance_id(1)]));
    assert_eq!(listed(&store).await.len(), 1);
    assert_eq!(store.audit_rows(ROOT).await.expect("the log").len(), 1);
}

pub(super) async fn a_refused_instance_leaves_no_trace(store: impl Inspect) {
    let store = filled(store, &[1], &[1]).await;
    let before = listed(&store).await;
    let taken = InstanceRecord {
        client_token: None,
        ..instance(1)
    };
    let refused = add(&store, new(vec![instance(2), taken]), 9).await;
    assert!(matches!(
        refused,
        Err(InsertInstancesError::InstanceIdTaken)
    ));
    let bound = NewInstances {
        key_pairs: key_pairs(&[1, 7]),
        ..new(vec![instance(2)])
    };
    let refused = add(&store, bound, 9).await;
    assert!(
        matches!(refused, Err(InsertInstancesError::KeyPairNotFound(missing)) if missing == key_id(7))
    );
    let refused = add(&store, new((2..=6).map(instance).collect()), 9).await;
    assert!(matches!(
        refused,
        Err(InsertInstancesError::QuotaUsedUp { quota: 5 })
    ));
    assert_eq!(listed(&store).await, before);
    assert_eq!(store.audit_rows(ROOT).await.expect("the log").len(), 2);
}

pub(super) async fn a_dry_run_is_refused_as_it_would_be_and_adds_nothing(store: impl Inspect) {
    let store = filled(store, &[1], &[1]).await;
    let before = listed(&store).await;
    let dry_run = |numbers: RangeInclusive<u32>, of_key_pairs: &[u32]| NewInstances {
        key_pairs: key_pairs(of_key_pairs),
        is_dry_run: true,
        ..new(numbers.map(instance).collect())
    };
    let ids = add(&store, dry_run(2..=5, &[1]), 9).await;
    assert_eq!(ids.expect("room"), []);
    let refused = add(&store, dry_run(2..=6, &[1]), 9).await;
    assert!(matches!(
        refused,
        Err(InsertInstancesError::QuotaUsedUp { quota: 5 })
    ));
    let refused = add(&store, dry_run(2..=2, &[7]), 9).await;
    assert!(
        matches!(refused, Err(InsertInstancesError::KeyPairNotFound(missing)) if missing == key_id(7))
    );
    assert_eq!(listed(&store).await, before);
    assert_eq!(store.audit_rows(ROOT).await.expect("the log").len(), 2);
}

pub(super) async fn the_quota_of_instances_holds_under_races(store: impl Inspect) {
    let store = filled(store, &[], &[]).await;
    let calls = (1..=RACERS).map(|number| add(&store, new(vec![instance(number)]), number));
    let answers = join_all(calls).await;
    let let_in = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(let_in, 5);
    assert!(answers.iter().flatten().count() == listed(&store).await.len());
}

pub(super) async fn an_account_may_have_quotas_of_its_own(store: impl Inspect) {
    let store = filled(store, &[1], &[1, 2]).await;
    let usage = async || store.usage(&granted(here())).await.expect("the usage");
    let mut expected = Usage {
        key_pairs: 2,
        instances: 1,
        quotas: Quotas::default(),
    };
    assert_eq!(usage().await, expected);
    expected.quotas = Quotas {
        key_pairs: Some(3),
        instances: Some(1),
    };
    let root = proof(Account(ROOT));
    let set = store.set_quotas(&root, expected.quotas, audit(ROOT, 7));
    assert!(set.await.expect("no failure"));
    assert_eq!(usage().await, expected);
    let refused = add(&store, new(vec![instance(2)]), 8).await;
    assert!(matches!(
        refused,
        Err(InsertInstancesError::QuotaUsedUp { quota: 1 })
    ));
    let nobody = proof(Account(super::fixture::NOBODY));
    let entry = audit(super::fixture::NOBODY, 9);
    let set = store.set_quotas(&nobody, expected.quotas, entry).await;
    assert!(!set.expect("no failure"));
    let (key_pairs, audit_rows) = stored(&store, here()).await;
    assert_eq!((key_pairs.len(), audit_rows.len()), (2, 4));
    assert_eq!(QUOTA.0, 10, "which is another");
}

pub(super) async fn each_of_the_key_pairs_is_bound_to_each_of_the_instances(store: impl Inspect) {
    let store = filled(store, &[1, 2, 3], &[1, 2, 3]).await;
    let bound = operate(&store, &[2, 1], bind(&[1, 3]), 20, 0).await;
    bound.expect("nothing is in the way");
    let expected = [(1, 1), (1, 3), (2, 1), (2, 3)];
    let expected = expected.map(|(instance, key_pair)| binding(instance, key_pair, 20));
    assert_eq!(bindings(&store).await, expected);
    let first = listed(&store).await.swap_remove(0);
    let latest = first.record.latest_operation;
    assert_eq!(latest.operation, InstanceOperation::Associate);
    assert_eq!(latest.request_id, audit(ROOT, 20).request_id.to_string());
    assert_eq!(latest.settled_time, time(20));

    // For another user it is another binding.
    let deploy = Order::Bind {
        key_pairs: key_pairs(&[1]),
        username: Some(username("deploy")),
    };
    operate(&store, &[1], deploy, 21, 0).await.expect("room");
    assert_eq!(bindings(&store).await.len(), 5);
    let unbound = operate(&store, &[1, 2], unbind(&[1]), 22, 0).await;
    unbound.expect("nothing is in the way");
    let left: Vec<_> = bindings(&store).await;
    let left: Vec<_> = left.iter().map(|one| one.username.as_str()).collect();
    assert_eq!(left, ["deploy", "root", "root"]);
}

pub(super) async fn one_in_the_way_keeps_all_as_they_were(store: impl Inspect) {
    let store = filled(store, &[1, 2], &[1, 2]).await;
    operate(&store, &[2], bind(&[2]), 20, 0)
        .await
        .expect("nothing is in the way");
    let (before, bound) = (listed(&store).await, bindings(&store).await);
    let rows = store.audit_rows(ROOT).await.expect("the log");

    let try_it = async |instances: &[u32], order| operate(&store, instances, order, 30, 0).await;
    let error = try_it(&[1, 2], bind(&[1, 2]))
        .await
        .expect_err("one is in the way");
    assert!(matches!(error, OperateError::Bound { .. }));
    let error = try_it(&[1, 2], unbind(&[2]))
        .await
        .expect_err("one is in the way");
    assert!(matches!(error, OperateError::NotBound { .. }));
    let error = try_it(&[1, 9], Order::Stop)
        .await
        .expect_err("one is in the way");
    assert!(matches!(error, OperateError::InstanceNotFound(id) if id == instance_id(9)));
    let error = try_it(&[1, 2], bind(&[1, 9]))
        .await
        .expect_err("one is in the way");
    assert!(matches!(error, OperateError::KeyPairNotFound(id) if id == key_id(9)));
    let error = try_it(&[1, 2], Order::Terminate)
        .await
        .expect_err("one is in the way");
    assert!(matches!(error, OperateError::State { .. }));

    assert_eq!(listed(&store).await, before);
    assert_eq!(bindings(&store).await, bound);
    assert_eq!(store.audit_rows(ROOT).await.expect("the log"), rows);
}

pub(super) async fn a_held_key_pair_cannot_be_deleted(store: impl Inspect) {
    let store = filled(store, &[1], &[1]).await;
    // It will open from 30 on, and is held from now on.
    operate(&store, &[1], bind(&[1]), 20, 10)
        .await
        .expect("nothing is in the way");
    for at in [20, 40] {
        let refused = delete(&store, 1, at).await;
        assert!(matches!(refused, Err(DeleteKeyPairsError::InUse { .. })));
    }
    // Whether all are there is told first.
    let both = key_pairs(&[1, 7]);
    let missing = store.delete_key_pairs(&both, audit(ROOT, 40)).await;
    let missing = missing.expect_err("one is not there");
    assert!(matches!(missing, DeleteKeyPairsError::NotFound(missing) if missing == key_id(7)));
    // It opens up to 60.
    operate(&store, &[1], unbind(&[1]), 50, 10)
        .await
        .expect("nothing is in the way");
    let refused = delete(&store, 1, 59).await;
    assert!(matches!(refused, Err(DeleteKeyPairsError::InUse { .. })));
    delete(&store, 1, 60).await.expect("it is free");
    assert_eq!(bindings(&store).await, []);
}

pub(super) async fn what_is_over_goes_with_the_next_change(store: impl Inspect) {
    let store = filled(store, &[1], &[1]).await;
    operate(&store, &[1], bind(&[1]), 20, 0)
        .await
        .expect("nothing is in the way");
    operate(&store, &[1], unbind(&[1]), 30, 10)
        .await
        .expect("nothing is in the way");
    let unfinished = operate(&store, &[1], bind(&[1]), 39, 0).await;
    assert!(matches!(unfinished, Err(OperateError::Unfinished { .. })));
    let until = Binding {
        bound_until: Some(time(40)),
        ..binding(1, 1, 20)
    };
    assert_eq!(bindings(&store).await, [until]);
    operate(&store, &[1], bind(&[1]), 40, 0)
        .await
        .expect("it is over");
    assert_eq!(bindings(&store).await, [binding(1, 1, 40)]);
}

pub(super) async fn an_instance_goes_with_its_bindings(store: impl Inspect) {
    let store = filled(store, &[1, 2], &[1]).await;
    operate(&store, &[1, 2], bind(&[1]), 20, 0)
        .await
        .expect("nothing is in the way");
    operate(&store, &[1], Order::Isolate, 30, 0)
        .await
        .expect("it runs");
    let first = listed(&store).await.swap_remove(0);
    assert_eq!(first.record.isolated_time, Some(time(30)));
    operate(&store, &[1], Order::Terminate, 31, 0)
        .await
        .expect("it was given back");
    assert_eq!(bindings(&store).await, [binding(2, 1, 20)]);
    operate(&store, &[2], Order::Remove, 32, 0)
        .await
        .expect("whatever it is doing");
    assert_eq!(listed(&store).await, []);
    delete(&store, 1, 33).await.expect("it is free");
}

pub(super) async fn of_many_at_once_one_binds_and_one_unbinds(store: impl Inspect) {
    let store = filled(store, &[1], &[1]).await;
    let tries = (0..RACERS).map(|number| operate(&store, &[1], bind(&[1]), 20 + number, 0));
    let bound = join_all(tries).await;
    assert_eq!(bound.iter().filter(|bound| bound.is_ok()).count(), 1);
    assert_eq!(bindings(&store).await.len(), 1);
    let tries = (0..RACERS).map(|number| operate(&store, &[1], unbind(&[1]), 200 + number, 0));
    let unbound = join_all(tries).await;
    assert_eq!(unbound.iter().filter(|unbound| unbound.is_ok()).count(), 1);
    assert_eq!(bindings(&store).await, []);
}

pub(super) async fn places_do_not_see_each_others_instances(store: impl Inspect) {
    let store = filled(store, &[1], &[1]).await;
    operate(&store, &[1], bind(&[1]), 20, 0)
        .await
        .expect("nothing is in the way");
    for (account, region) in [(OTHER, Region::Guangzhou), (ROOT, Region::Tokyo)] {
        let elsewhere = Instances { account, region };
        let there = store.instances(&proof(elsewhere), None).await;
        assert_eq!(there.expect("the instances"), []);
        let ids = [instance_id(1)];
        let there = store.instances(&proof(elsewhere), Some(&ids)).await;
        assert_eq!(there.expect("the instances"), []);
        let usage = store.usage(&granted(collection(account, region))).await;
        assert_eq!(usage.expect("the usage").instances, 0);
        let operate = Operate {
            instances: vec![proof(Instance {
                collection: elsewhere,
                instance_id: instance_id(1),
            })],
            order: Order::Remove,
            settled_time: time(30),
        };
        let refused = store.operate(operate, audit(account, 30)).await;
        assert!(matches!(refused, Err(OperateError::InstanceNotFound(_))));
    }
    assert_eq!(bindings(&store).await.len(), 1);
}
