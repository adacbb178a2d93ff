use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{JoinHandle, spawn};
use std::time::Instant;

use super::*;

/// Far more than any of this takes.
const WAIT_TIMEOUT: Duration = Duration::from_secs(20);

/// A reader of the log that does what a test tells it, write by write; at the end it takes everything.
struct Reader {
    orders: Receiver<io::Result<usize>>,
    written: Sender<String>,
}

impl Write for Reader {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.orders.recv().unwrap_or(Ok(usize::MAX))?.min(bytes.len());
        self.written.send(String::from_utf8(bytes[..taken].to_vec()).unwrap()).unwrap();
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Log {
    queue: Arc<Queue>,
    orders: Option<Sender<io::Result<usize>>>,
    written: Receiver<String>,
    thread: JoinHandle<()>,
}

impl Log {
    fn start() -> Self {
        let (queue, (orders, given), (written, read)) = (Arc::new(Queue::new()), channel(), channel());
        let writer = queue.clone();
        let reader = Reader { orders: given, written };
        let thread = spawn(move || writer.write_to(reader, |lost| format!("lost={lost}\n")));
        Self { queue, orders: Some(orders), written: read, thread }
    }

    fn order(&self, order: io::Result<usize>) {
        self.orders.as_ref().unwrap().send(order).unwrap();
    }

    /// Waits until the queue is as a test expects it.
    #[track_caller]
    fn until(&self, expected: impl Fn(&State) -> bool) {
        let began = Instant::now();
        while !expected(&self.queue.state.lock()) {
            assert!(began.elapsed() < WAIT_TIMEOUT, "it does not come to that");
            std::thread::yield_now();
        }
    }

    fn next(&self) -> String {
        self.written.recv_timeout(WAIT_TIMEOUT).unwrap()
    }

    /// Lets everything be written from now on, closes, and gives what was written.
    fn close(mut self) -> String {
        self.orders = None;
        self.queue.close(WAIT_TIMEOUT);
        self.thread.join().unwrap();
        self.written.iter().collect()
    }
}

fn failed(kind: ErrorKind) -> io::Result<usize> {
    Err(kind.into())
}

#[test]
fn lines_come_out_in_order_and_before_the_end() {
    let log = Log::start();
    let lines: Vec<String> = (0..1000).map(|line| format!("line {line}\n")).collect();
    for line in &lines {
        log.queue.push(line.as_bytes());
    }
    assert_eq!(log.close(), lines.concat());
}

#[test]
fn what_cannot_be_written_is_counted_before_the_next_line() {
    for kind in [ErrorKind::BrokenPipe, ErrorKind::StorageFull] {
        let log = Log::start();
        log.queue.push(b"a\n");
        log.order(failed(kind));
        // The report fails as well, and the line after it.
        log.until(|state| state.unwritten == 1);
        log.queue.push(b"b\n");
        log.order(failed(kind));
        log.order(failed(kind));
        log.until(|state| state.unwritten == 2);
        log.queue.push(b"c\n");
        assert_eq!(log.close(), "lost=2\nc\n", "{kind}");
    }
}

#[test]
fn a_line_that_was_cut_does_not_run_into_the_next() {
    let log = Log::start();
    log.queue.push(b"whole\ncut in two\n");
    log.order(Ok(9));
    log.order(failed(ErrorKind::StorageFull));
    assert_eq!(log.next(), "whole\ncut");
    assert_eq!(log.close(), "\nlost=1\n");
}

#[test]
fn a_full_pipe_is_waited_for() {
    let log = Log::start();
    log.queue.push(b"one line\n");
    for order in [Ok(3), failed(ErrorKind::WouldBlock), failed(ErrorKind::Interrupted), Ok(1)] {
        log.order(order);
    }
    assert_eq!(log.close(), "one line\n");
}

/// A reader that never reads: nobody waits for it, memory is bounded, and so is the end.
#[test]
fn a_stalled_reader_costs_lines_only() {
    let log = Log::start();
    let line = [&[b'x'; 1023][..], b"\n"].concat();
    log.queue.push(b"first\n");
    // The writing thread has it, and stands still.
    log.until(|state| state.pending.is_empty());
    for _ in 0..1500 {
        log.queue.push(&line);
    }
    log.until(|state| state.pending.len() == CAPACITY && state.overflowed == 1500 - 1024);
    log.queue.close(Duration::from_millis(1));
    assert!(!log.queue.state.lock().ended, "it stopped waiting");
    let written = log.close();
    assert!(written.starts_with("first\nxxx") && written.ends_with("x\nlost=476\n"), "where they are missing");
    assert_eq!(written.lines().count(), 1026);
}
