//! Letting connections in.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};

use super::{Server, connection, rejection};

/// How long to pause when the system has no more file descriptors or memory: trying at once would only cost CPU.
const PAUSE: Duration = Duration::from_secs(1);

/// How many bytes of a connection the kernel takes that it cannot send yet; when it has half as many it asks for more.
///
/// Without this it takes megabytes, and asks for more only when a good part of them is sent: a client that reads steadily
/// but slowly would look as if it read nothing. What is on its way is not counted, so it costs no throughput. Elsewhere
/// than on Linux the kernel's own buffer is what there is.
#[cfg(any(target_os = "linux", target_os = "android"))]
const MAX_UNSENT_BYTES: u32 = 128 * 1024;

/// Lets connections in, each into a task of its own.
pub async fn forever(server: &Arc<Server>, listener: &TcpListener) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => admit(server, stream),
            // These are the one connection's, which is gone already.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
                ) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted; trying again in a second");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Lets in those that the system has accepted already, and closes the listener. They may have sent a request, and would
/// lose it.
pub fn rest(server: &Arc<Server>, listener: TcpListener) {
    let Ok(listener) = listener.into_std() else { return };
    while let Ok((stream, _)) = listener.accept() {
        let stream = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
        match stream {
            Ok(stream) => admit(server, stream),
            Err(error) => tracing::debug!(%error, "a connection could not be taken over"),
        }
    }
}

fn admit(server: &Arc<Server>, stream: TcpStream) {
    let Ok(peer) = stream.peer_addr() else { return };
    // Without it the kernel holds small writes back for the client's acknowledgement: 40 ms for an event stream.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if let Err(error) = socket2::SockRef::from(&stream).set_tcp_notsent_lowat(MAX_UNSENT_BYTES) {
        tracing::debug!(%error, "TCP_NOTSENT_LOWAT could not be set");
    }
    match server.admission.try_acquire(peer.ip()) {
        Ok(permit) => {
            server.connections.spawn(connection::serve(server.clone(), stream, peer.ip(), permit));
        }
        Err(Some(refused)) => {
            server.connections.spawn(rejection::answer(server.clone(), stream, refused));
        }
        Err(None) => {}
    }
}
