//! HTTP/1.1 or HTTP/2, as the client begins.

use std::time::Duration;

use hyper_util::rt::TokioExecutor;
use hyper_util::server::conn::auto::Builder;

use super::stall_timer;
use crate::config::ConnectionSettings;

/// How many header fields hyper takes without an allocation for each request.
const FREE_HEADERS: usize = 100;

/// How many streams a connection of HTTP/2 may have at once: far more than a client needs, and few enough that what is
/// held for the streams of one connection stays small.
const MAX_STREAMS: u32 = 64;

/// What serves a connection.
pub type Protocol = Builder<StreamExecutor>;

/// HTTP/1.1 and HTTP/2 within the limits.
///
/// Not set here: the times, which `Activity` keeps for both protocols. And of HTTP/2 the bound on streams that a client
/// opens and resets (20 waiting): h2's default is sensible.
pub fn protocol(settings: &ConnectionSettings) -> Protocol {
    let mut builder = Builder::new(StreamExecutor { write_timeout: settings.write_timeout });
    // A lower number than the free one is enforced by `header_fields`, over both protocols.
    if settings.max_headers > FREE_HEADERS {
        builder.http1().max_headers(settings.max_headers);
    }
    // It bounds what is buffered to be written too, which is no matter: larger parts are written as they are.
    builder.http1().max_buf_size(settings.max_header_bytes).header_read_timeout(None);
    builder
        .http2()
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(u32::try_from(settings.max_header_bytes).unwrap_or(u32::MAX));
    builder
}

/// Runs the streams of HTTP/2.
#[derive(Debug, Clone)]
pub struct StreamExecutor {
    write_timeout: Duration,
}

impl<F: Future<Output: Send> + Send + 'static> hyper::rt::Executor<F> for StreamExecutor {
    fn execute(&self, stream: F) {
        TokioExecutor::new().execute(stall_timer::until_stalled(stream, self.write_timeout));
    }
}
