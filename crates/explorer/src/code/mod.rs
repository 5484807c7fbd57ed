//! Code that makes one call, in every language.
//!
//! A call is read once into a tree of typed values ([`model`]); each target is a short printer of it.
//! Where a language has no expression for a whole structure, the tree becomes steps ([`steps`]).

mod cpp;
mod curl;
mod dotnet;
mod go;
mod java;
mod model;
mod nodejs;
mod php;
mod python;
mod ruby;
mod rust;
mod shell;
mod steps;
mod tccli;
mod text;
mod words;

use std::collections::BTreeMap;

use pharos_api::action::Action;
use pharos_api::region::Region;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::endpoint::Endpoint;
use model::Snippet;

/// A call that code is wanted for.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// What is called.
    pub action: &'static Action,
    /// Its parameters. One that the action does not have, or of another type, is left out.
    pub parameters: &'a Map<String, Value>,
    /// The region, if one is named.
    pub region: Option<Region>,
    /// The server.
    pub endpoint: &'a Endpoint,
}

/// A program that makes the call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Code {
    /// What to call the file.
    pub file: String,
    /// What is in it.
    pub source: String,
}

/// A language with its SDK, or a command.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// What code is found by: `python`.
    pub id: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// The language, as highlighters know it.
    pub language: &'static str,
    /// The name of the file, for an action.
    file: fn(&str) -> String,
    /// Writes the program.
    source: fn(&Snippet<'_>) -> String,
}

/// Every target, in the order in which they are offered.
pub static TARGETS: &[Target] = &[
    Target {
        id: "python",
        title: "Python",
        language: "python",
        file: |action| format!("{}.py", words::snake(action)),
        source: python::source,
    },
    Target {
        id: "java",
        title: "Java",
        language: "java",
        file: |action| format!("{action}.java"),
        source: java::source,
    },
    Target {
        id: "nodejs",
        title: "Node.js",
        language: "typescript",
        file: |action| format!("{}.ts", words::snake(action)),
        source: nodejs::source,
    },
    Target {
        id: "go",
        title: "Go",
        language: "go",
        file: |action| format!("{}.go", words::snake(action)),
        source: go::source,
    },
    Target {
        id: "php",
        title: "PHP",
        language: "php",
        file: |action| format!("{}.php", words::snake(action)),
        source: php::source,
    },
    Target {
        id: "dotnet",
        title: ".NET",
        language: "csharp",
        file: |action| format!("{action}.cs"),
        source: dotnet::source,
    },
    Target {
        id: "cpp",
        title: "C++",
        language: "cpp",
        file: |action| format!("{}.cpp", words::snake(action)),
        source: cpp::source,
    },
    Target {
        id: "ruby",
        title: "Ruby",
        language: "ruby",
        file: |action| format!("{}.rb", words::snake(action)),
        source: ruby::source,
    },
    Target {
        id: "rust",
        title: "Rust",
        language: "rust",
        file: |action| format!("{}.rs", words::snake(action)),
        source: rust::source,
    },
    Target {
        id: "tccli",
        title: "tccli",
        language: "bash",
        file: |action| format!("{}_tccli.sh", words::snake(action)),
        source: tccli::source,
    },
    Target {
        id: "curl",
        title: "curl",
        language: "bash",
        file: |action| format!("{}_curl.sh", words::snake(action)),
        source: curl::source,
    },
];

/// A program for each target, by the target's id. All of them take the access key from the environment,
/// call this endpoint, and print a refusal's code, message and RequestId.
pub fn code(call: &Call<'_>) -> BTreeMap<&'static str, Code> {
    let snippet = Snippet::of(call);
    let codes = TARGETS.iter().map(|target| {
        let code = Code {
            file: (target.file)(call.action.name),
            source: (target.source)(&snippet),
        };
        (target.id, code)
    });
    codes.collect()
}
