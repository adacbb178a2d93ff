//! An https server on this computer that answers as `client.example`.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::PATIENCE;

/// A certificate for `client.example` and its subdomains, signed by itself, and its key:
/// `openssl req -x509 -days 36500 -addext subjectAltName=… -addext basicConstraints=critical,CA:FALSE`.
const CERTIFICATE: &[u8] = include_bytes!("fixtures/client_example.cert.der");
const KEY: &[u8] = include_bytes!("fixtures/client_example.key.der");

/// What the server answers to the request for a path; nothing if it is empty.
type Respond = dyn Fn(&str) -> String + Send + Sync;

/// The server. It ends with its value.
pub struct FakeHost {
    pub port: u16,
    state: Arc<State>,
    requests: watch::Receiver<Vec<String>>,
    serving: JoinHandle<()>,
}

struct State {
    /// Whether connections stay open after the response.
    keeps_open: bool,
    respond: Box<Respond>,
    /// Responses that may be sent.
    responses: Semaphore,
    requests: watch::Sender<Vec<String>>,
}

impl FakeHost {
    /// A server that answers at once.
    pub async fn start(respond: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        let host = Self::serving(false, respond).await;
        host.release();
        host
    }

    /// A server that answers at once and keeps its connections open.
    pub async fn start_keeping_open(respond: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        let host = Self::serving(true, respond).await;
        host.release();
        host
    }

    /// A server that answers after [`release`](Self::release) only.
    pub async fn start_blocked(respond: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        Self::serving(false, respond).await
    }

    async fn serving(keeps_open: bool, respond: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        let key = PrivateKeyDer::Pkcs8(KEY.into());
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![CERTIFICATE.into()], key);
        let acceptor = TlsAcceptor::from(Arc::new(config.unwrap()));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, requests) = watch::channel(Vec::new());
        let state =
            Arc::new(State { keeps_open, respond: Box::new(respond), responses: Semaphore::new(0), requests: sender });
        let serving = tokio::spawn({
            let state = state.clone();
            async move {
                loop {
                    let (stream, _) = listener.accept().await.unwrap();
                    tokio::spawn(serve(stream, acceptor.clone(), state.clone()));
                }
            }
        });
        Self { port, state, requests, serving }
    }

    /// Lets all responses be sent.
    pub fn release(&self) {
        self.state.responses.add_permits(1_000);
    }

    /// The heads of the requests so far.
    pub fn requests(&self) -> Vec<String> {
        self.requests.borrow().clone()
    }

    /// Waits for so many requests.
    pub async fn wait_for_requests(&self, count: usize) {
        let mut requests = self.requests.clone();
        timeout(PATIENCE, requests.wait_for(|requests| requests.len() >= count)).await.unwrap().unwrap();
    }
}

impl Drop for FakeHost {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// A client's configuration that trusts the server's certificate only.
pub fn client_config() -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(CERTIFICATE.into()).unwrap();
    ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()
}

/// One connection: a request and its response; more of them if the server keeps connections open. A client that leaves is no
/// error.
async fn serve(stream: TcpStream, acceptor: TlsAcceptor, state: Arc<State>) {
    let Ok(mut stream) = acceptor.accept(stream).await else { return };
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let Ok(byte) = stream.read_u8().await else { return };
            head.push(byte);
        }
        let head = String::from_utf8(head).unwrap();
        let path = head.split(' ').nth(1).unwrap().to_owned();
        state.requests.send_modify(|requests| requests.push(head));
        state.responses.acquire().await.unwrap().forget();
        let response = (state.respond)(&path);
        let _ = stream.write_all(response.as_bytes()).await;
        if !state.keeps_open {
            let _ = stream.shutdown().await;
            return;
        }
    }
}
