//! The form of a request's body.

use http::HeaderValue;

/// The form of a body, which its `Content-Type` header names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum BodyType {
    /// `application/json`.
    #[default]
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data`, with the boundary between its parts.
    Multipart(String),
}

impl BodyType {
    /// The value of the `Content-Type` header.
    pub fn header(&self) -> HeaderValue {
        const BINARY: HeaderValue = HeaderValue::from_static("application/octet-stream");
        match self {
            Self::Json => HeaderValue::from_static("application/json"),
            Self::Form => HeaderValue::from_static("application/x-www-form-urlencoded"),
            // A boundary has letters and digits only.
            Self::Multipart(boundary) => {
                HeaderValue::try_from(format!("multipart/form-data; boundary={boundary}")).unwrap_or(BINARY)
            }
        }
    }
}
