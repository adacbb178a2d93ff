//! Validates the merged settings and converts them to their types.

mod oauth;
mod server;

use std::io::IsTerminal;
use std::time::Duration;

use jiff::SignedDuration;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use url::Url;

use super::layers::{Log, RawSettings, Tools, Upstream};
use super::{ConfigError, LogFormat, LogSettings, Settings, ToolSettings, UpstreamSettings, is_loopback};

/// The maximum for the duration of a call and of its parts: clients give up after about 60 s.
const MAX_DURATION: Duration = Duration::from_secs(55);

/// The maximum for `upstream.max_attempts`: more retries would only add to an overload.
const MAX_ATTEMPTS: u32 = 10;

/// The forms of `log.filter`, after "must be".
const FILTER_FORMS: &str = "a level (off, error, warn, info, debug, trace) or a list of directives, like info, debug or \
                            warn,leadconnector_mcp=debug";

/// Validates all settings.
pub fn validate(raw: RawSettings) -> Result<Settings, ConfigError> {
    let public_url = oauth::public_url(&raw)?;
    let oauth = if raw.without_oauth { None } else { oauth::validate(&raw, public_url.clone())? };
    let has_oauth_keys = !raw.oauth.keys.0.is_empty() || !raw.oauth.keys_file.is_empty();
    Ok(Settings {
        server: server::validate(&raw.server, public_url.as_ref())?,
        upstream: upstream(&raw.upstream)?,
        tools: tools(raw.tools),
        log: log(raw.log)?,
        oauth,
        has_oauth_keys,
        deprecated: raw.deprecated,
    })
}

/// A URL, valid or not, without what may be a user and a password.
fn without_credentials(url: &str) -> String {
    match url.rsplit_once('@') {
        Some((before, host)) => {
            let scheme = before.split_once("//").map_or("", |(scheme, _)| scheme);
            format!("{scheme}//…@{host}")
        }
        // Nor what may be a key in a query.
        None => url.split(['?', '#']).next().unwrap_or_default().to_owned(),
    }
}

fn upstream(raw: &Upstream) -> Result<UpstreamSettings, ConfigError> {
    let setting = "upstream.url";
    let url: Url = raw.url.parse().map_err(|_| {
        invalid(setting, without_credentials(&raw.url), "must be a URL, like https://services.leadconnectorhq.com")
    })?;
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) || raw.allow_plain_http => {}
        "http" => {
            let problem =
                "plain http is only allowed to this machine: use https, or set upstream.allow_plain_http = true";
            return Err(invalid(setting, without_credentials(&raw.url), problem));
        }
        _ => {
            return Err(invalid(
                setting,
                without_credentials(&raw.url),
                "must begin with https:// (or http:// for this machine)",
            ));
        }
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
        let hidden = format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default());
        return Err(invalid(setting, hidden, "must have no user, query or fragment"));
    }
    Ok(UpstreamSettings {
        url,
        connect_timeout: duration("upstream.connect_timeout", &raw.connect_timeout)?,
        call_deadline: duration("upstream.call_deadline", &raw.call_deadline)?,
        attempt_timeout: duration("upstream.attempt_timeout", &raw.attempt_timeout)?,
        max_attempts: attempts("upstream.max_attempts", raw.max_attempts)?,
        max_in_flight_per_location: positive("upstream.max_in_flight_per_location", raw.max_in_flight_per_location)?,
        max_queued_per_location: raw.max_queued_per_location,
        max_response_bytes: positive("upstream.max_response_bytes", raw.max_response_bytes)?,
    })
}

/// The names are validated by `tools::Policy`, which knows the tools.
fn tools(raw: Tools) -> ToolSettings {
    let names = |list: Vec<String>| list.iter().map(|name| name.trim().to_owned()).collect();
    ToolSettings {
        services: names(raw.services),
        only: names(raw.only),
        exclude: names(raw.exclude),
        kinds: names(raw.kinds),
        flags: names(raw.flags),
        read_only: raw.read_only,
        locations: raw.locations,
    }
}

fn log(raw: Log) -> Result<LogSettings, ConfigError> {
    let format = match raw.format.as_str() {
        "auto" if std::io::stderr().is_terminal() => LogFormat::Text,
        "text" => LogFormat::Text,
        "auto" | "json" => LogFormat::Json,
        other => return Err(invalid("log.format", other, "must be \"text\", \"json\" or \"auto\"")),
    };
    EnvFilter::builder()
        .parse(&raw.filter)
        .map_err(|error| invalid("log.filter", &raw.filter, format!("must be {FILTER_FORMS} ({error})")))?;
    // tracing reads a word that is not a level as the target of a library, and would then log nothing else.
    let level = |word: &str| word.parse::<LevelFilter>().is_ok() || word.is_empty();
    if let Some(word) = raw.filter.split(',').map(str::trim).find(|word| !word.contains(['=', '[']) && !level(word)) {
        let problem = format!("{word:?} is not a level; it must be {FILTER_FORMS}");
        return Err(invalid("log.filter", &raw.filter, problem));
    }
    if raw.filter.trim().is_empty() {
        return Err(invalid("log.filter", &raw.filter, format!("must be {FILTER_FORMS}; \"off\" logs nothing")));
    }
    Ok(LogSettings { format, filter: raw.filter })
}

fn duration(setting: &'static str, raw: &str) -> Result<Duration, ConfigError> {
    match parse_duration(raw) {
        Some(duration) if !duration.is_zero() && duration <= MAX_DURATION => Ok(duration),
        _ => Err(invalid(setting, raw, "must be a duration above 0 and at most 55s, like 45s or 500ms")),
    }
}

fn attempts(setting: &'static str, raw: u32) -> Result<u32, ConfigError> {
    match raw {
        1..=MAX_ATTEMPTS => Ok(raw),
        _ => Err(invalid(setting, raw.to_string(), format!("must be from 1 (no retry) to {MAX_ATTEMPTS}"))),
    }
}

fn parse_duration(raw: &str) -> Option<Duration> {
    raw.parse::<SignedDuration>().ok().and_then(|duration| Duration::try_from(duration).ok())
}

fn positive(setting: &'static str, raw: usize) -> Result<usize, ConfigError> {
    if raw == 0 {
        return Err(invalid(setting, "0", "must be at least 1"));
    }
    Ok(raw)
}

fn invalid(setting: &'static str, value: impl Into<String>, problem: impl Into<String>) -> ConfigError {
    ConfigError::Value { setting, value: value.into(), problem: problem.into() }
}
