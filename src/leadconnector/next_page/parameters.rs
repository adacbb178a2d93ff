//! The parameters of a request that was sent.

use serde_json::Value;

use crate::leadconnector::{BodyType, Request};

/// A parameter of the query.
pub fn parameter(request: &Request, name: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(request.query.as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// A number in the query.
pub fn number(request: &Request, name: &str) -> Option<u64> {
    parameter(request, name)?.parse().ok()
}

/// The numbers of a request, in its query or its JSON body, perhaps as text.
#[derive(Debug)]
pub struct Numbers<'r> {
    request: &'r Request,
    body: Value,
}

impl<'r> Numbers<'r> {
    /// Those of a request.
    pub fn of(request: &'r Request) -> Self {
        let json = request.body.as_ref().filter(|_| request.body_type == BodyType::Json);
        let body = json.and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default();
        Self { request, body }
    }

    /// A number by its name.
    pub fn get(&self, name: &str) -> Option<u64> {
        number(self.request, name).or_else(|| {
            let value = self.body.get(name)?;
            value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
        })
    }

    /// The size of a page that the request asks for.
    pub fn page_size(&self) -> Option<u64> {
        ["limit", "pageSize", "pageLimit", "pageLength"].into_iter().find_map(|name| self.get(name))
    }

    /// Whether the body has a field that is not empty.
    pub fn has(&self, name: &str) -> bool {
        self.body
            .get(name)
            .is_some_and(|value| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty()))
    }
}
