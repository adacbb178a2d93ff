//! An API, or a proxy in front of it, that sends an extra response on each connection that it keeps open.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::answer;

/// When the extra response is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stray {
    Never,
    /// In one packet with the previous response.
    SamePacket,
    /// After the next request on the connection, before its response.
    BeforeTheNext,
}

/// Responds to each request with the token and the location of the request. It stops when it is dropped.
pub struct StrayUpstream {
    address: SocketAddr,
    connections: Arc<Connections>,
    _serving: JoinSet<()>,
}

#[derive(Default)]
struct Connections {
    open: watch::Sender<usize>,
    opened: watch::Sender<usize>,
}

/// An open connection, counted until this is dropped.
struct Open(Arc<Connections>);

impl Open {
    fn new(connections: Arc<Connections>) -> Self {
        connections.open.send_modify(|open| *open += 1);
        connections.opened.send_modify(|opened| *opened += 1);
        Self(connections)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.send_modify(|open| *open -= 1);
    }
}

impl StrayUpstream {
    pub async fn start(stray: Stray) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::<Connections>::default();
        let counted = connections.clone();
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut served = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let open = Open::new(counted.clone());
                served.spawn(async move {
                    // The gateway may disconnect at any time.
                    let _ = serve(stream, stray).await;
                    drop(open);
                });
                while served.try_join_next().is_some() {}
            }
        });
        Self { address, connections, _serving: serving }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many connections there were.
    pub fn opened(&self) -> usize {
        *self.connections.opened.borrow()
    }

    /// How many connections are open.
    pub fn open(&self) -> usize {
        *self.connections.open.borrow()
    }

    /// Waits until at most `count` connections are open.
    pub async fn until_open_at_most(&self, count: usize) {
        self.connections.open.subscribe().wait_for(|open| *open <= count).await.unwrap();
    }
}

async fn serve(stream: TcpStream, stray: Stray) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    let mut before = None;
    loop {
        let (mut token, mut location) = (String::new(), String::new());
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            match line.trim_end().split_once(": ") {
                Some((name, value)) if name.eq_ignore_ascii_case("authorization") => token = value.to_owned(),
                Some((name, value)) if name.eq_ignore_ascii_case("locationid") => location = value.to_owned(),
                None if line.trim().is_empty() => break,
                _ => {}
            }
        }
        let body = serde_json::json!({ "token": token, "location": location }).to_string();
        let limits = [("x-ratelimit-max", "100000"), ("x-ratelimit-remaining", "99999")];
        let own = answer(200, &limits, body);
        let bytes = match (stray, before.take()) {
            (Stray::SamePacket, _) => [own.clone(), own.clone()].concat(),
            (Stray::BeforeTheNext, Some(before)) => [before, own.clone()].concat(),
            _ => own.clone(),
        };
        stream.write_all(&bytes).await?;
        before = Some(own);
    }
}
