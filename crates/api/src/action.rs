//! The action table: every action that is served, with everything the others read about it.

use crate::code::Code;
use crate::error::ApiError;
use crate::parameter::{Parameter, Path};
use crate::role_tags::RoleTags;
use crate::schema::Structure;
use crate::tag::{Tag, Tags};
use crate::text::Text;
use crate::{cam, lighthouse, sts};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A product of the vendor's, as far as Pharos serves it.
#[derive(Debug)]
pub struct Product {
    /// The name in host names, credential scopes and policies; no other product has it.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// The one version that is served.
    pub version: &'static str,
    /// What a call is answered with that the caller's policies do not allow.
    pub denial: Denial,
    /// The actions that the vendor has in it, and that are not served.
    pub unserved: &'static [&'static str],
    /// The codes that the vendor documents for its actions, as they are on the wire, and why none of
    /// them is answered.
    pub unanswered: &'static [(&'static str, Text)],
    /// The codes that only other actions answer than those that the vendor documents them for.
    pub elsewhere: &'static [Elsewhere],
}

impl PartialEq for Product {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Product {}

/// Who says that the caller's policies do not allow a call: each has words of its own (protocol.md
/// section 4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// The gateway, before the product is asked.
    Gateway,
    /// The product, with this code.
    Product(Code),
}

impl Denial {
    /// The code that a denied call is answered with.
    pub const fn code(self) -> Code {
        match self {
            Self::Gateway => Code::AuthFailureUnauthorizedOperation,
            Self::Product(code) => code,
        }
    }
}

/// A code that some actions answer, but not these, though the vendor documents it for them.
#[derive(Debug)]
pub struct Elsewhere {
    /// The code.
    pub code: Code,
    /// The names of the actions that do not answer it.
    pub actions: &'static [&'static str],
    /// Why not.
    pub reason: Text,
}

/// Lighthouse, whose heart is CreateKeyPair.
pub const LIGHTHOUSE: Product = Product {
    name: "lighthouse",
    title: "Lighthouse",
    version: "2020-03-24",
    denial: Denial::Product(Code::NoPermission),
    unserved: lighthouse::unserved::UNSERVED,
    unanswered: lighthouse::unanswered::UNANSWERED,
    elsewhere: &[],
};

/// CAM, which says who may do what.
pub const CAM: Product = Product {
    name: "cam",
    title: "CAM",
    version: "2019-01-16",
    denial: Denial::Gateway,
    unserved: cam::unserved::UNSERVED,
    unanswered: cam::unanswered::UNANSWERED,
    elsewhere: cam::unanswered::ELSEWHERE,
};

/// STS, which hands out temporary credentials.
pub const STS: Product = Product {
    name: "sts",
    title: "STS",
    version: "2018-08-13",
    denial: Denial::Product(Code::UnauthorizedOperation),
    unserved: sts::unserved::UNSERVED,
    unanswered: sts::unanswered::UNANSWERED,
    elsewhere: sts::unanswered::ELSEWHERE,
};

/// Every product.
pub const PRODUCTS: &[&Product] = &[&LIGHTHOUSE, &CAM, &STS];

/// How often one account may call an action of CAM or STS, where nothing else is said: the vendor's
/// default for most of them.
pub(crate) const REQUESTS_PER_SECOND: u32 = 20;

/// One row of the table.
#[derive(Debug)]
pub struct Action {
    /// The product it belongs to.
    pub product: &'static Product,
    /// The name on the wire.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub summary: Text,
    /// Whether `Region` has to be given.
    pub needs_region: bool,
    /// How often one account may call it in one region (the vendor's default).
    pub requests_per_second: u32,
    /// What it takes.
    pub input: &'static Structure,
    /// What it replies with, beside `RequestId`.
    pub output: &'static Structure,
    /// The codes of its own; those of [`Code::COMMON`] that something causes may always be answered
    /// too.
    pub codes: &'static [Code],
    /// Where it differs from the vendor on purpose.
    pub differences: &'static [Text],
    /// A call and its reply.
    pub example: Example,
    /// Reads the parameters: [`decode`] into this action's variant of [`Call`].
    pub decode: fn(Value) -> Result<Call, ApiError>,
}

impl Action {
    /// The name that policies use: `lighthouse:CreateKeyPair`.
    pub fn operation(&self) -> String {
        format!("{}:{}", self.product.name, self.name)
    }

    /// Whether this code may be answered.
    pub fn may_answer(&self, code: Code) -> bool {
        self.codes.contains(&code) || (Code::COMMON.contains(&code) && code.is_answered())
    }
}

/// A call and its reply, as JSON texts.
#[derive(Debug)]
pub struct Example {
    /// The parameters of the call.
    pub parameters: &'static str,
    /// The reply, without its envelope.
    pub reply: &'static str,
}

