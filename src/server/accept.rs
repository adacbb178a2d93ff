//! Accepts connections.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};

use super::connection_limit::Admission;
use super::{Server, connection, overload};

/// How long to wait when the system has no file descriptors or memory left: to retry at once would only use CPU.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// How many unsent bytes of a connection the kernel buffers (`TCP_NOTSENT_LOWAT`); at half of that it asks for more.
///
/// By default the kernel buffers megabytes and asks for more only once a good part of them is sent, so a client that
/// reads steadily but slowly would look as if it read nothing. Bytes in transit do not count, so this costs no
/// throughput. Other systems than Linux use the kernel's own buffer size.
#[cfg(any(target_os = "linux", target_os = "android"))]
const MAX_UNSENT_BYTES: u32 = 128 * 1024;

/// Accepts connections, and serves each in a task of its own.
pub async fn accept_loop(server: &Arc<Server>, listener: &TcpListener) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => admit(server, stream),
            // These concern one connection, which is closed already.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
                ) => {}
            Err(error) => {
                tracing::error!(%error, "cannot accept connections; retrying in 1 s");
                tokio::time::sleep(RETRY_DELAY).await;
            }
        }
    }
}

/// Serves the connections that the system has already accepted, and closes the listener. Their clients may have sent a
/// request, which would be lost otherwise.
pub fn accept_backlog(server: &Arc<Server>, listener: TcpListener) {
    let Ok(listener) = listener.into_std() else { return };
    while let Ok((stream, _)) = listener.accept() {
        let stream = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
        match stream {
            Ok(stream) => admit(server, stream),
            Err(error) => tracing::debug!(%error, "cannot take over an accepted connection"),
        }
    }
}

fn admit(server: &Arc<Server>, stream: TcpStream) {
    let Ok(peer) = stream.peer_addr() else { return };
    // Without TCP_NODELAY the kernel holds small writes back until the client acknowledges earlier ones: 40 ms for an
    // event stream.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set TCP_NODELAY");
    }
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if let Err(error) = socket2::SockRef::from(&stream).set_tcp_notsent_lowat(MAX_UNSENT_BYTES) {
        tracing::debug!(%error, "cannot set TCP_NOTSENT_LOWAT");
    }
    match server.connection_limit.admit(peer.ip()) {
        Admission::Serve(permit) => {
            server.connections.spawn(connection::serve(server.clone(), stream, peer.ip(), permit));
        }
        Admission::Reject(permit) => {
            server.connections.spawn(overload::reject(server.clone(), stream, permit));
        }
        Admission::Close => {}
    }
}
