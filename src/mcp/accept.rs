//! Which forms of response a client accepts (RFC 9110 section 12.5.1).

use http::header::{ACCEPT, HeaderMap};

/// Whether a client accepts an event stream by name; a wildcard does not count.
pub fn accepts_event_stream(headers: &HeaderMap) -> bool {
    accepted_types(headers).any(|media_type| media_type == "text/event-stream")
}

/// Whether a client is a browser that shows the response to a person: it accepts HTML by name and no event stream.
pub fn accepts_html(headers: &HeaderMap) -> bool {
    accepted_types(headers).any(|media_type| media_type == "text/html") && !accepts_event_stream(headers)
}

/// Whether a client accepts an event stream but no JSON. A client that accepts neither gets JSON, which is more useful than
/// a 406.
pub fn accepts_only_event_stream(headers: &HeaderMap) -> bool {
    let is_json = |media_type: String| matches!(media_type.as_str(), "application/json" | "application/*" | "*/*");
    accepts_event_stream(headers) && !accepted_types(headers).any(is_json)
}

/// The media types of all `Accept` headers in lower case, without those with weight 0.
fn accepted_types(headers: &HeaderMap) -> impl Iterator<Item = String> {
    let values = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).filter_map(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let media_type = parts.next()?.to_ascii_lowercase();
        let is_excluded = parts.any(|parameter| {
            let weight = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="));
            weight.is_some_and(|weight| weight.parse::<f32>() == Ok(0.0))
        });
        (!is_excluded).then_some(media_type)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_clients_without_json_need_an_event_stream() {
        let only =
            |value: &'static str| accepts_only_event_stream(&HeaderMap::from_iter([(ACCEPT, value.parse().unwrap())]));
        assert!(
            only("text/event-stream")
                && only("Text/Event-Stream;q=0.9")
                && only("text/event-stream, application/json;q=0")
        );
        assert!(!only("application/json, text/event-stream") && !only("*/*, text/event-stream") && !only("*/*"));
        assert!(!only("text/html") && !accepts_only_event_stream(&HeaderMap::new()));
    }

    #[test]
    fn browsers_accept_html_by_name() {
        let html = |value: &'static str| accepts_html(&HeaderMap::from_iter([(ACCEPT, value.parse().unwrap())]));
        assert!(html("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8") && html("Text/HTML"));
        assert!(!html("*/*") && !html("application/json, text/event-stream") && !html("text/html;q=0"));
        assert!(!html("text/html, text/event-stream") && !accepts_html(&HeaderMap::new()));
    }
}
