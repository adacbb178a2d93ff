//! `health`: checks the gateway that runs with the same settings.

use std::time::Duration;

use super::{Failure, HealthArgs, block_on, reachable};
use crate::config::{CliOverrides, Settings};
use crate::leadconnector::TlsError;

/// How long the gateway may take to respond.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Succeeds if the gateway reports that it is healthy.
pub fn run(args: &HealthArgs) -> Result<(), Failure> {
    let flags = CliOverrides {
        config: args.config.clone(),
        listen: args.listen.clone(),
        without_oauth: true,
        ..CliOverrides::default()
    };
    let url = format!("http://{}/healthz", reachable(Settings::from_process(&flags)?.server.listen));
    block_on(async {
        let http = reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build().map_err(TlsError::from)?;
        match http.get(&url).send().await {
            Ok(response) if response.status().is_success() => Ok(()),
            Ok(response) => Err(Failure::Unhealthy(format!("{url} returned {}", response.status()))),
            Err(error) => Err(Failure::Unhealthy(format!("{url} does not respond ({error})"))),
        }
    })
}
