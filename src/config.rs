//! Settings, in four layers, lowest precedence first: defaults, file, environment, command line. All of them are
//! validated before anything starts.
//!
//! The environment is passed in as a function, so that tests do not depend on the process environment.

mod allowed_hosts;
mod allowed_origin;
mod environment;
mod layers;
mod listen_address;
mod oauth;
mod operator_key;
mod public_url;
pub mod redirect_uri;
mod secret_text;
mod server;
mod settings_file;
mod trusted_proxies;
mod upstream;
mod validate;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

pub use allowed_hosts::{AllowedHost, AllowedHosts, InvalidHost};
pub use allowed_origin::AllowedOrigin;
pub use environment::{LOCATION_VARIABLE, TOKEN_VARIABLE};
pub use listen_address::{InvalidListenAddress, ListenAddress};
pub use oauth::{MarketplaceSettings, OAuthSettings, RegisteredClient};
pub use operator_key::{KEY_BYTES, OperatorKey};
pub use public_url::{InvalidPublicUrl, PublicUrl};
pub use server::{ConnectionSettings, ResponseForm, ServerSettings};
pub use trusted_proxies::{ClientAddr, InvalidProxy, TrustedProxies};
pub use upstream::{UpstreamSettings, is_loopback};
use validate::validate;

/// All settings, validated.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How the server listens and responds.
    pub server: ServerSettings,
    /// Where the API is, and the limits of requests to it.
    pub upstream: UpstreamSettings,
    /// Which tools and locations may be used.
    pub tools: ToolSettings,
    /// How users connect by OAuth; `None` if it is off.
    pub oauth: Option<OAuthSettings>,
    /// Whether keys for OAuth are set, though it may be off.
    pub has_oauth_keys: bool,
    /// What is logged, and how.
    pub log: LogSettings,
    /// The names of the deprecated settings that are set.
    pub deprecated: Vec<&'static str>,
}

/// Which tools and locations may be used at all: an upper bound that no request can widen.
///
/// The names are not validated here, because this module does not know the tools: `tools::Policy` validates them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToolSettings {
    /// Allow only these services; empty allows all.
    pub services: Vec<String>,
    /// Allow only these tools; empty allows all.
    pub only: Vec<String>,
    /// Exclude these tools.
    pub exclude: Vec<String>,
    /// Allow only operations of these kinds (read, add, change); empty allows all.
    pub kinds: Vec<String>,
    /// Allow operations with these flags. One with a flag that is not here is hidden.
    pub flags: Vec<String>,
    /// Exclude all tools that write.
    pub read_only: bool,
    /// Allow only these locations; empty allows all.
    pub locations: Vec<String>,
}

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSettings {
    /// The format of a line.
    pub format: LogFormat,
    /// The filter's directives.
    pub filter: String,
}

/// The format of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Text, for people.
    Text,
    /// One JSON object a line, for programs.
    Json,
}

/// The settings that the command line overrides. They take precedence over all other layers.
#[derive(Debug, Clone, Default)]
pub struct CliOverrides {
    /// `--config`
    pub config: Option<PathBuf>,
    /// `--listen`
    pub listen: Option<String>,
    /// `--upstream`
    pub upstream: Option<String>,
    /// `--allowed-host`, repeatable
    pub allowed_hosts: Vec<String>,
    /// `--allowed-origin`, repeatable
    pub allowed_origins: Vec<String>,
    /// `--public-url`
    pub public_url: Option<String>,
    /// `--oauth`
    pub oauth: bool,
    /// Whether the command has nothing to do with OAuth: its keys are then not read, which may be readable for the gateway only.
    pub without_oauth: bool,
    /// What `--sandbox` sets where nothing else does.
    pub sandbox: Option<SandboxDefaults>,
    /// `--read-only`
    pub read_only: bool,
    /// `--log-format`
    pub log_format: Option<String>,
    /// `--log`
    pub log: Option<String>,
}

/// The settings that the sandbox brings, so that OAuth can be tried without any.
#[derive(Debug, Clone)]
pub struct SandboxDefaults {
    /// The key that seals tokens, in place of `oauth.keys`.
    pub key: OperatorKey,
    /// The app at the sandbox's marketplace: its id and its secret.
    pub marketplace: (&'static str, &'static str),
}

