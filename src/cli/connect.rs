//! `connect`: what a client needs to use a gateway, filled in. The files of `config/clients/` are the one source.

mod client_config;
mod gateway_url;
mod links;
mod template;

use std::fmt::Write as _;
use std::io::{self, Write};

use clap::Args;
use clap::builder::PossibleValuesParser;

use self::client_config::{CLIENTS, ClientConfig};
use self::gateway_url::GatewayUrl;
use self::template::Template;
use super::credentials::{Credentials, TOKEN};
use super::{Failure, environment};
use crate::leadconnector::LocationId;

/// The arguments of `connect`.
#[derive(Debug, Clone, Args)]
pub struct ConnectArgs {
    /// The gateway's URL, as the client reaches it
    #[arg(long, value_name = "URL", default_value = template::URL)]
    url: GatewayUrl,
    /// Print this client's configuration; without it: the clients, and links that install in one click
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(CLIENTS.map(|client| client.name)), hide_possible_values = true)]
    client: Option<String>,
    /// The location's id; without it the placeholder stays
    #[arg(long, value_name = "ID")]
    location: Option<LocationId>,
    /// Write the token of LEADCONNECTOR_TOKEN in place of its placeholder. A token is never an argument
    #[arg(long, requires = "client")]
    token_from_env: bool,
}

/// Prints one client's configuration, or all there are. What is said about it goes to standard error, so that standard
/// output is the configuration and nothing else.
pub fn run(args: &ConnectArgs) -> Result<(), Failure> {
    let mut filling = Template { url: args.url.to_string(), location: args.location.clone(), ..Template::default() };
    if args.token_from_env {
        filling.token = Some(token(environment)?);
    }
    let client = args.client.as_deref().and_then(|name| CLIENTS.iter().find(|client| client.name == name));
    let (text, mut notes) = match client {
        Some(client) => (filling.fill(client.text), notes(client, args)),
        None => (overview(&filling)?, Vec::new()),
    };
    if args.url.completed {
        notes.insert(0, format!("the URL had no path: {} is the gateway's", args.url));
    }
    for note in notes {
        let _ = writeln!(io::stderr(), "leadconnector-mcp: {note}"); // if this fails the configuration is still good
    }
    match io::stdout().lock().write_all(text.as_bytes()) {
        // `connect | head` is no failure.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}

/// The environment's token, checked as `stdio` checks it, and more narrowly: it goes into files as it is.
fn token(environment: impl Fn(&str) -> Result<Option<String>, Failure>) -> Result<String, Failure> {
    let given = environment(TOKEN)?.unwrap_or_default().trim().to_owned();
    if given.is_empty() {
        return Err(Failure::Credentials(format!("--token-from-env: {TOKEN} is not set")));
    }
    Credentials::of(&given, |_| Ok(None))?;
    if !template::is_token(&given) {
        let problem = format!("{TOKEN} has a character that a configuration file may misread");
        return Err(Failure::Credentials(problem));
    }
    Ok(given)
}

/// What to know about a client's configuration.
fn notes(client: &ClientConfig, args: &ConnectArgs) -> Vec<String> {
    let mut notes = vec![format!("{}: {}", client.title, client.place)];
    if client.public && !args.url.is_public() {
        notes.push(format!("OpenAI's servers make the calls, and cannot reach {}: use a public https URL", args.url));
    } else if args.url.is_exposed() && client.text.contains(template::URL) {
        notes.push("over plain http the token crosses the network in the clear: use https".to_owned());
    }
    if args.token_from_env && !client.text.contains(template::TOKEN) {
        notes.push("the token is not written: this client gets it in another way".to_owned());
    }
    notes
}

/// The clients by name, and the links.
fn overview(filling: &Template) -> Result<String, Failure> {
    let mut text = "Clients, for --client NAME:\n\n".to_owned();
    for client in &CLIENTS {
        let _ = writeln!(text, "  {:<21} {}: {}", client.name, client.title, client.place); // to memory: cannot fail
    }
    text.push_str("\nOne click (then put your token in place of YOUR_TOKEN; VS Code asks for it):\n");
    for link in links::all(filling).map_err(|error| Failure::Io(error.into()))? {
        let _ = write!(text, "\n{}\n{}\n", link.title, link.target); // to memory: cannot fail
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
