//! The reasons for which requests and connections are rejected.

use http::StatusCode;

/// Why a request or a connection was rejected. The names are part of the log format (docs/logging.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A header, a query parameter or the path is malformed.
    BadRequest,
    /// The body is neither JSON-RPC nor a plain call.
    BadEnvelope,
    /// No token, or a malformed one.
    Unauthorized,
    /// Not allowed, for any other reason.
    Forbidden,
    /// The `Host` is not among the allowed ones.
    HostNotAllowed,
    /// The `Origin` is not among the allowed ones.
    OriginNotAllowed,
    /// The operator does not allow the pinned location.
    LocationNotAllowed,
    /// No such path.
    UnknownPath,
    /// The path does not support the method.
    MethodNotAllowed,
    /// The body did not arrive in time.
    BodyTimeout,
    /// The body was given up for others: too many bodies, or too many bytes of bodies, were arriving.
    BodyEvicted,
    /// The body is too large.
    BodyTooLarge,
    /// The body is not `application/json`.
    UnsupportedMediaType,
    /// Too many header fields.
    TooManyHeaders,
    /// Too many requests are in flight, from all clients together.
    TooManyRequests,
    /// Too many requests from the same client IP are in flight.
    TooManyRequestsPerAddress,
    /// Too many requests with the same token are in flight.
    TooManyRequestsPerToken,
    /// Too many connections are open, from all clients together.
    TooManyConnections,
    /// Too many connections from the same client IP are open.
    TooManyConnectionsPerAddress,
    /// The head of a request is too large. The connection is logged: there is no request.
    HeadTooLarge,
    /// The bytes are not HTTP. The connection is logged: there is no request.
    MalformedHttp,
    /// A bug in this program.
    InternalError,
}

impl Reason {
    /// How many reasons there are.
    pub const COUNT: usize = Self::InternalError as usize + 1;

    /// All reasons, in the order of their numbers.
    pub const ALL: [Self; Self::COUNT] = [
        Self::BadRequest,
        Self::BadEnvelope,
        Self::Unauthorized,
        Self::Forbidden,
        Self::HostNotAllowed,
        Self::OriginNotAllowed,
        Self::LocationNotAllowed,
        Self::UnknownPath,
        Self::MethodNotAllowed,
        Self::BodyTimeout,
        Self::BodyEvicted,
        Self::BodyTooLarge,
        Self::UnsupportedMediaType,
        Self::TooManyHeaders,
        Self::TooManyRequests,
        Self::TooManyRequestsPerAddress,
        Self::TooManyRequestsPerToken,
        Self::TooManyConnections,
        Self::TooManyConnectionsPerAddress,
        Self::HeadTooLarge,
        Self::MalformedHttp,
        Self::InternalError,
    ];

    /// The reason that a status implies, for responses that do not name one.
    pub fn from_status(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::Unauthorized,
            StatusCode::FORBIDDEN => Self::Forbidden,
            StatusCode::NOT_FOUND => Self::UnknownPath,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::REQUEST_TIMEOUT => Self::BodyTimeout,
            StatusCode::PAYLOAD_TOO_LARGE => Self::BodyTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => Self::TooManyHeaders,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Self::TooManyRequests,
            status if status.is_server_error() => Self::InternalError,
            _ => Self::BadRequest,
        }
    }

    /// The name in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "bad_request",
            Self::BadEnvelope => "bad_envelope",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::HostNotAllowed => "host_not_allowed",
            Self::OriginNotAllowed => "origin_not_allowed",
            Self::LocationNotAllowed => "location_not_allowed",
            Self::UnknownPath => "unknown_path",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::BodyTimeout => "body_timeout",
            Self::BodyEvicted => "body_evicted",
            Self::BodyTooLarge => "body_too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::TooManyHeaders => "too_many_headers",
            Self::TooManyRequests => "too_many_requests",
            Self::TooManyRequestsPerAddress => "too_many_requests_per_address",
            Self::TooManyRequestsPerToken => "too_many_requests_per_token",
            Self::TooManyConnections => "too_many_connections",
            Self::TooManyConnectionsPerAddress => "too_many_connections_per_address",
            Self::HeadTooLarge => "head_too_large",
            Self::MalformedHttp => "malformed_http",
            Self::InternalError => "internal_error",
        }
    }
}

/// The internal cause, for the access log line of a response that only says "an internal error".
#[derive(Debug, Clone)]
pub struct ErrorDetail(pub String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_index_and_a_unique_name() {
        for (index, reason) in Reason::ALL.into_iter().enumerate() {
            assert_eq!(reason as usize, index);
            assert_eq!(Reason::ALL.iter().filter(|other| other.as_str() == reason.as_str()).count(), 1);
        }
    }
}