/// Ties an action's row to the types of its parameters and its reply.
pub trait Contract {
    /// The row.
    const ACTION: Action;
    /// What it takes.
    type Input: Parameter + Serialize;
    /// What it replies with.
    type Output: Serialize + DeserializeOwned;
}

macro_rules! actions {
    ($($name:ident in $($path:ident)::+;)*) => {
        /// Every action that is served.
        pub static ACTIONS: &[Action] = &[$(<$($path)::+::$name as Contract>::ACTION,)*];

        /// A call whose parameters have been read: what the service acts on.
        pub enum Call {
            $(
                #[doc = concat!("A call of ", stringify!($name), ".")]
                $name(<$($path)::+::$name as Contract>::Input),
            )*
        }

        /// What the service replies with.
        #[derive(Serialize)]
        #[serde(untagged)]
        pub enum Reply {
            $(
                #[doc = concat!("The reply of ", stringify!($name), ".")]
                $name(<$($path)::+::$name as Contract>::Output),
            )*
        }

        #[test]
        fn every_row_has_the_name_of_its_type_and_an_example_of_its_reply() {
            $({
                type Row = $($path)::+::$name;
                let action = <Row as Contract>::ACTION;
                assert_eq!(action.name, stringify!($name));
                serde_json::from_str::<<Row as Contract>::Output>(action.example.reply).unwrap();
            })*
        }
    };
}

actions! {
    CreateKeyPair in lighthouse::create_key_pair;
    DescribeRegions in lighthouse::describe_regions;
    DescribeKeyPairs in lighthouse::describe_key_pairs;
    DeleteKeyPairs in lighthouse::delete_key_pairs;
    ImportKeyPair in lighthouse::import_key_pair;
    AssociateInstancesKeyPairs in lighthouse::associate_instances_key_pairs;
    DisassociateInstancesKeyPairs in lighthouse::disassociate_instances_key_pairs;
    DescribeInstances in lighthouse::describe_instances;
    CreateInstances in lighthouse::create_instances;
    ModifyInstancesAttribute in lighthouse::modify_instances_attribute;
    StartInstances in lighthouse::start_instances;
    StopInstances in lighthouse::stop_instances;
    RebootInstances in lighthouse::reboot_instances;
    IsolateInstances in lighthouse::isolate_instances;
    TerminateInstances in lighthouse::terminate_instances;
    DescribeZones in lighthouse::describe_zones;
    DescribeGeneralResourceQuotas in lighthouse::describe_general_resource_quotas;
    AddUser in cam::add_user;
    UpdateUser in cam::update_user;
    DeleteUser in cam::delete_user;
    GetUser in cam::get_user;
    ListUsers in cam::list_users;
    CreateAccessKey in cam::create_access_key;
    UpdateAccessKey in cam::update_access_key;
    DeleteAccessKey in cam::delete_access_key;
    ListAccessKeys in cam::list_access_keys;
    GetSecurityLastUsed in cam::get_security_last_used;
    CreatePolicy in cam::create_policy;
    UpdatePolicy in cam::update_policy;
    DeletePolicy in cam::delete_policy;
    GetPolicy in cam::get_policy;
    ListPolicies in cam::list_policies;
    AttachUserPolicy in cam::attach_user_policy;
    DetachUserPolicy in cam::detach_user_policy;
    ListAttachedUserPolicies in cam::list_attached_user_policies;
    CreateGroup in cam::create_group;
    DeleteGroup in cam::delete_group;
    AddUserToGroup in cam::add_user_to_group;
    RemoveUserFromGroup in cam::remove_user_from_group;
    ListGroups in cam::list_groups;
    AttachGroupPolicy in cam::attach_group_policy;
    DetachGroupPolicy in cam::detach_group_policy;
    CreateRole in cam::create_role;
    DeleteRole in cam::delete_role;
    GetRole in cam::get_role;
    AttachRolePolicy in cam::attach_role_policy;
    DetachRolePolicy in cam::detach_role_policy;
    GetCallerIdentity in sts::get_caller_identity;
    AssumeRole in sts::assume_role;
    GetFederationToken in sts::get_federation_token;
}

impl Call {
    /// The tags that it gives to what it makes.
    pub fn tags(&self) -> &[Tag] {
        let tags = match self {
            Self::CreateKeyPair(input) => input.tags.as_ref(),
            Self::ImportKeyPair(input) => input.tags.as_ref(),
            Self::CreateInstances(input) => input.tags.as_ref(),
            Self::CreatePolicy(input) => input.tags.as_ref(),
            Self::CreateRole(input) => input.tags.as_ref().map(|RoleTags(tags)| tags),
            _ => None,
        };
        tags.map_or(&[], Tags::as_slice)
    }
}

/// Reads the parameters of one action: what its row's `decode` does.
///
/// # Errors
/// What [`Parameter::decode`] refuses.
pub fn decode<C: Contract>(parameters: Value) -> Result<C::Input, ApiError> {
    C::Input::decode(parameters, &Path::Root)
}

