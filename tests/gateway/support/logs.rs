//! Everything that is logged by anything in this process, from when it is first asked for.

use std::io::{self, Write};
use std::sync::{Mutex, OnceLock, PoisonError};

use serde_json::Value;
use tracing::subscriber::{DefaultGuard, NoSubscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// What every text begins with, or holds, that is looked for in lines of every target.
pub const CANARY: &str = "canary";

/// The lines in both of the log's forms, at every level and of every target.
pub struct Logs {
    /// Lines with a canary; all of them would be hundreds of megabytes, searched again and again.
    text: Buffer,
    json: Buffer,
    /// The gateway's own lines of the default level: few enough to be read again and again.
    own: Buffer,
    /// The access log, with its debug lines.
    access: Buffer,
}

#[derive(Clone, Copy)]
struct Buffer {
    lines: &'static Mutex<Vec<u8>>,
    /// Keeps only what holds this.
    only: &'static str,
}

impl Logs {
    /// Starts capturing, once for the whole process: a subscriber of one thread would miss what tasks log.
    pub fn capture() -> &'static Self {
        static LOGS: OnceLock<Logs> = OnceLock::new();
        LOGS.get_or_init(|| {
            let buffer = |only| Buffer { lines: Box::leak(Box::default()), only };
            let logs = Self { text: buffer(CANARY), json: buffer(CANARY), own: buffer(""), access: buffer("") };
            let own = filter_fn(|metadata| {
                metadata.target().starts_with("leadconnector_mcp") && *metadata.level() <= tracing::Level::INFO
            });
            let access = filter_fn(|metadata| metadata.target() == "leadconnector_mcp::access");
            tracing_subscriber::registry()
                .with(tracing_subscriber::fmt::layer().with_ansi(false).with_writer(logs.text))
                .with(tracing_subscriber::fmt::layer().json().with_writer(logs.json))
                .with(tracing_subscriber::fmt::layer().json().with_writer(logs.own).with_filter(own))
                .with(tracing_subscriber::fmt::layer().json().with_writer(logs.access).with_filter(access))
                .init();
            logs
        })
    }

    /// Leaves this thread out while the guard is kept: for what would log more than memory holds.
    pub fn mute_thread() -> DefaultGuard {
        tracing::subscriber::set_default(NoSubscriber::new())
    }

    /// The lines that hold a canary, in either form. The log is shared: only a text of the test's own says something.
    pub fn lines_with(&self, text: &str) -> Vec<String> {
        assert!(text.contains(CANARY), "other lines are not kept: {text}");
        let lines = [self.text, self.json].map(Buffer::content);
        lines.iter().flat_map(|lines| lines.lines()).filter(|line| line.contains(text)).map(str::to_owned).collect()
    }

    /// The same, of the gateway's own targets, as far as the default level shows them.
    pub fn own_lines_with(&self, text: &str) -> Vec<Value> {
        self.own.lines_with(text)
    }

    /// The same, of the access log, with its debug lines.
    pub fn access_lines_with(&self, text: &str) -> Vec<Value> {
        self.access.lines_with(text)
    }
}

impl Buffer {
    fn lines_with(self, text: &str) -> Vec<Value> {
        let lines = self.content();
        let lines = lines.lines().filter(|line| line.contains(text));
        lines.map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn content(self) -> String {
        let bytes = self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone();
        String::from_utf8(bytes).unwrap()
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Each event is written at once.
        if str::from_utf8(bytes).unwrap().contains(self.only) {
            self.lines.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Buffer {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        *self
    }
}
