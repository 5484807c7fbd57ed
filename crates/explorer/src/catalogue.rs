//! The action table as JSON: what the page is built on.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use pharos_api::action::{ACTIONS, Action, PRODUCTS, Product};
use pharos_api::code::Code;
use pharos_api::region::Region;
use pharos_api::schema::{Field, Structure, Type};
use pharos_api::text::Text;
use serde_json::{Map, Value, json};

use crate::code::TARGETS;

/// Products, actions, structures, codes, regions and targets of code, as JSON. It is made once.
pub fn catalogue() -> &'static [u8] {
    static CATALOGUE: LazyLock<Vec<u8>> = LazyLock::new(|| made().to_string().into_bytes());
    &CATALOGUE
}

fn made() -> Value {
    let structures = PRODUCTS.iter().map(|product| {
        let structures = structures(product).into_iter();
        let structures = structures.map(|(name, of)| (name.to_owned(), fields(of)));
        let structures = Value::Object(structures.collect());
        (product.name.to_owned(), structures)
    });
    json!({
        "products": list(PRODUCTS, |product| json!({
            "name": product.name,
            "title": product.title,
            "version": product.version,
        })),
        "actions": list(ACTIONS, action),
        "structures": structures.collect::<Map<_, _>>(),
        "codes": list(Code::ALL.iter().filter(|code| code.is_answered()), |code| json!({
            "code": code.wire(),
            "meaning": text(&code.meaning()),
            "common": Code::COMMON.contains(code),
        })),
        "regions": list(Region::ALL, |region| json!({
            "name": region.wire(),
            "title": text(&region.name()),
        })),
        "targets": list(TARGETS, |target| json!({
            "id": target.id,
            "title": target.title,
            "language": target.language,
        })),
    })
}

fn list<T>(items: impl IntoIterator<Item = T>, made: impl Fn(T) -> Value) -> Value {
    items.into_iter().map(made).collect()
}

fn text(text: &Text) -> Value {
    json!({"en": text.en, "zh": text.zh})
}

fn action(action: &Action) -> Value {
    json!({
        "product": action.product.name,
        "version": action.product.version,
        "name": action.name,
        "summary": text(&action.summary),
        "needs_region": action.needs_region,
        "requests_per_second": action.requests_per_second,
        "changes": changes(action),
        "input": action.input.name,
        "output": action.output.name,
        "codes": list(action.codes, |code| code.wire().into()),
        "differences": list(action.differences, text),
        "example": {
            "parameters": example(action.example.parameters),
            "reply": example(action.example.reply),
        },
    })
}

/// Whether it changes something, as the vendor's names tell.
fn changes(action: &Action) -> bool {
    let reads = ["Describe", "Get", "List"];
    !reads.iter().any(|verb| action.name.starts_with(verb))
}

/// An example's text, which a test of the table has read.
fn example(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

fn fields(structure: &Structure) -> Value {
    list(structure.fields, |field: &Field| {
        json!({
            "name": field.name,
            "type": type_of(&field.value),
            "required": field.required,
            "values": field.values,
            "documentation": text(&field.documentation),
        })
    })
}

fn type_of(of: &Type) -> Value {
    match of {
        Type::List(element) => json!({"list": type_of(element)}),
        Type::Structure(structure) => json!({"structure": structure.name}),
        simple => simple.name().into(),
    }
}

/// Every structure that stands in a call or a reply of a product, by its name.
pub(crate) fn structures(product: &Product) -> BTreeMap<&'static str, &'static Structure> {
    let mut found = BTreeMap::new();
    for action in ACTIONS.iter().filter(|action| action.product == product) {
        collect(action.input, &mut found);
        collect(action.output, &mut found);
    }
    found
}

fn collect(structure: &'static Structure, found: &mut BTreeMap<&'static str, &'static Structure>) {
    if found.insert(structure.name, structure).is_none() {
        for inner in structure
            .fields
            .iter()
            .filter_map(|field| inner(&field.value))
        {
            collect(inner, found);
        }
    }
}

/// The structure in a type.
pub(crate) fn inner(of: &Type) -> Option<&'static Structure> {
    match of {
        Type::Structure(structure) => Some(structure),
        Type::List(element) => inner(element),
        Type::String | Type::Int64 | Type::Uint64 | Type::Bool => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read() -> Value {
        serde_json::from_slice(catalogue()).unwrap()
    }

    #[test]
    fn every_row_of_the_table_is_there() {
        let catalogue = read();
        let actions = catalogue["actions"].as_array().unwrap();
        assert_eq!(actions.len(), ACTIONS.len());
        for (row, action) in actions.iter().zip(ACTIONS) {
            assert_eq!(row["name"], action.name);
            let structures = &catalogue["structures"][action.product.name];
            for side in ["input", "output"] {
                let name = row[side].as_str().unwrap();
                assert!(structures[name].is_array(), "{name}");
            }
            assert!(row["example"]["parameters"].is_object(), "{}", action.name);
            assert!(row["example"]["reply"].is_object(), "{}", action.name);
        }
        assert_eq!(catalogue["targets"].as_array().unwrap().len(), 11);
        assert_eq!(catalogue["products"][0]["version"], "2020-03-24");
    }

    #[test]
    fn every_structure_and_code_that_is_named_is_told() {
        let catalogue = read();
        let codes = catalogue["codes"].as_array().unwrap();
        for action in catalogue["actions"].as_array().unwrap() {
            for code in action["codes"].as_array().unwrap() {
                assert!(codes.iter().any(|row| row["code"] == *code), "{code}");
            }
        }
        for structures in catalogue["structures"].as_object().unwrap().values() {
            for fields in structures.as_object().unwrap().values() {
                for field in fields.as_array().unwrap() {
                    let mut of = &field["type"];
                    while let Some(element) = of.get("list") {
                        of = element;
                    }
                    if let Some(name) = of.get("structure") {
                        assert!(structures[name.as_str().unwrap()].is_array(), "{name}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_name_stands_for_one_shape_within_a_product() {
        fn compare(structure: &'static Structure, known: &BTreeMap<&str, &'static Structure>) {
            let shape = |of: &Structure| fields(of).to_string();
            assert_eq!(
                shape(structure),
                shape(known[structure.name]),
                "{}",
                structure.name
            );
            for field in structure.fields {
                if let Some(inner) = inner(&field.value) {
                    compare(inner, known);
                }
            }
        }
        for action in ACTIONS {
            let known = structures(action.product);
            compare(action.input, &known);
            compare(action.output, &known);
        }
    }

    #[test]
    fn where_there_is_a_fixed_number_of_texts_they_are_told() {
        let structures = &read()["structures"];
        let field = |product: &str, structure: &str, name: &str| {
            let fields = structures[product][structure].as_array().unwrap();
            let field = fields.iter().find(|field| field["name"] == name);
            field.unwrap().clone()
        };
        let status = field("cam", "UpdateAccessKeyRequest", "Status");
        assert_eq!(status["values"], json!(["Active", "Inactive"]));
        let name = field("lighthouse", "CreateKeyPairRequest", "KeyName");
        assert_eq!(name["values"], json!([]));
    }

    #[test]
    fn what_only_reads_is_told_from_what_changes() {
        let changing: Vec<_> = ACTIONS.iter().filter(|row| changes(row)).collect();
        assert!(changing.iter().any(|row| row.name == "CreateKeyPair"));
        assert!(!changing.iter().any(|row| row.name == "DescribeKeyPairs"));
        assert!(!changing.iter().any(|row| row.name == "GetRole"));
        assert!(!changing.iter().any(|row| row.name == "ListUsers"));
    }
}
