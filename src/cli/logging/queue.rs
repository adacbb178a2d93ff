//! The queue between the program and its log: no call waits for the reader of the log.

use std::io::{self, Write};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use crate::cli::streams;

/// How many bytes may be queued: some thousand lines. As many again may be in the batch that is being written.
const CAPACITY: usize = 1024 * 1024;

/// How long lines are collected before they are written together. Waking a thread for each line costs more than the line
/// itself; a person who follows the log does not notice this delay.
const COLLECT: Duration = Duration::from_millis(5);

/// A bounded queue of log lines. One thread writes them; all others only append, and never wait for a write.
///
/// Lines that do not fit, or whose write fails, are lost and counted.
pub struct Queue {
    state: Mutex<State>,
    /// Signalled when the writing thread has something to do.
    wake: Condvar,
    /// Signalled when the writing thread has ended.
    ended: Condvar,
}

struct State {
    pending: Vec<u8>,
    /// How many lines failed to be written and are not reported yet. They came before the pending ones.
    write_failures: u64,
    /// How many lines did not fit and are not reported yet. They came after the pending ones.
    overflowed: u64,
    /// Whether the writing thread waits for a line. Only then does it need to be woken.
    parked: bool,
    closing: bool,
    ended: bool,
}

impl Queue {
    /// An empty queue. `const`, so that it can be a static: a panic hook has no other access to it.
    pub const fn new() -> Self {
        let state = State {
            pending: Vec::new(),
            write_failures: 0,
            overflowed: 0,
            parked: false,
            closing: false,
            ended: false,
        };
        Self { state: Mutex::new(state), wake: Condvar::new(), ended: Condvar::new() }
    }

    /// Appends complete lines, or counts them as lost if they do not fit.
    pub fn push(&self, lines: &[u8]) {
        let mut state = self.state.lock();
        let room = CAPACITY.saturating_sub(state.pending.len());
        if state.ended || lines.len() > room || state.pending.try_reserve(lines.len()).is_err() {
            state.overflowed += line_count(lines);
            return;
        }
        state.pending.extend_from_slice(lines);
        let parked = std::mem::take(&mut state.parked);
        drop(state);
        if parked {
            self.wake.notify_one();
        }
    }

    /// Writes appended lines until the queue is closed. `report` formats the line that reports how many were lost.
    pub fn write_to(&self, out: impl Write, report: impl Fn(u64) -> String) {
        let mut out = LogWriter { out, in_line: false };
        let mut batch = Vec::new();
        // Returns how many lost lines could not be reported.
        let report_lost = |out: &mut LogWriter<_>, lost: u64| {
            if lost == 0 || out.write(report(lost).as_bytes()).is_ok() { 0 } else { lost }
        };
        while let Some((before, after)) = self.next_batch(&mut batch) {
            let mut lost = report_lost(&mut out, before);
            lost += out.write(&batch).err().map_or(0, line_count);
            lost += report_lost(&mut out, after);
            if lost > 0 {
                self.state.lock().write_failures += lost;
            }
        }
        let lost = {
            let mut state = self.state.lock();
            std::mem::take(&mut state.write_failures) + std::mem::take(&mut state.overflowed)
        };
        report_lost(&mut out, lost); // if this fails, there is nowhere left to report it
        self.state.lock().ended = true;
        self.ended.notify_all();
    }

    /// Closes the queue, and waits until it is written, for `timeout` at most.
    pub fn close(&self, timeout: Duration) {
        let mut state = self.state.lock();
        state.closing = true;
        self.wake.notify_all();
        self.ended.wait_while_for(&mut state, |state| !state.ended, timeout);
    }

    /// Waits for lines and moves them into `batch`. Returns how many lines were lost before and after them; `None` once the
    /// queue is closed and empty.
    fn next_batch(&self, batch: &mut Vec<u8>) -> Option<(u64, u64)> {
        batch.clear();
        let mut state = self.state.lock();
        while state.pending.is_empty() && !state.closing {
            state.parked = true;
            self.wake.wait(&mut state);
        }
        state.parked = false;
        self.wake.wait_while_for(&mut state, |state| !state.closing, COLLECT);
        if state.pending.is_empty() {
            return None;
        }
        std::mem::swap(&mut state.pending, batch);
        Some((std::mem::take(&mut state.write_failures), std::mem::take(&mut state.overflowed)))
    }
}

/// tracing-subscriber writes each event with one call.
impl Write for &Queue {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.push(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes lines to the log.
struct LogWriter<W> {
    out: W,
    /// Whether the last write ended within a line, which the next one must not continue.
    in_line: bool,
}

impl<W: Write> LogWriter<W> {
    /// Writes complete lines. Waits while a pipe is full; after any other error, returns the bytes that were not written.
    fn write<'b>(&mut self, bytes: &'b [u8]) -> Result<(), &'b [u8]> {
        if self.in_line {
            self.write_all(b"\n").map_err(|_| bytes)?;
        }
        self.write_all(bytes).map_err(|written| &bytes[written..])
    }

    fn write_all(&mut self, bytes: &[u8]) -> Result<(), usize> {
        let result = streams::write_all(&mut self.out, bytes).map_err(|(written, _)| written);
        if let Some(last) = bytes[..result.err().unwrap_or(bytes.len())].last() {
            self.in_line = *last != b'\n';
        }
        result
    }
}

/// The number of lines that end in these bytes.
fn line_count(bytes: &[u8]) -> u64 {
    bytes.split(|byte| *byte == b'\n').count() as u64 - 1
}

#[cfg(test)]
mod tests;
