//! What conditions are asked about, beside operation and resource.

use std::net::IpAddr;

use pharos_api::tag::Tag;
use pharos_api::time::Timestamp;

/// The circumstances of one call on one resource. The caller's own number is the principal's.
#[derive(Clone, Copy, Debug)]
pub struct RequestContext<'a> {
    /// Where the call came from.
    pub source: IpAddr,
    /// When it came.
    pub time: Timestamp,
    /// The tags that it gives; without any, the key `qcs:request_tag` is absent.
    pub request_tags: &'a [Tag],
    /// The tags that the resource has; without any, the key `qcs:resource_tag` is absent. `None` if nobody
    /// looked: then a condition over them keeps an allow from being about the call, and a deny from not being.
    pub resource_tags: Option<&'a [Tag]>,
}
