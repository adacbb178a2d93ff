//! Scripts, step by step.

use std::fmt::Write;
use std::time::Duration;

/// What is done to one attempt. A script that does not end its connection leaves it to the next attempt.
#[derive(Debug, Clone, Default)]
pub struct Script(pub(super) Vec<Step>);

/// A step of a script.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// Reads so many bytes of the request and leaves the rest.
    Read(usize),
    /// Reads the request whole and carries it out: whatever becomes of the answer, it counts as executed.
    Execute,
    /// Reads the request whole and does nothing about it.
    Refuse,
    /// Writes bytes at once.
    Write(Vec<u8>),
    /// Writes bytes one by one, with a pause before each.
    Drip(Vec<u8>, Duration),
    /// Writes the same bytes again and again, until nobody takes them.
    Endless(Vec<u8>),
    /// Says nothing until the other side leaves.
    Silence,
    /// Ends the connection in good order.
    Close,
    /// Ends the connection with a reset: what is on its way is lost.
    Reset,
}

impl Script {
    /// Ends the connection as soon as it is there.
    pub fn reset_at_once() -> Self {
        Self(vec![Step::Reset])
    }

    /// Reads part of the request.
    pub fn read(bytes: usize) -> Self {
        Self(vec![Step::Read(bytes)])
    }

    /// Reads the request whole and carries it out.
    pub fn execute() -> Self {
        Self(vec![Step::Execute])
    }

    /// Reads the request whole and does nothing about it.
    pub fn refuse() -> Self {
        Self(vec![Step::Refuse])
    }

    /// Writes without having read anything.
    pub fn unasked(bytes: impl Into<Vec<u8>>) -> Self {
        Self::default().write(bytes)
    }

    /// Carries the request out and keeps the connection for the next.
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

    /// Whether an attempt that goes by it is carried out.
    pub fn executes(&self) -> bool {
        self.0.iter().any(|step| matches!(step, Step::Execute))
    }

    fn then(mut self, step: Step) -> Self {
        self.0.push(step);
        self
    }
}

/// The bytes of an answer of some length.
pub fn answer(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut head = format!("HTTP/1.1 {status} \r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        write!(head, "{name}: {value}\r\n").unwrap();
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}
