//! A proxy in front of several gateways that behaves like nginx: it keeps connections open, sends a POST at most once, and
//! tries the next gateway only if it cannot connect.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// The transit time of a request: a gateway that closes the connection meanwhile loses it.
const TRANSIT_TIME: Duration = Duration::from_millis(15);

type Connection = SendRequest<Full<Bytes>>;

/// The proxy. It does not listen: tests call it.
pub struct Proxy {
    backends: Vec<Backend>,
    turn: AtomicUsize,
}

struct Backend {
    address: SocketAddr,
    idle: Mutex<Vec<Connection>>,
}

impl Proxy {
    pub fn new(addresses: impl IntoIterator<Item = SocketAddr>) -> Self {
        let backend = |address| Backend { address, idle: Mutex::default() };
        Self { backends: addresses.into_iter().map(backend).collect(), turn: AtomicUsize::new(0) }
    }

    /// Forwards a request; a client would see an error as 502.
    pub async fn forward(&self, request: Request<Full<Bytes>>) -> Result<Response<Bytes>, String> {
        let first = self.turn.fetch_add(1, Ordering::Relaxed);
        for index in 0..self.backends.len() {
            let backend = &self.backends[(first + index) % self.backends.len()];
            let Some(mut connection) = backend.connection().await else { continue };
            tokio::time::sleep(TRANSIT_TIME).await;
            let response = connection.send_request(request).await.map_err(|error| format!("sent: {error:?}"))?;
            let (parts, body) = response.into_parts();
            let body = body.collect().await.map_err(|error| format!("reading: {error:?}"))?.to_bytes();
            // A response with `connection: close` means that it cannot be reused.
            backend.keep(connection);
            return Ok(Response::from_parts(parts, body));
        }
        Err("no gateway accepts connections".to_owned())
    }
}

impl Backend {
    /// An idle connection that is still open as far as the proxy knows, or a new one; `None` if it is refused.
    async fn connection(&self) -> Option<Connection> {
        loop {
            // The connection that has been idle for longest is the likeliest to be closed by a stopping gateway.
            let connection = {
                let mut idle = self.idle.lock().unwrap();
                (!idle.is_empty()).then(|| idle.remove(0))
            };
            match connection {
                Some(mut connection) => {
                    if connection.ready().await.is_ok() {
                        return Some(connection);
                    }
                }
                None => break,
            }
        }
        let stream = TcpStream::connect(self.address).await.ok()?;
        stream.set_nodelay(true).unwrap();
        let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Some(sender)
    }

    fn keep(&self, connection: Connection) {
        if !connection.is_closed() {
            self.idle.lock().unwrap().push(connection);
        }
    }
}
