//! Asynchronous standard output for `stdio`.

use std::io::{self, ErrorKind, Write};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::AsyncWrite;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::cli::streams::{self, Stream};

/// Standard output, written by a thread that may block.
///
/// Like tokio's, but it retries while a non-blocking pipe is full. The process that started this one may have made the pipe
/// non-blocking, and tokio's would lose the bytes that it has accepted.
pub struct Stdout(State);

enum State {
    Idle(Out),
    Writing(JoinHandle<(Out, io::Result<()>)>),
    /// The writing thread panicked, or the runtime has ended.
    Gone,
}

/// The stream, and the bytes to write to it.
struct Out {
    stream: Stream,
    bytes: Vec<u8>,
}

impl Stdout {
    /// This process's standard output.
    pub fn new() -> Self {
        Self::to(streams::stdout())
    }

    fn to(stream: Stream) -> Self {
        Self(State::Idle(Out { stream, bytes: Vec::new() }))
    }

    /// Waits until the accepted bytes are written.
    fn poll_written(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let State::Writing(writing) = &mut self.0 else { return Poll::Ready(Ok(())) };
        match ready!(Pin::new(writing).poll(context)) {
            Ok((out, result)) => {
                self.0 = State::Idle(out);
                Poll::Ready(result)
            }
            Err(error) => {
                self.0 = State::Gone;
                Poll::Ready(Err(error.into()))
            }
        }
    }
}

impl AsyncWrite for Stdout {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_written(context))?;
        let State::Idle(mut out) = std::mem::replace(&mut self.0, State::Gone) else {
            return Poll::Ready(Err(ErrorKind::BrokenPipe.into()));
        };
        out.bytes.clear();
        out.bytes.extend_from_slice(bytes);
        self.0 = State::Writing(spawn_blocking(move || {
            let result = streams::write_all(&mut out.stream, &out.bytes).map_err(|(_, error)| error);
            let result = result.and_then(|()| out.stream.flush());
            (out, result)
        }));
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_written(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_written(context)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tokio::io::AsyncWriteExt;

    use super::*;

    /// A non-blocking pipe with little room: a write takes one byte, is interrupted or would block, in turn. It breaks after
    /// some bytes.
    struct NarrowPipe {
        taken: Arc<Mutex<Vec<u8>>>,
        turn: usize,
        breaks_after: usize,
    }

    impl Write for NarrowPipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.turn += 1;
            let mut taken = self.taken.lock().unwrap();
            if taken.len() == self.breaks_after {
                return Err(ErrorKind::BrokenPipe.into());
            }
            match self.turn % 3 {
                0 => Err(ErrorKind::WouldBlock.into()),
                1 => Err(ErrorKind::Interrupted.into()),
                _ => {
                    taken.push(bytes[0]);
                    Ok(1)
                }
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn narrow_pipe(breaks_after: usize) -> (Arc<Mutex<Vec<u8>>>, Stdout) {
        let taken: Arc<Mutex<Vec<u8>>> = Arc::default();
        (taken.clone(), Stdout::to(Box::new(NarrowPipe { taken, turn: 0, breaks_after })))
    }

    #[tokio::test]
    async fn nothing_is_lost_while_the_pipe_is_full() {
        let (taken, mut output) = narrow_pipe(usize::MAX);
        for line in ["one line\n", "another\n"] {
            output.write_all(line.as_bytes()).await.unwrap();
            output.flush().await.unwrap();
        }
        assert_eq!(*taken.lock().unwrap(), b"one line\nanother\n");
    }

    #[tokio::test]
    async fn a_broken_pipe_is_an_error() {
        let (_, mut output) = narrow_pipe(3);
        output.write_all(b"one line\n").await.unwrap();
        assert_eq!(output.flush().await.unwrap_err().kind(), ErrorKind::BrokenPipe);
    }
}
