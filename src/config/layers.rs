//! The layers that settings come from; each overrides the one before.

use std::sync::OnceLock;

use config::{Config, File, FileFormat, Source, Value, ValueKind};
use serde::Deserialize;

use super::secret_text::Secrets;
use super::{CliOverrides, ConfigError, SandboxDefaults, settings_file};

/// Every setting with its default. The defaults are read from the file that users read, so the two cannot differ.
const DEFAULTS: &str = include_str!("../../config/default.toml");

/// The prefix of all variables.
pub const PREFIX: &str = "LEADCONNECTOR_MCP_";

/// The setting that excludes all tools that write.
const READ_ONLY: &str = "tools.read_only";

/// Settings that became constants (in `config/server.rs`), because no deployment needs another value.
///
/// They are still validated and applied, so that no existing configuration breaks or loses a limit, but each logs a warning
/// and will be removed.
pub const DEPRECATED: [&str; 7] = [
    "server.max_arguments_bytes",
    "server.max_json_depth",
    "server.max_id_bytes",
    "server.max_headers",
    "server.max_header_bytes",
    "server.header_timeout",
    "server.body_timeout",
];

/// A setting's name, `section.key`.
pub struct SettingName {
    pub name: String,
    /// Whether its value is a list, which a variable gives comma-separated.
    is_list: bool,
}

impl SettingName {
    /// The long name of its variable, without the prefix.
    pub fn variable(&self) -> String {
        self.name.replace('.', "_").to_uppercase()
    }

    /// Whether two texts are the same value.
    fn same(&self, left: &str, right: &str) -> bool {
        if self.is_list { split_list(left) == split_list(right) } else { left.trim() == right.trim() }
    }
}

/// The names of all settings, the deprecated ones included. They are read once.
pub fn names() -> Result<&'static [SettingName], config::ConfigError> {
    static NAMES: OnceLock<Vec<SettingName>> = OnceLock::new();
    if let Some(names) = NAMES.get() {
        return Ok(names);
    }
    let mut names = Vec::new();
    for (section, keys) in File::from_str(DEFAULTS, FileFormat::Toml).collect()? {
        for (key, default) in keys.into_table()? {
            let is_list = matches!(default.kind, ValueKind::Array(_));
            names.push(SettingName { name: format!("{section}.{key}"), is_list });
        }
    }
    names.extend(DEPRECATED.map(|name| SettingName { name: name.to_owned(), is_list: false }));
    Ok(NAMES.get_or_init(|| names))
}

