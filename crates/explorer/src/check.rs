//! Looking at a form before it is sent, with the sentences that the server itself would say.

use std::collections::BTreeMap;

use pharos_api::action::Action;
use pharos_api::error::ApiError;
use pharos_api::text::Language;
use serde::Serialize;
use serde_json::{Map, Value};

/// What is wrong with the parameters of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// What is wrong with single parameters, by their names, whatever the others are.
    pub fields: BTreeMap<String, Refusal>,
    /// What the server would say to all of them together.
    pub whole: Option<Refusal>,
}

/// What the server says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The public code.
    pub code: &'static str,
    /// The sentence.
    pub message: String,
}

/// Decodes the parameters as the server does: together, and each one among the example's values of those
/// that have to be there. What only a store can tell (a name that is taken) is not looked at.
pub fn check(action: &Action, parameters: &Map<String, Value>, language: Language) -> Checked {
    let decode = |parameters: Map<String, Value>| {
        let decoded = (action.decode)(Value::Object(parameters));
        decoded.err().map(|error| refusal(&error, language))
    };
    let needed = needed(action);
    let names = needed.keys().chain(parameters.keys());
    let fields = names.filter_map(|name| {
        let mut alone = needed.clone();
        match parameters.get(name) {
            Some(value) => alone.insert(name.clone(), value.clone()),
            None => alone.remove(name),
        };
        Some((name.clone(), decode(alone)?))
    });
    Checked {
        fields: fields.collect(),
        whole: decode(parameters.clone()),
    }
}

/// The example's values of the parameters that have to be there.
fn needed(action: &Action) -> Map<String, Value> {
    let example = serde_json::from_str(action.example.parameters);
    let mut example: Map<String, Value> = example.unwrap_or_default();
    example.retain(|name, _| {
        let field = action.input.field(name);
        field.is_some_and(|field| field.required)
    });
    example
}

fn refusal(error: &ApiError, language: Language) -> Refusal {
    Refusal {
        code: error.code.wire(),
        message: error.message.in_language(language).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pharos_api::action::ACTIONS;
    use serde_json::json;

    fn checked(name: &str, parameters: Value, language: Language) -> Checked {
        let action = ACTIONS.iter().find(|action| action.name == name).unwrap();
        let Value::Object(parameters) = parameters else {
            panic!("parameters are an object");
        };
        check(action, &parameters, language)
    }

    fn servers_own(name: &str, parameters: Value) -> (&'static str, String) {
        let action = ACTIONS.iter().find(|action| action.name == name).unwrap();
        let error = (action.decode)(parameters).err().unwrap();
        (error.code.wire(), error.message.en.into_owned())
    }

    #[test]
    fn each_mistake_stands_at_its_field_in_the_servers_own_words() {
        for (field, parameters, code) in [
            (
                "KeyName",
                json!({"KeyName": "my key"}),
                "InvalidParameterValue.InvalidKeyPairNameIncludeIllegalChar",
            ),
            ("KeyName", json!({}), "MissingParameter"),
            ("KeyName", json!({"KeyName": 1}), "InvalidParameter"),
            (
                "KeyNames",
                json!({"KeyName": "a", "KeyNames": "b"}),
                "UnknownParameter",
            ),
            (
                "Tags",
                json!({"KeyName": "a", "Tags": [{"Key": "k"}]}),
                "MissingParameter",
            ),
        ] {
            let checked = checked("CreateKeyPair", parameters.clone(), Language::English);
            let (expected, sentence) = servers_own("CreateKeyPair", parameters);
            assert_eq!(expected, code);
            let names: Vec<_> = checked.fields.keys().map(String::as_str).collect();
            assert_eq!(names, [field]);
            assert_eq!(checked.fields[field].code, code);
            assert_eq!(checked.fields[field].message, sentence);
            assert_eq!(checked.whole, Some(checked.fields[field].clone()));
        }
    }

    #[test]
    fn several_mistakes_are_told_at_once_and_one_by_the_whole() {
        let parameters = json!({"KeyName": "", "Tags": 3});
        let checked = checked("CreateKeyPair", parameters, Language::Chinese);
        assert_eq!(checked.fields.len(), 2);
        let whole = checked.whole.unwrap();
        assert_eq!(whole, checked.fields["KeyName"]);
        assert!(whole.message.contains("密钥对"), "{}", whole.message);
    }

    #[test]
    fn every_example_is_right_and_null_is_as_good_as_absent() {
        for action in ACTIONS {
            let parameters = serde_json::from_str(action.example.parameters).unwrap();
            let found = check(action, &parameters, Language::English);
            assert_eq!(found, Checked::default(), "{}", action.name);
        }
        let parameters = json!({"KeyName": "a", "Tags": null});
        let found = checked("CreateKeyPair", parameters, Language::English);
        assert_eq!(found, Checked::default());
        let found = checked("CreateKeyPair", json!({"KeyName": null}), Language::English);
        assert_eq!(found.fields["KeyName"].code, "MissingParameter");
    }
}
