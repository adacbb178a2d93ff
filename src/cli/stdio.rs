//! `stdio`: MCP on standard input and output.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::credentials::Credentials;
use super::{Failure, block_on, environment, logging, sandbox, serve};
use crate::config::{Flags, Settings};
use crate::gateway::{self, Caller, Gateway};

/// The arguments of `stdio`.
#[derive(Debug, Clone, Args)]
pub struct StdioArgs {
    /// Run on the embedded sandbox: no account, no network
    #[arg(long, conflicts_with = "upstream")]
    sandbox: bool,
    /// A file that holds the token [env: LEADCONNECTOR_TOKEN holds the token itself]
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// A TOML file with settings [env: LEADCONNECTOR_MCP_CONFIG]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The LeadConnector API [env: LEADCONNECTOR_MCP_UPSTREAM] [default: https://services.leadconnectorhq.com]
    #[arg(long, value_name = "URL")]
    upstream: Option<String>,
    /// What to log on standard error [env: LEADCONNECTOR_MCP_LOG] [default: info]
    #[arg(long, value_name = "FILTER")]
    log: Option<String>,
}

/// Serves one caller until standard input ends.
pub fn run(args: &StdioArgs) -> Result<(), Failure> {
    let flags = Flags {
        config: args.config.clone(),
        upstream: args.upstream.clone(),
        log: args.log.clone(),
        ..Flags::default()
    };
    let mut settings = Settings::load(&flags, environment)?;
    let credentials = Credentials::find(args.token_file.as_deref(), environment);
    let credentials = match credentials {
        Err(Failure::NoToken) if args.sandbox => Credentials::of_sandbox().ok_or(Failure::NoToken)?,
        found => found?,
    };
    logging::start(&settings.log);
    block_on(async {
        if args.sandbox {
            settings.upstream.url = serve::start_sandbox(sandbox::DEFAULT_RATE_LIMIT).await?;
        }
        let max_result_bytes = settings.server.max_result_bytes;
        let gateway = Arc::new(Gateway::new(settings, None)?);
        gateway
            .check_location(credentials.location.as_ref())
            .map_err(|problem| Failure::Location(problem.to_owned()))?;
        let Credentials { token, location } = credentials;
        let caller = Caller { token, location, selection: gateway.selection.clone(), max_result_bytes };
        Ok(gateway::serve_stdio(gateway, caller, tokio::io::stdin(), tokio::io::stdout()).await?)
    })
}
