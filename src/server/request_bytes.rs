//! Where a request of HTTP/1.1 ends among the bytes of its connection.

/// Follows the bytes of a request, to tell whether more came than it.
///
/// hyper reads what there is, and keeps what follows a request in a buffer that it shows to nobody: a part of the next
/// head may wait there without another byte coming. hyper's own timeout cannot be used against it, as it runs between
/// requests too, where a connection is kept for much longer.
#[derive(Debug, Default)]
pub struct RequestBytes {
    line: Line,
    /// How many bytes came after the head; `None` until it ends.
    after_head: Option<u64>,
    body: BodyLength,
    /// The last bytes that came.
    tail: [u8; 4],
    /// A request was followed by more. Where the next one begins is not known from then on.
    lost: bool,
}

/// The length of a request's body.
#[derive(Debug, Clone, Copy)]
pub enum BodyLength {
    /// As `Content-Length` has it, or 0, in bytes.
    Known(u64),
    /// Sent in chunks, to an empty one.
    Chunked,
}

/// What the current line of the head has so far.
#[derive(Debug, Clone, Copy, Default)]
enum Line {
    /// Nothing, and there was none before but empty ones, which do not count (RFC 9112 section 2.2).
    #[default]
    First,
    /// Something.
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
    /// Bytes have come.
    pub fn received(&mut self, bytes: &[u8]) {
        if self.lost || bytes.is_empty() {
            return;
        }
        let kept = bytes.len().min(self.tail.len());
        self.tail.rotate_left(kept);
        let start = self.tail.len() - kept;
        self.tail[start..].copy_from_slice(&bytes[bytes.len() - kept..]);
        let after_head = match self.after_head {
            Some(before) => before + bytes.len() as u64,
            None => match self.end_of_head(bytes) {
                Some(end) => (bytes.len() - end) as u64,
                None => return,
            },
        };
        self.after_head = Some(after_head);
    }

    /// The head has been read; its body has this length.
    pub fn head_read(&mut self, body: BodyLength) {
        self.body = body;
    }

    /// The request is over. Whether more came than it; if so, that may be said of later ones too. The next request's
    /// bytes are followed from here.
    pub fn ended(&mut self) -> bool {
        let more = match (self.after_head, self.body) {
            (None, _) => true,
            (Some(count), BodyLength::Known(length)) => count > length,
            // The last chunk ends in an empty line. What follows it does so only if it is a head, which is the next
            // request's and comes to its own end.
            (Some(_), BodyLength::Chunked) => self.tail != *b"\r\n\r\n",
        };
        let lost = self.lost || more;
        *self = Self { lost, ..Self::default() };
        lost
    }

    /// Where the head ends in these bytes, after the empty line.
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

    /// Whether more came than a request with this body, in one piece and byte by byte.
    fn more(text: &str, body: BodyLength) -> bool {
        let [mut whole, mut single] = [RequestBytes::default(), RequestBytes::default()];
        whole.received(text.as_bytes());
        for byte in text.as_bytes() {
            single.received(&[*byte]);
        }
        let [whole, single] = [whole, single].map(|mut bytes| {
            bytes.head_read(body);
            bytes.ended()
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
        assert!(!more(&format!("{HEAD}{{"), BodyLength::Known(100)), "a body that was not awaited");
    }

    #[test]
    fn what_follows_a_request_is_seen() {
        for next in ["P", "POST /mcp HTTP/1.1\r\nhost: a\r\n"] {
            assert!(more(&format!("{HEAD}{next}"), BodyLength::Known(0)), "{next:?}");
            assert!(more(&format!("{HEAD}{{}}{next}"), BodyLength::Known(2)), "{next:?}");
            assert!(more(&format!("{HEAD}2\r\n{{}}\r\n0\r\n\r\n{next}"), BodyLength::Chunked), "{next:?}");
        }
    }

    #[test]
    fn each_request_is_followed_until_one_was_followed_by_more() {
        let mut bytes = RequestBytes::default();
        let mut more = |text: &str| {
            bytes.received(text.as_bytes());
            bytes.head_read(BodyLength::Known(0));
            bytes.ended()
        };
        assert_eq!([HEAD, HEAD, "GET / HTTP/1.1\r\n\r\nG", HEAD].map(&mut more), [false, false, true, true]);
    }
}
