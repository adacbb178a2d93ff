//! `sandbox`: the in-memory API, alone or behind `--sandbox` of other commands.

use std::io::Write;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use clap::Args;
use jiff::SignedDuration;
use jiff::civil::Date;
use url::Url;

use super::signals::Signals;
use super::{Failure, block_on, help, listen, reachable};
use crate::calls::DefaultCaller;
use crate::config::{
    CliOverrides, ConnectionSettings, ListenAddress, OperatorKey, PublicUrl, SandboxDefaults, Settings,
};
use crate::leadconnector::Token;
use crate::sandbox::{
    self, AGENCY_TOKEN, COMPANY, EXPIRED_TOKEN, LOCATION, MARKETPLACE_CLIENT_ID, MARKETPLACE_CLIENT_SECRET, Options,
    READ_ONLY_TOKEN, SCOPES, Share, TOKEN,
};
use crate::server::{self, Shutdown};
use crate::web;

/// The sandbox's requests per 10 s, token and location: the API's limit.
const DEFAULT_RATE_LIMIT: u32 = 100;

/// The years in which a fixed day may lie.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2099;

/// The longest latency: a minute, after which clients have given up.
const MAX_LATENCY: Duration = Duration::from_mins(1);

/// How long requests in flight may take to end, besides the latency: the sandbox responds at once.
const DRAIN: Duration = Duration::from_secs(1);

/// The sandbox's options for the commands that can run on one: `serve`, `stdio` and `check`.
#[derive(Debug, Clone, Args)]
pub struct SandboxArgs {
    /// Run on the embedded sandbox: no account, no network; its tokens: see `sandbox --help`
    #[arg(long, conflicts_with = "upstream")]
    sandbox: bool,
    /// The sandbox's requests per 10 s, token and location; 0 lifts the limit
    #[arg(long, value_name = "N", default_value_t = DEFAULT_RATE_LIMIT, requires = "sandbox")]
    sandbox_rate_limit: u32,
    /// The day that the sandbox's data is relative to, from 2000 to 2099 [default: today]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date, requires = "sandbox")]
    sandbox_date: Option<Date>,
    /// How long the sandbox delays each response, at most 60s
    #[arg(long, value_name = "DURATION", value_parser = parse_latency, default_value = "0ms", requires = "sandbox")]
    sandbox_latency: Duration,
    /// The share of requests that the sandbox fails with 500 or 503, like 5%; every run fails the same ones
    #[arg(long, value_name = "PERCENT", default_value = "0%", requires = "sandbox")]
    sandbox_faults: Share,
}

impl SandboxArgs {
    /// Whether the command runs on the sandbox.
    pub fn is_on(&self) -> bool {
        self.sandbox
    }

    /// What the sandbox brings for OAuth: a key of this process, and the app at its marketplace.
    pub fn oauth_defaults(&self) -> Option<SandboxDefaults> {
        let marketplace = (MARKETPLACE_CLIENT_ID, MARKETPLACE_CLIENT_SECRET);
        self.sandbox.then(|| SandboxDefaults { key: OperatorKey::random(), marketplace })
    }

    fn options(&self) -> Options {
        options(self.sandbox_rate_limit, self.sandbox_date, self.sandbox_latency, self.sandbox_faults)
    }
}

/// The arguments of `sandbox`.
#[derive(Debug, Clone, Args)]
#[command(after_help = help::SANDBOX, after_long_help = format!("{}\n\n{}", help::SANDBOX, tokens()))]
pub struct StandaloneArgs {
    /// Address and port to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
    listen: ListenAddress,
    /// Requests per 10 s, token and location; 0 lifts the limit
    #[arg(long, alias = "sandbox-rate-limit", value_name = "N", default_value_t = DEFAULT_RATE_LIMIT)]
    rate_limit: u32,
    /// The day that the data is relative to, from 2000 to 2099 [default: today]
    ///
    /// Dates lie between 30 days before and 30 days after it, in the location's time zone. With a fixed day the clock
    /// starts at 9:00 and moves by 1 s with each write, so that the same calls always give the same responses; without
    /// one, writes are dated now.
    #[arg(long, alias = "sandbox-date", value_name = "YYYY-MM-DD", value_parser = parse_date)]
    date: Option<Date>,
    /// How long each response is delayed, at most 60s
    #[arg(long, alias = "sandbox-latency", value_name = "DURATION", value_parser = parse_latency, default_value = "0ms")]
    latency: Duration,
    /// The share of requests that fail with 500 or 503, like 5%
    ///
    /// A failed request is not carried out. Every run fails the same ones: the first, the second and so on.
    #[arg(long, alias = "sandbox-faults", value_name = "PERCENT", default_value = "0%")]
    faults: Share,
}

fn options(rate_limit: u32, date: Option<Date>, latency: Duration, faults: Share) -> Options {
    let rate_limit = (rate_limit > 0).then_some(rate_limit);
    Options { date, rate_limit, latency, faults, ..Options::default() }
}

/// Reads a day; the form is strict, so that a mistake cannot mean another day.
fn parse_date(text: &str) -> Result<Date, String> {
    let date = Date::strptime("%Y-%m-%d", text).ok();
    // The parser accepts digits without leading zeros.
    let date = date.filter(|date| date.to_string() == text && YEARS.contains(&date.year()));
    date.ok_or_else(|| "must be a day from 2000-01-01 to 2099-12-31, like 2026-11-16".to_owned())
}

fn parse_latency(text: &str) -> Result<Duration, String> {
    let duration = text.parse::<SignedDuration>().ok().and_then(|duration| Duration::try_from(duration).ok());
    let duration = duration.filter(|duration| *duration <= MAX_LATENCY);
    duration.ok_or_else(|| "must be a duration from 0ms to 60s, like 120ms".to_owned())
}

