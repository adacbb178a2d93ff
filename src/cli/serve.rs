//! `serve`: the gateway.

mod banner;

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use url::Url;

use super::{Failure, ServeArgs, block_on, logging, reachable, sandbox, stop_signal};
use crate::config::Settings;
use crate::gateway::{self, AllowedHosts, Gateway};

/// Runs the gateway until it is asked to stop.
pub fn run(args: &ServeArgs) -> Result<(), Failure> {
    let settings = Settings::of_process(&args.flags())?;
    logging::start(&settings.log);
    block_on(serve(args, settings))
}

async fn serve(args: &ServeArgs, mut settings: Settings) -> Result<(), Failure> {
    let listener = listen(settings.server.listen).await?;
    let address = listener.local_addr()?;
    let default_caller = if args.sandbox {
        settings.upstream.url = start_sandbox(args.sandbox_rate_limit).await?;
        sandbox::caller()
    } else {
        None
    };
    if settings.server.allowed_hosts == AllowedHosts::Any {
        tracing::warn!("requests may name any host; set --allowed-host to the names that clients use");
    }
    let upstream = settings.upstream.url.clone();
    let drain = settings.server.drain_timeout;
    let gateway = Arc::new(Gateway::new(settings, default_caller)?);
    tracing::info!(%address, %upstream, version = env!("CARGO_PKG_VERSION"), "listening");
    if args.sandbox {
        banner::print(reachable(address))?;
    }
    gateway::serve(listener, gateway::router(gateway), stop_signal(), drain).await?;
    tracing::info!("stopped");
    Ok(())
}

async fn listen(address: std::net::SocketAddr) -> Result<TcpListener, Failure> {
    gateway::bind(address).await.map_err(|error| Failure::Listen { address, error })
}

/// Starts the sandbox on a port of its own and gives its URL.
pub async fn start_sandbox(rate_limit: u32) -> Result<Url, Failure> {
    let listener = listen(([127, 0, 0, 1], 0).into()).await?;
    let address = listener.local_addr()?;
    let router = sandbox::router(rate_limit);
    tokio::spawn(async move {
        if let Err(error) = gateway::serve(listener, router, std::future::pending(), Duration::ZERO).await {
            tracing::error!(%error, "the sandbox ended");
        }
    });
    Url::parse(&format!("http://{address}")).map_err(|error| std::io::Error::other(error).into())
}
