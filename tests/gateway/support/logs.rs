//! Captures everything that this process logs, from the first call of `Logs::capture` on.

use std::io::{self, Write};
use std::sync::{Mutex, OnceLock, PoisonError};

use serde_json::Value;
use tracing::subscriber::{DefaultGuard, NoSubscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The marker in every text that tests search for in the lines of all targets.
pub const CANARY: &str = "canary";

/// The captured lines, in both log formats, of all levels and targets.
pub struct Logs {
    /// Only lines with a canary: all lines would be hundreds of megabytes, which every test would search.
    text: Buffer,
    json: Buffer,
    /// The gateway's own lines at the default level, which are few.
    own: Buffer,
    /// The access log, including debug lines.
    access: Buffer,
}

#[derive(Clone, Copy)]
struct Buffer {
    lines: &'static Mutex<Vec<u8>>,
    /// Only lines with this text are stored.
    only: &'static str,
}

impl Logs {
    /// Starts capturing, once for the whole process: a subscriber of one thread would miss what tasks on other threads log.
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

    /// Excludes this thread while the guard lives: for tests that would log more than fits into memory.
    pub fn mute_thread() -> DefaultGuard {
        tracing::subscriber::set_default(NoSubscriber::new())
    }

    /// The lines with a text, in either format. All tests share the log, so the text must be unique to the test.
    pub fn lines_with(&self, text: &str) -> Vec<String> {
        assert!(text.contains(CANARY), "only lines with a canary are stored: {text}");
        let lines = [self.text, self.json].map(Buffer::content);
        lines.iter().flat_map(|lines| lines.lines()).filter(|line| line.contains(text)).map(str::to_owned).collect()
    }

    /// The same for the gateway's own targets at the default level.
    pub fn own_lines_with(&self, text: &str) -> Vec<Value> {
        self.own.lines_with(text)
    }

    /// The same for the access log, including debug lines.
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
        // Each event is one write.
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
