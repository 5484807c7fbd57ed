//! Lists that filters make smaller: each as if every key pair were looked at on its own.

use pharos_api::key_id::KeyId;
use pharos_api::key_pair_filter::KeyPairFilter;
use pharos_api::parameter::{Parameter, Path};
use pharos_api::region::Region;
use pharos_api::resource::KeyPairs;
use pharos_api::tag::Tags;
use serde_json::json;

use super::Inspect;
use super::fixture::{
    OTHER, ROOT, audit, collection, granted, here, key_pair, stored, time, with_accounts,
};
use crate::KeyPairQuota;
use crate::record::{KeyPairPage, KeyPairRecord, ListedKeyPair, Page};

/// How many key pairs there are, in seconds of three.
const KEY_PAIRS: u32 = 60;

fn record(number: u32) -> KeyPairRecord {
    let chosen = match number % 4 {
        0 => Some(("team", "blue")),
        1 => Some(("team", "red")),
        2 => Some(("stage", "blue")),
        _ => None,
    };
    let mut tags = vec![json!({"Key": "n", "Value": (number % 7).to_string()})];
    tags.extend(chosen.map(|(key, value)| json!({"Key": key, "Value": value})));
    KeyPairRecord {
        tags: Tags::decode(tags.into(), &Path::Root).expect("tags"),
        created_time: time(i64::from(number / 3)),
        ..key_pair(number, &format!("Key_{number}_of_{}", number % 5))
    }
}

async fn filled<S: Inspect>(store: S) -> S {
    let store = with_accounts(store).await;
    let quota = KeyPairQuota(KEY_PAIRS);
    let place = granted(here());
    for number in 0..KEY_PAIRS {
        let inserted = store.insert_key_pair(&place, record(number), quota, audit(ROOT, number));
        inserted.await.expect("room");
    }
    for place in [
        collection(OTHER, Region::Guangzhou),
        collection(ROOT, Region::Tokyo),
    ] {
        let entry = audit(place.account, 0);
        let place = granted(place);
        let inserted = store.insert_key_pair(&place, record(0), quota, entry);
        inserted.await.expect("room");
    }
    store
}

fn key_id(number: u32) -> KeyId {
    key_pair(number, "any").key_id
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// One or more of each kind, some that let nothing through.
fn all_filters() -> Vec<KeyPairFilter> {
    let tag = |key: &str, values: &[&str]| KeyPairFilter::Tag {
        key: key.to_owned(),
        values: texts(values),
    };
    vec![
        KeyPairFilter::KeyId(vec![key_id(3), key_id(41), key_id(404)]),
        KeyPairFilter::KeyId((0..KEY_PAIRS).step_by(4).map(key_id).collect()),
        KeyPairFilter::KeyName(texts(&["of_3"])),
        KeyPairFilter::KeyName(texts(&["KEY_1", "_2_"])),
        KeyPairFilter::KeyName(texts(&["%", "Key-1", "zzz"])),
        KeyPairFilter::TagKey(texts(&["stage", "team"])),
        KeyPairFilter::TagKey(texts(&["nobody"])),
        KeyPairFilter::TagValue(texts(&["blue"])),
        KeyPairFilter::TagValue(texts(&["1", "5", "red"])),
        tag("team", &["blue"]),
        tag("n", &["0", "3"]),
        tag("team", &["1"]),
    ]
}

async fn page(
    store: &impl Inspect,
    place: KeyPairs,
    filters: &[KeyPairFilter],
    page: Page,
) -> KeyPairPage {
    let page = store.key_pairs(&granted(place), filters, page).await;
    page.expect("a page")
}

fn unbound(record: KeyPairRecord) -> ListedKeyPair {
    ListedKeyPair {
        record,
        bindings: Vec::new(),
    }
}

/// Alone, by twos, and in pages.
pub(super) async fn what_all_filters_let_through_is_what_is_listed(store: impl Inspect) {
    let store = filled(store).await;
    let (everything, _) = stored(&store, here()).await;
    let filters = all_filters();
    for one in &filters {
        for other in &filters {
            let both = [one.clone(), other.clone()];
            let fits = |record: &&KeyPairRecord| {
                let KeyPairRecord {
                    key_id,
                    key_name,
                    tags,
                    ..
                } = *record;
                both.iter()
                    .all(|filter| filter.matches(key_id, key_name, tags))
            };
            let fitting: Vec<_> = everything.iter().filter(fits).cloned().collect();
            for (offset, limit) in [(0, 100), (1, 2), (4, 3), (100, 1)] {
                let start = fitting.iter().skip(offset);
                let expected = KeyPairPage {
                    total: fitting.len() as u64,
                    key_pairs: start.take(limit).cloned().map(unbound).collect(),
                };
                let asked = Page {
                    offset: offset as u64,
                    limit: u32::try_from(limit).expect("a small number"),
                };
                let found = page(&store, here(), &both, asked).await;
                assert_eq!(found, expected, "{both:?} from {offset}, {limit}");
            }
        }
    }
}

pub(super) async fn filters_see_nothing_of_other_places(store: impl Inspect) {
    let store = filled(store).await;
    let all = Page {
        offset: 0,
        limit: 100,
    };
    for filter in all_filters() {
        for place in [
            collection(OTHER, Region::Guangzhou),
            collection(ROOT, Region::Tokyo),
        ] {
            let found = page(&store, place, std::slice::from_ref(&filter), all).await;
            let KeyPairRecord {
                key_id,
                key_name,
                tags,
                ..
            } = record(0);
            let fits = filter.matches(&key_id, &key_name, &tags);
            assert_eq!(found.total, u64::from(fits), "{filter:?}");
        }
        let nowhere = collection(OTHER, Region::Tokyo);
        assert_eq!(page(&store, nowhere, &[filter], all).await.total, 0);
    }
}
