//! What the API offers: an operation is its parameters and where they go.

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::paging::Paging;

/// One operation of the API. The implementing type holds its parameters, under the API's own names.
pub trait Operation: DeserializeOwned + Serialize + JsonSchema {
    /// The endpoint that the operation calls.
    const ENDPOINT: Endpoint;

    /// What is wrong with the parameters as a whole, beyond what their types say.
    fn faults(&self) -> Vec<Fault> {
        Vec::new()
    }
}

/// An endpoint: everything about a request but the values.
///
/// Parameters named in the path's template go there; the others go into the query of a GET and into the JSON body of
/// any other method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint {
    /// The method.
    pub method: Method,
    /// The path as the API's documents spell it, trailing slash included: `/contacts/{contactId}/tags`.
    pub path: &'static str,
    /// The value of the `Version` header.
    pub version: &'static str,
    /// The scope that a token needs for it.
    pub scope: &'static str,
    /// Where the location goes.
    pub location: LocationPlace,
    /// How its answers are paged.
    pub paging: Paging,
    /// Whether doing it twice is the same as doing it once, so that it may be repeated when its outcome is not known.
    pub idempotent: bool,
}

/// The methods that the API's operations use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the methods of HTTP")]
pub enum Method {
    Get,
    Post,
    Put,
    Delete,
}

/// Where a request names the location.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocationPlace {
    /// Nowhere: the ids in the request tell.
    None,
    /// In the path, as `{locationId}`.
    Path,
    /// As a query parameter of this name.
    Query(&'static str),
    /// As the body field `locationId`.
    Body,
    /// As the query parameters `altId` and `altType=location`.
    Alt,
}

/// What is wrong with an argument, in words that say how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The argument's name; for a nested one its path, like `dndSettings.SMS.status`.
    pub argument: String,
    /// The rest of a sentence that begins with the argument's name.
    pub problem: String,
}

impl Fault {
    /// A fault of one argument.
    pub fn new(argument: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { argument: argument.into(), problem: problem.into() }
    }
}

/// The version of the calendars and conversations services.
const APRIL_2021: &str = "2021-04-15";
/// The version of all other services.
const JULY_2021: &str = "2021-07-28";

impl Endpoint {
    /// An endpoint of the current version that needs no location.
    const fn new(method: Method, path: &'static str, scope: &'static str) -> Self {
        Self {
            method,
            path,
            version: JULY_2021,
            scope,
            location: LocationPlace::None,
            paging: Paging::None,
            // RFC 9110 section 9.2.2
            idempotent: !matches!(method, Method::Post),
        }
    }

    /// A GET.
    pub const fn get(path: &'static str, scope: &'static str) -> Self {
        Self::new(Method::Get, path, scope)
    }

    /// A POST.
    pub const fn post(path: &'static str, scope: &'static str) -> Self {
        Self::new(Method::Post, path, scope)
    }

    /// A PUT.
    pub const fn put(path: &'static str, scope: &'static str) -> Self {
        Self::new(Method::Put, path, scope)
    }

    /// A DELETE (with a JSON body, as the API wants it for tags).
    pub const fn delete(path: &'static str, scope: &'static str) -> Self {
        Self::new(Method::Delete, path, scope)
    }

    /// The same at the version of calendars and conversations.
    pub const fn april_2021(self) -> Self {
        Self { version: APRIL_2021, ..self }
    }

    /// The same with a location.
    pub const fn location(self, location: LocationPlace) -> Self {
        Self { location, ..self }
    }

    /// The same with pages.
    pub const fn paging(self, paging: Paging) -> Self {
        Self { paging, ..self }
    }

    /// The same, idempotent although its method is not.
    pub const fn idempotent(self) -> Self {
        Self { idempotent: true, ..self }
    }

    /// Whether a request cannot be built without a location.
    pub fn needs_location(&self) -> bool {
        self.location != LocationPlace::None
    }

    /// Whether the operation changes something.
    pub fn writes(&self) -> bool {
        self.method != Method::Get
    }
}

impl Method {
    /// The method's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

impl From<Method> for http::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Get => Self::GET,
            Method::Post => Self::POST,
            Method::Put => Self::PUT,
            Method::Delete => Self::DELETE,
        }
    }
}
