//! Builds a request whose parts are already sorted into their places.

use bytes::Bytes;
use http::Method;
use http::header::{HeaderName, HeaderValue};
use serde_json::Value;

use super::body_type::BodyType;
use super::endpoint::Endpoint;
use super::location::LocationId;
use super::multipart;
use super::path;
use super::request::{Request, RequestError, check_target};

/// The parts of a request by their places, as the API's documents sort them.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// The values of the path template's names.
    pub path: Vec<(&'static str, String)>,
    /// The query; a name may be repeated.
    pub query: Vec<(&'static str, String)>,
    /// The parameters that are headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Option<Body>,
}

/// A body before it is written.
#[derive(Debug, Clone)]
pub enum Body {
    /// Any JSON value.
    Json(Value),
    /// A form; a name may be repeated.
    Form(Vec<(String, String)>),
    /// A form with files.
    Multipart(Vec<multipart::Part>),
}

impl Request {
    /// Builds a request from its parts.
    ///
    /// # Errors
    ///
    /// See [`RequestError`].
    pub fn from_parts(endpoint: Endpoint, parts: Parts, location: Option<LocationId>) -> Result<Self, RequestError> {
        let value = |name: &str| parts.path.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        let path = path::expand(endpoint.path, value)?;
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parts.query).finish();
        check_target(&path, &query)?;
        let headers: Result<Vec<_>, _> = parts.headers.iter().map(|(name, value)| header(name, value)).collect();
        // A GET has no body (RFC 9110 section 9.3.1).
        let body = parts.body.filter(|_| endpoint.method != Method::GET).map(write).transpose()?;
        let (body, body_type) = body.map_or((None, BodyType::Json), |(body, body_type)| (Some(body), body_type));
        Ok(Self { endpoint, path, query, headers: headers?, body, body_type, location })
    }
}

fn write(body: Body) -> Result<(Bytes, BodyType), RequestError> {
    Ok(match body {
        Body::Json(value) => (serde_json::to_vec(&value)?.into(), BodyType::Json),
        Body::Form(pairs) => {
            let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            (text.into(), BodyType::Form)
        }
        Body::Multipart(parts) => {
            let boundary = multipart::boundary();
            (multipart::write(&parts, &boundary), BodyType::Multipart(boundary))
        }
    })
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), RequestError> {
    let invalid = || RequestError::Header(name.to_owned());
    let header = HeaderName::try_from(name).map_err(|_| invalid())?;
    Ok((header, HeaderValue::try_from(value).map_err(|_| invalid())?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pairs(pairs: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
        pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
    }

    #[test]
    fn every_part_goes_to_its_place() {
        let parts = Parts {
            path: pairs(&[("id", "a b")]),
            query: pairs(&[("tag", "x"), ("tag", "y,z")]),
            headers: pairs(&[("x-mode", "fast")]),
            body: Some(Body::Json(json!([1]))),
        };
        let request = Request::from_parts(Endpoint::delete("/things/{id}", ""), parts, None).unwrap();
        assert_eq!((request.path.as_str(), request.query.as_str()), ("/things/a%20b", "tag=x&tag=y%2Cz"));
        assert_eq!(request.headers, [("x-mode".parse().unwrap(), "fast".parse().unwrap())]);
        assert_eq!((request.body.unwrap(), request.body_type), (Bytes::from("[1]"), BodyType::Json));
    }

    #[test]
    fn a_form_says_its_type() {
        let body = Some(Body::Form(vec![("a".into(), "1&2".into())]));
        let parts = Parts { body, ..Parts::default() };
        let request = Request::from_parts(Endpoint::post("/x", ""), parts, None).unwrap();
        assert_eq!(request.body.unwrap(), "a=1%262");
        assert_eq!(request.body_type.header(), "application/x-www-form-urlencoded");
        let parts = Parts { body: Some(Body::Multipart(Vec::new())), ..Parts::default() };
        let request = Request::from_parts(Endpoint::post("/x", ""), parts.clone(), None).unwrap();
        assert!(request.body_type.header().to_str().unwrap().starts_with("multipart/form-data; boundary="));
        assert_eq!(Request::from_parts(Endpoint::get("/x", ""), parts, None).unwrap().body, None);
    }

    #[test]
    fn a_header_has_no_line_ends() {
        let parts = Parts { headers: pairs(&[("x-mode", "a\r\nb")]), ..Parts::default() };
        assert!(matches!(Request::from_parts(Endpoint::get("/x", ""), parts, None), Err(RequestError::Header(_))));
    }
}
