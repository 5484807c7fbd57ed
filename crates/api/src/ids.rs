//! Lists of ids, as several actions take them.

use std::collections::HashSet;
use std::hash::Hash;

use serde::Serialize;
use serde_json::Value;

use crate::code::Code;
use crate::error::{ApiError, quoted};
use crate::id::Id;
use crate::parameter::{Parameter, Path};
use crate::schema::{Type, Typed};
use crate::text::Text;

/// At most `MAX` ids, each once. An empty list is as good as none: a list without elements cannot be
/// told from one that is left out where parameters are flattened (protocol.md section 2.3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Ids<T, const MAX: usize>(Vec<T>);

impl<T: Eq + Hash, const MAX: usize> Ids<T, MAX> {
    /// These; `None` if they are too many, or one stands twice.
    pub fn new(ids: Vec<T>) -> Option<Self> {
        let each: HashSet<_> = ids.iter().collect();
        (ids.len() <= MAX && each.len() == ids.len()).then_some(Self(ids))
    }
}

impl<T, const MAX: usize> Ids<T, MAX> {
    /// The ids, in the order they were given.
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }
}

impl<T, const MAX: usize> Typed for Ids<T, MAX> {
    const TYPE: Type = Type::List(&Type::String);
}

impl<T: Id, const MAX: usize> Parameter for Ids<T, MAX> {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        let texts = Vec::<String>::decode(value, path)?;
        if texts.len() > MAX {
            return Err(too_many(path, texts.len(), MAX));
        }
        let mut seen = HashSet::with_capacity(texts.len());
        let mut ids = Vec::with_capacity(texts.len());
        for (index, text) in texts.iter().enumerate() {
            let at = Path::Index(path, index);
            let id = T::parse(text).ok_or_else(|| malformed::<T>(&at, text))?;
            if !seen.insert(id.clone()) {
                return Err(duplicated(&at, text));
            }
            ids.push(id);
        }
        Ok(Self(ids))
    }
}

/// At least one id, and at most `MAX`, each once: what an action takes that does something to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct SomeIds<T, const MAX: usize>(Ids<T, MAX>);

impl<T: Eq + Hash, const MAX: usize> SomeIds<T, MAX> {
    /// These; `None` if there is none or too many, or one stands twice.
    pub fn new(ids: Vec<T>) -> Option<Self> {
        let ids = Ids::new(ids)?;
        (!ids.as_slice().is_empty()).then_some(Self(ids))
    }
}

impl<T, const MAX: usize> SomeIds<T, MAX> {
    /// The ids, in the order they were given.
    pub fn as_slice(&self) -> &[T] {
        self.0.as_slice()
    }
}

impl<T, const MAX: usize> Typed for SomeIds<T, MAX> {
    const TYPE: Type = Ids::<T, MAX>::TYPE;
}

impl<T: Id, const MAX: usize> Parameter for SomeIds<T, MAX> {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        let ids = Ids::decode(value, path)?;
        if ids.as_slice().is_empty() {
            return Self::absent(path);
        }
        Ok(Self(ids))
    }
}

/// A list has more elements than it may have.
pub(crate) fn too_many(path: &Path<'_>, given: usize, most: usize) -> ApiError {
    ApiError::new(
        Code::ValuesLimitExceeded,
        Text::new(
            format!(
                "`{path}` has {given} values; it may have at most {most}. Send fewer at a time."
            ),
            format!("`{path}` 有 {given} 个值，最多允许 {most} 个，请分批发送。"),
        ),
    )
}

/// A text that is no id.
pub(crate) fn malformed<T: Id>(path: &Path<'_>, text: &str) -> ApiError {
    let text = quoted(text);
    ApiError::new(
        T::MALFORMED,
        Text::new(
            format!("`{text}` in `{path}` is not an id: {}.", T::FORM.en),
            format!("`{path}` 中的 `{text}` 不是有效的 ID：{}。", T::FORM.zh),
        ),
    )
}

fn duplicated(path: &Path<'_>, text: &str) -> ApiError {
    let text = quoted(text);
    ApiError::new(
        Code::Duplicated,
        Text::new(
            format!("`{text}` in `{path}` stands earlier in the list. Send each id once."),
            format!("`{path}` 中的 `{text}` 重复出现，每个 ID 只能发送一次。"),
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_id::KeyId;
    use serde_json::json;

    fn decode(value: Value) -> Result<Ids<KeyId, 3>, ApiError> {
        Ids::decode(value, &Path::Field(&Path::Root, "KeyIds"))
    }

    #[test]
    fn ids_keep_their_order() {
        let ids = decode(json!(["lhkp-00000002", "lhkp-00000001"])).unwrap();
        let texts: Vec<_> = ids.as_slice().iter().map(KeyId::as_str).collect();
        assert_eq!(texts, ["lhkp-00000002", "lhkp-00000001"]);
        assert!(decode(json!([])).unwrap().as_slice().is_empty());
        let list = ids.as_slice().to_vec();
        assert_eq!(Ids::new(list.clone()), Some(ids));
        let twice = [list.clone(), list].concat();
        assert_eq!(Ids::<_, 4>::new(twice), None);
        assert_eq!(Ids::<_, 1>::new(vec![1, 2]), None);
    }

    #[test]
    fn an_empty_list_is_none_to_act_on() {
        let decode =
            |value| SomeIds::<KeyId, 3>::decode(value, &Path::Field(&Path::Root, "KeyIds"));
        let one = json!(["lhkp-00000001"]);
        assert_eq!(decode(one).unwrap().as_slice().len(), 1);
        assert_eq!(decode(json!([])).unwrap_err().code, Code::MissingParameter);
        assert_eq!(SomeIds::<KeyId, 3>::new(Vec::new()), None);
    }

    #[test]
    fn each_fault_has_its_own_code_and_names_its_place() {
        let one = "lhkp-00000001";
        for (value, code, part) in [
            (
                json!([one, one, one, one]),
                Code::ValuesLimitExceeded,
                "`KeyIds` has 4 values; it may have at most 3",
            ),
            (
                json!([one, "lhkp-1"]),
                Code::KeyPairIdMalformed,
                "`lhkp-1` in `KeyIds.1` is not an id: it should be `lhkp-` and eight",
            ),
            (
                json!([one, one]),
                Code::Duplicated,
                "`lhkp-00000001` in `KeyIds.1`",
            ),
            (json!([7]), Code::InvalidParameter, "`KeyIds.0`"),
            (json!(one), Code::InvalidParameter, "`KeyIds`"),
        ] {
            let error = decode(value).unwrap_err();
            assert_eq!(error.code, code);
            assert!(error.message.en.contains(part), "{}", error.message.en);
        }
    }
}
