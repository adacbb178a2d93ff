//! `stdio`: MCP on standard input and output.

mod output;

use clap::Args;

use super::credentials::{CallerArgs, Credentials};
use super::signals::Signals;
use super::{Failure, block_on, compose, help, logging, sandbox};
use crate::calls::Caller;
use crate::config::{CliOverrides, Settings};
use crate::mcp;
use crate::server::Shutdown;
use output::Stdout;

/// The arguments of `stdio`.
#[derive(Debug, Clone, Args)]
#[command(after_help = help::STDIO)]
pub struct StdioArgs {
    #[command(flatten)]
    caller: CallerArgs,
    /// Log filter; the log goes to standard error [env: LEADCONNECTOR_MCP_LOG] [default: info]
    #[arg(long, value_name = "FILTER")]
    log: Option<String>,
}

/// Serves one caller until standard input ends, a signal arrives, or standard output fails.
pub fn run(args: &StdioArgs) -> Result<(), Failure> {
    let flags = CliOverrides { log: args.log.clone(), ..args.caller.flags() };
    let mut settings = Settings::from_process(&flags)?;
    let credentials = args.caller.credentials()?;
    logging::start(&settings.log)?;
    settings.warn_of_deprecated();
    block_on(async {
        let signals = Signals::catch()?;
        if let Some(url) = sandbox::start(&args.caller.sandbox).await? {
            settings.upstream.url = url;
        }
        let calls = compose::call_service(&settings)?;
        calls
            .policy()
            .check_location(credentials.location.as_ref())
            .map_err(|problem| Failure::Location(problem.to_owned()))?;
        let Credentials { token, location } = credentials;
        if location.is_none() {
            tracing::info!(
                "no location: each call must name one; --location or LEADCONNECTOR_LOCATION_ID sets it for all"
            );
        }
        let caller = Caller {
            grant: None,
            credential: token.into(),
            location,
            selection: calls.policy().selection().clone(),
            permit: None,
            max_result_bytes: settings.server.max_result_bytes,
        };
        let shutdown = Shutdown::default();
        let serving =
            mcp::serve_stdio(calls, settings.server, caller, tokio::io::stdin(), Stdout::new(), shutdown.clone());
        Ok(signals.stop(serving, &shutdown).await??)
    })
}
