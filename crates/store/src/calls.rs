//! Calls that all nodes count together.

use async_trait::async_trait;
use pharos_api::account::Uin;
use pharos_api::call_window::TooManyCalls;
use pharos_api::region::Region;

use crate::error::StoreError;

/// What is counted for itself: one account's calls of one action in one region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallKind {
    /// Whose.
    pub account: Uin,
    /// Where, if the action has a region.
    pub region: Option<Region>,
    /// Of what, as policies name it: `lighthouse:CreateKeyPair`.
    pub operation: String,
}

/// A store that counts calls for every node that shares it.
#[async_trait]
pub trait SharedCalls: Send + Sync + 'static {
    /// Admits a call now, by the store's own clock, if there were fewer than `limit` of its kind on all
    /// nodes in the second before.
    async fn admit(
        &self,
        kind: CallKind,
        limit: u32,
    ) -> Result<Result<(), TooManyCalls>, StoreError>;
}
