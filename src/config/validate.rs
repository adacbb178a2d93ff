//! Checks what was written and gives it its types.

mod server;

use std::io::IsTerminal;
use std::time::Duration;

use jiff::SignedDuration;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use url::Url;

use super::layers::{Log, RawSettings, Tools, Upstream};
use super::{ConfigError, LogFormat, LogSettings, Settings, ToolSettings, UpstreamSettings, is_loopback};

/// Clients give up after about 60 s: a call must end before that, and so must whatever is a part of it.
const MAX_DURATION: Duration = Duration::from_secs(55);

/// More attempts would be hammering.
const MAX_ATTEMPTS: u32 = 10;

/// Checks all settings.
pub fn check(written: RawSettings) -> Result<Settings, ConfigError> {
    Ok(Settings {
        server: server::check(&written.server)?,
        upstream: upstream(&written.upstream)?,
        tools: tools(written.tools),
        log: log(written.log)?,
    })
}

fn upstream(written: &Upstream) -> Result<UpstreamSettings, ConfigError> {
    let setting = "upstream.url";
    let url: Url = written
        .url
        .parse()
        .map_err(|_| refuse(setting, &written.url, "must be a URL, like https://services.leadconnectorhq.com"))?;
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) || written.allow_plain_http => {}
        "http" => {
            let allowed = "plain http is only for this machine: use https, or set upstream.allow_plain_http = true";
            return Err(refuse(setting, &written.url, allowed));
        }
        _ => return Err(refuse(setting, &written.url, "must begin with https:// (or http:// for this machine)")),
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
        let hidden = format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default());
        return Err(refuse(setting, hidden, "must have no user, query or fragment"));
    }
    Ok(UpstreamSettings {
        url,
        connect_timeout: duration("upstream.connect_timeout", &written.connect_timeout)?,
        call_deadline: duration("upstream.call_deadline", &written.call_deadline)?,
        attempt_timeout: duration("upstream.attempt_timeout", &written.attempt_timeout)?,
        max_attempts: attempts("upstream.max_attempts", written.max_attempts)?,
        max_in_flight_per_location: positive(
            "upstream.max_in_flight_per_location",
            written.max_in_flight_per_location,
        )?,
        max_queued_per_location: written.max_queued_per_location,
        max_response_bytes: positive("upstream.max_response_bytes", written.max_response_bytes)?,
    })
}

/// Names are checked where the tools are known.
fn tools(written: Tools) -> ToolSettings {
    let names = |list: Vec<String>| list.iter().map(|name| name.trim().to_owned()).collect();
    ToolSettings {
        services: names(written.services),
        only: names(written.only),
        exclude: names(written.exclude),
        read_only: written.read_only,
        locations: written.locations,
    }
}

fn log(written: Log) -> Result<LogSettings, ConfigError> {
    let format = match written.format.as_str() {
        "auto" if std::io::stderr().is_terminal() => LogFormat::Text,
        "text" => LogFormat::Text,
        "auto" | "json" => LogFormat::Json,
        other => return Err(refuse("log.format", other, "must be \"text\", \"json\" or \"auto\"")),
    };
    EnvFilter::builder().parse(&written.filter).map_err(|error| {
        refuse(
            "log.filter",
            &written.filter,
            format!("must be a level or a list of directives like info,hyper=warn ({error})"),
        )
    })?;
    // tracing takes a word that is no level for the target of a library, and would then log nothing else.
    let level = |word: &str| word.parse::<LevelFilter>().is_ok() || word.is_empty();
    if let Some(word) = written.filter.split(',').map(str::trim).find(|word| !word.contains(['=', '[']) && !level(word))
    {
        let allowed = format!("{word:?} is no level: off, error, warn, info, debug or trace, or a target=level");
        return Err(refuse("log.filter", &written.filter, allowed));
    }
    if written.filter.trim().is_empty() {
        return Err(refuse(
            "log.filter",
            &written.filter,
            "must be a level or a list of directives; \"off\" logs nothing",
        ));
    }
    Ok(LogSettings { format, filter: written.filter })
}

fn duration(setting: &'static str, written: &str) -> Result<Duration, ConfigError> {
    match parse_duration(written) {
        Some(duration) if !duration.is_zero() && duration <= MAX_DURATION => Ok(duration),
        _ => Err(refuse(setting, written, "must be a duration above 0 and at most 55s, like 45s or 500ms")),
    }
}

fn attempts(setting: &'static str, written: u32) -> Result<u32, ConfigError> {
    match written {
        1..=MAX_ATTEMPTS => Ok(written),
        _ => Err(refuse(setting, written.to_string(), format!("must be from 1 (never again) to {MAX_ATTEMPTS}"))),
    }
}

fn parse_duration(written: &str) -> Option<Duration> {
    written.parse::<SignedDuration>().ok().and_then(|duration| Duration::try_from(duration).ok())
}

fn positive(setting: &'static str, written: usize) -> Result<usize, ConfigError> {
    if written == 0 {
        return Err(refuse(setting, "0", "must be at least 1"));
    }
    Ok(written)
}

fn refuse(setting: &'static str, value: impl Into<String>, allowed: impl Into<String>) -> ConfigError {
    ConfigError::Value { setting, value: value.into(), allowed: allowed.into() }
}