/// The product of this name.
///
/// # Errors
/// `NoSuchProduct`.
pub fn find_product(name: &str) -> Result<&'static Product, ApiError> {
    PRODUCTS
        .iter()
        .copied()
        .find(|product| product.name == name)
        .ok_or_else(|| {
            let known = PRODUCTS.iter().map(|product| product.name);
            ApiError::no_such_product(name, &known.collect::<Vec<_>>())
        })
}

/// Whether it is the version of the product that is served.
///
/// # Errors
/// `NoSuchVersion`.
pub fn check_version(product: &Product, version: &str) -> Result<(), ApiError> {
    if version == product.version {
        return Ok(());
    }
    Err(ApiError::no_such_version(
        version,
        product.name,
        product.version,
    ))
}

/// The row of an action.
///
/// # Errors
/// `NoSuchVersion`, then `UnsupportedOperation` for what the vendor has and Pharos does not serve, and
/// `InvalidAction` for what nobody has.
pub fn find_action(
    product: &Product,
    version: &str,
    name: &str,
) -> Result<&'static Action, ApiError> {
    check_version(product, version)?;
    let mut of_product = ACTIONS.iter().filter(|action| action.product == product);
    of_product
        .find(|action| action.name == name)
        .ok_or_else(|| {
            if product.unserved.contains(&name) {
                ApiError::unserved_action(name, product.name)
            } else {
                ApiError::invalid_action(name, product.name, version)
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_row_stands_once_and_its_example_is_a_call_it_takes() {
        let names: HashSet<_> = ACTIONS.iter().map(Action::operation).collect();
        assert_eq!(names.len(), ACTIONS.len());
        for action in ACTIONS {
            let parameters = serde_json::from_str(action.example.parameters).unwrap();
            assert!((action.decode)(parameters).is_ok(), "{}", action.name);
        }
    }

    #[test]
    fn an_actions_own_codes_are_not_the_common_ones() {
        for action in ACTIONS {
            assert!(
                action.codes.iter().all(|code| !Code::COMMON.contains(code)),
                "{}",
                action.name
            );
        }
    }

    #[test]
    fn what_is_not_served_is_told_apart() {
        assert_eq!(find_product("cvm").unwrap_err().code, Code::NoSuchProduct);
        let find =
            |version, name| find_action(&LIGHTHOUSE, version, name).map(|action| action.name);
        assert_eq!(
            find("2020-03-24", "CreateKeyPair").unwrap(),
            "CreateKeyPair"
        );
        assert_eq!(
            find("2017-03-12", "CreateKeyPair").unwrap_err().code,
            Code::NoSuchVersion
        );
        assert_eq!(
            find("2020-03-24", "createKeyPair").unwrap_err().code,
            Code::InvalidAction
        );
        assert_eq!(
            find("2020-03-24", "ResetInstance").unwrap_err().code,
            Code::UnsupportedOperation
        );
    }

    #[test]
    fn an_action_is_looked_for_in_its_own_product_only() {
        let find = |product: &str, name| {
            let product = find_product(product).unwrap();
            find_action(product, product.version, name).map_err(|error| error.code)
        };
        assert_eq!(find("cam", "AddUser").unwrap().operation(), "cam:AddUser");
        assert_eq!(find("sts", "AddUser").unwrap_err(), Code::InvalidAction);
        assert_eq!(
            find("cam", "GetGroup").unwrap_err(),
            Code::UnsupportedOperation
        );
    }

    #[test]
    fn what_a_product_denies_with_may_be_answered_by_each_of_its_actions() {
        for action in ACTIONS {
            let denied = action.product.denial.code();
            assert!(action.may_answer(denied), "{}", action.operation());
        }
    }

    #[test]
    fn the_tags_that_a_call_gives_are_seen() {
        let tags = r#"[{"Key": "a", "Value": "b"}]"#;
        for (operation, named) in [
            ("lighthouse:CreateKeyPair", r#""KeyName": "a""#),
            (
                "cam:CreatePolicy",
                r#""PolicyName": "a", "PolicyDocument": """#,
            ),
            ("cam:CreateRole", r#""RoleName": "a", "PolicyDocument": """#),
        ] {
            let mut actions = ACTIONS.iter();
            let action = actions.find(|action| action.operation() == operation);
            let parameters = format!(r#"{{{named}, "Tags": {tags}}}"#);
            let parameters = serde_json::from_str(&parameters).unwrap();
            let call = (action.unwrap().decode)(parameters).ok().unwrap();
            assert_eq!(call.tags().len(), 1, "{operation}");
        }
    }

    #[test]
    fn what_is_served_is_not_listed_as_unserved() {
        for action in ACTIONS {
            assert!(
                !action.product.unserved.contains(&action.name),
                "{}",
                action.name
            );
        }
        for product in PRODUCTS {
            assert!(product.unserved.is_sorted());
        }
    }
}
