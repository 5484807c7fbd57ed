//! The actions of STS that are not served.

/// What the vendor's api.json has beside the action table: about identity providers and products.
pub const UNSERVED: &[&str] = &[
    "AssumeRoleWithSAML",
    "AssumeRoleWithWebIdentity",
    "GetSessionToken",
    "QueryApiKey",
];
