//! The action table: every action that is served, with everything the others read about it.

use crate::code::Code;
use crate::error::ApiError;
use crate::lighthouse;
use crate::parameter::{Parameter, Path};
use crate::schema::Structure;
use crate::tag::{Tag, Tags};
use crate::text::Text;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A product of the vendor's, as far as Pharos serves it.
#[derive(Debug, PartialEq, Eq)]
pub struct Product {
    /// The name in host names, credential scopes and policies.
    pub name: &'static str,
    /// The one version that is served.
    pub version: &'static str,
    /// The actions that the vendor has in it, and that are not served.
    pub unserved: &'static [&'static str],
}

/// Lighthouse, whose heart is CreateKeyPair.
pub const LIGHTHOUSE: Product = Product {
    name: "lighthouse",
    version: "2020-03-24",
    unserved: lighthouse::unserved::UNSERVED,
};

/// Every product.
pub const PRODUCTS: &[&Product] = &[&LIGHTHOUSE];

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
}

impl Call {
    /// The tags that it gives to what it makes.
    pub fn tags(&self) -> &[Tag] {
        let tags = match self {
            Self::CreateKeyPair(input) => &input.tags,
            Self::ImportKeyPair(input) => &input.tags,
            Self::CreateInstances(input) => &input.tags,
            _ => &None,
        };
        tags.as_ref().map_or(&[], Tags::as_slice)
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
    if version != product.version {
        return Err(ApiError::no_such_version(
            version,
            product.name,
            product.version,
        ));
    }
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
