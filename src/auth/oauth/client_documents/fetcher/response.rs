//! Reads the response with a document.

use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use reqwest::Response;

use super::{FetchError, MAX_SIZE};

/// The document's bytes, if the response is 200, JSON, not compressed, and not too large.
pub async fn read(mut response: Response) -> Result<Vec<u8>, FetchError> {
    if response.status() != StatusCode::OK {
        return Err(FetchError::Status(response.status().as_u16()));
    }
    if !is_json(response.headers()) {
        return Err(FetchError::NotJson);
    }
    if response.headers().get_all(CONTENT_ENCODING).iter().any(|coding| coding != "identity") {
        return Err(FetchError::Compressed);
    }
    if response.content_length().is_some_and(|length| length > MAX_SIZE as u64) {
        return Err(FetchError::TooLarge);
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(FetchError::of_request)? {
        if bytes.len() + chunk.len() > MAX_SIZE {
            return Err(FetchError::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Whether the content type is `application/json` or `application/…+json`, with parameters or without.
fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let media_type = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    let media_type = media_type.trim().to_ascii_lowercase();
    media_type.strip_prefix("application/").is_some_and(|subtype| subtype == "json" || subtype.ends_with("+json"))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn json_has_a_content_type_of_its_own() {
        let is_json = |values: &[&'static str]| {
            is_json(&values.iter().map(|value| (CONTENT_TYPE, HeaderValue::from_static(value))).collect())
        };
        for value in ["application/json", "Application/JSON; charset=utf-8", "application/oauth-client+json ;a=b"] {
            assert!(is_json(&[value]), "{value}");
        }
        for value in ["text/html", "text/json", "application/jsonp", "application/xml+json2", "json", "", "text/x+json"]
        {
            assert!(!is_json(&[value]), "{value}");
        }
        assert!(!is_json(&[]));
    }
}
