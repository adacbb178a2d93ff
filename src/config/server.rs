//! The server's settings.

use std::net::SocketAddr;
use std::time::Duration;

use super::{AllowedHosts, AllowedOrigin, TrustedProxies};

/// How the server listens and answers.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Hosts that requests may name.
    pub allowed_hosts: AllowedHosts,
    /// Origins that requests may come from.
    pub allowed_origins: Vec<AllowedOrigin>,
    /// The largest request body, in bytes.
    pub max_request_bytes: usize,
    /// The largest arguments of a call, in bytes of compact JSON.
    pub max_arguments_bytes: usize,
    /// How deep a message may be nested.
    pub max_json_depth: usize,
    /// The longest JSON-RPC id, as it is written, and the longest `x-request-id`, in bytes.
    pub max_id_bytes: usize,
    /// How long a body may take to arrive.
    pub body_timeout: Duration,
    /// How many requests of MCP may be in flight.
    pub max_requests: usize,
    /// How many of one address; 0 is no limit.
    pub max_requests_per_address: usize,
    /// How many with one token; 0 is no limit.
    pub max_requests_per_token: usize,
    /// The largest result, in bytes, unless a request has a lower limit; 0 is no limit.
    pub max_result_bytes: usize,
    /// How to answer a client that takes both forms.
    pub response: ResponseForm,
    /// Whether results are also structured content.
    pub structured_content: bool,
    /// The bounds on connections.
    pub connections: ConnectionSettings,
}

/// The form of an answer to a client that takes both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseForm {
    /// One JSON document.
    Json,
    /// An event stream.
    EventStream,
}

/// The bounds on connections, and how they end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionSettings {
    /// The proxies that say who their clients are.
    pub trusted_proxies: TrustedProxies,
    /// How many connections there may be.
    pub max_connections: usize,
    /// How many of one address; 0 is no limit.
    pub max_connections_per_address: usize,
    /// How many header fields a request may have.
    pub max_headers: usize,
    /// The largest head of a request, in bytes.
    pub max_header_bytes: usize,
    /// How long a head may take to arrive: from the connection's start, or from its own first byte.
    pub header_timeout: Duration,
    /// How long a connection is kept without a request.
    pub idle_timeout: Duration,
    /// How long a client may take none of the answer.
    pub write_timeout: Duration,
    /// How long connections are still let in once the process is asked to stop.
    pub shutdown_delay: Duration,
    /// How long requests in flight may take to end after that.
    pub drain_timeout: Duration,
}
