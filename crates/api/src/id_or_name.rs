//! What can be named by its id or by its name.

use crate::code::Code;
use crate::error::ApiError;
use crate::text::Text;
use std::fmt;

/// Its id or its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdOrName<I, N> {
    /// Its id.
    Id(I),
    /// Its name.
    Name(N),
}

impl<I: fmt::Display, N: fmt::Display> fmt::Display for IdOrName<I, N> {
    /// The one that it is named by.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(formatter),
            Self::Name(name) => name.fmt(formatter),
        }
    }
}

impl<I, N> IdOrName<I, N> {
    /// The one of both that was given; `parameters` are the names of both.
    ///
    /// # Errors
    /// `InvalidParameter.ParamError` if neither was given, or both were.
    pub fn exactly_one(
        id: Option<I>,
        name: Option<N>,
        parameters: [&str; 2],
    ) -> Result<Self, ApiError> {
        match (id, name) {
            (Some(id), None) => Ok(Self::Id(id)),
            (None, Some(name)) => Ok(Self::Name(name)),
            (None, None) | (Some(_), Some(_)) => {
                let [id, name] = parameters;
                Err(ApiError::new(
                    Code::ParamError,
                    Text::new(
                        format!("Give either `{id}` or `{name}`, one of both."),
                        format!("`{id}` 与 `{name}` 必须且只能指定一个。"),
                    ),
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_both_is_taken_and_neither_and_both_are_not() {
        let one = |id, name| IdOrName::<u64, &str>::exactly_one(id, name, ["RoleId", "RoleName"]);
        assert_eq!(one(Some(1), None).unwrap(), IdOrName::Id(1));
        assert_eq!(one(None, Some("a")).unwrap(), IdOrName::Name("a"));
        for (id, name) in [(None, None), (Some(1), Some("a"))] {
            let error = one(id, name).unwrap_err();
            assert_eq!(error.code, Code::ParamError);
            assert!(error.message.en.contains("`RoleId` or `RoleName`"));
        }
    }
}
