//! What policies are asked about.

use std::fmt;

use crate::account::Uin;
use crate::credential::SecretId;
use crate::group_id::GroupId;
use crate::instance_id::InstanceId;
use crate::key_id::KeyId;
use crate::policy_id::PolicyId;
use crate::region::Region;
use crate::role_name::RoleName;

/// Something that an action touches, as CAM names it.
pub trait Resource {
    /// The account that owns it.
    fn account(&self) -> Uin;

    /// Its six-segment name, or `None` for what is only ever decided as a whole: the vendor checks
    /// such operations against `*` (protocol.md section 7.2).
    fn name(&self) -> Option<String>;
}

/// An account as a whole: what an operation is decided on that touches nothing in particular.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Account(pub Uin);

impl Resource for Account {
    fn account(&self) -> Uin {
        self.0
    }

    fn name(&self) -> Option<String> {
        None
    }
}

/// All key pairs of one account in one region: what CreateKeyPair and ImportKeyPair add to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyPairs {
    /// The account that owns them.
    pub account: Uin,
    /// The region they live in.
    pub region: Region,
}

impl Resource for KeyPairs {
    fn account(&self) -> Uin {
        self.account
    }

    fn name(&self) -> Option<String> {
        None
    }
}

/// One key pair: what DeleteKeyPairs and bindings are decided on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyPair {
    /// Where it is.
    pub collection: KeyPairs,
    /// Its id.
    pub key_id: KeyId,
}

impl Resource for KeyPair {
    fn account(&self) -> Uin {
        self.collection.account
    }

    fn name(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl fmt::Display for KeyPair {
    /// The six segments (protocol.md section 7.2).
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let KeyPairs { account, region } = self.collection;
        let (region, key_id) = (region.wire(), &self.key_id);
        write!(
            formatter,
            "qcs::lighthouse:{region}:uin/{account}:keypair/{key_id}"
        )
    }
}

/// All instances of one account in one region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Instances {
    /// The account that owns them.
    pub account: Uin,
    /// The region they live in.
    pub region: Region,
}

impl Resource for Instances {
    fn account(&self) -> Uin {
        self.account
    }

    fn name(&self) -> Option<String> {
        None
    }
}

/// One instance: what bindings and everything that is done to it are decided on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Instance {
    /// Where it is.
    pub collection: Instances,
    /// Its id.
    pub instance_id: InstanceId,
}

impl Resource for Instance {
    fn account(&self) -> Uin {
        self.collection.account
    }

    fn name(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl fmt::Display for Instance {
    /// The six segments (protocol.md section 7.2).
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Instances { account, region } = self.collection;
        let (region, instance_id) = (region.wire(), &self.instance_id);
        write!(
            formatter,
            "qcs::lighthouse:{region}:uin/{account}:instance/{instance_id}"
        )
    }
}

/// Declares something that CAM keeps in an account: what is done to it is decided on its name.
macro_rules! of_cam {
    ($(#[$meta:meta])* $type:ident = $kind:literal { $(#[$id_meta:meta])* $id:ident: $id_type:ty }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $type {
            /// The account that owns it.
            pub account: Uin,
            $(#[$id_meta])*
            pub $id: $id_type,
        }

        impl Resource for $type {
            fn account(&self) -> Uin {
                self.account
            }

            fn name(&self) -> Option<String> {
                Some(self.to_string())
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                let Self { account, $id } = self;
                write!(formatter, concat!("qcs::cam::uin/{}:", $kind, "/{}"), account, $id)
            }
        }
    };
}

of_cam! {
    /// A user, or the account's root user, whose number is the account's.
    User = "uin" {
        /// The user's number.
        user: Uin
    }
}

of_cam! {
    /// An access key. What is done to it is decided on its user; the audit log names it too, under a name that is Pharos's
    /// own, since the vendor has none.
    AccessKey = "secretId" {
        /// Its SecretId.
        secret_id: SecretId
    }
}

of_cam! {
    /// A group of users.
    Group = "groupid" {
        /// Its id.
        group_id: GroupId
    }
}

of_cam! {
    /// A policy; a preset one as the account sees it.
    Policy = "policyid" {
        /// Its id.
        policy_id: PolicyId
    }
}

of_cam! {
    /// A role, by its name as the vendor has it (protocol.md section 7.3).
    Role = "roleName" {
        /// Its name.
        role_name: RoleName
    }
}
