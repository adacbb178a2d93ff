//! `check`: which tools work with a token and location, by one cheap read per scope and no write.

mod probe;
mod report;

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Args;

use super::credentials::{CallerArgs, Credentials};
use super::{Failure, block_on, environment, sandbox};
use crate::calls::Gateway;
use crate::config::Settings;

/// The arguments of `check`.
#[derive(Debug, Clone, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    caller: CallerArgs,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Asks, prints a table, and fails unless all selected tools work as far as reading can tell.
pub fn run(args: &CheckArgs) -> Result<ExitCode, Failure> {
    let mut settings = Settings::of_process(&args.caller.flags())?;
    let credentials = match args.caller.credentials() {
        Err(Failure::NoToken) if io::stdin().is_terminal() => Credentials::of(&ask()?, environment)?,
        found => found?,
    };
    let mut rows = Vec::new();
    block_on(async {
        if let Some(url) = sandbox::start(&args.caller.sandbox).await? {
            settings.upstream.url = url;
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
