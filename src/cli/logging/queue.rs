//! The queue between the program and its log: no call waits for whoever reads the log.

use std::io::{self, Write};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use crate::cli::streams;

/// How many bytes may wait for the log's reader: some thousand lines. As many again may be on their way to it.
const CAPACITY: usize = 1024 * 1024;

/// How long lines are collected before they are written together. To wake a thread for each line costs more than the
/// line; a person who reads along does not notice this delay.
const COLLECT: Duration = Duration::from_millis(5);

/// Lines on their way to the log. One thread writes them; everybody else only appends, and never waits for a write.
///
/// Lines that find no room, or whose write fails, are lost and counted.
pub struct Queue {
    state: Mutex<State>,
    /// There is something for the writing thread to do.
    wake: Condvar,
    /// The writing thread has ended.
    ended: Condvar,
}

struct State {
    pending: Vec<u8>,
    /// Lines whose write failed, and that are not reported yet: they were before those that wait.
    unwritten: u64,
    /// Lines that found no room, and that are not reported yet: they were after those that wait.
    overflowed: u64,
    /// Whether the writing thread waits for the first line. Only then is it woken.
    parked: bool,
    closing: bool,
    ended: bool,
}

impl Queue {
    /// An empty queue. It is a constant so that it can be a static: a panic hook has no other way to it.
    pub const fn new() -> Self {
        let state =
            State { pending: Vec::new(), unwritten: 0, overflowed: 0, parked: false, closing: false, ended: false };
        Self { state: Mutex::new(state), wake: Condvar::new(), ended: Condvar::new() }
    }

    /// Appends whole lines, or counts them as lost if there is no room.
    pub fn push(&self, lines: &[u8]) {
        let mut state = self.state.lock();
        let room = CAPACITY.saturating_sub(state.pending.len());
        if state.ended || lines.len() > room || state.pending.try_reserve(lines.len()).is_err() {
            state.overflowed += count(lines);
            return;
        }
        state.pending.extend_from_slice(lines);
        let parked = std::mem::take(&mut state.parked);
        drop(state);
        if parked {
            self.wake.notify_one();
        }
    }

    /// Writes what is appended until the queue is closed; `report` words the line that says how many were lost.
    pub fn write_to(&self, out: impl Write, report: impl Fn(u64) -> String) {
        let mut out = LogWriter { out, in_line: false };
        let mut batch = Vec::new();
        // What could not be reported.
        let report_lost = |out: &mut LogWriter<_>, lost: u64| {
            if lost == 0 || out.write(report(lost).as_bytes()).is_ok() { 0 } else { lost }
        };
        while let Some((before, after)) = self.next_batch(&mut batch) {
            let mut lost = report_lost(&mut out, before);
            lost += out.write(&batch).err().map_or(0, count);
            lost += report_lost(&mut out, after);
            if lost > 0 {
                self.state.lock().unwritten += lost;
            }
        }
        let lost = {
            let mut state = self.state.lock();
            std::mem::take(&mut state.unwritten) + std::mem::take(&mut state.overflowed)
        };
        report_lost(&mut out, lost); // if this fails there is nowhere to say so
        self.state.lock().ended = true;
        self.ended.notify_all();
    }

    /// Closes the queue and waits until all of it is written, but not longer than `timeout`.
    pub fn close(&self, timeout: Duration) {
        let mut state = self.state.lock();
        state.closing = true;
        self.wake.notify_all();
        self.ended.wait_while_for(&mut state, |state| !state.ended, timeout);
    }

    /// Waits for lines and takes them, with the numbers of those lost before and after them. `None` once there are no
    /// more.
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
        Some((std::mem::take(&mut state.unwritten), std::mem::take(&mut state.overflowed)))
    }
}

/// How tracing-subscriber writes: each event with one call.
impl Write for &Queue {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.push(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Where the lines go.
struct LogWriter<W> {
    out: W,
    /// A write ended within a line: the next one must not continue it.
    in_line: bool,
}

impl<W: Write> LogWriter<W> {
    /// Writes whole lines. Waits where a pipe has no room; after any other error, returns what was not written.
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

/// How many lines end in these bytes.
fn count(bytes: &[u8]) -> u64 {
    bytes.split(|byte| *byte == b'\n').count() as u64 - 1
}

#[cfg(test)]
mod tests;
