//! Settings: defaults, then a file, then the environment, then the command line; checked whole before anything starts.
//!
//! Where they come from is given, so that tests need no process environment.

mod allowed_hosts;
mod allowed_origin;
mod environment;
mod layers;
mod server;
mod trusted_proxies;
mod upstream;
mod validate;

use std::path::{Path, PathBuf};

pub use allowed_hosts::{AllowedHost, AllowedHosts, InvalidHost};
pub use allowed_origin::AllowedOrigin;
pub use server::{ConnectionSettings, ResponseForm, ServerSettings};
pub use trusted_proxies::{ClientAddr, InvalidProxy, TrustedProxies};
pub use upstream::{UpstreamSettings, is_loopback};

/// All settings, checked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The server's.
    pub server: ServerSettings,
    /// The upstream's.
    pub upstream: UpstreamSettings,
    /// Which tools and locations may be used.
    pub tools: ToolSettings,
    /// The log's.
    pub log: LogSettings,
}

/// Which tools and locations may be used at all: an upper bound that no request can widen.
///
/// Names as they were written: the rooms that know the tools check them, as a `tools::Policy`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToolSettings {
    /// Only these services; empty for all.
    pub services: Vec<String>,
    /// Only these tools; empty for all.
    pub only: Vec<String>,
    /// Not these tools.
    pub exclude: Vec<String>,
    /// No tools that write.
    pub read_only: bool,
    /// Only these locations; empty for all.
    pub locations: Vec<String>,
}

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSettings {
    /// The form of a line.
    pub format: LogFormat,
    /// The filter's directives.
    pub filter: String,
}

/// The form of a line in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// What the command line sets; it comes last.
#[derive(Debug, Clone, Default)]
pub struct CliOverrides {
    /// `--config`
    pub config: Option<PathBuf>,
    /// `--listen`
    pub listen: Option<String>,
    /// `--upstream`
    pub upstream: Option<String>,
    /// `--allowed-host`, each
    pub allowed_hosts: Vec<String>,
    /// `--allowed-origin`, each
    pub allowed_origins: Vec<String>,
    /// `--log-format`
    pub log_format: Option<String>,
    /// `--log`
    pub log: Option<String>,
}

/// A setting that cannot be used, in a sentence that says which, what it is, and what is allowed.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A value that is not allowed.
    #[error("{setting} = {value:?}: {allowed}")]
    Value {
        /// The setting as the file names it.
        setting: &'static str,
        /// What it was set to.
        value: String,
        /// What it may be.
        allowed: String,
    },
    /// A file that cannot be read.
    #[error("--config {path:?}: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        error: std::io::Error,
    },
    /// An environment variable that begins like ours and is not a setting.
    #[error("the environment variable {name} is not a setting{}", hint(.nearest))]
    UnknownVariable {
        /// Its name, shortened.
        name: String,
        /// The variables that were probably meant.
        nearest: Vec<String>,
    },
    /// An environment variable of ours that is not text. Its bytes are not shown: they may be a secret in another encoding.
    #[error("the environment variable {0} is not valid UTF-8")]
    NotUtf8(String),
    /// A wrong type, an unknown key, or a file that is not TOML.
    #[error("{error}{}", in_file(.file.as_deref()))]
    Source {
        /// What is wrong.
        error: Box<config::ConfigError>,
        /// The file, if there is one.
        file: Option<PathBuf>,
    },
}

impl From<config::ConfigError> for ConfigError {
    fn from(error: config::ConfigError) -> Self {
        Self::Source { error: Box::new(error), file: None }
    }
}

/// Which variables were probably meant.
fn hint(nearest: &[String]) -> String {
    match nearest {
        [] => "; config/default.toml lists all settings".to_owned(),
        nearest => format!(" (nearest: {})", nearest.join(", ")),
    }
}

/// Where to look for what is wrong.
fn in_file(file: Option<&Path>) -> String {
    file.map(|file| format!(" (see {})", file.display())).unwrap_or_default()
}

impl Settings {
    /// Collects the settings and checks them.
    ///
    /// # Errors
    ///
    /// The first setting that cannot be used.
    pub fn load(flags: &CliOverrides, environment: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        validate::check(layers::collect(flags, environment)?)
    }

    /// Collects the settings of this process and checks them.
    ///
    /// # Errors
    ///
    /// The first setting that cannot be used, or a variable that was meant as one and is none.
    pub fn of_process(flags: &CliOverrides) -> Result<Self, ConfigError> {
        environment::validate(std::env::vars_os())?;
        Self::load(flags, |name| std::env::var(name).ok())
    }
}

#[cfg(test)]
mod tests;
