//! Endpoints: everything about a request except its values.

use http::Method;

use super::paging::Paging;
use super::path;

/// An endpoint of the API, as a value: a typed operation declares its own, and an API document can describe one.
///
/// By default the method decides where a parameter goes, as in most of the API: a parameter named in the path template
/// goes into the path, any other into the query of a GET and into the JSON body of other methods. `parameters` lists the
/// exceptions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The HTTP method.
    pub method: Method,
    /// The path template as in the API's documents, including a trailing slash: `/contacts/{contactId}/tags`.
    pub path: &'static str,
    /// The value of the `Version` header.
    pub version: &'static str,
    /// The scope that a token needs.
    pub scope: &'static str,
    /// Where a request names the location.
    pub location: LocationIn,
    /// The parameters whose destination or list style differs from the default.
    pub parameters: &'static [Parameter],
    /// How its responses are paged.
    pub paging: Paging,
    /// Whether the request is idempotent, so that it may be retried when its outcome is unknown.
    pub idempotent: bool,
    /// Whether it changes data. A GET does not, and neither does a POST that only searches.
    pub writes: bool,
    /// The media types that its responses may have.
    pub accept: Accept,
}

/// The media types that a request accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accept {
    /// `application/json`.
    Json,
    /// Any: the response is a file or plain text.
    Any,
}

/// A parameter with its destination and list style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// The API's name for it.
    pub name: &'static str,
    /// The part of the request that it goes into.
    pub destination: ParameterIn,
    /// How a list is serialized in a path, query or header.
    pub list: ListStyle,
}

/// The part of a request that a parameter goes into: the `in` of an `OpenAPI` document, or a field of the JSON body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the parts of an HTTP request")]
pub enum ParameterIn {
    Path,
    Query,
    Header,
    Body,
}

/// How a list is serialized outside the body (style `form` of an `OpenAPI` document, with and without `explode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListStyle {
    /// `tag=a&tag=b`
    Repeated,
    /// `tag=a,b`
    CommaSeparated,
}

/// Where a request names the location.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocationIn {
    /// Nowhere: the ids in the request imply it.
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

/// The version of the calendars and conversations services.
const APRIL_2021: &str = "2021-04-15";
/// The version of all other services.
const JULY_2021: &str = "2021-07-28";

impl Endpoint {
    /// Creates an endpoint of version 2021-07-28 that needs no location.
    pub const fn new(method: Method, path: &'static str, scope: &'static str, idempotent: bool) -> Self {
        let writes = !matches!(method, Method::GET);
        Self {
            method,
            path,
            version: JULY_2021,
            scope,
            location: LocationIn::None,
            parameters: &[],
            paging: Paging::None,
            idempotent,
            writes,
            accept: Accept::Json,
        }
    }

    // Which methods are idempotent: RFC 9110 section 9.2.2; for PATCH, RFC 5789 section 2.

    /// A GET.
    pub const fn get(path: &'static str, scope: &'static str) -> Self {
        Self::new(Method::GET, path, scope, true)
    }

    /// A POST.
    pub const fn post(path: &'static str, scope: &'static str) -> Self {
        Self::new(Method::POST, path, scope, false)
    }

    /// A PUT.
    pub const fn put(path: &'static str, scope: &'static str) -> Self {
        Self::new(Method::PUT, path, scope, true)
    }

    /// A PATCH.
    pub const fn patch(path: &'static str, scope: &'static str) -> Self {
        Self::new(Method::PATCH, path, scope, false)
    }

    /// A DELETE (with a JSON body, which the API requires for tags).
    pub const fn delete(path: &'static str, scope: &'static str) -> Self {
        Self::new(Method::DELETE, path, scope, true)
    }

    // These methods assign: `Self { .., ..self }` would drop a field, which a const function cannot.

    /// Sets the version of the calendars and conversations services.
    pub const fn april_2021(mut self) -> Self {
        self.version = APRIL_2021;
        self
    }

    /// Sets where a request names the location.
    pub const fn location(mut self, location: LocationIn) -> Self {
        self.location = location;
        self
    }

    /// Sets the parameters whose destination or list style differs from the default.
    pub const fn parameters(mut self, parameters: &'static [Parameter]) -> Self {
        self.parameters = parameters;
        self
    }

    /// Sets how responses are paged.
    pub const fn paging(mut self, paging: Paging) -> Self {
        self.paging = paging;
        self
    }

    /// Marks the endpoint as idempotent although its method is not.
    pub const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Whether a request needs a location.
    pub fn needs_location(&self) -> bool {
        self.location != LocationIn::None
    }

    /// Whether the endpoint changes data.
    pub fn writes(&self) -> bool {
        self.writes
    }

    /// The destination and list style of a parameter.
    pub fn destination_of(&self, name: &str) -> (ParameterIn, ListStyle) {
        if let Some(declared) = self.parameters.iter().find(|parameter| parameter.name == name) {
            return (declared.destination, declared.list);
        }
        let destination = if path::names(self.path).any(|segment| segment == name) {
            ParameterIn::Path
        } else if self.method == Method::GET {
            ParameterIn::Query
        } else {
            ParameterIn::Body
        };
        (destination, ListStyle::Repeated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_destination_is_declared_or_follows_the_method() {
        const DECLARED: [Parameter; 2] = [
            Parameter { name: "dryRun", destination: ParameterIn::Query, list: ListStyle::Repeated },
            Parameter { name: "ids", destination: ParameterIn::Query, list: ListStyle::CommaSeparated },
        ];
        let endpoint = Endpoint::patch("/contacts/{contactId}", "").parameters(&DECLARED);
        assert_eq!(endpoint.destination_of("contactId").0, ParameterIn::Path);
        assert_eq!(endpoint.destination_of("dryRun").0, ParameterIn::Query);
        assert_eq!(endpoint.destination_of("ids"), (ParameterIn::Query, ListStyle::CommaSeparated));
        assert_eq!(endpoint.destination_of("name").0, ParameterIn::Body);
        assert_eq!(Endpoint::get("/contacts/", "").destination_of("name").0, ParameterIn::Query);
        assert!(!endpoint.idempotent && endpoint.writes());
    }
}
