//! Names the events of an event stream.

use axum::body::{Body, Bytes};
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http_body_util::BodyExt;
use http_body_util::combinators::BoxBody;

/// What an event of MCP is called. It is the default too, but the hosted endpoint writes it and some clients look for it.
const NAME: &[u8] = b"event: message\n";

/// Whether a response is an event stream.
pub fn is<B>(response: &http::Response<B>) -> bool {
    response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
}

/// Puts the name before the data of each event. rmcp writes an event as one frame, its data first.
pub fn name_events(response: http::Response<BoxBody<Bytes, std::convert::Infallible>>) -> Response {
    response.map(|body| {
        Body::new(body.map_frame(|frame| {
            frame.map_data(|data| if data.starts_with(b"data:") { [NAME, &data].concat().into() } else { data })
        }))
    })
}