/// All settings, merged but not validated.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSettings {
    pub server: Server,
    pub upstream: Upstream,
    pub tools: Tools,
    pub oauth: OAuth,
    pub marketplace: Marketplace,
    pub log: Log,
    /// The deprecated settings that are set.
    #[serde(skip)]
    pub deprecated: Vec<&'static str>,
    /// Whether the command has nothing to do with OAuth.
    #[serde(skip)]
    pub without_oauth: bool,
    /// What the sandbox brings, if the gateway runs on it.
    #[serde(skip)]
    pub sandbox: Option<SandboxDefaults>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub listen: String,
    pub public_url: String,
    pub allowed_hosts: Vec<String>,
    pub allowed_origins: Vec<String>,
    pub max_request_bytes: usize,
    pub max_connections: usize,
    pub max_connections_per_address: usize,
    pub max_requests: usize,
    pub max_requests_per_address: usize,
    pub max_requests_per_token: usize,
    pub trusted_proxies: Vec<String>,
    pub write_timeout: String,
    pub idle_timeout: String,
    pub max_result_bytes: usize,
    pub response: String,
    pub shutdown_delay: String,
    pub drain_timeout: String,
    pub structured_content: bool,
    // Deprecated; see `DEPRECATED`.
    pub max_arguments_bytes: Option<usize>,
    pub max_json_depth: Option<usize>,
    pub max_id_bytes: Option<usize>,
    pub max_headers: Option<usize>,
    pub max_header_bytes: Option<usize>,
    pub header_timeout: Option<String>,
    pub body_timeout: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upstream {
    pub url: String,
    pub allow_plain_http: bool,
    pub connect_timeout: String,
    pub call_deadline: String,
    pub attempt_timeout: String,
    pub max_attempts: u32,
    pub max_in_flight_per_location: usize,
    pub max_queued_per_location: usize,
    pub max_response_bytes: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tools {
    pub services: Vec<String>,
    pub only: Vec<String>,
    pub exclude: Vec<String>,
    pub kinds: Vec<String>,
    pub flags: Vec<String>,
    pub read_only: bool,
    pub locations: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct OAuth {
    pub enabled: bool,
    pub keys: Secrets,
    pub keys_file: String,
    pub known_clients: bool,
    pub loopback: bool,
    pub allowed_redirects: Vec<String>,
    pub clients: Vec<String>,
    pub registration: bool,
    pub client_metadata: bool,
    pub client_metadata_hosts: Vec<String>,
    pub access_lifetime: String,
    pub refresh_idle: String,
    pub grant_lifetime: String,
    pub not_before: String,
    pub revoked_grants: Vec<String>,
    pub direct_tokens: bool,
    pub token_form: bool,
    pub locations: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marketplace {
    pub client_id: String,
    pub client_secret: Secrets,
    pub client_secret_file: String,
    pub authorize_url: String,
    pub scopes: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub format: String,
    pub filter: String,
}

/// Merges the layers, lowest precedence first: defaults, file, environment, flags.
pub fn merge(flags: &CliOverrides, environment: impl Fn(&str) -> Option<String>) -> Result<RawSettings, ConfigError> {
    // An empty variable counts as unset: container files often leave variables empty.
    let variable = |name: &str| environment(&format!("{PREFIX}{name}")).filter(|value| !value.is_empty());
    let mut layers = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));

    let file = flags.config.clone().or_else(|| variable("CONFIG").map(Into::into));
    let names = names()?;
    let mut file_is_read_only = false;
    if let Some(path) = &file {
        let source = settings_file::read(path, &names.iter().map(|setting| setting.name.as_str()).collect::<Vec<_>>())?;
        let alone = Config::builder().add_source(source.clone()).build()?;
        file_is_read_only = alone.get_bool(READ_ONLY).unwrap_or_default(); // a wrong type is reported below
        layers = layers.add_source(source);
    }
    for setting in names {
        let name = &setting.name;
        layers = match variable_of(setting, &environment)? {
            Some(value) if setting.is_list => match split_list(&value) {
                // An empty list means no restriction, which is hardly intended here.
                list if list.is_empty() => {
                    let message = format!("{name} = {value:?}: the list is empty; name an element or unset it");
                    return Err(config::ConfigError::Message(message).into());
                }
                list => layers.set_override(name, list)?,
            },
            value => layers.set_override_option(name, value)?,
        };
    }
    let non_empty = |flags: &[String]| (!flags.is_empty()).then(|| flags.to_vec());
    let layers = layers
        .set_override_option("server.listen", flags.listen.clone())?
        .set_override_option("server.allowed_hosts", non_empty(&flags.allowed_hosts))?
        .set_override_option("server.allowed_origins", non_empty(&flags.allowed_origins))?
        .set_override_option("upstream.url", flags.upstream.clone())?
        .set_override_option(READ_ONLY, flags.read_only.then_some(true))?
        .set_override_option("server.public_url", flags.public_url.clone())?
        .set_override_option("oauth.enabled", flags.oauth.then_some(true))?
        .set_override_option("log.format", flags.log_format.clone())?
        .set_override_option("log.filter", flags.log.clone())?;
    let source_error = |error| ConfigError::Source { error: Box::new(error), file: file.clone() };
    let merged = layers.build().map_err(source_error)?;
    let is_set = |name: &&str| merged.get::<Value>(name).is_ok();
    let deprecated = DEPRECATED.into_iter().filter(is_set).collect();
    let settings: RawSettings = merged.try_deserialize().map_err(source_error)?;
    // Only a variable can have done this. It may be left over, and would give an agent every tool that writes.
    if file_is_read_only && !settings.tools.read_only {
        return Err(ConfigError::Value {
            setting: READ_ONLY,
            value: "false".to_owned(),
            problem: "an environment variable lifts what the settings file restricts; unset it, or change the file"
                .to_owned(),
        });
    }
    Ok(RawSettings { deprecated, sandbox: flags.sandbox.clone(), without_oauth: flags.without_oauth, ..settings })
}

/// The value of a setting's variable, by its short or its long name.
fn variable_of(
    setting: &SettingName,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Option<String>, ConfigError> {
    let mut found: Option<(String, String)> = None;
    for variable in short_name(&setting.name).map(str::to_owned).into_iter().chain([setting.variable()]) {
        let variable = format!("{PREFIX}{variable}");
        match environment(&variable) {
            // Restrictions are an exception to the rule that an empty variable counts as unset: `READ_ONLY=${UNSET}` must not
            // give an agent every tool.
            Some(value) if value.is_empty() && restricts(&setting.name) => {
                let message =
                    format!("{}: the variable {variable} is set but empty; give it a value or unset it", setting.name);
                return Err(config::ConfigError::Message(message).into());
            }
            Some(value) if !value.is_empty() => match &found {
                // Which of them was meant cannot be known.
                Some((first, other)) if !setting.same(other, &value) => {
                    return Err(ConfigError::DifferentVariables {
                        setting: setting.name.clone(),
                        first: first.clone(),
                        second: variable,
                    });
                }
                Some(_) => {}
                None => found = Some((variable, value)),
            },
            _ => {}
        }
    }
    Ok(found.map(|(_, value)| value))
}

/// Whether a setting takes something away from callers or users.
fn restricts(setting: &str) -> bool {
    let widen = ["enabled", "keys", "keys_file", "allowed_redirects", "clients", "client_metadata_hosts"];
    setting.starts_with("tools.") || setting.strip_prefix("oauth.").is_some_and(|name| !widen.contains(&name))
}

/// The short name of a setting's variable; only the settings used most have one.
pub fn short_name(setting: &str) -> Option<&'static str> {
    Some(match setting {
        "server.listen" => "LISTEN",
        "server.allowed_hosts" => "ALLOWED_HOSTS",
        "server.allowed_origins" => "ALLOWED_ORIGINS",
        "upstream.url" => "UPSTREAM",
        READ_ONLY => "READ_ONLY",
        "log.filter" => "LOG",
        _ => return None, // for log.format the long name, LOG_FORMAT, is the short one too
    })
}

fn split_list(value: &str) -> Vec<String> {
    value.split(',').map(str::trim).filter(|element| !element.is_empty()).map(str::to_owned).collect()
}
