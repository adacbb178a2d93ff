//! HTTP/1.1 or HTTP/2, whichever the client speaks.

use std::time::Duration;

use hyper_util::rt::TokioExecutor;
use hyper_util::server::conn::auto::Builder;

use super::stall_timer;
use crate::config::ConnectionSettings;

/// How many header fields hyper parses without an allocation for each request.
const PREALLOCATED_HEADERS: usize = 100;

/// How many concurrent streams an HTTP/2 connection may have: far more than a client needs, and few enough to keep the
/// memory of one connection small.
const MAX_STREAMS: u32 = 64;

/// Serves a connection.
pub type Protocol = Builder<StreamExecutor>;

/// Configures HTTP/1.1 and HTTP/2 with the limits of the settings.
///
/// Not set here: timeouts, which `Activity` keeps for both protocols, and the limit on HTTP/2 streams that a client opens
/// and resets (20 pending), where h2's default is sensible.
pub fn build(settings: &ConnectionSettings) -> Protocol {
    let mut builder = Builder::new(StreamExecutor { write_timeout: settings.write_timeout });
    // A lower limit is enforced by the `header_fields` middleware, for both protocols.
    if settings.max_headers > PREALLOCATED_HEADERS {
        builder.http1().max_headers(settings.max_headers);
    }
    // This also bounds the write buffer, which does not matter: larger chunks bypass the buffer.
    builder.http1().max_buf_size(settings.max_header_bytes).header_read_timeout(None);
    builder
        .http2()
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(u32::try_from(settings.max_header_bytes).unwrap_or(u32::MAX));
    builder
}

/// Runs HTTP/2 streams, each with a stall timer.
#[derive(Debug, Clone)]
pub struct StreamExecutor {
    write_timeout: Duration,
}

impl<F: Future<Output: Send> + Send + 'static> hyper::rt::Executor<F> for StreamExecutor {
    fn execute(&self, stream: F) {
        TokioExecutor::new().execute(stall_timer::run_until_stalled(stream, self.write_timeout));
    }
}