/// An invalid setting. The message names the setting, its value and what is allowed.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// An invalid value.
    #[error("{setting} = {value:?}: {problem}")]
    Value {
        /// The setting's name in the file: `section.key`.
        setting: &'static str,
        /// Its value.
        value: String,
        /// What is allowed, or what is wrong with the value.
        problem: String,
    },
    /// A file that cannot be read.
    #[error("--config {path:?}: {error}")]
    File {
        /// The file's path.
        path: PathBuf,
        /// The cause.
        error: std::io::Error,
    },
    /// A key of the settings file that is not a setting.
    #[error("unknown key `{key}` in {}{}", .file.display(), suggestion(.nearest))]
    UnknownKey {
        /// The key with its section, shortened.
        key: String,
        /// The settings that are most similar.
        nearest: Vec<String>,
        /// The file's path.
        file: PathBuf,
    },
    /// Two variables of one setting that differ. The values are not shown: a URL may contain a password.
    #[error("{first} and {second} both set {setting}, to different values; unset one of them")]
    DifferentVariables {
        /// The setting's name in the file.
        setting: String,
        /// The short variable.
        first: String,
        /// The long variable.
        second: String,
    },
    /// An environment variable that is or seems meant for the gateway, and is not a setting.
    #[error("the environment variable {name} is not a setting{}", suggestion(.nearest))]
    UnknownVariable {
        /// Its name, shortened.
        name: String,
        /// The known variables that are most similar.
        nearest: Vec<String>,
    },
    /// An environment variable with the gateway's prefix that is not UTF-8. The value is not shown: it may be a secret
    /// in another encoding.
    #[error("the environment variable {0} is not valid UTF-8")]
    NotUtf8(String),
    /// A wrong type, an unknown key, or invalid TOML.
    #[error("{}{}", without_values(.error), in_file(.file.as_deref()))]
    Source {
        /// The cause.
        error: Box<config::ConfigError>,
        /// The path of the settings file, if one was given.
        file: Option<PathBuf>,
    },
}

impl From<config::ConfigError> for ConfigError {
    fn from(error: config::ConfigError) -> Self {
        Self::Source { error: Box::new(error), file: None }
    }
}

/// A parser's message without what may be a secret: the line of the file that it shows, in which a key may stand, and a value
/// in place of one of the sections that have secrets.
fn without_values(error: &config::ConfigError) -> String {
    let text = error.to_string();
    if let Some(section) =
        ["oauth", "marketplace"].iter().find(|section| text.ends_with(&format!(" for key `{section}`")))
    {
        return format!("`{section}` must be a section, [{section}], with settings");
    }
    let is_excerpt =
        |line: &&str| line.trim_start_matches(|char: char| char.is_ascii_digit() || char == ' ').starts_with('|');
    let lines: Vec<&str> = text.lines().filter(|line| !is_excerpt(line)).collect();
    lines.join(": ")
}

/// The end of the message on an unknown variable or key: the most similar ones.
fn suggestion(nearest: &[String]) -> String {
    match nearest {
        [] => "; remove it: config/default.toml lists all settings".to_owned(),
        nearest => format!(" (nearest: {}); correct or remove it", nearest.join(", ")),
    }
}

/// The end of a message: the file to look at.
fn in_file(file: Option<&Path>) -> String {
    file.map(|file| format!(" (see {})", file.display())).unwrap_or_default()
}

impl Settings {
    /// Loads and validates the settings, with variables from `environment`.
    ///
    /// # Errors
    ///
    /// The first invalid setting.
    pub fn load(flags: &CliOverrides, environment: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        validate(layers::merge(flags, environment)?)
    }

    /// Loads and validates the settings, with variables from the process environment.
    ///
    /// # Errors
    ///
    /// The first invalid setting, or a variable with the gateway's prefix that is not a setting.
    pub fn from_process(flags: &CliOverrides) -> Result<Self, ConfigError> {
        Self::from_variables(flags, std::env::vars_os())
    }

    /// Loads and validates the settings, and the names of all variables.
    ///
    /// # Errors
    ///
    /// The first invalid setting, or a variable that seems meant for the gateway and is not a setting.
    pub fn from_variables(
        flags: &CliOverrides,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, ConfigError> {
        let mut known = BTreeMap::new();
        for (name, value) in variables {
            // Names of variables are case-insensitive on Windows.
            let name: OsString = if cfg!(windows) { name.to_ascii_uppercase() } else { name };
            known.entry(name).or_insert(value); // of two with one name the first counts, as in `std::env::var`
        }
        environment::validate(&known)?;
        Self::load(flags, |name| known.get(OsStr::new(name))?.to_str().map(str::to_owned))
    }

    /// Logs a warning for each deprecated setting that is set. Logging must have started.
    pub fn warn_of_deprecated(&self) {
        for setting in &self.deprecated {
            tracing::warn!(
                "`{setting}` is deprecated and will be removed; it is still applied. Remove it from the configuration to use the built-in value"
            );
        }
    }
}

#[cfg(test)]
mod tests;
