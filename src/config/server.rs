//! The server's settings.

use std::net::SocketAddr;
use std::time::Duration;

use super::{AllowedHosts, AllowedOrigin, TrustedProxies};

// Limits that suit every deployment. They were settings once, and are still accepted as such (`layers::DEPRECATED`); the
// fields that hold them let tests set others.

/// The maximum size of a call's arguments: half of the default `max_request_bytes`, which also counts white space and
/// escapes.
pub const MAX_ARGUMENTS_BYTES: usize = 512 * 1024;

/// The maximum nesting depth of a message. The JSON-RPC envelope with lists of custom fields needs 8;
/// `serde_json` stops at 127.
pub const MAX_JSON_DEPTH: usize = 64;

/// The maximum length of an id: ids are repeated in responses and in the log, and a UUID has 36 bytes.
pub const MAX_ID_BYTES: usize = 256;

/// The maximum number of header fields: hyper parses up to this many without an allocation.
pub const MAX_HEADERS: usize = 100;

/// The maximum size of a request's head: as much as nginx accepts by default (4 buffers of 8 KiB).
pub const MAX_HEADER_BYTES: usize = 32 * 1024;

/// The maximum time for a request's head, which fits into a few packets.
pub const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// The maximum time for a request's body, however large.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(20);

/// How the server listens and responds.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// The address and port to listen on.
    pub listen: SocketAddr,
    /// Whether the setting is only a port, which means this machine only.
    pub listen_port_only: bool,
    /// The hosts that requests may name in `Host`.
    pub allowed_hosts: AllowedHosts,
    /// The origins that requests may name in `Origin`.
    pub allowed_origins: Vec<AllowedOrigin>,
    /// The maximum size of a request body, in bytes.
    pub max_request_bytes: usize,
    /// The maximum size of a call's arguments, in bytes of compact JSON.
    pub max_arguments_bytes: usize,
    /// The maximum nesting depth of a message.
    pub max_json_depth: usize,
    /// The maximum length of a JSON-RPC id, as serialized, and of an `x-request-id`, in bytes.
    pub max_id_bytes: usize,
    /// The maximum time for a request's body to arrive.
    pub body_timeout: Duration,
    /// The maximum number of requests in flight on `/mcp`.
    pub max_requests: usize,
    /// The maximum number of requests in flight from one client IP; 0 means no limit.
    pub max_requests_per_address: usize,
    /// The maximum number of requests in flight with one token; 0 means no limit.
    pub max_requests_per_token: usize,
    /// The maximum size of a result, in bytes, unless a request sets a lower limit; 0 means no limit.
    pub max_result_bytes: usize,
    /// The form of a response to a client that accepts both.
    pub response: ResponseForm,
    /// Whether results are also returned as structured content.
    pub structured_content: bool,
    /// The limits on connections.
    pub connections: ConnectionSettings,
}

/// The form of a response to a client that accepts both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseForm {
    /// One JSON document.
    Json,
    /// A stream of server-sent events.
    EventStream,
}

/// The limits on connections, and the timing of the shutdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionSettings {
    /// The proxies whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: TrustedProxies,
    /// The maximum number of open connections.
    pub max_connections: usize,
    /// The maximum number of open connections from one peer IP; 0 means no limit.
    pub max_connections_per_address: usize,
    /// The maximum number of header fields of a request.
    pub max_headers: usize,
    /// The maximum size of a request's head, in bytes.
    pub max_header_bytes: usize,
    /// The maximum time for a request's head to arrive: from the start of the connection or, for a later request, from
    /// its first byte.
    pub header_timeout: Duration,
    /// How long a connection without a request stays open.
    pub idle_timeout: Duration,
    /// How long a client may read nothing of a response before its connection is closed.
    pub write_timeout: Duration,
    /// How long new connections are still accepted after the shutdown has begun.
    pub shutdown_delay: Duration,
    /// The maximum time for requests in flight to finish after that.
    pub drain_timeout: Duration,
}
