//! The text that version 1 signs.

/// Method, host, `/?`, and the parameters in byte order of their names, values not encoded:
/// `GETcvm.tencentcloudapi.com/?Action=DescribeInstances&Nonce=11886&…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceString(String);

impl SourceString {
    /// Puts the parts together. `parameters` are all that are sent but `Signature`, decoded, in any
    /// order.
    pub fn new(method: &str, host: &str, parameters: &[(&str, &str)]) -> Self {
        Self::with_names(method, host, parameters, str::to_owned)
    }

    /// The same as Python's SDK writes it: with `.` for `_` in the names, after they were put in
    /// order (protocol.md section 2.4).
    pub(crate) fn with_dots(method: &str, host: &str, parameters: &[(&str, &str)]) -> Self {
        Self::with_names(method, host, parameters, |name| name.replace('_', "."))
    }

    fn with_names(
        method: &str,
        host: &str,
        parameters: &[(&str, &str)],
        write: impl Fn(&str) -> String,
    ) -> Self {
        let mut parameters = parameters.to_vec();
        parameters.sort_unstable();
        let pairs: Vec<_> = parameters
            .iter()
            .map(|(name, value)| format!("{}={value}", write(name)))
            .collect();
        Self(format!("{method}{host}/?{}", pairs.join("&")))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<SourceString> for String {
    fn from(text: SourceString) -> Self {
        text.0
    }
}