/// The location, the tokens and the marketplace app, for the long help.
fn tokens() -> String {
    let mut text = format!(
        "\
The location: {LOCATION}
Its company:  {COMPANY}

Marketplace app (OAuth at /oauth/chooselocation and /oauth/token):
  client id      {MARKETPLACE_CLIENT_ID}
  client secret  {MARKETPLACE_CLIENT_SECRET}

Tokens:
  {TOKEN}
          Every scope
  {READ_ONLY_TOKEN}
          Only the scopes that read (.readonly); others are 401, \"not authorized for this scope\"
  {AGENCY_TOKEN}
          An agency's token: 401, \"not yet supported by the IAM Service\"
  {EXPIRED_TOKEN}
          An expired token: 401, \"Invalid Private Integration token\", like every unknown one

Tokens with a single scope:"
    );
    for scope in SCOPES {
        text.push_str("\n  ");
        text.push_str(&sandbox::scope_token(scope));
    }
    text
}

/// Runs the sandbox until it is asked to stop.
pub fn run(args: &StandaloneArgs) -> Result<(), Failure> {
    block_on(async {
        let signals = Signals::catch()?;
        let listener = listen::bind(args.listen.address).await?;
        let url = format!("http://{}", reachable(listener.local_addr()?));
        let options = options(args.rate_limit, args.date, args.latency, args.faults);
        let (router, connections) = server_of(&options)?;
        let mut out = std::io::stdout();
        writeln!(out, "The sandbox listens on {url}\n\ntoken:      {TOKEN}\nlocationId: {LOCATION}\n")?;
        writeln!(out, "Other tokens: leadconnector-mcp sandbox --help")?;
        writeln!(out, "A gateway on it: leadconnector-mcp serve --upstream {url}")?;
        let shutdown = Shutdown::default();
        let serving = server::serve(listener, router, web::too_many_connections, connections, shutdown.clone());
        signals.stop(serving, &shutdown).await?;
        Ok(())
    })
}

/// Starts the sandbox on a port of its own and returns its URL; `None` if the command does not run on the sandbox.
pub async fn start(args: &SandboxArgs) -> Result<Option<Url>, Failure> {
    if !args.is_on() {
        return Ok(None);
    }
    let listener = listen::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let address = listener.local_addr()?;
    let (router, connections) = server_of(&args.options())?;
    tokio::spawn(async move {
        server::serve(listener, router, web::too_many_connections, connections, Shutdown::default()).await;
    });
    let url = Url::parse(&format!("http://{address}")).map_err(std::io::Error::other)?;
    Ok(Some(url))
}

/// The sandbox, and the limits of its connections: the gateway's defaults, but one gateway may open all of them.
fn server_of(options: &Options) -> Result<(Router, ConnectionSettings), Failure> {
    let defaults = Settings::load(&CliOverrides::default(), |_| None)?.server.connections;
    let drain_timeout = DRAIN + options.latency;
    let connections = ConnectionSettings { max_connections_per_address: 0, drain_timeout, ..defaults };
    Ok((sandbox::router(options), connections))
}

/// Lets users choose a location at the sandbox, where `HighLevel`'s own page is configured.
pub fn use_for_oauth(settings: &mut Settings, sandbox: &Url) {
    if let Some(app) = settings.oauth.as_mut().and_then(|oauth| oauth.marketplace.as_mut())
        && app.client_id == MARKETPLACE_CLIENT_ID
        && let Ok(url) = sandbox.join("/v2/oauth/chooselocation")
    {
        app.authorize_url = url;
    }
}

/// Puts the port into the public URL if the operating system chose it.
pub fn use_port(settings: &mut Settings, port: u16) {
    if let Some(oauth) = &mut settings.oauth
        && oauth.public_url.lacks_port()
    {
        let address = SocketAddr::new(settings.server.listen.ip(), port);
        oauth.public_url = PublicUrl::on_this_machine(address);
    }
}

/// The caller of a request to `serve --sandbox` that has no token.
pub fn caller() -> Option<DefaultCaller> {
    Some(DefaultCaller { credential: Token::new(TOKEN).ok()?.into(), location: LOCATION.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_is_written_in_full() {
        assert_eq!(parse_date("2026-11-16"), Ok(date(2026, 11, 16)));
        for text in
            ["", "today", "2026-11", "2026-1-6", "16.11.2026", "20261116", "2026-11-31", "1999-12-31", "2100-01-01"]
        {
            assert!(parse_date(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_latency_is_at_most_a_minute() {
        assert_eq!(parse_latency("120ms"), Ok(Duration::from_millis(120)));
        assert_eq!(parse_latency("0ms"), Ok(Duration::ZERO));
        assert_eq!(parse_latency("60s"), Ok(MAX_LATENCY));
        for text in ["", "120", "-1s", "61s", "1h", "fast"] {
            assert!(parse_latency(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_help_names_every_token() {
        let text = tokens();
        for token in [TOKEN, READ_ONLY_TOKEN, AGENCY_TOKEN, EXPIRED_TOKEN] {
            assert!(text.contains(token), "{token}");
        }
        // Read, and not embedded: the image is built without the documentation.
        let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sandbox.md")).unwrap();
        for of_the_app in [MARKETPLACE_CLIENT_ID, MARKETPLACE_CLIENT_SECRET, COMPANY] {
            assert!(text.contains(of_the_app), "{of_the_app}");
            assert!(page.contains(of_the_app), "{of_the_app}");
        }
        assert!(SCOPES.iter().all(|scope| text.contains(&sandbox::scope_token(scope))));
    }
}
