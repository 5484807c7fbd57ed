//! The proof that a caller may do something to a resource.

use std::ops::Deref;

/// A resource that the caller was found to be allowed to act on.
///
/// The field is private and only [`crate::authorize`] and [`crate::authorize_root`] build one, so that an operation of the store
/// which takes `&Granted<R>` cannot be reached without a decision:
///
/// ```
/// # let account = pharos_api::account::Uin(1);
/// # let region = pharos_api::region::Region::Guangzhou;
/// # let resource = pharos_api::resource::KeyPairs { account, region };
/// let granted = pharos_policy::authorize_root(account, "lighthouse:CreateKeyPair", resource);
/// ```
///
/// The same lines with a forged proof are not a program:
///
/// ```compile_fail,E0423
/// # let account = pharos_api::account::Uin(1);
/// # let region = pharos_api::region::Region::Guangzhou;
/// # let resource = pharos_api::resource::KeyPairs { account, region };
/// let granted = pharos_policy::Granted(resource); // the field is private
/// ```
#[derive(Clone, Debug)]
pub struct Granted<R>(R);

impl<R> Granted<R> {
    pub(crate) fn new(resource: R) -> Self {
        Self(resource)
    }
}

impl<R> Deref for Granted<R> {
    type Target = R;

    fn deref(&self) -> &R {
        &self.0
    }
}
