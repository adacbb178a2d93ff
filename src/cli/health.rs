//! `health`: asks the gateway that runs with the same settings.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use super::{Failure, HealthArgs, block_on, environment};
use crate::config::{Flags, Settings};

/// How long the gateway may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Succeeds if the gateway answers that it is healthy.
pub fn run(args: &HealthArgs) -> Result<(), Failure> {
    let flags = Flags { config: args.config.clone(), listen: args.listen.clone(), ..Flags::default() };
    let url = format!("http://{}/healthz", reachable(Settings::load(&flags, environment)?.server.listen));
    block_on(async {
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build()?;
        match http.get(&url).send().await {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(Failure::Unhealthy(format!("{url} answered {}", answer.status()))),
            Err(error) => Err(Failure::Unhealthy(format!("{url} does not answer ({error})"))),
        }
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_listens_everywhere_is_reached_on_loopback() {
        let reached = |listen: &str| reachable(listen.parse().unwrap()).to_string();
        assert_eq!(reached("0.0.0.0:8080"), "127.0.0.1:8080");
        assert_eq!(reached("[::]:8080"), "[::1]:8080");
        assert_eq!(reached("192.0.2.1:80"), "192.0.2.1:80");
    }
}
