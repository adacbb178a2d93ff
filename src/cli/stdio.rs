//! `stdio`: MCP on standard input and output.

mod output;

use std::sync::Arc;

use clap::Args;

use super::credentials::{CallerArgs, Credentials};
use super::signals::Signals;
use super::{Failure, block_on, logging, sandbox};
use crate::calls::{Caller, Gateway};
use crate::config::{CliOverrides, Settings};
use crate::mcp;
use crate::server::Shutdown;
use output::Stdout;

/// The arguments of `stdio`.
#[derive(Debug, Clone, Args)]
pub struct StdioArgs {
    #[command(flatten)]
    caller: CallerArgs,
    /// What to log on standard error [env: LEADCONNECTOR_MCP_LOG] [default: info]
    #[arg(long, value_name = "FILTER")]
    log: Option<String>,
}

/// Serves one caller until standard input ends, a signal comes, or standard output fails.
pub fn run(args: &StdioArgs) -> Result<(), Failure> {
    let flags = CliOverrides { log: args.log.clone(), ..args.caller.flags() };
    let mut settings = Settings::of_process(&flags)?;
    let credentials = args.caller.credentials()?;
    logging::start(&settings.log)?;
    block_on(async {
        let signals = Signals::catch()?;
        if let Some(url) = sandbox::start(&args.caller.sandbox).await? {
            settings.upstream.url = url;
        }
        let max_result_bytes = settings.server.max_result_bytes;
        let gateway = Arc::new(Gateway::new(settings, None)?);
        gateway
            .policy
            .check_location(credentials.location.as_ref())
            .map_err(|problem| Failure::Location(problem.to_owned()))?;
        let Credentials { token, location } = credentials;
        let caller = Caller {
            credential: token.into(),
            location,
            selection: gateway.policy.selection().clone(),
            permit: None,
            max_result_bytes,
        };
        let shutdown = Shutdown::default();
        let serving = mcp::serve_stdio(gateway, caller, tokio::io::stdin(), Stdout::new(), shutdown.clone());
        Ok(signals.stop(serving, &shutdown).await??)
    })
}
