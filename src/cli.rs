//! The command line.
#![expect(clippy::doc_markdown, reason = "these comments are the help text in a terminal")]

mod check;
pub mod compose;
mod connect;
mod credentials;
mod descriptors;
mod health;
mod help;
mod listen;
mod logging;
#[cfg(test)]
mod misspellings;
mod oauth;
mod operations;
mod panics;
mod sandbox;
mod serve;
mod signals;
mod stdio;
mod streams;
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
use crate::text::tokens::mask_tokens;

pub use connect::{CLIENTS, ClientConfig};

/// The exit code for invalid settings and arguments (`EX_USAGE` of sysexits.h).
const USAGE: u8 = 64;

/// MCP gateway: gives AI agents the tools of a HighLevel (LeadConnector) CRM location.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true, after_help = help::SERVE)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the gateway; the default without a subcommand
    Serve(ServeArgs),
    /// Serve MCP on standard input and output, for clients that do not speak HTTP
    Stdio(stdio::StdioArgs),
    /// Check which tools work with a token and location: one small read per scope, no writes
    Check(check::CheckArgs),
    /// Print a client's configuration for a gateway, or one-click install links
    Connect(connect::ConnectArgs),
    /// Run only the sandbox: an in-memory LeadConnector API that a gateway can use as its upstream
    Sandbox(sandbox::StandaloneArgs),
    /// List the tools: name, description, endpoint, scope, hints
    Tools(ToolsArgs),
    /// List the API's published operations, or find some by words
    Operations(operations::OperationsArgs),
    /// Make a key that seals the tokens of OAuth
    #[command(name = "oauth")]
    OAuth(oauth::OAuthArgs),
    /// Check whether a running gateway is healthy, for container images without curl
    Health(HealthArgs),
}

#[derive(Debug, Clone, Args)]
#[command(after_help = help::SERVE)]
struct ServeArgs {
    #[command(flatten)]
    sandbox: sandbox::SandboxArgs,
    /// Settings file in TOML; config/default.toml lists all settings [env: LEADCONNECTOR_MCP_CONFIG]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Exclude all tools that write [env: LEADCONNECTOR_MCP_READ_ONLY]
    #[arg(long)]
    read_only: bool,
    /// Address and port to listen on; a port alone is on 127.0.0.1, for all interfaces use 0.0.0.0:PORT
    /// [env: LEADCONNECTOR_MCP_LISTEN] [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Let users connect by OAuth; needs --public-url and a key, except with --sandbox
    /// [env: LEADCONNECTOR_MCP_OAUTH_ENABLED]
    #[arg(long)]
    oauth: bool,
    /// URL at which clients reach the gateway, like https://gw.example.com [env: LEADCONNECTOR_MCP_SERVER_PUBLIC_URL]
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Base URL of the LeadConnector API [env: LEADCONNECTOR_MCP_UPSTREAM] [default: https://services.leadconnectorhq.com]
    #[arg(long, value_name = "URL")]
    upstream: Option<String>,
    /// Allowed Host header; repeatable [env: LEADCONNECTOR_MCP_ALLOWED_HOSTS]
    #[arg(long, value_name = "HOST")]
    allowed_host: Vec<String>,
    /// Origin of a web page that may call the gateway; repeatable [env: LEADCONNECTOR_MCP_ALLOWED_ORIGINS]
    #[arg(long, value_name = "ORIGIN")]
    allowed_origin: Vec<String>,
    /// Log format: text, json or auto [env: LEADCONNECTOR_MCP_LOG_FORMAT] [default: auto]
    #[arg(long, value_name = "FORMAT")]
    log_format: Option<String>,
    /// Log filter, such as info, debug or warn,leadconnector_mcp=debug [env: LEADCONNECTOR_MCP_LOG] [default: info]
    #[arg(long, value_name = "FILTER")]
    log: Option<String>,
}

#[derive(Debug, Clone, Args)]
#[command(after_help = help::TOOLS)]
struct ToolsArgs {
    /// Print JSON, with the JSON Schema of each tool's arguments
    #[arg(long)]
    json: bool,
    /// Print the cost of each tool definition, and of all: bytes, and tokens of the o200k tokenizer
    #[arg(long, conflicts_with = "json")]
    tokens: bool,
}

#[derive(Debug, Clone, Args)]
#[command(after_help = help::HEALTH)]
struct HealthArgs {
    /// The gateway's settings file [env: LEADCONNECTOR_MCP_CONFIG]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Address and port that the gateway listens on [env: LEADCONNECTOR_MCP_LISTEN] [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
}

impl ServeArgs {
    /// The settings that the flags override.
    fn flags(&self) -> CliOverrides {
        CliOverrides {
            config: self.config.clone(),
            listen: self.listen.clone(),
            public_url: self.public_url.clone(),
            oauth: self.oauth,
            without_oauth: false,
            sandbox: self.sandbox.oauth_defaults(),
            read_only: self.read_only,
            upstream: self.upstream.clone(),
            allowed_hosts: self.allowed_host.clone(),
            allowed_origins: self.allowed_origin.clone(),
            log_format: self.log_format.clone(),
            log: self.log.clone(),
        }
    }
}

/// Why the program exits with an error.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Settings(#[from] ConfigError),
    #[error("cannot listen on {address}: {problem}")]
    Listen { address: SocketAddr, problem: String },
    #[error("cannot set up TLS: {0}")]
    Tls(#[from] crate::leadconnector::TlsError),
    #[error("cannot set up OAuth: {0}")]
    OAuth(Box<dyn std::error::Error + Send + Sync>),
    #[error("no token: set LEADCONNECTOR_TOKEN to a Private Integration Token, or use --token-file")]
    NoToken,
    #[error(
        "no location: use --location ID or set LEADCONNECTOR_LOCATION_ID; the id is in the location's Settings > Business Profile"
    )]
    NoLocation,
    #[error("{0}")]
    Credentials(String),
    #[error("{0}")]
    Usage(String),
    #[error("the location of --location or LEADCONNECTOR_LOCATION_ID {0}")]
    Location(String),
    #[error("unhealthy: {0}")]
    Unhealthy(String),
    #[error("stopped by a second signal; requests in flight were aborted")]
    ForcedShutdown,
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Settings(error) => Self::Settings(error),
            StartError::Tls(error) => Self::Tls(error),
            StartError::OAuth(error) => Self::OAuth(error),
        }
    }
}

