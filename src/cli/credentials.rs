//! The token and location of commands that act for one caller. A token is never an argument: every user of the machine can
//! see those.

use std::path::{Path, PathBuf};

use clap::Args;

use super::sandbox::SandboxArgs;
use super::{Failure, environment};
use crate::config::CliOverrides;
use crate::leadconnector::{LocationId, Token};
use crate::sandbox;

/// The environment variable with the token.
pub const TOKEN: &str = "LEADCONNECTOR_TOKEN";
/// The environment variable with the location's id.
const LOCATION: &str = "LEADCONNECTOR_LOCATION_ID";

/// The caller that a command acts for.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The token.
    pub token: Token,
    /// The location, if one is set.
    pub location: Option<LocationId>,
}

/// The arguments of commands that act for one caller.
#[derive(Debug, Clone, Args)]
pub struct CallerArgs {
    #[command(flatten)]
    pub sandbox: SandboxArgs,
    /// File with the token [env: LEADCONNECTOR_TOKEN, with the token itself]
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Settings file in TOML [env: LEADCONNECTOR_MCP_CONFIG]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Base URL of the LeadConnector API [env: LEADCONNECTOR_MCP_UPSTREAM] [default: https://services.leadconnectorhq.com]
    #[arg(long, value_name = "URL")]
    upstream: Option<String>,
}

impl CallerArgs {
    /// The settings that the flags override.
    pub fn flags(&self) -> CliOverrides {
        CliOverrides { config: self.config.clone(), upstream: self.upstream.clone(), ..CliOverrides::default() }
    }

    /// The caller that the command acts for. On the sandbox it defaults to the sandbox's own.
    pub fn credentials(&self) -> Result<Credentials, Failure> {
        match Credentials::find(self.token_file.as_deref(), environment) {
            Err(Failure::NoToken) if self.sandbox.is_on() => Credentials::for_sandbox().ok_or(Failure::NoToken),
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
        Self::from_token(&token, environment)
    }

    /// Validates a token, and reads the location from the environment.
    pub fn from_token(
        token: &str,
        environment: impl Fn(&str) -> Result<Option<String>, Failure>,
    ) -> Result<Self, Failure> {
        let token = Token::new(token.trim()).map_err(|error| Failure::Credentials(error.to_string()))?;
        let location = environment(LOCATION)?.filter(|location| !location.is_empty());
        let location = location.map(|location| location.parse::<LocationId>()).transpose();
        let location = location.map_err(|error| Failure::Credentials(format!("{LOCATION} is {error}")))?;
        Ok(Self { token, location })
    }

    /// The sandbox's own token and location.
    pub fn for_sandbox() -> Option<Self> {
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
    fn token_and_location_come_from_the_environment() {
        let found = find(&[(TOKEN, " pit-1\n"), (LOCATION, "LOC")]).unwrap();
        assert_eq!(found.location.unwrap().as_str(), "LOC");
        assert!(find(&[(TOKEN, "pit-1")]).unwrap().location.is_none());
    }

    #[test]
    fn errors_name_the_variable_or_file() {
        assert!(find(&[(TOKEN, " ")]).unwrap_err().contains("LEADCONNECTOR_TOKEN"));
        assert!(find(&[(TOKEN, "a secret with spaces")]).unwrap_err().contains("one word"));
        assert!(find(&[(TOKEN, "pit-1"), (LOCATION, "a b")]).unwrap_err().contains("LEADCONNECTOR_LOCATION_ID"));
        let missing = Credentials::find(Some(Path::new("/nonexistent/token")), |_| Ok(None)).unwrap_err().to_string();
        assert!(missing.contains("--token-file /nonexistent/token"), "{missing}");
    }
}
