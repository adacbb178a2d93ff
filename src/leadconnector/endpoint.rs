//! Endpoints: everything about a request but the values.

use http::Method;

use super::paging::Paging;
use super::path;

/// An endpoint of the API, as a value: a typed operation declares its own, and a document can describe one.
///
/// The places of parameters follow the method, as in most of the API: those named in the path's template go there, the
/// others into the query of a GET and into the JSON body of any other method. `parameters` lists those that differ.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    pub location: LocationIn,
    /// The parameters whose place or list style is not the method's default.
    pub parameters: &'static [Parameter],
    /// How its responses are paged.
    pub paging: Paging,
    /// Whether doing it twice is the same as doing it once, so that it may be repeated when its outcome is unknown.
    pub idempotent: bool,
}

/// Where one parameter goes, and how a list of it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// The API's name of it.
    pub name: &'static str,
    /// Where it goes.
    pub place: ParameterIn,
    /// How a list is written in a path, query or header.
    pub list: ListStyle,
}

/// The part of a request that a parameter goes into: `in` of an `OpenAPI` document, and the JSON body's fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the parts of an HTTP request")]
pub enum ParameterIn {
    Path,
    Query,
    Header,
    Body,
}

/// How a list is written outside a body (style `form` of an `OpenAPI` document, with `explode` and without).
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

/// The version of the calendars and conversations services.
const APRIL_2021: &str = "2021-04-15";
/// The version of all other services.
const JULY_2021: &str = "2021-07-28";

impl Endpoint {
    /// An endpoint of the current version that needs no location. Idempotent unless it is a POST or a PATCH (RFC 9110
    /// section 9.2.2, RFC 5789 section 2).
    pub const fn new(method: Method, path: &'static str, scope: &'static str, idempotent: bool) -> Self {
        Self {
            method,
            path,
            version: JULY_2021,
            scope,
            location: LocationIn::None,
            parameters: &[],
            paging: Paging::None,
            idempotent,
        }
    }

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

    /// A DELETE (with a JSON body, as the API wants it for tags).
    pub const fn delete(path: &'static str, scope: &'static str) -> Self {
        Self::new(Method::DELETE, path, scope, true)
    }

    // These assign, because a constant cannot drop what `Self { .., ..self }` would leave behind.

    /// The same at the version of calendars and conversations.
    pub const fn april_2021(mut self) -> Self {
        self.version = APRIL_2021;
        self
    }

    /// The same with a location.
    pub const fn location(mut self, location: LocationIn) -> Self {
        self.location = location;
        self
    }

    /// The same with parameters whose place or list style is not the method's default.
    pub const fn parameters(mut self, parameters: &'static [Parameter]) -> Self {
        self.parameters = parameters;
        self
    }

    /// The same with pages.
    pub const fn paging(mut self, paging: Paging) -> Self {
        self.paging = paging;
        self
    }

    /// The same, idempotent although its method is not.
    pub const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Whether a request cannot be built without a location.
    pub fn needs_location(&self) -> bool {
        self.location != LocationIn::None
    }

    /// Whether the operation changes something.
    pub fn writes(&self) -> bool {
        self.method != Method::GET
    }

    /// Where a parameter goes, and how a list of it is written.
    pub fn place_of(&self, name: &str) -> (ParameterIn, ListStyle) {
        if let Some(declared) = self.parameters.iter().find(|parameter| parameter.name == name) {
            return (declared.place, declared.list);
        }
        let place = if path::names(self.path).any(|segment| segment == name) {
            ParameterIn::Path
        } else if self.method == Method::GET {
            ParameterIn::Query
        } else {
            ParameterIn::Body
        };
        (place, ListStyle::Repeated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_goes_where_the_method_or_its_declaration_says() {
        const DECLARED: [Parameter; 2] = [
            Parameter { name: "dryRun", place: ParameterIn::Query, list: ListStyle::Repeated },
            Parameter { name: "ids", place: ParameterIn::Query, list: ListStyle::CommaSeparated },
        ];
        let endpoint = Endpoint::patch("/contacts/{contactId}", "").parameters(&DECLARED);
        assert_eq!(endpoint.place_of("contactId").0, ParameterIn::Path);
        assert_eq!(endpoint.place_of("dryRun").0, ParameterIn::Query);
        assert_eq!(endpoint.place_of("ids"), (ParameterIn::Query, ListStyle::CommaSeparated));
        assert_eq!(endpoint.place_of("name").0, ParameterIn::Body);
        assert_eq!(Endpoint::get("/contacts/", "").place_of("name").0, ParameterIn::Query);
        assert!(!endpoint.idempotent && endpoint.writes());
    }
}
