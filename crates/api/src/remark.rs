//! What is written beside a user or a group.

use crate::form;

/// The longest remark, in characters: bounds what one row of the store holds.
pub const REMARK_CHARS_MAX: usize = 255;

form::form! {
    /// At most [`REMARK_CHARS_MAX`] characters, none of them a control character.
    Remark: |text| form::is_plain(text, REMARK_CHARS_MAX), ParamError,
    "A remark has at most 255 characters, no control characters among them.",
    "备注最多 255 个字符，不能包含控制字符。"
}
