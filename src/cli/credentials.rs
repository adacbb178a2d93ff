//! The token and location of commands that act for one caller. A token is never an argument: every user of the machine can
//! see those.

use std::path::{Path, PathBuf};

use clap::Args;

use super::sandbox::SandboxArgs;
use super::{Failure, environment};
use crate::config::{CliOverrides, LOCATION_VARIABLE as LOCATION, TOKEN_VARIABLE as TOKEN};
use crate::leadconnector::{LocationId, Token};
use crate::sandbox;

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
    /// Id of the location that all calls go to [env: LEADCONNECTOR_LOCATION_ID]
    // Not a `LocationId`: clap repeats an invalid value, which may be a token in the wrong flag.
    #[arg(long, value_name = "ID")]
    location: Option<String>,
    /// Exclude all tools that write [env: LEADCONNECTOR_MCP_READ_ONLY]
    #[arg(long)]
    read_only: bool,
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
        CliOverrides {
            config: self.config.clone(),
            upstream: self.upstream.clone(),
            read_only: self.read_only,
            without_oauth: true,
            ..CliOverrides::default()
        }
    }

    /// The caller that the command acts for. On the sandbox it defaults to the sandbox's own.
    pub fn credentials(&self) -> Result<Credentials, Failure> {
        match Credentials::find(self.token_file.as_deref(), self.location.as_deref(), environment) {
            Err(Failure::NoToken) if self.sandbox.is_on() => {
                let own = Credentials::for_sandbox().ok_or(Failure::NoToken)?;
                let location = self.location.as_deref().map(location_of_flag).transpose()?;
                Ok(Credentials { location: location.or(own.location), ..own })
            }
            found => found,
        }
    }

    /// The location, from the flag or the environment.
    pub fn location(&self) -> Result<Option<LocationId>, Failure> {
        find_location(self.location.as_deref(), environment)
    }
}

impl Credentials {
    /// Finds the token in a file or the environment, and the location in the flag or the environment.
    pub fn find(
        token_file: Option<&Path>,
        location: Option<&str>,
        environment: impl Fn(&str) -> Result<Option<String>, Failure>,
    ) -> Result<Self, Failure> {
        let token = match token_file {
            Some(path) => std::fs::read_to_string(path)
                .map_err(|error| Failure::Credentials(format!("--token-file {}: {error}", path.display())))?,
            None => environment(TOKEN)?.filter(|token| !token.trim().is_empty()).ok_or(Failure::NoToken)?,
        };
        let source = token_file.map_or_else(|| TOKEN.to_owned(), |path| format!("--token-file {}", path.display()));
        Self::from_token(&token, &source, find_location(location, environment)?)
    }

    /// Validates a token that comes from `source`.
    pub fn from_token(token: &str, source: &str, location: Option<LocationId>) -> Result<Self, Failure> {
        let token = token.trim();
        if token.is_empty() {
            return Err(Failure::Credentials(format!("{source}: there is no token; put the token there")));
        }
        // A line of a .env file. No token has such a name before a `=`.
        if let Some((name, _)) = token.split_once('=')
            && !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
        {
            return Err(Failure::Credentials(format!("{source}: remove `{name}=`; only the token belongs there")));
        }
        let token = Token::new(token).map_err(|error| Failure::Credentials(format!("{source}: {error}")))?;
        Ok(Self { token, location })
    }

    /// The sandbox's own token and location.
    pub fn for_sandbox() -> Option<Self> {
        Some(Self { token: Token::new(sandbox::TOKEN).ok()?, location: Some(sandbox::LOCATION.parse().ok()?) })
    }
}

/// The location from the flag, else from the environment.
fn find_location(
    flag: Option<&str>,
    environment: impl Fn(&str) -> Result<Option<String>, Failure>,
) -> Result<Option<LocationId>, Failure> {
    if let Some(flag) = flag {
        return location_of_flag(flag).map(Some);
    }
    let location = environment(LOCATION)?.filter(|location| !location.is_empty());
    let location = location.map(|location| location.parse::<LocationId>()).transpose();
    location.map_err(|error| Failure::Credentials(format!("{LOCATION} is {error}")))
}

/// Validates the flag. An empty one is an error: `--location "$UNSET"` must not unpin the location.
pub fn location_of_flag(flag: &str) -> Result<LocationId, Failure> {
    flag.parse().map_err(|error| Failure::Credentials(format!("--location is {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(variables: &[(&str, &str)]) -> Result<Credentials, String> {
        let environment =
            |name: &str| Ok(variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()));
        Credentials::find(None, None, environment).map_err(|failure| failure.to_string())
    }

    #[test]
    fn token_and_location_come_from_the_environment() {
        let found = find(&[(TOKEN, " pit-1\n"), (LOCATION, "LOC")]).unwrap();
        assert_eq!(found.location.unwrap().as_str(), "LOC");
        assert!(find(&[(TOKEN, "pit-1")]).unwrap().location.is_none());
    }

    #[test]
    fn the_flag_overrides_the_variable() {
        let environment = |name: &str| Ok((name == LOCATION).then(|| "ENV".to_owned()));
        let find = |flag| find_location(flag, environment).map(|location| location.map(|id| id.to_string()));
        assert_eq!(find(Some("FLAG")).unwrap().as_deref(), Some("FLAG"));
        assert_eq!(find(None).unwrap().as_deref(), Some("ENV"));
        for invalid in ["", "pit-canary", "a b"] {
            let error = find(Some(invalid)).unwrap_err().to_string();
            assert!(error.starts_with("--location is not a location id") && !error.contains("canary"), "{error}");
        }
    }

    #[test]
    fn errors_name_the_variable_or_file() {
        assert!(find(&[(TOKEN, " ")]).unwrap_err().contains("LEADCONNECTOR_TOKEN"));
        assert!(find(&[(TOKEN, "a secret with spaces")]).unwrap_err().contains("one word"));
        assert!(find(&[(TOKEN, "pit-1"), (LOCATION, "a b")]).unwrap_err().contains("LEADCONNECTOR_LOCATION_ID"));
        let missing = Credentials::find(Some(Path::new("/nonexistent/token")), None, |_| Ok(None));
        let missing = missing.unwrap_err().to_string();
        assert!(missing.contains("--token-file /nonexistent/token"), "{missing}");
    }
}
