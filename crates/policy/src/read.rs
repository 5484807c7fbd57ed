//! Reading elements of a document, each with the path that a refusal names.

use std::collections::BTreeSet;

use pharos_api::parameter::Path;

use crate::document::ENTRIES_MAX;
use crate::fault::{BadPolicy, Fault};
use crate::json::Json;

/// The members of an object, each name once.
pub(crate) fn members(value: Json, path: &Path<'_>) -> Result<Vec<(String, Json)>, BadPolicy> {
    let Json::Object(members) = value else {
        return Err(wrong_type(&value, path, "an object"));
    };
    let mut names = BTreeSet::new();
    match members.iter().find(|(name, _)| !names.insert(name)) {
        None => Ok(members),
        Some((twice, _)) => Err(bad(&Path::Field(path, twice), Fault::Duplicate)),
    }
}

/// The members of an object that has some.
pub(crate) fn some_members(value: Json, path: &Path<'_>) -> Result<Vec<(String, Json)>, BadPolicy> {
    let members = members(value, path)?;
    if members.is_empty() {
        return Err(bad(path, Fault::Empty));
    }
    Ok(members)
}

pub(crate) fn string(value: Json, path: &Path<'_>) -> Result<String, BadPolicy> {
    match value {
        Json::String(text) => Ok(text),
        other => Err(wrong_type(&other, path, "a string")),
    }
}

/// One item, or a list of them: what `read` makes of each.
pub(crate) fn one_or_many<T>(
    value: Json,
    path: &Path<'_>,
    read: impl Fn(Json, &Path<'_>) -> Result<T, BadPolicy>,
) -> Result<Vec<T>, BadPolicy> {
    match value {
        Json::Array(items) => bounded(items, ENTRIES_MAX, path)?
            .enumerate()
            .map(|(index, item)| read(item, &Path::Index(path, index)))
            .collect(),
        one => Ok(vec![read(one, path)?]),
    }
}

/// The items of a list that has some, and not too many.
pub(crate) fn bounded(
    items: Vec<Json>,
    limit: usize,
    path: &Path<'_>,
) -> Result<std::vec::IntoIter<Json>, BadPolicy> {
    match items.len() {
        0 => Err(bad(path, Fault::Empty)),
        items if items > limit => Err(bad(path, Fault::TooMany { items, limit })),
        _ => Ok(items.into_iter()),
    }
}

pub(crate) fn required<T>(
    element: Option<T>,
    parent: &Path<'_>,
    name: &str,
) -> Result<T, BadPolicy> {
    element.ok_or_else(|| bad(&Path::Field(parent, name), Fault::Missing))
}

pub(crate) fn wrong_type(value: &Json, path: &Path<'_>, expected: &'static str) -> BadPolicy {
    let found = value.kind();
    bad(path, Fault::WrongType { found, expected })
}

pub(crate) fn bad(path: &Path<'_>, fault: Fault) -> BadPolicy {
    BadPolicy {
        path: path.to_string(),
        fault,
    }
}
