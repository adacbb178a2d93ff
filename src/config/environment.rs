//! Validates the names of environment variables: a misspelt or unreadable one would silently lift a limit, so it is an
//! error.

mod kubernetes;

use std::ffi::OsStr;
use std::iter;

use super::ConfigError;
use super::layers::{self, PREFIX, short_name};
use crate::text::{suggest, truncate};

/// Validates the variables that start with [`PREFIX`], in any case.
///
/// # Errors
///
/// The first one that is not a setting, or whose name or value is not UTF-8. Variables that Kubernetes sets for a Service
/// are ignored: a Service named `leadconnector-mcp-server` is not a setting.
pub fn validate<N: AsRef<OsStr>, V: AsRef<OsStr>>(
    variables: impl IntoIterator<Item = (N, V)>,
) -> Result<(), ConfigError> {
    let known = known_variables()?;
    for (name, value) in variables {
        let Some(name) = prefixed_name(name.as_ref())? else { continue };
        let value = value.as_ref().to_str();
        if value.is_some_and(|value| kubernetes::is_service_variable(&name, value)) {
            continue;
        }
        if !known.contains(&name) {
            return Err(ConfigError::UnknownVariable {
                nearest: nearest_variables(&name, &known),
                name: truncate(&name),
            });
        }
        if value.is_none() {
            return Err(ConfigError::NotUtf8(name));
        }
    }
    Ok(())
}

/// The known variables that are most similar: those that differ only by a missing section, else the nearest names.
fn nearest_variables(name: &str, known: &[String]) -> Vec<String> {
    // Compared without the prefix: it would make all names similar.
    let suffix = name[PREFIX.len()..].to_uppercase();
    let without_section = format!("_{suffix}");
    let with_section: Vec<String> = known.iter().filter(|known| known.ends_with(&without_section)).cloned().collect();
    if !with_section.is_empty() {
        return with_section;
    }
    let near = suggest(&suffix, known.iter().map(|known| &known[PREFIX.len()..]));
    near.into_iter().map(|near| format!("{PREFIX}{near}")).collect()
}

/// The variable's name if it starts with [`PREFIX`].
fn prefixed_name(name: &OsStr) -> Result<Option<String>, ConfigError> {
    let start = name.as_encoded_bytes().get(..PREFIX.len());
    if !start.is_some_and(|start| start.eq_ignore_ascii_case(PREFIX.as_bytes())) {
        return Ok(None);
    }
    let name = name.to_str().ok_or_else(|| ConfigError::NotUtf8(truncate(&name.to_string_lossy())))?;
    // Names of variables are case-insensitive on Windows.
    Ok(Some(if cfg!(windows) { name.to_ascii_uppercase() } else { name.to_owned() }))
}

/// The long and short variables of all settings, and the variable that names the settings file.
fn known_variables() -> Result<Vec<String>, ConfigError> {
    let mut known = vec![format!("{PREFIX}CONFIG")];
    for setting in layers::names()? {
        let short = short_name(&setting.name).map(str::to_owned);
        known.extend(iter::once(setting.variable()).chain(short).map(|name| format!("{PREFIX}{name}")));
    }
    Ok(known)
}

#[cfg(test)]
mod tests;