impl Failure {
    fn exit_code(&self) -> ExitCode {
        match self {
            Self::Settings(_)
            | Self::NoToken
            | Self::NoLocation
            | Self::Credentials(_)
            | Self::Usage(_)
            | Self::Location(_) => ExitCode::from(USAGE),
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
            let _ = error.print(); // if this fails, there is nowhere left to report it
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
        Command::Operations(args) => operations::run(&args),
        Command::OAuth(args) => oauth::run(&args),
        Command::Health(args) => health::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => fail(&failure),
    }
}

/// Prints why the program exits with an error.
fn fail(failure: &Failure) -> ExitCode {
    // A token may stand where it does not belong: in another variable, or unquoted in the settings file.
    logging::print(&mask_tokens(&format!("leadconnector-mcp: {failure}")));
    failure.exit_code()
}

/// Reads an environment variable. A value that is not UTF-8 is an error, not an unset variable: it was meant to set
/// something.
fn environment(name: &str) -> Result<Option<String>, Failure> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(ConfigError::NotUtf8(name.to_owned()).into()),
    }
}

/// The address at which to reach a server that listens on `listen`: loopback if it listens on all interfaces.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

/// How long the exit waits for blocking threads once the future has completed: a read of standard input that never
/// returns, a write to a full pipe, a DNS lookup.
const THREADS_TIMEOUT: Duration = Duration::from_millis(100);

/// Runs a future on a new runtime.
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
    fn the_command_line_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    /// The help of each command names the variables that it reads, all of which exist, and gives an example.
    #[test]
    fn the_help_has_variables_and_an_example() {
        let mut program = Cli::command();
        let commands = std::iter::once(program.render_long_help().to_string());
        let commands: Vec<String> = commands
            .chain(
                program
                    .get_subcommands_mut()
                    .filter(|command| command.get_name() != "help")
                    .map(|command| command.render_long_help().to_string()),
            )
            .collect();
        assert_eq!(commands.len(), 10, "the program and its subcommands");
        for help in commands {
            assert!(help.contains("Environment variables:") && help.contains("\nExample"), "{help}");
            let words = help.split(|char: char| !char.is_ascii_alphanumeric() && char != '_');
            for name in words.filter(|word| word.starts_with("LEADCONNECTOR_") && !word.ends_with('_')) {
                let known = crate::config::Settings::from_variables(
                    &CliOverrides::default(),
                    [(name.into(), "127.0.0.1:1".into())],
                );
                let unknown = known.err().filter(|error| error.to_string().contains("is not a setting"));
                assert!(unknown.is_none(), "{unknown:?}");
            }
        }
    }

    #[test]
    fn serve_is_the_default_subcommand() {
        let cli = Cli::try_parse_from(["leadconnector-mcp", "--sandbox", "--listen", "127.0.0.1:0"]).unwrap();
        assert!(cli.command.is_none() && cli.serve.sandbox.is_on());
        assert!(Cli::try_parse_from(["leadconnector-mcp", "serve", "--sandbox", "--upstream", "http://x"]).is_err());
    }

    #[test]
    fn a_server_on_all_interfaces_is_reached_on_loopback() {
        let reachable = |listen: &str| super::reachable(listen.parse().unwrap()).to_string();
        assert_eq!(reachable("0.0.0.0:8080"), "127.0.0.1:8080");
        assert_eq!(reachable("[::]:8080"), "[::1]:8080");
        assert_eq!(reachable("192.0.2.1:80"), "192.0.2.1:80");
    }
}
