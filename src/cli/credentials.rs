//! The token and location of commands that act for one caller. A token is never an argument: those are seen by everyone
//! on the machine.

use std::path::{Path, PathBuf};

use clap::Args;

use super::sandbox::SandboxArgs;
use super::{Failure, environment};
use crate::config::CliOverrides;
use crate::leadconnector::{LocationId, Token};
use crate::sandbox;

/// The variable that holds the token.
pub const TOKEN: &str = "LEADCONNECTOR_TOKEN";
/// The variable that holds the location's id.
const LOCATION: &str = "LEADCONNECTOR_LOCATION_ID";

/// Who a command acts for.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The token.
    pub token: Token,
    /// The location, if it is given.
    pub location: Option<LocationId>,
}

/// The arguments of commands that act for one caller.
#[derive(Debug, Clone, Args)]
pub struct CallerArgs {
    #[command(flatten)]
    pub sandbox: SandboxArgs,
    /// A file that holds the token [env: LEADCONNECTOR_TOKEN holds the token itself]
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// A TOML file with settings [env: LEADCONNECTOR_MCP_CONFIG]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The LeadConnector API [env: LEADCONNECTOR_MCP_UPSTREAM] [default: https://services.leadconnectorhq.com]
    #[arg(long, value_name = "URL")]
    upstream: Option<String>,
}

impl CallerArgs {
    /// What they set.
    pub fn flags(&self) -> CliOverrides {
        CliOverrides { config: self.config.clone(), upstream: self.upstream.clone(), ..CliOverrides::default() }
    }

    /// Who the command acts for; on the sandbox its own caller, unless another is given.
    pub fn credentials(&self) -> Result<Credentials, Failure> {
        match Credentials::find(self.token_file.as_deref(), environment) {
            Err(Failure::NoToken) if self.sandbox.is_on() => Credentials::of_sandbox().ok_or(Failure::NoToken),
            found => found,
        }
    }
}

impl Credentials {
    /// Finds the token in a file or the environment, and the location in the environment.
    pub fn find(
        token_file: Option<&Path>,
        environment: impl Fn(&str) -> Result<Option<String>, Failure>,
    ) -> Result<Self, Failure> {
        let token = match token_file {
            Some(path) => std::fs::read_to_string(path)
                .map_err(|error| Failure::Credentials(format!("--token-file {}: {error}", path.display())))?,
            None => environment(TOKEN)?.filter(|token| !token.trim().is_empty()).ok_or(Failure::NoToken)?,
        };
        Self::of(&token, environment)
    }

    /// Takes a token, and the location of the environment.
    pub fn of(token: &str, environment: impl Fn(&str) -> Result<Option<String>, Failure>) -> Result<Self, Failure> {
        let token = Token::new(token.trim()).map_err(|error| Failure::Credentials(error.to_string()))?;
        let location = environment(LOCATION)?.filter(|location| !location.is_empty());
        let location = location.map(|location| location.parse::<LocationId>()).transpose();
        let location = location.map_err(|error| Failure::Credentials(format!("{LOCATION} is {error}")))?;
        Ok(Self { token, location })
    }

    /// The sandbox's own.
    pub fn of_sandbox() -> Option<Self> {
        Some(Self { token: Token::new(sandbox::TOKEN).ok()?, location: Some(sandbox::LOCATION.parse().ok()?) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(variables: &[(&str, &str)]) -> Result<Credentials, String> {
        let environment =
            |name: &str| Ok(variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()));
        Credentials::find(None, environment).map_err(|failure| failure.to_string())
    }

    #[test]
    fn the_environment_has_token_and_location() {
        let found = find(&[(TOKEN, " pit-1\n"), (LOCATION, "LOC")]).unwrap();
        assert_eq!(found.location.unwrap().as_str(), "LOC");
        assert!(find(&[(TOKEN, "pit-1")]).unwrap().location.is_none());
    }

    #[test]
    fn what_is_missing_or_wrong_is_said() {
        assert!(find(&[(TOKEN, " ")]).unwrap_err().contains("LEADCONNECTOR_TOKEN"));
        assert!(find(&[(TOKEN, "a secret with spaces")]).unwrap_err().contains("one word"));
        assert!(find(&[(TOKEN, "pit-1"), (LOCATION, "a b")]).unwrap_err().contains("LEADCONNECTOR_LOCATION_ID"));
        let missing = Credentials::find(Some(Path::new("/nonexistent/token")), |_| Ok(None)).unwrap_err().to_string();
        assert!(missing.contains("--token-file /nonexistent/token"), "{missing}");
    }
}
