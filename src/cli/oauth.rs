//! `oauth`: makes keys.

use std::io::Write;

use clap::{Args, Subcommand};

use super::{Failure, help};
use crate::config::OperatorKey;

/// The arguments of `oauth`.
#[derive(Debug, Clone, Args)]
#[command(after_help = help::OAUTH)]
pub struct OAuthArgs {
    #[command(subcommand)]
    command: OAuthCommand,
}

#[derive(Debug, Clone, Subcommand)]
enum OAuthCommand {
    /// Print a fresh key for oauth.keys or a line of oauth.keys_file
    #[command(after_help = help::OAUTH)]
    Key,
}

/// Prints a key.
pub fn run(args: &OAuthArgs) -> Result<(), Failure> {
    match args.command {
        OAuthCommand::Key => writeln!(std::io::stdout(), "{}", OperatorKey::random().to_text())?,
    }
    Ok(())
}
