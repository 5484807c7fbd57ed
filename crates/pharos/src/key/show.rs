//! `pharos key show`.

use anyhow::Result;
use pharos_api::tag::Tags;
use pharos_api::time::Timestamp;
use pharos_keys::PublicKey;

use super::chosen::find;
use super::seen::Seen;
use crate::command_line::{Output, ShowKey};
use crate::output::{escaped, say, say_json};
use crate::remote;

pub(super) fn run(arguments: &ShowKey) -> Result<()> {
    let region = remote::region(&arguments.remote)?;
    let client = remote::client(&arguments.remote)?;
    let key_pair = find(&client, region, &arguments.key)?;
    let seen = Seen::new(region.wire(), key_pair);
    match arguments.output {
        Output::Json => say_json(&seen),
        Output::Table => say(&text(&seen)),
    }
}

/// What there is to say of it; then its fingerprints as `ssh-keygen -l` shows them, and its public key, a
/// line each.
fn text(seen: &Seen) -> String {
    let key_pair = &seen.key_pair;
    let tags = key_pair.tags.as_ref().map_or(&[][..], Tags::as_slice);
    let tags: Vec<_> = tags
        .iter()
        .map(|tag| format!("{}={}", tag.key, tag.value))
        .collect();
    let created = key_pair.created_time.map(Timestamp::rfc3339);
    let facts = [
        ("KeyId", key_pair.key_id.to_string()),
        ("Name", key_pair.key_name.to_string()),
        ("Region", seen.identity.region.clone()),
        ("Created", created.unwrap_or_default()),
        ("Tags", tags.join(", ")),
        ("Instances", seen.instances()),
    ];
    let line = |(name, value): &(_, String)| {
        let value = if value.is_empty() { "none" } else { value };
        format!("{name:9}  {}", escaped(value))
    };
    let mut lines: Vec<_> = facts.iter().map(line).collect();
    lines.push(String::new());
    if let Ok((key, comment)) = PublicKey::parse_with_comment(&key_pair.public_key) {
        let comment = escaped(comment);
        lines.push(key.fingerprint_line(&key.fingerprint(), &comment));
        lines.push(key.fingerprint_line(&key.md5_fingerprint(), &comment));
    }
    lines.push(escaped(key_pair.public_key.trim_end()).into_owned());
    lines.join("\n")
}
