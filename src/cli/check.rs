//! `check`: which tools work with a token and location, by one cheap read per scope and no write.

mod probe;
mod report;

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::credentials::Credentials;
use super::{Failure, block_on, environment, sandbox, serve};
use crate::config::{Flags, Settings};
use crate::gateway::Gateway;

/// The arguments of `check`.
#[derive(Debug, Clone, Args)]
pub struct CheckArgs {
    /// Ask the embedded sandbox: no account, no network
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
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Asks, prints a table, and fails unless all selected tools work as far as reading can tell.
pub fn run(args: &CheckArgs) -> Result<ExitCode, Failure> {
    let flags = Flags { config: args.config.clone(), upstream: args.upstream.clone(), ..Flags::default() };
    let mut settings = Settings::load(&flags, environment)?;
    let credentials = match Credentials::find(args.token_file.as_deref(), environment) {
        Err(Failure::NoToken) if args.sandbox => Credentials::of_sandbox().ok_or(Failure::NoToken)?,
        Err(Failure::NoToken) if io::stdin().is_terminal() => Credentials::of(&ask()?, environment)?,
        found => found?,
    };
    let mut rows = Vec::new();
    block_on(async {
        if args.sandbox {
            settings.upstream.url = serve::start_sandbox(sandbox::DEFAULT_RATE_LIMIT).await?;
        }
        let gateway = Gateway::new(settings, None)?;
        rows = probe::all(&gateway, &credentials).await;
        Ok(())
    })?;
    let text = if args.json { report::json(&rows) } else { report::table(&rows) };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(if rows.iter().all(probe::Row::is_fine) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Asks for the token without showing it.
fn ask() -> Result<String, Failure> {
    Ok(rpassword::prompt_password("Private Integration Token: ")?)
}
