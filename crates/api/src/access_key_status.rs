//! Whether an access key may sign.

crate::choice::choice! {
    /// Whether an access key may sign.
    AccessKeyStatus or ParamError {
        /// It may.
        Active = "Active";
        /// It may not, until it is made active again.
        Inactive = "Inactive";
    }
}

impl AccessKeyStatus {
    /// Of one that may sign, or may not.
    pub const fn of(is_active: bool) -> Self {
        if is_active {
            Self::Active
        } else {
            Self::Inactive
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;
    use crate::parameter::{Parameter, Path};
    use serde_json::json;

    #[test]
    fn another_status_has_the_code_that_is_documented_for_it() {
        let error = AccessKeyStatus::decode(json!("active"), &Path::Root).unwrap_err();
        assert_eq!(error.code, Code::ParamError);
    }
}
