//! Standard output and standard error without the standard library's lock and buffer.

use std::io::{self, ErrorKind, Write};
use std::time::Duration;

/// How long to wait before retrying a write for which a non-blocking pipe had no room.
const RETRY_DELAY: Duration = Duration::from_millis(5);

/// An output stream that the thread writing to it owns.
pub type Stream = Box<dyn Write + Send>;

/// Standard output. Each write is one system call, so that no line is left in a buffer.
pub fn stdout() -> Stream {
    #[cfg(unix)]
    if let Some(file) = duplicate(&io::stdout()) {
        return Box::new(file);
    }
    Box::new(io::stdout())
}

/// Standard error. The standard library's lock would be held for as long as a write blocks.
pub fn stderr() -> Stream {
    #[cfg(unix)]
    if let Some(file) = duplicate(&io::stderr()) {
        return Box::new(file);
    }
    Box::new(io::stderr())
}

#[cfg(unix)]
fn duplicate(stream: &impl std::os::fd::AsFd) -> Option<std::fs::File> {
    stream.as_fd().try_clone_to_owned().ok().map(std::fs::File::from)
}

/// Writes all bytes, and waits while a non-blocking pipe is full: the process that started this one may have made it
/// non-blocking.
///
/// # Errors
///
/// The number of bytes that were written, and the error that ended it.
pub fn write_all(out: &mut impl Write, bytes: &[u8]) -> Result<(), (usize, io::Error)> {
    let mut written = 0;
    while written < bytes.len() {
        match out.write(&bytes[written..]) {
            Ok(0) => return Err((written, ErrorKind::WriteZero.into())),
            Ok(count) => written += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => std::thread::sleep(RETRY_DELAY),
            Err(error) => return Err((written, error)),
        }
    }
    Ok(())
}
