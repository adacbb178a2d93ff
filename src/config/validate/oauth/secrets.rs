//! Reads secrets from a setting or from a file that another setting names.

use std::path::Path;

use secrecy::ExposeSecret;

use crate::config::secret_text::Secrets;
use crate::config::validate::invalid;
use crate::config::{ConfigError, OperatorKey};

/// The largest file of secrets, in bytes: a wrong path may name anything.
const MAX_FILE_BYTES: usize = 64 * 1024;

/// Whether users may read the file who are neither its owner nor in its group. Like ssh, this looks only at files of the user
/// who runs the gateway: containers get their secrets as files of root that everybody in the container may read.
#[cfg(unix)]
fn is_open_to_others(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.uid() == rustix::process::geteuid().as_raw() && metadata.mode() & 0o007 != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_: &std::fs::Metadata) -> bool {
    false
}

/// The secrets of a setting, else the lines of the file. Empty lines and comments are left out.
///
/// # Errors
///
/// If both are set, the file cannot be read, or every user of the machine can read it.
pub fn read(
    setting: &'static str,
    values: &Secrets,
    file_setting: &'static str,
    file: &str,
) -> Result<Vec<String>, ConfigError> {
    let values: Vec<String> = values.0.iter().map(|value| value.expose_secret().trim().to_owned()).collect();
    if file.is_empty() {
        return Ok(values);
    }
    if !values.is_empty() {
        return Err(invalid(file_setting, shown(file), format!("{setting} is set too; unset one of them")));
    }
    let path = Path::new(file);
    let problem = |error: &std::io::Error| {
        invalid(file_setting, shown(file), format!("cannot be read: {error}{}", relative(path)))
    };
    let metadata = std::fs::metadata(path).map_err(|error| problem(&error))?;
    if !metadata.is_file() || metadata.len() > MAX_FILE_BYTES as u64 {
        return Err(invalid(file_setting, file, "must be a small file with a secret in each line"));
    }
    if is_open_to_others(&metadata) {
        return Err(invalid(
            file_setting,
            file,
            format!("can be read by every user of this machine; run `chmod o= {file}` first"),
        ));
    }
    let text = std::fs::read_to_string(path).map_err(|error| problem(&error))?;
    Ok(text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect())
}

/// The end of the message on a file that is not there.
fn relative(path: &Path) -> &'static str {
    if path.is_relative() { " (the path is relative to the working directory)" } else { "" }
}

/// The name of a file for a message, unless it may be a secret that was put there.
fn shown(file: &str) -> &str {
    if OperatorKey::parse(file).is_some() || !file.contains(['/', '\\', '.']) { "…" } else { file }
}
