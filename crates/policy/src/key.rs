//! The keys of conditions, and the values that a call has for each.

use std::borrow::Cow;
use std::net::IpAddr;

use pharos_api::account::Uin;
use pharos_api::tag::Tag;
use pharos_api::time::Timestamp;

use crate::context::RequestContext;
use crate::decimal::Decimal;
use crate::operator::Comparison;

/// What a condition is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    CurrentTime,
    Ip,
    RequestTag,
    ResourceTag,
    Uin,
}

/// Every key. They are case-sensitive.
pub(crate) const KEYS: [Key; 5] = [
    Key::CurrentTime,
    Key::Ip,
    Key::RequestTag,
    Key::ResourceTag,
    Key::Uin,
];

impl Key {
    /// How policies write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::CurrentTime => "qcs:current_time",
            Self::Ip => "qcs:ip",
            Self::RequestTag => "qcs:request_tag",
            Self::ResourceTag => "qcs:resource_tag",
            Self::Uin => "qcs:uin",
        }
    }

    pub(crate) fn of_name(name: &str) -> Option<Self> {
        KEYS.into_iter().find(|key| key.name() == name)
    }

    pub(crate) fn is_tag(self) -> bool {
        matches!(self, Self::RequestTag | Self::ResourceTag)
    }

    /// Whether an operator can say anything about it. One that cannot is refused: a deny that is never
    /// met would deny nothing, and nobody would be told.
    pub(crate) fn takes(self, comparison: Comparison) -> bool {
        use Comparison as Is;
        match self {
            Self::CurrentTime => matches!(comparison, Is::Date(_)),
            Self::Ip => comparison == Is::Ip,
            Self::RequestTag | Self::ResourceTag => true,
            Self::Uin => matches!(
                comparison,
                Is::Text | Is::TextIgnoreCase | Is::Number(_) | Is::Bytes
            ),
        }
    }

    /// The same in words, with `null_equal`, which every key takes.
    pub(crate) fn takes_in_words(self) -> &'static str {
        match self {
            Self::CurrentTime => "it is a time, and takes `date_…` and `null_equal`",
            Self::Ip => "it is an address, and takes `ip_…` and `null_equal`",
            Self::RequestTag | Self::ResourceTag => "it is a set of tags, and takes every operator",
            Self::Uin => {
                "it is a number, and takes `string_…`, `numeric_…`, `binary_equal` and `null_equal`"
            }
        }
    }

    /// What the call has for it: no values if the key is absent, `None` if nobody looked.
    pub(crate) fn values<'a>(
        self,
        caller: Uin,
        context: &RequestContext<'a>,
    ) -> Option<Vec<Value<'a>>> {
        let tags = |tags: &'a [Tag]| tags.iter().map(Value::Tag).collect();
        match self {
            Self::CurrentTime => Some(vec![Value::Time(context.time)]),
            Self::Ip => Some(vec![Value::Address(context.source)]),
            Self::RequestTag => Some(tags(context.request_tags)),
            Self::ResourceTag => context.resource_tags.map(tags),
            Self::Uin => Some(vec![Value::Text(Cow::Owned(caller.to_string()))]),
        }
    }
}

/// One value of a key.
#[derive(Clone, Debug)]
pub(crate) enum Value<'a> {
    Address(IpAddr),
    Tag(&'a Tag),
    Text(Cow<'a, str>),
    Time(Timestamp),
}

impl Value<'_> {
    /// As a text: a tag is `key&value`. Nothing compares the texts of addresses and times.
    pub(crate) fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Address(_) | Self::Time(_) => None,
            Self::Tag(tag) => Some(Cow::Owned(format!("{}&{}", tag.key, tag.value))),
            Self::Text(text) => Some(Cow::Borrowed(text)),
        }
    }

    pub(crate) fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Address(address) => Some(*address),
            _ => self.text()?.parse().ok(),
        }
    }

    pub(crate) fn number(&self) -> Option<Decimal> {
        Decimal::parse(&self.text()?)
    }

    pub(crate) fn time(&self) -> Option<Timestamp> {
        match self {
            Self::Time(time) => Some(*time),
            _ => Timestamp::from_rfc3339(&self.text()?),
        }
    }
}
