//! The server's settings.

use std::net::SocketAddr;
use std::time::Duration;

use super::{AllowedHosts, AllowedOrigin, TrustedProxies};

/// How the server listens and responds.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// The address and port to listen on.
    pub listen: SocketAddr,
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
