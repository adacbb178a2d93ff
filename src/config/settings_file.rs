//! The settings file, and its keys.

use std::path::Path;

use config::{File, FileFormat, FileSourceString, Map, Source, Value, ValueKind};

use super::ConfigError;
use crate::text::{suggest, truncate};

/// Reads a settings file, and validates its keys: a misspelt one would silently lift a limit.
///
/// Deserializing would reject unknown keys too, but without the nearest one, and not the one in the wrong section.
///
/// # Errors
///
/// If it cannot be read, is not TOML, or has a key that is not a setting.
pub fn read(path: &Path, names: &[&str]) -> Result<File<FileSourceString, FileFormat>, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|error| ConfigError::File { path: path.to_owned(), error })?;
    let file = File::from_str(&text, FileFormat::Toml);
    let sections =
        file.collect().map_err(|error| ConfigError::Source { error: Box::new(error), file: Some(path.to_owned()) })?;
    match unknown_key(sections, names) {
        Some(key) => {
            Err(ConfigError::UnknownKey { nearest: nearest(&key, names), key: truncate(&key), file: path.to_owned() })
        }
        None => Ok(file),
    }
}

/// The first key, in alphabetical order, that is not a setting.
fn unknown_key(sections: Map<String, Value>, names: &[&str]) -> Option<String> {
    let mut unknown = Vec::new();
    for (section, value) in sections {
        let is_known = names.iter().any(|name| name.split_once('.').is_some_and(|(known, _)| known == section));
        match value.kind {
            ValueKind::Table(keys) if !keys.is_empty() => {
                let keys = keys.into_keys().map(|key| format!("{section}.{key}"));
                unknown.extend(keys.filter(|key| !names.contains(&key.as_str())));
            }
            // The wrong type of a known section is reported with its value when it is deserialized.
            _ if is_known => {}
            _ => unknown.push(section),
        }
    }
    unknown.into_iter().min()
}

/// The settings that are most similar: those that differ only by the section, else the nearest names.
fn nearest(key: &str, names: &[&str]) -> Vec<String> {
    let (_, bare) = key.rsplit_once('.').unwrap_or(("", key));
    let in_another_section = |name: &&&str| name.rsplit_once('.').is_some_and(|(_, known)| known == bare);
    let near: Vec<&str> = names.iter().filter(in_another_section).copied().collect();
    let near = if near.is_empty() { suggest(key, names.iter().copied()) } else { near };
    near.into_iter().map(str::to_owned).collect()
}
