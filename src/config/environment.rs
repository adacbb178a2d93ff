//! Validates the names of environment variables: a misspelt or unreadable one would silently lift a limit, so it is an
//! error.

mod kubernetes;
mod near_miss;

use std::ffi::OsStr;
use std::iter;

use super::ConfigError;
use super::layers::{self, PREFIX, short_name};
use crate::text::{suggest, truncate};

/// The variable with the token of the caller that `stdio` and `check` act for.
pub const TOKEN_VARIABLE: &str = "LEADCONNECTOR_TOKEN";

/// The variable with the id of that caller's location.
pub const LOCATION_VARIABLE: &str = "LEADCONNECTOR_LOCATION_ID";

/// What all of our variables start with. Other programs may have variables with this prefix too, so only those with the
/// longer [`PREFIX`] are all ours.
const VENDOR_PREFIX: &str = "LEADCONNECTOR_";

/// Validates the names of all variables of a process.
///
/// Three kinds are ours, and must be known: those that start with [`PREFIX`], in any case; those whose name resembles a known
/// one, like `LEADCONNECTOR_LOCATION` or `LEADCONNECTR_MCP_READ_ONLY`; and those with the vendor's prefix whose name is not
/// UTF-8. All others belong to other programs and are ignored.
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
        let Some(name) = readable_name(name.as_ref())? else { continue };
        let (is_ours, value) = (has_prefix(name.as_bytes(), PREFIX), value.as_ref().to_str());
        if known.contains(&name) {
            // The commands that use the caller's variables read them themselves.
            if value.is_none() && is_ours {
                return Err(ConfigError::NotUtf8(name));
            }
            continue;
        }
        if value.is_some_and(|value| kubernetes::is_service_variable(&name, value)) {
            continue;
        }
        let nearest = if is_ours { nearest_variables(&name, &known) } else { near_miss::find(&name, &known) };
        if is_ours || !nearest.is_empty() {
            return Err(ConfigError::UnknownVariable { nearest, name: truncate(&name) });
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
    let near = suggest(&suffix, known.iter().filter_map(|known| known.strip_prefix(PREFIX)));
    near.into_iter().map(|near| format!("{PREFIX}{near}")).collect()
}

/// The variable's name as text. `None` for a name that is not UTF-8 and not ours.
fn readable_name(name: &OsStr) -> Result<Option<String>, ConfigError> {
    match name.to_str() {
        // Names of variables are case-insensitive on Windows.
        Some(name) => Ok(Some(if cfg!(windows) { name.to_ascii_uppercase() } else { name.to_owned() })),
        None if has_prefix(name.as_encoded_bytes(), VENDOR_PREFIX) => {
            Err(ConfigError::NotUtf8(truncate(&name.to_string_lossy())))
        }
        None => Ok(None),
    }
}

/// Whether a name starts with `prefix`, in any case.
fn has_prefix(name: &[u8], prefix: &str) -> bool {
    name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

/// The caller's variables, the one that names the settings file, and the long and short variables of all settings.
fn known_variables() -> Result<Vec<String>, ConfigError> {
    let mut known = vec![TOKEN_VARIABLE.to_owned(), LOCATION_VARIABLE.to_owned(), format!("{PREFIX}CONFIG")];
    for setting in layers::names()? {
        let short = short_name(&setting.name).map(str::to_owned);
        known.extend(iter::once(setting.variable()).chain(short).map(|name| format!("{PREFIX}{name}")));
    }
    Ok(known)
}

#[cfg(test)]
mod tests;
