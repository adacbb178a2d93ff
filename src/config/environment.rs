//! Which environment variables are ours. A misspelt or unreadable one would silently lift a limit, so it is an error.

mod kubernetes;

use std::borrow::Cow;
use std::ffi::OsStr;
use std::iter;

use config::{File, FileFormat, Source};

use super::ConfigError;
use super::layers::{DEFAULTS, PREFIX, short_name};
use crate::text::{suggest, truncate};

/// Checks the variables that begin like ours, in whatever case.
///
/// # Errors
///
/// The first one that is not a setting, or whose name or value is not UTF-8. What Kubernetes adds for a Service is left
/// alone: nobody who names a Service `leadconnector-mcp-server` means a setting.
pub fn validate<N: AsRef<OsStr>, V: AsRef<OsStr>>(
    variables: impl IntoIterator<Item = (N, V)>,
) -> Result<(), ConfigError> {
    let known = known_variables()?;
    for (name, value) in variables {
        let Some(name) = ours(name.as_ref())? else { continue };
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

/// The variables that were probably meant: those that differ by the section that was left out, else the most alike.
fn nearest_variables(name: &str, known: &[String]) -> Vec<String> {
    // Compared without what all names begin with, which would make all of them alike.
    let given = name[PREFIX.len()..].to_uppercase();
    let without_section = format!("_{given}");
    let of_a_section: Vec<String> = known.iter().filter(|known| known.ends_with(&without_section)).cloned().collect();
    if !of_a_section.is_empty() {
        return of_a_section;
    }
    let near = suggest(&given, known.iter().map(|known| &known[PREFIX.len()..]));
    near.into_iter().map(|near| format!("{PREFIX}{near}")).collect()
}

/// The name, if it begins like ours.
fn ours(name: &OsStr) -> Result<Option<String>, ConfigError> {
    let start = name.as_encoded_bytes().get(..PREFIX.len());
    if !start.is_some_and(|start| start.eq_ignore_ascii_case(PREFIX.as_bytes())) {
        return Ok(None);
    }
    let name = name.to_str().ok_or_else(|| ConfigError::NotUtf8(truncate(&name.to_string_lossy())))?;
    // Windows does not tell the names of variables apart by case.
    Ok(Some(if cfg!(windows) { name.to_ascii_uppercase() } else { name.to_owned() }))
}

/// The variables of all settings, by their long and short names, and the one that names the file.
fn known_variables() -> Result<Vec<String>, ConfigError> {
    let mut known = vec![format!("{PREFIX}CONFIG")];
    for (section, keys) in File::from_str(DEFAULTS, FileFormat::Toml).collect()? {
        for key in keys.into_table()?.into_keys() {
            let short = short_name(&format!("{section}.{key}")).map(Cow::Borrowed);
            let long = Cow::Owned(format!("{section}_{key}").to_uppercase());
            known.extend(iter::once(long).chain(short).map(|name| format!("{PREFIX}{name}")));
        }
    }
    Ok(known)
}

#[cfg(test)]
mod tests;
