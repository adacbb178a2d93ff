//! A proxy in front of several gateways, as nginx is one: it keeps connections to them, sends a POST once at most, and
//! takes the next gateway only where it could not connect.

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

/// How long what the proxy sends is on its way: a gateway that closes a connection meanwhile loses it.
const ON_ITS_WAY: Duration = Duration::from_millis(15);

type Connection = SendRequest<Full<Bytes>>;

/// The proxy; it is called instead of listening.
pub struct Proxy {
    backends: Vec<Backend>,
    turn: AtomicUsize,
}

struct Backend {
    address: SocketAddr,
    kept: Mutex<Vec<Connection>>,
}

impl Proxy {
    pub fn new(addresses: impl IntoIterator<Item = SocketAddr>) -> Self {
        let backend = |address| Backend { address, kept: Mutex::default() };
        Self { backends: addresses.into_iter().map(backend).collect(), turn: AtomicUsize::new(0) }
    }

    /// Passes a request on; an error is what a client would see as 502.
    pub async fn pass(&self, request: Request<Full<Bytes>>) -> Result<Response<Bytes>, String> {
        let first = self.turn.fetch_add(1, Ordering::Relaxed);
        for index in 0..self.backends.len() {
            let backend = &self.backends[(first + index) % self.backends.len()];
            let Some(mut connection) = backend.connection().await else { continue };
            tokio::time::sleep(ON_ITS_WAY).await;
            let response = connection.send_request(request).await.map_err(|error| format!("sent: {error:?}"))?;
            let (parts, body) = response.into_parts();
            let body = body.collect().await.map_err(|error| format!("reading: {error:?}"))?.to_bytes();
            // The answer may say `connection: close`: then it is not ready again.
            backend.keep(connection);
            return Ok(Response::from_parts(parts, body));
        }
        Err("no gateway lets a connection in".to_owned())
    }
}

impl Backend {
    /// One that is kept and, as far as is known here, still open; else a new one; `None` if that is refused.
    async fn connection(&self) -> Option<Connection> {
        loop {
            // The one that was kept first is the likeliest to be idle when the gateway goes.
            let kept = {
                let mut kept = self.kept.lock().unwrap();
                (!kept.is_empty()).then(|| kept.remove(0))
            };
            match kept {
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
            self.kept.lock().unwrap().push(connection);
        }
    }
}
