//! An upstream that follows a script for each attempt, byte by byte, and records the requests that it executed.

mod connection;
mod script;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use http::HeaderMap;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::JoinSet;

pub use script::{Script, answer};

use super::wait::within;
use connection::Connection;

/// A request that was read completely.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    pub method: String,
    /// The path with the query.
    pub path: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// Whether the script executed it; otherwise it rejected it.
    pub executed: bool,
}

/// An upstream that follows scripts. It stops when it is dropped.
pub struct Scripted {
    address: SocketAddr,
    log: Log,
    /// Dropping it ends the listener and all connections.
    _serving: JoinSet<()>,
}

/// The attempts and requests so far.
#[derive(Clone)]
struct Log {
    plan: Arc<Mutex<VecDeque<Script>>>,
    always: Script,
    requests: watch::Sender<Vec<Received>>,
    attempts: watch::Sender<usize>,
}

impl Scripted {
    /// The first attempts follow these scripts; all others succeed.
    pub async fn first(scripts: impl IntoIterator<Item = Script>) -> Self {
        Self::with(scripts, Script::healthy()).await
    }

    /// Every attempt follows this script.
    pub async fn always(script: Script) -> Self {
        Self::with([], script).await
    }

    /// The first attempts follow these scripts; all others follow `always`.
    pub async fn with(scripts: impl IntoIterator<Item = Script>, always: Script) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        Self::serve(listener, scripts, always)
    }

    /// A port that refuses connections.
    pub fn closed() -> Closed {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        Closed(socket)
    }

    fn serve(listener: TcpListener, scripts: impl IntoIterator<Item = Script>, always: Script) -> Self {
        let address = listener.local_addr().unwrap();
        let log = Log {
            plan: Arc::new(Mutex::new(scripts.into_iter().collect())),
            always,
            requests: watch::Sender::default(),
            attempts: watch::Sender::new(0),
        };
        let mut serving = JoinSet::new();
        let accepted = log.clone();
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                connections.spawn(Connection::new(stream).follow(accepted.clone()));
            }
        });
        Self { address, log, _serving: serving }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The same port with the scheme https, although it does not speak TLS.
    pub fn https_url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// The requests that were read completely.
    pub fn requests(&self) -> Vec<Received> {
        self.log.requests.borrow().clone()
    }

    /// Waits until `count` requests were read completely.
    pub async fn until_requests(&self, count: usize) {
        let mut requests = self.log.requests.subscribe();
        within("requests", requests.wait_for(|requests| requests.len() >= count)).await.unwrap();
    }

    /// How many requests were executed.
    pub fn executed(&self) -> usize {
        self.requests().iter().filter(|request| request.executed).count()
    }

    /// How many attempts there were, successful or not: connections, and further requests on an open one.
    pub fn attempts(&self) -> usize {
        *self.log.attempts.borrow()
    }
}

/// A port that is bound, but does not listen yet.
pub struct Closed(TcpSocket);

impl Closed {
    pub fn url(&self) -> String {
        format!("http://{}", self.0.local_addr().unwrap())
    }

    /// Starts listening; all requests succeed.
    pub fn open(self) -> Scripted {
        Scripted::serve(self.0.listen(64).unwrap(), [], Script::healthy())
    }
}

impl Log {
    /// The script of the next attempt.
    fn next(&self) -> Script {
        self.attempts.send_modify(|attempts| *attempts += 1);
        let next = self.plan.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        next.unwrap_or_else(|| self.always.clone())
    }

    fn received(&self, request: Received) {
        self.requests.send_modify(|requests| requests.push(request));
    }
}
