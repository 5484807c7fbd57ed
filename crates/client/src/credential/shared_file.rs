//! Credentials in the file that the official SDKs share.

use zeroize::Zeroizing;

use super::find::Problem;
use super::{Credential, Found, Names};

/// The section that is read.
const SECTION: &str = "default";

/// The official SDKs read the first two. Temporary credentials are of no use without the third, so
/// it is read too.
const NAMES: Names = Names {
    secret_id: "secret_id",
    secret_key: "secret_key",
    token: "token",
};

/// Reads the text of such a file: sections in brackets, `name = value` or `name: value`, comments
/// behind `#` or `;` at the start of a line, quotes around a value or not.
pub(super) fn parse(text: &str) -> Result<Credential, Problem> {
    let mut found = Found::default();
    let mut is_ours = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(section) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            is_ours = section.trim() == SECTION;
            continue;
        }
        let Some((name, value)) = line.split_once(['=', ':']) else {
            return Err(Problem::NotASetting { line: index + 1 });
        };
        if !is_ours {
            continue;
        }
        let value = Some(Zeroizing::new(unquoted(value.trim()).to_owned()));
        let name = name.trim().to_ascii_lowercase();
        if name == NAMES.secret_id {
            found.secret_id = value;
        } else if name == NAMES.secret_key {
            found.secret_key = value;
        } else if name == NAMES.token {
            found.token = value;
        }
    }
    found.check(&NAMES)
}

fn unquoted(value: &str) -> &str {
    let inner = |quote| value.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Result<(String, String, Option<String>), Problem> {
        parse(text).map(|credential| {
            let token = credential.token.map(|token| token.expose().to_owned());
            let key = credential.secret_key.expose().to_owned();
            (credential.secret_id.to_string(), key, token)
        })
    }

    #[test]
    fn each_way_to_write_it_is_read() {
        let expected = ("AKIDa".to_owned(), "k=1:2".to_owned(), None);
        for text in [
            "[default]\nsecret_id = AKIDa\nsecret_key = k=1:2\n",
            "; mine\r\n[ default ]\r\n\r\nSecret_Id:AKIDa\r\nsecret_key=\"k=1:2\"\r\n",
            "[other]\nsecret_id=AKIDb\n[default]\nsecret_id='AKIDa'\nsecret_key=k=1:2\nrole_arn = x",
        ] {
            assert_eq!(parts(text).unwrap(), expected, "{text:?}");
        }
        let temporary = "[default]\nsecret_id=AKIDa\nsecret_key=k=1:2\ntoken=t";
        assert_eq!(parts(temporary).unwrap().2.as_deref(), Some("t"));
    }

    #[test]
    fn what_is_wrong_is_named_without_its_value() {
        for (text, problem) in [
            ("", "has no `secret_id`"),
            (
                "[other]\nsecret_id=AKIDa\nsecret_key=k",
                "has no `secret_id`",
            ),
            (
                "[default]\nsecret_id=AKIDa\nsecret_key=",
                "has no `secret_key`",
            ),
            (
                "[default]\nsecret_id=a/b\nsecret_key=k",
                "has a `secret_id` that cannot be one",
            ),
            (
                "[default]\nsecret_id=AKIDa\nk\n",
                "is not `name = value` in line 3",
            ),
        ] {
            assert_eq!(parts(text).unwrap_err().to_string(), problem);
        }
    }
}
