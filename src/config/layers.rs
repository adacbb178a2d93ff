//! Where settings come from, each layer over the one before.

use config::{Config, File, FileFormat};
use serde::Deserialize;

use super::{ConfigError, Flags};

/// Every setting with its default: the file that users read is the one that counts.
const DEFAULTS: &str = include_str!("../../config/default.toml");

/// All settings as they were written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    pub server: Server,
    pub upstream: Upstream,
    pub tools: Tools,
    pub log: Log,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub listen: String,
    pub allowed_hosts: Vec<String>,
    pub allowed_origins: Vec<String>,
    pub max_request_bytes: usize,
    pub max_result_bytes: usize,
    pub response: String,
    pub structured_content: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upstream {
    pub url: String,
    pub allow_plain_http: bool,
    pub connect_timeout: String,
    pub call_deadline: String,
    pub max_response_bytes: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tools {
    pub services: Vec<String>,
    pub only: Vec<String>,
    pub exclude: Vec<String>,
    pub read_only: bool,
    pub locations: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub format: String,
    pub filter: String,
}

/// Lays the flags over the environment over the file over the defaults.
pub fn collect(flags: &Flags, environment: impl Fn(&str) -> Option<String>) -> Result<Written, ConfigError> {
    // A variable that is set to nothing is not set: container files often leave them so.
    let variable = |name: &str| environment(&format!("LEADCONNECTOR_MCP_{name}")).filter(|value| !value.is_empty());
    let list = |flags: &[String], name: &str| {
        let given = || variable(name).map(|value| value.split(',').map(|part| part.trim().to_owned()).collect());
        if flags.is_empty() { given() } else { Some(flags.to_vec()) }
    };
    let one = |flag: &Option<String>, name: &str| flag.clone().or_else(|| variable(name));

    let mut layers = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
    if let Some(path) = flags.config.clone().or_else(|| variable("CONFIG").map(Into::into)) {
        let text = std::fs::read_to_string(&path).map_err(|error| ConfigError::File { path, error })?;
        layers = layers.add_source(File::from_str(&text, FileFormat::Toml));
    }
    let layers = layers
        .set_override_option("server.listen", one(&flags.listen, "LISTEN"))?
        .set_override_option("server.allowed_hosts", list(&flags.allowed_hosts, "ALLOWED_HOSTS"))?
        .set_override_option("server.allowed_origins", list(&flags.allowed_origins, "ALLOWED_ORIGINS"))?
        .set_override_option("upstream.url", one(&flags.upstream, "UPSTREAM"))?
        .set_override_option("log.format", one(&flags.log_format, "LOG_FORMAT"))?
        .set_override_option("log.filter", one(&flags.log, "LOG"))?;
    Ok(layers.build()?.try_deserialize()?)
}
