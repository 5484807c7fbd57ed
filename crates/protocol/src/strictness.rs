//! How strictly the service of a credential scope is read.

/// Which services of a credential scope are taken beside the product's name.
///
/// Six official SDKs take the first label of their endpoint for the service: `127` at
/// `127.0.0.1:8324`, `pharos` at `pharos.example.com` (protocol.md section 1.5). At the vendor's own
/// domains that label is the product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// On an address or a bare host name that label too; on a domain the product only.
    #[default]
    ByHost,
    /// The product only, on any host.
    Strict,
    /// That label too, on any host.
    Lenient,
}
