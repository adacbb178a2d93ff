//! Validates the server settings.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::{duration, invalid, parse_duration, positive};
use crate::config::layers::Server;
use crate::config::server::{
    BODY_TIMEOUT, HEADER_TIMEOUT, MAX_ARGUMENTS_BYTES, MAX_HEADER_BYTES, MAX_HEADERS, MAX_ID_BYTES, MAX_JSON_DEPTH,
};
use crate::config::{AllowedHosts, AllowedOrigin, InvalidListenAddress, ListenAddress, TrustedProxies};
use crate::config::{ConfigError, ConnectionSettings, PublicUrl, ResponseForm, ServerSettings};

/// The maximum for timeouts of connections and clients, which may take longer than a call.
const MAX_DURATION: Duration = Duration::from_hours(1);

/// The JSON-RPC envelope with lists of custom fields needs the minimum; `serde_json` stops at the maximum.
const JSON_DEPTHS: RangeInclusive<usize> = 8..=127;

/// A UUID as text must fit; the maximum, because ids are repeated in responses and in the log.
const ID_BYTES: RangeInclusive<usize> = 36..=4096;

/// hyper needs the minimum for HTTP/1.1; the maximum, because a head is held in memory in one piece.
const HEADER_BYTES: RangeInclusive<usize> = 8192..=262_144;

/// The header fields of a client and of a proxy must fit.
const HEADERS: RangeInclusive<usize> = 16..=1000;

/// One machine serves no more connections or requests than this.
const COUNTS: RangeInclusive<usize> = 1..=1_000_000;

/// Validates the server settings.
pub fn validate(raw: &Server, public_url: Option<&PublicUrl>) -> Result<ServerSettings, ConfigError> {
    let listen: ListenAddress = raw
        .listen
        .parse()
        .map_err(|error: InvalidListenAddress| invalid("server.listen", &raw.listen, error.to_string()))?;
    let hosts: Option<Vec<_>> = raw.allowed_hosts.iter().map(|host| host.parse().ok()).collect();
    let hosts = hosts.ok_or_else(|| {
        invalid("server.allowed_hosts", raw.allowed_hosts.join(","), "each must be a host name, with or without a port")
    })?;
    let origins: Option<Vec<_>> = raw.allowed_origins.iter().map(|origin| AllowedOrigin::parse(origin)).collect();
    let allowed_origins = origins.ok_or_else(|| {
        let problem = "each must be a scheme and a host, like https://app.example.com";
        invalid("server.allowed_origins", raw.allowed_origins.join(","), problem)
    })?;
    let response = match raw.response.as_str() {
        "json" => ResponseForm::Json,
        "sse" => ResponseForm::EventStream,
        other => return Err(invalid("server.response", other, "must be \"json\" or \"sse\"")),
    };
    Ok(ServerSettings {
        listen: listen.address,
        listen_port_only: listen.port_only,
        allowed_hosts: AllowedHosts::new(hosts, listen.address.ip()).and(public_url.and_then(PublicUrl::allowed_host)),
        allowed_origins,
        max_request_bytes: positive("server.max_request_bytes", raw.max_request_bytes)?,
        max_result_bytes: raw.max_result_bytes,
        response,
        structured_content: raw.structured_content,
        max_arguments_bytes: optional(raw.max_arguments_bytes, MAX_ARGUMENTS_BYTES, |raw| {
            positive("server.max_arguments_bytes", raw)
        })?,
        max_json_depth: optional(raw.max_json_depth, MAX_JSON_DEPTH, |raw| {
            within("server.max_json_depth", raw, &JSON_DEPTHS)
        })?,
        max_id_bytes: optional(raw.max_id_bytes, MAX_ID_BYTES, |raw| within("server.max_id_bytes", raw, &ID_BYTES))?,
        body_timeout: optional(raw.body_timeout.as_deref(), BODY_TIMEOUT, |raw| {
            connection_timeout("server.body_timeout", raw)
        })?,
        max_requests: within("server.max_requests", raw.max_requests, &COUNTS)?,
        max_requests_per_address: raw.max_requests_per_address,
        max_requests_per_token: raw.max_requests_per_token,
        connections: connections(raw)?,
    })
}

fn connections(raw: &Server) -> Result<ConnectionSettings, ConfigError> {
    let trusted_proxies = TrustedProxies::parse(&raw.trusted_proxies).map_err(|_| {
        let problem = "each must be an IP address or a network, like 10.0.0.0/8, and not all addresses";
        invalid("server.trusted_proxies", raw.trusted_proxies.join(","), problem)
    })?;
    Ok(ConnectionSettings {
        trusted_proxies,
        max_connections: within("server.max_connections", raw.max_connections, &COUNTS)?,
        max_connections_per_address: raw.max_connections_per_address,
        max_headers: optional(raw.max_headers, MAX_HEADERS, |raw| within("server.max_headers", raw, &HEADERS))?,
        max_header_bytes: optional(raw.max_header_bytes, MAX_HEADER_BYTES, |raw| {
            within("server.max_header_bytes", raw, &HEADER_BYTES)
        })?,
        header_timeout: optional(raw.header_timeout.as_deref(), HEADER_TIMEOUT, |raw| {
            connection_timeout("server.header_timeout", raw)
        })?,
        idle_timeout: connection_timeout("server.idle_timeout", &raw.idle_timeout)?,
        write_timeout: connection_timeout("server.write_timeout", &raw.write_timeout)?,
        shutdown_delay: parse_duration(&raw.shutdown_delay).filter(|delay| *delay <= MAX_DURATION).ok_or_else(
            || invalid("server.shutdown_delay", &raw.shutdown_delay, "must be a duration of at most 1h, like 5s or 0s"),
        )?,
        drain_timeout: duration("server.drain_timeout", &raw.drain_timeout)?,
    })
}

/// The value of a deprecated setting: its constant unless it is set.
fn optional<R, T>(
    raw: Option<R>,
    constant: T,
    validate: impl FnOnce(R) -> Result<T, ConfigError>,
) -> Result<T, ConfigError> {
    raw.map_or(Ok(constant), validate)
}

fn within(setting: &'static str, raw: usize, allowed: &RangeInclusive<usize>) -> Result<usize, ConfigError> {
    if allowed.contains(&raw) {
        return Ok(raw);
    }
    let problem = format!("must be at least {} and at most {}", allowed.start(), allowed.end());
    Err(invalid(setting, raw.to_string(), problem))
}

fn connection_timeout(setting: &'static str, raw: &str) -> Result<Duration, ConfigError> {
    match parse_duration(raw) {
        Some(duration) if !duration.is_zero() && duration <= MAX_DURATION => Ok(duration),
        _ => Err(invalid(setting, raw, "must be a duration above 0 and at most 1h, like 75s or 2m")),
    }
}
