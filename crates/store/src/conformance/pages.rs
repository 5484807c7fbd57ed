//! Key pairs, page by page.

use pharos_api::region::Region;
use pharos_api::resource::KeyPairs;

use super::Inspect;
use super::fixture::{
    OTHER, QUOTA, ROOT, audit, collection, granted, here, insert, key_pair, time, with_accounts,
};
use crate::record::{KeyPairPage, Page};

pub(super) async fn the_newest_come_first_and_those_of_one_second_by_key_id(store: impl Inspect) {
    let store = with_accounts(store).await;
    // Numbers are seconds and KeyIds: 3 and 7 share a second.
    let mut twin = key_pair(7, "twin");
    twin.created_time = time(3);
    for number in [5, 3, 9] {
        let name = format!("key_{number}");
        insert(&store, here(), number, &name).await.expect("room");
    }
    store
        .insert_key_pair(&granted(here()), twin, QUOTA, audit(ROOT, 7))
        .await
        .expect("room");
    let all = page(&store, here(), 0, 10).await;
    assert_eq!(names(&all), ["key_9", "key_5", "key_3", "twin"]);
}

pub(super) async fn pages_put_together_are_the_whole(store: impl Inspect) {
    let store = with_accounts(store).await;
    for number in 1..=10 {
        let name = format!("key_{number}");
        insert(&store, here(), number, &name).await.expect("room");
    }
    let all = page(&store, here(), 0, 100).await;
    assert_eq!(all.key_pairs.len(), 10);
    for limit in [1, 3, 10] {
        let mut together = Vec::new();
        for offset in (0..10).step_by(limit) {
            let limit = u32::try_from(limit).expect("a small number");
            let part = page(&store, here(), offset, limit).await;
            assert_eq!(part.total, 10);
            together.extend(part.key_pairs);
        }
        assert_eq!(together, all.key_pairs, "{limit} a page");
    }
    for (offset, limit) in [(10, 5), (u64::MAX, 5), (0, 0)] {
        let beyond = page(&store, here(), offset, limit).await;
        let nothing = KeyPairPage {
            total: 10,
            key_pairs: Vec::new(),
        };
        assert_eq!(beyond, nothing, "{offset} {limit}");
    }
}

pub(super) async fn a_page_holds_nothing_of_other_places(store: impl Inspect) {
    let store = with_accounts(store).await;
    let places = [
        here(),
        collection(ROOT, Region::Tokyo),
        collection(OTHER, Region::Guangzhou),
    ];
    for (number, place) in (1..).zip(places) {
        insert(&store, place, number, "same").await.expect("room");
    }
    for (number, place) in (1..).zip(places) {
        let found = page(&store, place, 0, 10).await;
        let records: Vec<_> = found.key_pairs.into_iter().map(|one| one.record).collect();
        assert_eq!(records, [key_pair(number, "same")]);
    }
    let empty = page(&store, collection(OTHER, Region::Tokyo), 0, 10).await;
    assert_eq!((empty.total, empty.key_pairs.len()), (0, 0));
}

async fn page(store: &impl Inspect, place: KeyPairs, offset: u64, limit: u32) -> KeyPairPage {
    let page = Page { offset, limit };
    let page = store.key_pairs(&granted(place), &[], page).await;
    page.expect("a page")
}

fn names(page: &KeyPairPage) -> Vec<&str> {
    let names = page
        .key_pairs
        .iter()
        .map(|listed| listed.record.key_name.as_str());
    names.collect()
}
