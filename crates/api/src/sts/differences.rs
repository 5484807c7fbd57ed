//! Where several actions differ from the vendor alike.

use crate::text::Text;

/// How a policy of a session is read.
pub(crate) const POLICY: Text = Text::fixed(
    "A `Policy` that begins with `{` is taken as it is, any other is URL-decoded; the vendor always decodes.",
    "以 `{` 开头的 `Policy` 按原样使用，否则进行 URL 解码；腾讯云始终解码。",
);
