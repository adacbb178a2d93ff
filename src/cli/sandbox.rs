//! `sandbox`: the in-memory API, alone or behind `serve --sandbox`.

use std::io::Write;
use std::time::Duration;

use axum::Router;

use super::signals::Signals;
use super::{Failure, SandboxArgs, block_on, reachable};
use crate::calls::DefaultCaller;
use crate::config::{CliOverrides, ConnectionSettings, Settings};
use crate::leadconnector::Token;
use crate::sandbox::{self, LOCATION, Options, TOKEN};
use crate::server::{self, Shutdown};
use crate::web;

/// The sandbox's default rate limit: requests per 10 s, per token and location. Same as the API's.
pub const DEFAULT_RATE_LIMIT: u32 = 100;

/// How long a shutdown waits for requests in flight: the sandbox responds at once.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(1);

/// Runs the sandbox until a signal stops it.
pub fn run(args: &SandboxArgs) -> Result<(), Failure> {
    block_on(async {
        let signals = Signals::catch()?;
        let address = args.listen;
        let listener = server::bind(address).await.map_err(|error| Failure::Listen { address, error })?;
        let url = format!("http://{}", reachable(listener.local_addr()?));
        let mut out = std::io::stdout();
        writeln!(out, "The sandbox listens on {url}\n\ntoken:      {TOKEN}\nlocationId: {LOCATION}\n")?;
        writeln!(out, "To run a gateway on it: leadconnector-mcp serve --upstream {url}")?;
        let shutdown = Shutdown::default();
        let serving = server::serve(
            listener,
            router(args.rate_limit),
            web::too_many_connections,
            connections()?,
            shutdown.clone(),
        );
        signals.stop(serving, &shutdown).await?;
        Ok(())
    })
}

/// The sandbox's connection limits: the gateway's defaults, but without a limit per client IP, since one gateway may open
/// all connections.
pub fn connections() -> Result<ConnectionSettings, Failure> {
    let defaults = Settings::load(&CliOverrides::default(), |_| None)?.server.connections;
    Ok(ConnectionSettings { max_connections_per_address: 0, drain_timeout: DRAIN_TIMEOUT, ..defaults })
}

/// The sandbox's routes, with a rate limit in requests per 10 s; 0 means no limit.
pub fn router(rate_limit: u32) -> Router {
    sandbox::router(&Options { rate_limit: (rate_limit > 0).then_some(rate_limit), ..Options::default() })
}

/// The caller of requests to `serve --sandbox` that have no token.
pub fn caller() -> Option<DefaultCaller> {
    Some(DefaultCaller { credential: Token::new(TOKEN).ok()?.into(), location: LOCATION.parse().ok()? })
}
