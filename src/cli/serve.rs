//! `serve`: the gateway.

mod banner;

use std::sync::Arc;

use tokio::net::TcpListener;

use super::signals::Signals;
use super::{Failure, ServeArgs, block_on, descriptors, logging, reachable, sandbox};
use crate::calls::Gateway;
use crate::config::{AllowedHosts, Settings};
use crate::server::{self, Shutdown};
use crate::web;

/// Runs the gateway until it is asked to stop.
pub fn run(args: &ServeArgs) -> Result<(), Failure> {
    let settings = Settings::of_process(&args.flags())?;
    logging::start(&settings.log)?;
    block_on(serve(args, settings))
}

async fn serve(args: &ServeArgs, mut settings: Settings) -> Result<(), Failure> {
    let signals = Signals::catch()?;
    descriptors::raise_limit(&settings.server.connections);
    let mut default_caller = None;
    if let Some(url) = sandbox::start(&args.sandbox).await? {
        settings.upstream.url = url;
        default_caller = sandbox::caller();
    }
    let (server_settings, upstream) = (settings.server.clone(), settings.upstream.url.clone());
    // All settings are checked before the port opens.
    let gateway = Arc::new(Gateway::new(settings, default_caller)?);
    let listener = listen(server_settings.listen).await?;
    let address = listener.local_addr()?;
    if server_settings.allowed_hosts == AllowedHosts::Any {
        tracing::warn!("requests may name any host; set --allowed-host to the names that clients use");
    }
    let connections = server_settings.connections;
    tracing::info!(%address, %upstream, version = env!("CARGO_PKG_VERSION"), "listening");
    if args.sandbox.is_on() {
        banner::print(reachable(address))?;
    }
    let shutdown = Shutdown::default();
    let router = web::router(gateway.clone(), &shutdown);
    let serving = async {
        let drained = server::serve(listener, router, web::too_many_connections, connections, shutdown.clone()).await;
        // Writes whose clients left go on without a request.
        if tokio::time::timeout_at(drained.until, gateway.finish_writes()).await.is_err() {
            tracing::warn!("some writes were not answered in time: whether they were carried out is unknown");
        }
        drained
    };
    let drained = signals.stop(serving, &shutdown).await?;
    if drained.cut > 0 {
        tracing::warn!(requests = drained.cut, "some requests did not end in time and were cut");
    }
    tracing::info!("stopped");
    Ok(())
}

async fn listen(address: std::net::SocketAddr) -> Result<TcpListener, Failure> {
    server::bind(address).await.map_err(|error| Failure::Listen { address, error })
}
