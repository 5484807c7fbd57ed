//! A tree as steps: make a structure, set its fields, and use it in the next one.

use pharos_api::schema::Type;

use super::model::{Structure, Value};

/// One structure that is made and filled.
pub(super) struct Step<'a> {
    /// What it is called from then on.
    pub(super) variable: String,
    /// What it is.
    pub(super) class: &'static str,
    fields: Vec<(&'static str, Expression<'a>)>,
    /// What its name is made of.
    word: String,
}

/// What a field is set to.
pub(super) enum Expression<'a> {
    Text(&'a str),
    /// Of either type: no language that takes steps tells them apart.
    Number(i128),
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

/// The lines of steps: `make` writes the one that makes a variable of a class, and `set` the one that sets
/// a variable's field.
pub(super) fn lines(
    steps: &[Step<'_>],
    make: fn(&str, &str) -> String,
    set: fn(&str, &str, &Expression<'_>) -> String,
) -> String {
    let mut lines = String::new();
    for step in steps {
        lines.push_str(&make(&step.variable, step.class));
        for (field, value) in &step.fields {
            lines.push_str(&set(&step.variable, field, value));
        }
    }
    lines
}

struct Made<'a> {
    steps: Vec<Step<'a>>,
    name: fn(&str, Option<usize>) -> String,
}

impl<'a> Made<'a> {
    /// Makes a structure after all that is in it, and answers its name. One of a list has a number, and so has
    /// whatever another was called like before.
    fn structure(&mut self, word: &str, is_of_list: bool, structure: &Structure<'a>) -> String {
        let fields = structure.fields.iter();
        let fields = fields.map(|(name, value)| (*name, self.expression(name, value)));
        let fields = fields.collect();
        let before = self.steps.iter().filter(|step| step.word == word).count();
        let number = (is_of_list || before > 0).then_some(before + 1);
        let variable = (self.name)(word, number);
        self.steps.push(Step {
            variable: variable.clone(),
            class: structure.class,
            fields,
            word: word.to_owned(),
        });
        variable
    }

    /// The structure in a field is called as the field, one in a list as its class.
    fn expression(&mut self, field: &str, value: &Value<'a>) -> Expression<'a> {
        match value {
            Value::Text(text) => Expression::Text(text),
            Value::Int64(number) => Expression::Number((*number).into()),
            Value::Uint64(number) => Expression::Number((*number).into()),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::words::snake_variable;

    fn disk() -> Structure<'static> {
        Structure {
            class: "Disk",
            fields: vec![("Size", Value::Uint64(1))],
        }
    }

    #[test]
    fn what_is_used_is_made_before_and_no_name_stands_for_two() {
        let instance = || {
            Value::Structure(Structure {
                class: "Instance",
                fields: vec![("SystemDisk", Value::Structure(disk()))],
            })
        };
        let request = Structure {
            class: "Create",
            fields: vec![(
                "Instances",
                Value::List(&Type::Bool, vec![instance(), instance()]),
            )],
        };
        let steps = steps(&request, snake_variable);
        let names: Vec<_> = steps.iter().map(|step| &*step.variable).collect();
        let expected = [
            "system_disk",
            "instance_1",
            "system_disk_2",
            "instance_2",
            "request",
        ];
        assert_eq!(names, expected);
        let printed = lines(
            &steps,
            |variable, class| format!("{variable}: {class}\n"),
            |variable, field, value| match value {
                Expression::Variable(name) => format!("{variable}.{field} = {name}\n"),
                _ => format!("{variable}.{field}\n"),
            },
        );
        assert_eq!(
            printed,
            "system_disk: Disk\nsystem_disk.Size\ninstance_1: Instance\ninstance_1.SystemDisk = system_disk\n\
             system_disk_2: Disk\nsystem_disk_2.Size\ninstance_2: Instance\ninstance_2.SystemDisk = system_disk_2\n\
             request: Create\nrequest.Instances\n"
        );
    }
}
