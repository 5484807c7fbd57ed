//! A tree as steps: make a structure, set its fields, and use it in the next one.

use pharos_api::schema::Type;

use super::model::{Structure, Value};

/// One structure that is made and filled.
pub(super) struct Step<'a> {
    /// What it is called from then on.
    pub(super) variable: String,
    /// What it is.
    pub(super) class: &'static str,
    pub(super) fields: Vec<(&'static str, Expression<'a>)>,
}

/// What a field is set to.
pub(super) enum Expression<'a> {
    Text(&'a str),
    Int64(i64),
    Uint64(u64),
    Bool(bool),
    List(&'static Type, Vec<Expression<'a>>),
    /// A structure that an earlier step made.
    Variable(String),
}

/// The steps that make a request, itself last. Names are in the language's style: `name` gets the words
/// of one and a number that tells it from others.
pub(super) fn steps<'a>(
    request: &Structure<'a>,
    name: fn(&str, Option<usize>) -> String,
) -> Vec<Step<'a>> {
    let mut made = Made {
        steps: Vec::new(),
        name,
    };
    made.structure("Request", false, request);
    made.steps
}

struct Made<'a> {
    steps: Vec<Step<'a>>,
    name: fn(&str, Option<usize>) -> String,
}

impl<'a> Made<'a> {
    fn structure(&mut self, word: &str, is_numbered: bool, structure: &Structure<'a>) -> String {
        let fields = structure.fields.iter();
        let fields = fields.map(|(name, value)| (*name, self.expression(name, value)));
        let fields = fields.collect();
        let variable = if is_numbered {
            let before = self.steps.iter();
            let before = before.filter(|step| step.class == structure.class);
            (self.name)(word, Some(before.count() + 1))
        } else {
            (self.name)(word, None)
        };
        self.steps.push(Step {
            variable: variable.clone(),
            class: structure.class,
            fields,
        });
        variable
    }

    /// The structure in a field is called as the field, one in a list as its class.
    fn expression(&mut self, field: &str, value: &Value<'a>) -> Expression<'a> {
        match value {
            Value::Text(text) => Expression::Text(text),
            Value::Int64(number) => Expression::Int64(*number),
            Value::Uint64(number) => Expression::Uint64(*number),
            Value::Bool(truth) => Expression::Bool(*truth),
            Value::List(element, values) => {
                let values = values.iter().map(|value| match value {
                    Value::Structure(structure) => {
                        Expression::Variable(self.structure(structure.class, true, structure))
                    }
                    other => self.expression(field, other),
                });
                Expression::List(element, values.collect())
            }
            Value::Structure(structure) => {
                Expression::Variable(self.structure(field, false, structure))
            }
        }
    }
}
