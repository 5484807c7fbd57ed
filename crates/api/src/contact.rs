//! How a user can be reached. It is kept and shown; nobody is called or written to.

use crate::form;

/// The longest phone number, in characters: bounds what one row of the store holds.
pub const PHONE_NUMBER_CHARS_MAX: usize = 32;

/// The longest country code, in characters: bounds what one row of the store holds.
pub const COUNTRY_CODE_CHARS_MAX: usize = 8;

/// The longest mail address, in characters (RFC 5321 section 4.5.3.1).
pub const EMAIL_CHARS_MAX: usize = 254;

form::form! {
    /// At most [`PHONE_NUMBER_CHARS_MAX`] characters, none of them a control character.
    PhoneNumber: |text| form::is_plain(text, PHONE_NUMBER_CHARS_MAX), ParamError,
    "A phone number has at most 32 characters, no control characters among them.",
    "手机号最多 32 个字符，不能包含控制字符。"
}

form::form! {
    /// At most [`COUNTRY_CODE_CHARS_MAX`] characters, none of them a control character.
    CountryCode: |text| form::is_plain(text, COUNTRY_CODE_CHARS_MAX), ParamError,
    "A country code has at most 8 characters, no control characters among them.",
    "区号最多 8 个字符，不能包含控制字符。"
}

form::form! {
    /// At most [`EMAIL_CHARS_MAX`] characters, none of them a control character.
    Email: |text| form::is_plain(text, EMAIL_CHARS_MAX), ParamError,
    "A mail address has at most 254 characters, no control characters among them.",
    "邮箱最多 254 个字符，不能包含控制字符。"
}
