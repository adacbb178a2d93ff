//! `connect`: prints client configurations for a gateway. The templates are the files of `config/clients/`.

mod client_config;
mod gateway_url;
mod links;
mod template;

use std::fmt::Write as _;
use std::io::{self, Write};

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};

use self::gateway_url::GatewayUrl;
use self::template::Template;
use super::credentials::{Credentials, location_of_flag};
use super::{Failure, environment, help};
use crate::config::TOKEN_VARIABLE as TOKEN;

use self::client_config::AS_OF;
pub use self::client_config::{CLIENTS, ClientConfig};

/// The arguments of `connect`.
#[derive(Debug, Clone, Args)]
#[command(after_help = help::CONNECT)]
pub struct ConnectArgs {
    /// URL of the gateway, as the client reaches it
    #[arg(long, value_name = "URL", default_value = template::URL)]
    url: GatewayUrl,
    /// Print this client's configuration; without it, list the clients and the one-click install links
    #[arg(long, value_name = "NAME", value_parser = client_names(), hide_possible_values = true)]
    client: Option<String>,
    /// Id of the location; without it, the placeholder stays
    // Not a `LocationId`: clap repeats an invalid value, which may be a token in the wrong flag.
    #[arg(long, value_name = "ID")]
    location: Option<String>,
    /// Fill in the token from LEADCONNECTOR_TOKEN. A token is never accepted as an argument
    #[arg(long, requires = "client")]
    token_from_env: bool,
}

/// The values of `--client`.
fn client_names() -> PossibleValuesParser {
    PossibleValuesParser::new(CLIENTS.map(|client| PossibleValue::new(client.name).aliases(client.alias)))
}

/// Prints the configuration of one client, or the list of clients. Notes go to standard error, so that standard output is
/// only the configuration.
pub fn run(args: &ConnectArgs) -> Result<(), Failure> {
    let location = args.location.as_deref().map(location_of_flag).transpose()?;
    let mut template = Template { url: args.url.to_string(), location, ..Template::default() };
    if args.token_from_env {
        template.token = Some(token_from_env(environment)?);
    }
    let client = args.client.as_deref().and_then(|name| CLIENTS.iter().find(|client| client.is_named(name)));
    if let Some(client) =
        client.filter(|client| ![template::URL, template::PUBLIC_URL].iter().any(|url| client.text.contains(url)))
        && args.url.to_string() != template::URL
    {
        // Its configuration would go past the gateway, and past what its operator allows.
        let problem = format!("--url does not apply to {}, which runs a gateway of its own; omit it", client.name);
        return Err(Failure::Credentials(problem));
    }
    let (text, mut notes) = match client {
        Some(client) => (template.fill(client.text), notes(client, args)),
        None => (overview(&template)?, Vec::new()),
    };
    if args.url.path_added {
        notes.insert(0, format!("the URL has no path; using {}", args.url));
    }
    for note in notes {
        let _ = writeln!(io::stderr(), "leadconnector-mcp: {note}"); // if this fails, the configuration is still complete
    }
    match io::stdout().lock().write_all(text.as_bytes()) {
        // `connect | head` is not an error.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}

/// The token from the environment, validated as `stdio` does, and more strictly: it is written into files unescaped.
fn token_from_env(environment: impl Fn(&str) -> Result<Option<String>, Failure>) -> Result<String, Failure> {
    let value = environment(TOKEN)?.unwrap_or_default().trim().to_owned();
    if value.is_empty() {
        return Err(Failure::Credentials(format!("--token-from-env: {TOKEN} is not set")));
    }
    Credentials::from_token(&value, TOKEN, None)?;
    if !template::is_token(&value) {
        let problem = format!("{TOKEN} contains a character that is not safe in configuration files");
        return Err(Failure::Credentials(problem));
    }
    Ok(value)
}

/// Notes on a client's configuration.
fn notes(client: &ClientConfig, args: &ConnectArgs) -> Vec<String> {
    let mut notes = vec![format!("{}: {}", client.title, client.destination)];
    notes.extend(client.note.map(str::to_owned));
    if client.public && !args.url.is_public() {
        notes.push(format!(
            "OpenAI's servers make the calls and cannot reach {}: use a public https URL, or the tunnel",
            args.url
        ));
    } else if args.url.is_exposed() && client.text.contains(template::URL) {
        notes.push("plain http sends the token unencrypted over the network: use https".to_owned());
    }
    if args.token_from_env && !client.text.contains(template::TOKEN) {
        notes.push("the token is not filled in: this client reads it from elsewhere".to_owned());
    }
    notes
}

/// The list of clients, and the install links.
fn overview(template: &Template) -> Result<String, Failure> {
    let mut text = format!("Clients, for --client NAME (as of {AS_OF}):\n\n");
    for client in &CLIENTS {
        let _ = writeln!(text, "  {:<21} {}: {}", client.name, client.title, client.destination); // writing to a String cannot fail
    }
    text.push_str("\nOne-click install links (then replace YOUR_TOKEN with your token; VS Code prompts for it):\n");
    for link in links::all(template).map_err(|error| Failure::Io(error.into()))? {
        let _ = write!(text, "\n{}\n{}\n", link.title, link.target); // writing to a String cannot fail
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
