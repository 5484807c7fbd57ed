//! `pharos key`.

mod bind;
mod chosen;
mod create;
mod delete;
mod import;
mod list;
mod seen;
mod show;

use anyhow::{Context, Result};
use pharos_api::error::quoted;
use pharos_api::key_name::KeyName;
use pharos_api::parameter::{Parameter, Path};
use pharos_api::tag::{Tag, Tags};
use serde_json::json;

use crate::command_line::Key;
use crate::remote::refused;

/// Runs a `pharos key` command.
pub(crate) fn run(command: Key) -> Result<()> {
    match command {
        Key::Create(arguments) => create::run(arguments),
        Key::Import(arguments) => import::run(arguments),
        Key::List(arguments) => list::run(arguments),
        Key::Show(arguments) => show::run(&arguments),
        Key::Delete(arguments) => delete::run(&arguments),
        Key::Bind(arguments) => bind::bind(arguments),
        Key::Unbind(arguments) => bind::unbind(arguments),
    }
}

fn read_name(text: String) -> Result<KeyName> {
    KeyName::try_from(text).map_err(|bad| refused(&bad.into()))
}

/// Reads `KEY=VALUE`.
fn read_tag(text: &str) -> Result<Tag> {
    let (key, value) = text.split_once('=').with_context(|| {
        let text = quoted(text);
        format!("`{text}` is not a tag; write KEY=VALUE, or `KEY=` for one without a value")
    })?;
    Ok(Tag {
        key: key.to_owned(),
        value: value.to_owned(),
    })
}

/// Reads tags to put on a key pair; `None` if there are none.
fn read_tags(texts: &[String]) -> Result<Option<Tags>> {
    let tags = texts.iter().map(|text| read_tag(text));
    let tags = tags.collect::<Result<Vec<_>>>()?;
    if tags.is_empty() {
        return Ok(None);
    }
    let tags = Tags::decode(json!(tags), &Path::Field(&Path::Root, "Tags"));
    tags.map(Some).map_err(|error| refused(&error))
}
