//! Scripts and their steps.

use std::fmt::Write;
use std::time::Duration;

/// The steps for one attempt. A script that does not close its connection leaves it open for the next attempt.
#[derive(Debug, Clone, Default)]
pub struct Script(pub(super) Vec<Step>);

/// A step of a script.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// Reads this many bytes of the request.
    Read(usize),
    /// Reads the complete request and executes it: it counts as executed whatever happens to the response.
    Execute,
    /// Reads the complete request and does not execute it.
    Refuse,
    /// Writes bytes at once.
    Write(Vec<u8>),
    /// Writes bytes one by one, with a pause before each.
    Drip(Vec<u8>, Duration),
    /// Writes the same bytes repeatedly, until the other side disconnects.
    Endless(Vec<u8>),
    /// Sends nothing until the other side disconnects.
    Silence,
    /// Closes the connection gracefully.
    Close,
    /// Resets the connection: bytes in transit are lost.
    Reset,
}

impl Script {
    /// Resets the connection as soon as it is accepted.
    pub fn reset_at_once() -> Self {
        Self(vec![Step::Reset])
    }

    /// Reads a part of the request.
    pub fn read(bytes: usize) -> Self {
        Self(vec![Step::Read(bytes)])
    }

    /// Reads the complete request and executes it.
    pub fn execute() -> Self {
        Self(vec![Step::Execute])
    }

    /// Reads the complete request and does not execute it.
    pub fn refuse() -> Self {
        Self(vec![Step::Refuse])
    }

    /// Writes before reading anything.
    pub fn unasked(bytes: impl Into<Vec<u8>>) -> Self {
        Self::default().write(bytes)
    }

    /// Executes the request and keeps the connection open.
    pub fn healthy() -> Self {
        Self::execute().write(answer(200, &[], "{}"))
    }

    pub fn write(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.then(Step::Write(bytes.into()))
    }

    pub fn drip(self, bytes: impl Into<Vec<u8>>, pause: Duration) -> Self {
        self.then(Step::Drip(bytes.into(), pause))
    }

    pub fn endless(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.then(Step::Endless(bytes.into()))
    }

    pub fn silence(self) -> Self {
        self.then(Step::Silence)
    }

    pub fn close(self) -> Self {
        self.then(Step::Close)
    }

    pub fn reset(self) -> Self {
        self.then(Step::Reset)
    }

    /// Whether an attempt with this script is executed.
    pub fn executes(&self) -> bool {
        self.0.iter().any(|step| matches!(step, Step::Execute))
    }

    fn then(mut self, step: Step) -> Self {
        self.0.push(step);
        self
    }
}

/// The bytes of a response with a `content-length`.
pub fn answer(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut head = format!("HTTP/1.1 {status} \r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        write!(head, "{name}: {value}\r\n").unwrap();
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}
