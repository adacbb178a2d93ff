//! Adds the `event` field to the events of an event stream.

use axum::body::{Body, Bytes};
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http_body_util::BodyExt;
use http_body_util::combinators::BoxBody;

/// The event field of MCP's events. `message` is the default, but the hosted endpoint sends it and some clients require it.
const EVENT_FIELD: &[u8] = b"event: message\n";

/// Whether a response is an event stream.
pub fn is_event_stream<B>(response: &http::Response<B>) -> bool {
    response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|media_type| media_type.as_bytes().starts_with(b"text/event-stream"))
}

/// Puts the event field before the data of each event. rmcp writes each event as one frame that starts with its data.
pub fn add_event_fields(response: http::Response<BoxBody<Bytes, std::convert::Infallible>>) -> Response {
    response.map(|body| {
        Body::new(body.map_frame(|frame| {
            frame.map_data(|data| if data.starts_with(b"data:") { [EVENT_FIELD, &data].concat().into() } else { data })
        }))
    })
}
