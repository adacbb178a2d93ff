//! `serve`: the gateway.

mod banner;

use super::signals::Signals;
use super::{Failure, ServeArgs, block_on, compose, descriptors, listen, logging, reachable, sandbox};
use crate::catalogue::search;
use crate::config::{AllowedHosts, Settings};
use crate::server::{self, Shutdown};
use crate::web::{self, Access};

/// Runs the gateway until a signal stops it.
pub fn run(args: &ServeArgs) -> Result<(), Failure> {
    let settings = Settings::from_process(&args.flags())?;
    logging::start(&settings.log)?;
    settings.warn_of_deprecated();
    block_on(serve(args, settings))
}

async fn serve(args: &ServeArgs, mut settings: Settings) -> Result<(), Failure> {
    let signals = Signals::catch()?;
    descriptors::raise_limit(&settings.server.connections);
    let mut default_caller = None;
    if let Some(url) = sandbox::start(&args.sandbox).await? {
        sandbox::use_for_oauth(&mut settings, &url);
        settings.upstream.url = url;
        // With OAuth a client must be told to connect.
        default_caller = sandbox::caller().filter(|_| settings.oauth.is_none());
    }
    // All settings are validated before the port opens.
    let calls = compose::call_service(&settings)?;
    let listener = listen::bind(settings.server.listen).await?;
    let address = listener.local_addr()?;
    if args.sandbox.is_on() {
        sandbox::use_port(&mut settings, address.port());
    }
    let access = Access { default_caller, oauth: compose::oauth(&settings, &calls)? };
    let public_url = settings.oauth.as_ref().map(|oauth| oauth.public_url.origin().to_owned());
    let server_settings = settings.server;
    if server_settings.allowed_hosts == AllowedHosts::Any {
        tracing::warn!(
            "requests for any host name are accepted; set --allowed-host to the host names that clients use"
        );
    }
    let upstream = &settings.upstream.url;
    // With it, OAuth is on.
    let oauth = public_url.as_deref();
    tracing::info!(%address, %upstream, public_url = oauth, version = env!("CARGO_PKG_VERSION"), "listening");
    if oauth.is_none() && settings.has_oauth_keys {
        tracing::warn!("there are keys for OAuth, but OAuth is off: turn it on with --oauth or oauth.enabled");
    }
    if server_settings.listen_port_only {
        // In a container, where `:8080` usually means all interfaces, the published port would otherwise just not respond.
        tracing::info!("only a port was set, so only this machine can connect; 0.0.0.0:PORT listens on all interfaces");
    }
    if args.sandbox.is_on() {
        banner::print(reachable(address), public_url)?;
    }
    // In the background: the first search need not wait for it, and neither need the first request.
    drop(tokio::task::spawn_blocking(search::warm_up));
    let shutdown = Shutdown::default();
    let router = web::router(calls.clone(), &server_settings, &access, &shutdown);
    let serving = async {
        let drained =
            server::serve(listener, router, web::too_many_connections, server_settings.connections, shutdown.clone())
                .await;
        // Writes whose clients disconnected run to completion without a request.
        if tokio::time::timeout_at(drained.deadline, calls.finish_writes()).await.is_err() {
            tracing::warn!("some writes did not finish within the drain timeout: whether they took effect is unknown");
        }
        drained
    };
    let drained = signals.stop(serving, &shutdown).await?;
    if drained.aborted_requests > 0 {
        tracing::warn!(
            requests = drained.aborted_requests,
            "some requests did not finish within the drain timeout and were aborted"
        );
    }
    tracing::info!("stopped");
    Ok(())
}
