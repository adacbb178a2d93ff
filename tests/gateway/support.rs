//! Starts gateways and upstreams for tests, and sends requests to them.

mod answer;
mod blocked_upstream;
mod logs;
mod minimal;
mod post;
mod scripted;
mod socket;
mod stray;
mod test_gateway;
mod tool_cases;
mod upstream;
mod wait;

pub use answer::{Answer, CallResult};
pub use blocked_upstream::BlockedUpstream;
pub use logs::Logs;
pub use minimal::{Minimal, minimal_calls};
pub use post::Post;
pub use scripted::{Closed, Script, Scripted, answer};
pub use socket::{Socket, head};
pub use stray::{Stray, StrayUpstream};
pub use test_gateway::{PUBLIC_URL, Server, TestGateway, TestGatewayBuilder};
pub use tool_cases::{APRIL_2021, JULY_2021, Sent, tool};
pub use upstream::{RawUpstream, answering, sandbox, sandbox_with, strict_sandbox, until_received};
pub use wait::{Clock, LIMIT, Watchdog, eventually, within};

/// How many hand-written tools there are: a new one changes no test that is not about it.
pub fn tool_count() -> usize {
    leadconnector_mcp::tools::ToolRegistry::default().tools().len()
}

/// How many tools a client that selects nothing gets.
pub fn listed_count() -> usize {
    leadconnector_mcp::tools::ToolRegistry::default().definitions(true).len()
}

/// The token of calls whose token is not the subject.
pub const TOKEN: &str = "pit-test";
/// The pinned location of calls for which it does not matter.
pub const LOCATION: &str = "ve9EPM428h8vShlRW1KT";
