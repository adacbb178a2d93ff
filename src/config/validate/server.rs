//! The server's settings.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::time::Duration;

use super::{duration, parse_duration, positive, refuse};
use crate::config::layers::Server;
use crate::config::{AllowedHosts, AllowedOrigin, TrustedProxies};
use crate::config::{ConfigError, ConnectionSettings, ResponseForm, ServerSettings};

/// Connections and clients may take longer than a call.
const MAX_DURATION: Duration = Duration::from_hours(1);

/// The envelope and lists of custom fields need the lower end; `serde_json` stops at the upper one.
const JSON_DEPTHS: RangeInclusive<usize> = 8..=127;

/// A UUID in text must fit, and ids are repeated in answers and in the log.
const ID_BYTES: RangeInclusive<usize> = 36..=4096;

/// hyper needs the lower end for HTTP/1.1; a head is held in memory in one piece.
const HEADER_BYTES: RangeInclusive<usize> = 8192..=262_144;

/// A proxy's own and a client's must fit.
const HEADERS: RangeInclusive<usize> = 16..=1000;

/// A machine has no more than this many of anything.
const PLACES: RangeInclusive<usize> = 1..=1_000_000;

/// Checks the server's settings.
pub fn check(written: &Server) -> Result<ServerSettings, ConfigError> {
    let listen: SocketAddr = written.listen.parse().map_err(|_| {
        refuse("server.listen", &written.listen, "must be an IP address and a port, like 127.0.0.1:8080")
    })?;
    let hosts: Option<Vec<_>> = written.allowed_hosts.iter().map(|host| host.parse().ok()).collect();
    let hosts = hosts.ok_or_else(|| {
        refuse(
            "server.allowed_hosts",
            written.allowed_hosts.join(","),
            "each must be a host name, with a port or without",
        )
    })?;
    let origins: Option<Vec<_>> = written.allowed_origins.iter().map(|origin| AllowedOrigin::parse(origin)).collect();
    let allowed_origins = origins.ok_or_else(|| {
        let allowed = "each must be a scheme and a host, like https://app.example.com";
        refuse("server.allowed_origins", written.allowed_origins.join(","), allowed)
    })?;
    let response = match written.response.as_str() {
        "json" => ResponseForm::Json,
        "sse" => ResponseForm::EventStream,
        other => return Err(refuse("server.response", other, "must be \"json\" or \"sse\"")),
    };
    Ok(ServerSettings {
        listen,
        allowed_hosts: AllowedHosts::new(hosts, listen.ip()),
        allowed_origins,
        max_request_bytes: positive("server.max_request_bytes", written.max_request_bytes)?,
        max_result_bytes: written.max_result_bytes,
        response,
        structured_content: written.structured_content,
        max_arguments_bytes: positive("server.max_arguments_bytes", written.max_arguments_bytes)?,
        max_json_depth: within("server.max_json_depth", written.max_json_depth, &JSON_DEPTHS)?,
        max_id_bytes: within("server.max_id_bytes", written.max_id_bytes, &ID_BYTES)?,
        body_timeout: longer("server.body_timeout", &written.body_timeout)?,
        max_requests: within("server.max_requests", written.max_requests, &PLACES)?,
        max_requests_per_address: written.max_requests_per_address,
        max_requests_per_token: written.max_requests_per_token,
        connections: connections(written)?,
    })
}

fn connections(written: &Server) -> Result<ConnectionSettings, ConfigError> {
    let max_connections_per_address = written.max_connections_per_address;
    let trusted_proxies = TrustedProxies::parse(&written.trusted_proxies).map_err(|_| {
        let allowed = "each must be an IP address or a network, like 10.0.0.0/8, and not all addresses";
        refuse("server.trusted_proxies", written.trusted_proxies.join(","), allowed)
    })?;
    Ok(ConnectionSettings {
        trusted_proxies,
        max_connections: within("server.max_connections", written.max_connections, &PLACES)?,
        max_connections_per_address,
        max_headers: within("server.max_headers", written.max_headers, &HEADERS)?,
        max_header_bytes: within("server.max_header_bytes", written.max_header_bytes, &HEADER_BYTES)?,
        header_timeout: longer("server.header_timeout", &written.header_timeout)?,
        idle_timeout: longer("server.idle_timeout", &written.idle_timeout)?,
        write_timeout: longer("server.write_timeout", &written.write_timeout)?,
        shutdown_delay: parse_duration(&written.shutdown_delay).filter(|delay| *delay <= MAX_DURATION).ok_or_else(
            || {
                refuse(
                    "server.shutdown_delay",
                    &written.shutdown_delay,
                    "must be a duration of at most 1h, like 5s or 0s",
                )
            },
        )?,
        drain_timeout: duration("server.drain_timeout", &written.drain_timeout)?,
    })
}

fn within(setting: &'static str, written: usize, allowed: &RangeInclusive<usize>) -> Result<usize, ConfigError> {
    if allowed.contains(&written) {
        return Ok(written);
    }
    let allowed = format!("must be at least {} and at most {}", allowed.start(), allowed.end());
    Err(refuse(setting, written.to_string(), allowed))
}

fn longer(setting: &'static str, written: &str) -> Result<Duration, ConfigError> {
    match parse_duration(written) {
        Some(duration) if !duration.is_zero() && duration <= MAX_DURATION => Ok(duration),
        _ => Err(refuse(setting, written, "must be a duration above 0 and at most 1h, like 75s or 2m")),
    }
}
