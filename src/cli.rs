//! The command line.
#![expect(clippy::doc_markdown, reason = "these comments are the help that a terminal shows")]

mod check;
mod connect;
mod credentials;
mod descriptors;
mod health;
mod logging;
mod panics;
mod sandbox;
mod serve;
mod signals;
mod stdio;
mod terminal;
mod tools;

use std::env::VarError;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::calls::StartError;
use crate::config::{CliOverrides, ConfigError};

/// The exit code for settings and arguments that cannot be used (`EX_USAGE` of sysexits.h).
const USAGE: u8 = 64;

/// Gives AI agents the tools of a HighLevel (LeadConnector) CRM location over MCP.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the gateway (also what runs without a subcommand)
    Serve(ServeArgs),
    /// Run MCP on standard input and output, for clients without HTTP
    Stdio(stdio::StdioArgs),
    /// Ask which tools work with a token and location: one cheap read per scope, no writes
    Check(check::CheckArgs),
    /// Print a client's configuration for a gateway, or links that install in one click
    Connect(connect::ConnectArgs),
    /// Run the sandbox alone: an in-memory LeadConnector API, as an upstream for others
    Sandbox(sandbox::StandaloneArgs),
    /// List the tools: name, what it does, endpoint, scope, hints
    Tools(ToolsArgs),
    /// Ask a running gateway whether it is healthy: for container health checks, where there is no curl
    Health(HealthArgs),
}

#[derive(Debug, Clone, Args)]
struct ServeArgs {
    #[command(flatten)]
    sandbox: sandbox::SandboxArgs,
    /// A TOML file with settings; config/default.toml lists them [env: LEADCONNECTOR_MCP_CONFIG]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Address and port to listen on [env: LEADCONNECTOR_MCP_LISTEN] [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// The LeadConnector API [env: LEADCONNECTOR_MCP_UPSTREAM] [default: https://services.leadconnectorhq.com]
    #[arg(long, value_name = "URL")]
    upstream: Option<String>,
    /// A host that requests may name; repeatable [env: LEADCONNECTOR_MCP_ALLOWED_HOSTS]
    #[arg(long, value_name = "HOST")]
    allowed_host: Vec<String>,
    /// A web page's origin that may call; repeatable [env: LEADCONNECTOR_MCP_ALLOWED_ORIGINS]
    #[arg(long, value_name = "ORIGIN")]
    allowed_origin: Vec<String>,
    /// text, json or auto [env: LEADCONNECTOR_MCP_LOG_FORMAT] [default: auto]
    #[arg(long, value_name = "FORMAT")]
    log_format: Option<String>,
    /// What to log: info, debug, warn,leadconnector_mcp=debug, … [env: LEADCONNECTOR_MCP_LOG] [default: info]
    #[arg(long, value_name = "FILTER")]
    log: Option<String>,
}

#[derive(Debug, Clone, Args)]
struct ToolsArgs {
    /// As JSON
    #[arg(long)]
    json: bool,
    /// What the list costs a model: bytes, and tokens of the o200k tokenizer, per tool and in all
    #[arg(long, conflicts_with = "json")]
    tokens: bool,
}

#[derive(Debug, Clone, Args)]
struct HealthArgs {
    /// The gateway's settings file [env: LEADCONNECTOR_MCP_CONFIG]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The address that the gateway listens on [env: LEADCONNECTOR_MCP_LISTEN] [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
}

impl ServeArgs {
    fn flags(&self) -> CliOverrides {
        CliOverrides {
            config: self.config.clone(),
            listen: self.listen.clone(),
            upstream: self.upstream.clone(),
            allowed_hosts: self.allowed_host.clone(),
            allowed_origins: self.allowed_origin.clone(),
            log_format: self.log_format.clone(),
            log: self.log.clone(),
        }
    }
}

/// Why the program ends early.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Settings(#[from] ConfigError),
    #[error("cannot listen on {address}: {error}")]
    Listen { address: SocketAddr, error: std::io::Error },
    #[error("the TLS library cannot be set up: {0}")]
    Tls(#[from] crate::leadconnector::TlsError),
    #[error("there is no token: set LEADCONNECTOR_TOKEN to a Private Integration Token, or give --token-file")]
    NoToken,
    #[error("{0}")]
    Credentials(String),
    #[error("LEADCONNECTOR_LOCATION_ID {0}")]
    Location(String),
    #[error("unhealthy: {0}")]
    Unhealthy(String),
    #[error("stopped by a second signal")]
    ForcedShutdown,
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Settings(error) => Self::Settings(error),
            StartError::Tls(error) => Self::Tls(error),
        }
    }
}

impl Failure {
    fn exit_code(&self) -> ExitCode {
        match self {
            Self::Settings(_) | Self::NoToken | Self::Credentials(_) | Self::Location(_) => ExitCode::from(USAGE),
            _ => ExitCode::FAILURE,
        }
    }
}

/// Runs the program with the process's own arguments and environment.
pub fn main() -> ExitCode {
    panics::install();
    let code = run();
    logging::finish();
    code
}

fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() { ExitCode::from(USAGE) } else { ExitCode::SUCCESS };
            let _ = error.print(); // if this fails there is nowhere to say so
            return code;
        }
    };
    let result = match cli.command.unwrap_or(Command::Serve(cli.serve)) {
        Command::Serve(args) => serve::run(&args),
        Command::Check(args) => return check::run(&args).unwrap_or_else(|failure| fail(&failure)),
        Command::Connect(args) => connect::run(&args),
        Command::Stdio(args) => stdio::run(&args),
        Command::Sandbox(args) => sandbox::run(&args),
        Command::Tools(args) => tools::run(&args),
        Command::Health(args) => health::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => fail(&failure),
    }
}

/// Says why the program ends early.
fn fail(failure: &Failure) -> ExitCode {
    logging::print(&format!("leadconnector-mcp: {failure}"));
    failure.exit_code()
}

/// A variable of the process's environment. One that is not UTF-8 is an error: it was meant to set something.
fn environment(name: &str) -> Result<Option<String>, Failure> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(ConfigError::NotUtf8(name.to_owned()).into()),
    }
}

/// The address to reach a server at that listens on `listen`: one that listens everywhere is reached on loopback.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

/// How long the end waits for what threads still do once the future has ended: a read of standard input that never
/// comes, a write that nobody takes, a DNS lookup.
const THREADS_TIMEOUT: Duration = Duration::from_millis(100);

/// Runs a future on a runtime of its own.
fn block_on(future: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(future);
    runtime.shutdown_timeout(THREADS_TIMEOUT);
    result
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn serving_needs_no_subcommand() {
        let cli = Cli::try_parse_from(["leadconnector-mcp", "--sandbox", "--listen", "127.0.0.1:0"]).unwrap();
        assert!(cli.command.is_none() && cli.serve.sandbox.is_on());
        assert!(Cli::try_parse_from(["leadconnector-mcp", "serve", "--sandbox", "--upstream", "http://x"]).is_err());
    }

    #[test]
    fn a_server_that_listens_everywhere_is_reached_on_loopback() {
        let reached = |listen: &str| reachable(listen.parse().unwrap()).to_string();
        assert_eq!(reached("0.0.0.0:8080"), "127.0.0.1:8080");
        assert_eq!(reached("[::]:8080"), "[::1]:8080");
        assert_eq!(reached("192.0.2.1:80"), "192.0.2.1:80");
    }
}
