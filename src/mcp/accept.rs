//! Which form of answer a client takes (RFC 9110 section 12.5.1).

use http::header::{ACCEPT, HeaderMap};

/// Whether a client names the event stream.
pub fn event_stream(headers: &HeaderMap) -> bool {
    accepted(headers).any(|kind| kind == "text/event-stream")
}

/// Whether a client takes the event stream and no JSON. One that takes neither gets JSON: better than nothing.
pub fn only_event_stream(headers: &HeaderMap) -> bool {
    let json = |kind: String| matches!(kind.as_str(), "application/json" | "application/*" | "*/*");
    event_stream(headers) && !accepted(headers).any(json)
}

/// The media types of all `Accept` headers, lower case, without those weighted zero.
fn accepted(headers: &HeaderMap) -> impl Iterator<Item = String> {
    let values = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).filter_map(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let kind = parts.next()?.to_ascii_lowercase();
        let refused = parts.any(|parameter| {
            let weight = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="));
            weight.is_some_and(|weight| weight.parse::<f32>() == Ok(0.0))
        });
        (!refused).then_some(kind)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_stream_is_for_those_who_take_nothing_else() {
        let only = |value: &'static str| only_event_stream(&HeaderMap::from_iter([(ACCEPT, value.parse().unwrap())]));
        assert!(
            only("text/event-stream")
                && only("Text/Event-Stream;q=0.9")
                && only("text/event-stream, application/json;q=0")
        );
        assert!(!only("application/json, text/event-stream") && !only("*/*, text/event-stream") && !only("*/*"));
        assert!(!only("text/html") && !only_event_stream(&HeaderMap::new()));
    }
}
