//! Words for people, in the two languages that `X-TC-Language` can ask for.

use std::borrow::Cow;

/// The language of messages. The live service answers English when nothing is asked for
/// (protocol.md section 3.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// `zh-CN`
    Chinese,
    /// `en-US`, and whatever else was asked for.
    #[default]
    English,
}

impl Language {
    /// The value of `X-TC-Language` that asks for it.
    pub const fn wire(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en-US",
        }
    }

    /// Reads the value of `X-TC-Language`.
    pub fn from_wire(tag: &str) -> Self {
        if tag.trim().eq_ignore_ascii_case("zh-CN") {
            Self::Chinese
        } else {
            Self::English
        }
    }
}

/// One sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// English.
    pub en: Cow<'static, str>,
    /// Simplified Chinese.
    pub zh: Cow<'static, str>,
}

impl Text {
    /// A sentence known at compile time.
    pub const fn fixed(en: &'static str, zh: &'static str) -> Self {
        Self {
            en: Cow::Borrowed(en),
            zh: Cow::Borrowed(zh),
        }
    }

    /// A sentence with values in it.
    pub fn new(en: impl Into<Cow<'static, str>>, zh: impl Into<Cow<'static, str>>) -> Self {
        Self {
            en: en.into(),
            zh: zh.into(),
        }
    }

    /// The sentence in one language.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Chinese => &self.zh,
            Language::English => &self.en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_read_as_it_is_asked_for() {
        for language in [Language::Chinese, Language::English] {
            assert_eq!(Language::from_wire(language.wire()), language);
        }
    }

    #[test]
    fn english_is_the_answer_to_anything_but_chinese() {
        assert_eq!(Language::from_wire("zh-CN"), Language::Chinese);
        assert_eq!(Language::from_wire("zh-cn"), Language::Chinese);
        for tag in ["en-US", "", "fr-FR"] {
            assert_eq!(Language::from_wire(tag), Language::English);
        }
    }
}
