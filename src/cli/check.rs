//! `check`: reports which tools work with a token and location, with one small read per scope and no writes.

mod probe;
mod report;

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Args;

use super::credentials::{CallerArgs, Credentials};
use super::{Failure, block_on, compose, help, sandbox};
use crate::config::Settings;

/// The arguments of `check`.
#[derive(Debug, Clone, Args)]
#[command(after_help = help::CHECK)]
pub struct CheckArgs {
    #[command(flatten)]
    caller: CallerArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Probes the API, prints a table, and fails unless all selected tools work as far as reads can show.
pub fn run(args: &CheckArgs) -> Result<ExitCode, Failure> {
    let mut settings = Settings::from_process(&args.caller.flags())?;
    let mut credentials = match args.caller.credentials() {
        Err(Failure::NoToken) if io::stdin().is_terminal() => {
            // Before the prompt: without a location the token is not used.
            let location = args.caller.location()?.ok_or(Failure::NoLocation)?;
            Credentials::from_token(&ask()?, "the token", Some(location))?
        }
        found => found?,
    };
    if credentials.location.is_none() && args.caller.sandbox.is_on() {
        credentials.location = Credentials::for_sandbox().and_then(|own| own.location);
    }
    let mut rows = Vec::new();
    block_on(async {
        if let Some(url) = sandbox::start(&args.caller.sandbox).await? {
            settings.upstream.url = url;
        }
        let calls = compose::call_service(&settings)?;
        // Without it, almost every tool would be reported as broken.
        if credentials.location.is_none() {
            return Err(Failure::NoLocation);
        }
        rows = probe::all(&calls, &credentials).await;
        Ok(())
    })?;
    let text = if args.json { report::json(&rows) } else { report::table(&rows) };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(if rows.iter().all(probe::Row::is_fine) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prompts for the token without echoing it.
fn ask() -> Result<String, Failure> {
    Ok(rpassword::prompt_password("Private Integration Token: ")?)
}
