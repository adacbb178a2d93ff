//! Responses of the API.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, StatusCode};

use super::rate_limit_headers::Limit;

/// A response of the API, with any status.
#[derive(Debug, Clone)]
pub struct Response {
    /// The HTTP status.
    pub status: StatusCode,
    /// The `Content-Type` header.
    pub content_type: Option<HeaderValue>,
    /// The body, decompressed.
    pub body: Bytes,
    /// The time to wait before the next request; for a 429, until the rate limiter allows one.
    pub retry_after: Option<Duration>,
    /// The limit that a 429 reports.
    pub limit: Option<Limit>,
    /// Whether an earlier attempt of the same call may have carried out the request.
    pub outcome_unknown: bool,
}

/// What a body holds, by its media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the forms of a body")]
pub enum Media {
    Json,
    Text,
    Binary,
}

impl Response {
    /// Whether it is a web page, which the API has none of: a proxy's error, or a page to sign in.
    pub fn is_page(&self) -> bool {
        self.content_type.as_ref().is_some_and(|value| value.as_bytes().to_ascii_lowercase().starts_with(b"text/html"))
    }

    /// What the body holds. One without a media type is taken for JSON, as nearly all are.
    pub fn media(&self) -> Media {
        let Some(content_type) = &self.content_type else { return Media::Json };
        let text = String::from_utf8_lossy(content_type.as_bytes()).to_ascii_lowercase();
        let essence = text.split(';').next().unwrap_or_default().trim();
        match essence.split_once('/') {
            _ if essence.is_empty() => Media::Json,
            Some(("application", "json")) => Media::Json,
            Some((_, subtype)) if subtype.ends_with("+json") => Media::Json,
            Some(("text", _) | ("application", "xml" | "x-subrip")) => Media::Text,
            _ => Media::Binary,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_text_and_files_are_told_apart() {
        let media = |content_type: Option<&'static str>| {
            let content_type = content_type.map(HeaderValue::from_static);
            let body = Bytes::new();
            Response {
                status: StatusCode::OK,
                content_type,
                body,
                retry_after: None,
                limit: None,
                outcome_unknown: false,
            }
            .media()
        };
        for json in [None, Some("application/json; charset=utf-8"), Some("Application/Problem+JSON"), Some("")] {
            assert_eq!(media(json), Media::Json, "{json:?}");
        }
        for text in ["text/plain", "TEXT/HTML; charset=utf-8", "application/xml"] {
            assert_eq!(media(Some(text)), Media::Text, "{text}");
        }
        for binary in ["audio/x-wav", "application/octet-stream", "json"] {
            assert_eq!(media(Some(binary)), Media::Binary, "{binary}");
        }
    }
}
