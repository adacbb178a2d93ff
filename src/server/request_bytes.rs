//! Finds where an HTTP/1.1 request ends in the bytes of its connection.

/// Follows the bytes of a request, to detect whether bytes of the next one arrived with it.
///
/// hyper reads whatever is available and keeps the bytes after a request in a private buffer: a part of the next head may
/// be there although no other byte arrives. hyper's own timeout cannot guard against this, because it also runs between
/// requests, where a connection is kept open for much longer.
#[derive(Debug, Default)]
pub struct RequestBytes {
    line: Line,
    /// How many bytes arrived after the head; `None` until the head ends.
    after_head: Option<u64>,
    body: BodyLength,
    /// The last bytes that arrived.
    tail: [u8; 4],
    /// A request was followed by more bytes. From then on, where the next one begins is unknown.
    out_of_sync: bool,
}

/// The length of a request's body.
#[derive(Debug, Clone, Copy)]
pub enum BodyLength {
    /// The `Content-Length` in bytes; 0 without one.
    Known(u64),
    /// Chunked transfer coding: the last chunk is empty.
    Chunked,
}

/// The content of the current line of the head so far.
#[derive(Debug, Clone, Copy, Default)]
enum Line {
    /// Nothing, at the start of the head: empty lines before the request line do not count (RFC 9112 section 2.2).
    #[default]
    First,
    /// At least one character.
    Text,
    /// Nothing, or a carriage return: a line feed ends the head.
    Empty,
}

impl Default for BodyLength {
    fn default() -> Self {
        Self::Known(0)
    }
}

impl RequestBytes {
    /// Bytes have arrived.
    pub fn received(&mut self, bytes: &[u8]) {
        if self.out_of_sync || bytes.is_empty() {
            return;
        }
        let tail_len = bytes.len().min(self.tail.len());
        self.tail.rotate_left(tail_len);
        let start = self.tail.len() - tail_len;
        self.tail[start..].copy_from_slice(&bytes[bytes.len() - tail_len..]);
        let after_head = match self.after_head {
            Some(before) => before + bytes.len() as u64,
            None => match self.end_of_head(bytes) {
                Some(end) => (bytes.len() - end) as u64,
                None => return,
            },
        };
        self.after_head = Some(after_head);
    }

    /// The head has been read. `body` is the length of the body.
    pub fn head_read(&mut self, body: BodyLength) {
        self.body = body;
    }

    /// The request is done. Returns whether bytes of the next one may have arrived; after a `true`, later calls return
    /// `true` as well. From here on, the next request is followed.
    pub fn finish(&mut self) -> bool {
        let more = match (self.after_head, self.body) {
            (None, _) => true,
            (Some(count), BodyLength::Known(length)) => count > length,
            // The last chunk ends with an empty line. Bytes after it do so only if they are a complete head, which hyper
            // has then read as the next request.
            (Some(_), BodyLength::Chunked) => self.tail != *b"\r\n\r\n",
        };
        let out_of_sync = self.out_of_sync || more;
        *self = Self { out_of_sync, ..Self::default() };
        out_of_sync
    }

    /// The position in these bytes after the empty line that ends the head.
    fn end_of_head(&mut self, bytes: &[u8]) -> Option<usize> {
        for (index, byte) in bytes.iter().enumerate() {
            self.line = match (self.line, byte) {
                (Line::Empty, b'\n') => return Some(index + 1),
                (Line::Text, b'\n') => Line::Empty,
                (line @ (Line::First | Line::Empty), b'\r') | (line @ Line::First, b'\n') => line,
                _ => Line::Text,
            };
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "POST /mcp HTTP/1.1\r\nhost: a\r\n\r\n";

    /// Whether more bytes than one request with this body arrived, fed in one piece and byte by byte.
    fn more(text: &str, body: BodyLength) -> bool {
        let [mut whole, mut single] = [RequestBytes::default(), RequestBytes::default()];
        whole.received(text.as_bytes());
        for byte in text.as_bytes() {
            single.received(&[*byte]);
        }
        let [whole, single] = [whole, single].map(|mut bytes| {
            bytes.head_read(body);
            bytes.finish()
        });
        assert_eq!(whole, single, "{text:?}");
        whole
    }

    #[test]
    fn a_request_alone_ends_with_its_body() {
        assert!(!more(HEAD, BodyLength::Known(0)));
        assert!(!more(&format!("\r\n\r\n{HEAD}{{}}"), BodyLength::Known(2)));
        assert!(!more("GET / HTTP/1.1\nhost: a\n\n", BodyLength::Known(0)));
        assert!(!more(&format!("{HEAD}{{\r\n\r\n}}"), BodyLength::Known(6)));
        assert!(!more(&format!("{HEAD}2\r\n{{}}\r\n0\r\n\r\n"), BodyLength::Chunked));
        assert!(!more(&format!("{HEAD}2\r\n{{}}\r\n0\r\nx: y\r\n\r\n"), BodyLength::Chunked));
        assert!(!more(&format!("{HEAD}{{"), BodyLength::Known(100)), "a body that was not read to its end");
    }

    #[test]
    fn bytes_after_a_request_are_detected() {
        for next in ["P", "POST /mcp HTTP/1.1\r\nhost: a\r\n"] {
            assert!(more(&format!("{HEAD}{next}"), BodyLength::Known(0)), "{next:?}");
            assert!(more(&format!("{HEAD}{{}}{next}"), BodyLength::Known(2)), "{next:?}");
            assert!(more(&format!("{HEAD}2\r\n{{}}\r\n0\r\n\r\n{next}"), BodyLength::Chunked), "{next:?}");
        }
    }

    #[test]
    fn requests_are_followed_until_one_has_bytes_after_it() {
        let mut bytes = RequestBytes::default();
        let mut more = |text: &str| {
            bytes.received(text.as_bytes());
            bytes.head_read(BodyLength::Known(0));
            bytes.finish()
        };
        assert_eq!([HEAD, HEAD, "GET / HTTP/1.1\r\n\r\nG", HEAD].map(&mut more), [false, false, true, true]);
    }
}
