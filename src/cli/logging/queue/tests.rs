use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{JoinHandle, spawn};
use std::time::Instant;

use super::*;

/// Far more than any of these steps takes.
const WAIT_TIMEOUT: Duration = Duration::from_secs(20);

/// A log output whose writes the test controls one by one. Once the test drops its end, it takes everything.
struct ControlledOutput {
    results: Receiver<io::Result<usize>>,
    written: Sender<String>,
}

impl Write for ControlledOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.results.recv().unwrap_or(Ok(usize::MAX))?.min(bytes.len());
        self.written.send(String::from_utf8(bytes[..taken].to_vec()).unwrap()).unwrap();
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Log {
    queue: Arc<Queue>,
    results: Option<Sender<io::Result<usize>>>,
    written: Receiver<String>,
    thread: JoinHandle<()>,
}

impl Log {
    fn start() -> Self {
        let (queue, (results, given), (written, read)) = (Arc::new(Queue::new()), channel(), channel());
        let writer = queue.clone();
        let output = ControlledOutput { results: given, written };
        let thread = spawn(move || writer.write_to(output, |lost| format!("lost={lost}\n")));
        Self { queue, results: Some(results), written: read, thread }
    }

    fn next_write(&self, result: io::Result<usize>) {
        self.results.as_ref().unwrap().send(result).unwrap();
    }

    /// Waits until the queue's state is as expected.
    #[track_caller]
    fn until(&self, expected: impl Fn(&State) -> bool) {
        let began = Instant::now();
        while !expected(&self.queue.state.lock()) {
            assert!(began.elapsed() < WAIT_TIMEOUT, "the state is not reached");
            std::thread::yield_now();
        }
    }

    fn next(&self) -> String {
        self.written.recv_timeout(WAIT_TIMEOUT).unwrap()
    }

    /// Lets all further writes succeed, closes the queue, and returns what was written.
    fn close(mut self) -> String {
        self.results = None;
        self.queue.close(WAIT_TIMEOUT);
        self.thread.join().unwrap();
        self.written.iter().collect()
    }
}

fn failed(kind: ErrorKind) -> io::Result<usize> {
    Err(kind.into())
}

#[test]
fn lines_are_written_in_order_before_the_end() {
    let log = Log::start();
    let lines: Vec<String> = (0..1000).map(|line| format!("line {line}\n")).collect();
    for line in &lines {
        log.queue.push(line.as_bytes());
    }
    assert_eq!(log.close(), lines.concat());
}

#[test]
fn lost_lines_are_reported_before_the_next_line() {
    for kind in [ErrorKind::BrokenPipe, ErrorKind::StorageFull] {
        let log = Log::start();
        log.queue.push(b"a\n");
        log.next_write(failed(kind));
        // The report fails as well, and so does the line after it.
        log.until(|state| state.write_failures == 1);
        log.queue.push(b"b\n");
        log.next_write(failed(kind));
        log.next_write(failed(kind));
        log.until(|state| state.write_failures == 2);
        log.queue.push(b"c\n");
        assert_eq!(log.close(), "lost=2\nc\n", "{kind}");
    }
}

#[test]
fn a_partly_written_line_does_not_run_into_the_next() {
    let log = Log::start();
    log.queue.push(b"whole\ncut in two\n");
    log.next_write(Ok(9));
    log.next_write(failed(ErrorKind::StorageFull));
    assert_eq!(log.next(), "whole\ncut");
    assert_eq!(log.close(), "\nlost=1\n");
}

#[test]
fn a_full_pipe_is_retried() {
    let log = Log::start();
    log.queue.push(b"one line\n");
    for result in [Ok(3), failed(ErrorKind::WouldBlock), failed(ErrorKind::Interrupted), Ok(1)] {
        log.next_write(result);
    }
    assert_eq!(log.close(), "one line\n");
}

/// A reader that stalls: no thread waits for it, and memory and exit time are bounded.
#[test]
fn a_stalled_reader_costs_lines_only() {
    let log = Log::start();
    let line = [&[b'x'; 1023][..], b"\n"].concat();
    log.queue.push(b"first\n");
    // The writing thread has taken it, and is blocked.
    log.until(|state| state.pending.is_empty());
    for _ in 0..1500 {
        log.queue.push(&line);
    }
    log.until(|state| state.pending.len() == CAPACITY && state.overflowed == 1500 - 1024);
    log.queue.close(Duration::from_millis(1));
    assert!(!log.queue.state.lock().ended, "the close timed out");
    let written = log.close();
    assert!(
        written.starts_with("first\nxxx") && written.ends_with("x\nlost=476\n"),
        "reported where the lines are missing"
    );
    assert_eq!(written.lines().count(), 1026);
}
