//! Filters as stores go about them: what an index finds, and what has to be looked at one by one.

use std::collections::HashSet;

use pharos_api::key_id::KeyId;
use pharos_api::key_name::KeyName;
use pharos_api::key_pair_filter::{KeyPairFilter, name_has_one_of};

use crate::record::Page;

/// What an index of tags is asked: which key pairs have one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagQuery<'f> {
    /// A tag of one of these keys.
    Keys(&'f [String]),
    /// A tag of one of these values.
    Values(&'f [String]),
    /// A tag of this key with one of these values.
    KeyAndValues(&'f str, &'f [String]),
}

/// Filters, sorted by how they are answered.
pub struct Selection<'f> {
    key_ids: Option<HashSet<&'f KeyId>>,
    names: Vec<&'f [String]>,
    tags: Vec<TagQuery<'f>>,
}

/// Where the key pairs come from that names are then looked at of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Candidates {
    /// All of the place, in the order of lists.
    All,
    /// These, in no order.
    Some(HashSet<KeyId>),
}

impl<'f> Selection<'f> {
    /// Sorts them.
    pub fn of(filters: &'f [KeyPairFilter]) -> Self {
        let mut selection = Self {
            key_ids: None,
            names: Vec::new(),
            tags: Vec::new(),
        };
        for filter in filters {
            match filter {
                KeyPairFilter::KeyId(ids) => {
                    let ids: HashSet<_> = ids.iter().collect();
                    selection.key_ids = Some(match selection.key_ids.take() {
                        Some(before) => &before & &ids,
                        None => ids,
                    });
                }
                KeyPairFilter::KeyName(parts) => selection.names.push(parts),
                KeyPairFilter::TagKey(keys) => selection.tags.push(TagQuery::Keys(keys)),
                KeyPairFilter::TagValue(values) => selection.tags.push(TagQuery::Values(values)),
                KeyPairFilter::Tag { key, values } => {
                    selection.tags.push(TagQuery::KeyAndValues(key, values));
                }
            }
        }
        selection
    }

    /// Whether there is no filter.
    pub fn is_everything(&self) -> bool {
        self.key_ids.is_none() && self.names.is_empty() && self.tags.is_empty()
    }

    /// What the index of tags is to be asked, each for the KeyIds that fit.
    pub fn tags(&self) -> &[TagQuery<'f>] {
        &self.tags
    }

    /// What may fit, given the answers to [`Selection::tags`].
    pub fn candidates(&self, tagged: impl IntoIterator<Item = HashSet<KeyId>>) -> Candidates {
        let ids = self.key_ids.as_ref();
        let ids = ids.map(|ids| ids.iter().map(|id| (*id).clone()).collect());
        let all = ids.into_iter().chain(tagged);
        all.reduce(|some, others: HashSet<KeyId>| &some & &others)
            .map_or(Candidates::All, Candidates::Some)
    }

    /// Whether a candidate fits, by its name.
    pub fn fits(&self, key_name: &KeyName) -> bool {
        let mut names = self.names.iter();
        names.all(|parts| name_has_one_of(key_name.as_str(), parts))
    }
}

/// The KeyIds of a page, out of all that fit.
pub struct Chosen {
    page: Page,
    total: u64,
    key_ids: Vec<KeyId>,
}

impl Chosen {
    /// At the start of the list.
    pub fn new(page: Page) -> Self {
        Self {
            page,
            total: 0,
            key_ids: Vec::new(),
        }
    }

    /// The next that fits, in the order of lists. It is read only if it is on the page.
    ///
    /// # Errors
    /// What reading it fails with.
    pub fn take<E>(&mut self, key_id: impl FnOnce() -> Result<KeyId, E>) -> Result<(), E> {
        let Page { offset, limit } = self.page;
        let is_on_page = self.total >= offset && self.key_ids.len() < limit as usize;
        self.total += 1;
        if is_on_page {
            self.key_ids.push(key_id()?);
        }
        Ok(())
    }

    /// How many fit, and those of the page.
    pub fn into_parts(self) -> (u64, Vec<KeyId>) {
        (self.total, self.key_ids)
    }
}
