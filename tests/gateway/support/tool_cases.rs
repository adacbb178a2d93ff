//! The request that each tool must send, checked for every spelling of its arguments.

use http::Method;
use leadconnector_mcp::leadconnector::{LocationIn, path};
use leadconnector_mcp::tools::Tool;
use rmcp::model::JsonObject;
use serde_json::{Value, json};
use wiremock::{MockServer, Request, ResponseTemplate};

use super::{LOCATION, TOKEN, TestGateway, TestGatewayBuilder, answering};

/// The `Version` of the calendars and conversations services.
pub const APRIL_2021: &str = "2021-04-15";
/// The `Version` of the others.
pub const JULY_2021: &str = "2021-07-28";

/// A response that a JSON library would reformat: numbers, escapes and white space must be passed on unchanged.
const ANSWER: &str = r#"{"unknown":[1.0e2, 12345678901234567890],  "text":"\u00e4\/"}"#;

/// The request that a call must cause.
#[derive(Debug)]
pub struct Sent {
    method: Method,
    path: &'static str,
    query: Vec<(String, String)>,
    body: Option<Value>,
}

impl Sent {
    fn new(method: Method, path: &'static str) -> Self {
        Self { method, path, query: Vec::new(), body: None }
    }

    pub fn get(path: &'static str) -> Self {
        Self::new(Method::GET, path)
    }

    pub fn post(path: &'static str, body: Value) -> Self {
        Self { body: Some(body), ..Self::new(Method::POST, path) }
    }

    pub fn put(path: &'static str, body: Value) -> Self {
        Self { body: Some(body), ..Self::new(Method::PUT, path) }
    }

    pub fn delete(path: &'static str, body: Value) -> Self {
        Self { body: Some(body), ..Self::new(Method::DELETE, path) }
    }

    /// The whole query, in any order.
    pub fn query(self, pairs: &[(&str, &str)]) -> Self {
        let mut query: Vec<_> = pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        query.sort();
        Self { query, ..self }
    }
}

/// The calls of one tool.
pub struct Cases {
    tool: &'static str,
    version: &'static str,
    calls: Vec<(JsonObject, Sent)>,
}

/// The tool to be checked, and the `Version` header of its requests.
pub fn tool(tool: &'static str, version: &'static str) -> Cases {
    Cases { tool, version, calls: Vec::new() }
}

impl Cases {
    /// A call with the fewest arguments.
    pub fn minimal(self, arguments: Value, sent: Sent) -> Self {
        self.call(arguments, sent)
    }

    /// A call with every argument there is.
    pub fn full(self, arguments: Value, sent: Sent) -> Self {
        self.call(arguments, sent)
    }

    fn call(mut self, arguments: Value, sent: Sent) -> Self {
        let Value::Object(arguments) = arguments else { panic!("arguments are an object") };
        self.calls.push((arguments, sent));
        self
    }

    /// Makes each call with both spellings of its arguments, and with the location as header and as argument.
    pub async fn check(self) {
        let upstream = answering(ResponseTemplate::new(200).set_body_raw(ANSWER, "application/json")).await;
        let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
        let tool = gateway.calls.registry().find(self.tool).unwrap();
        self.check_coverage(tool);
        for (arguments, sent) in &self.calls {
            for spelled in [arguments.clone(), prefixed(tool, arguments)] {
                let request = call(&gateway, &upstream, self.tool, &spelled, true).await;
                self.check_request(&request, sent, Some(LOCATION));
                if tool.hints.read_only {
                    let mut picking = spelled.clone();
                    picking.insert("fields".to_owned(), json!(["text"]));
                    let result = gateway.call(self.tool, Value::Object(picking)).await;
                    assert_eq!(result.text, r#"{"success":true,"status":200,"data":{"text":"\u00e4\/"}}"#);
                    let request = upstream.received_requests().await.unwrap().pop().unwrap();
                    self.check_request(&request, sent, Some(LOCATION));
                }

                let needs_location = tool.endpoint.needs_location();
                for location in location_arguments(tool) {
                    let mut spelled = spelled.clone();
                    spelled.extend(location);
                    let request = call(&gateway, &upstream, self.tool, &spelled, false).await;
                    self.check_request(&request, sent, needs_location.then_some(LOCATION));
                }
            }
        }
    }

    /// The minimal call has all required arguments, and the full call every property of the schema.
    fn check_coverage(&self, tool: &Tool) {
        let schema = tool.definition(true, leadconnector_mcp::tools::ListOptions::default()).input_schema;
        let [(minimal, _), (full, _)] = &self.calls[..] else { panic!("a minimal and a full call") };
        for name in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            assert!(minimal.contains_key(name.as_str().unwrap()), "{name} is required");
        }
        let mut given: Vec<&String> = full.keys().collect();
        let mut known: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
        given.sort();
        // `fields` exists for every tool that reads, and is not sent.
        assert_eq!(schema["properties"].get("fields").is_some(), tool.hints.read_only);
        known.retain(|name| *name != "fields");
        known.sort();
        assert_eq!(given, known, "the full call of {} has every argument", self.tool);
    }

    fn check_request(&self, request: &Request, sent: &Sent, location: Option<&str>) {
        assert_eq!(request.method, sent.method);
        assert_eq!(request.url.path(), sent.path);
        let mut query: Vec<(String, String)> = request.url.query_pairs().into_owned().collect();
        query.sort();
        assert_eq!(query, sent.query);
        let header = |name: &str| {
            let values: Vec<_> = request.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect();
            assert!(values.len() < 2, "{name} is sent once: {values:?}");
            values.first().map(|value| (*value).to_owned())
        };
        assert_eq!(header("authorization").unwrap(), format!("Bearer {TOKEN}"));
        assert_eq!(header("version").unwrap(), self.version);
        assert_eq!(header("accept").unwrap(), "application/json");
        assert_eq!(header("user-agent").unwrap(), concat!("leadconnector-mcp/", env!("CARGO_PKG_VERSION")));
        assert_eq!(header("locationid").as_deref(), location);
        match &sent.body {
            Some(body) => {
                assert_eq!(header("content-type").unwrap(), "application/json");
                assert_eq!(request.body_json::<Value>().unwrap(), *body);
            }
            None => assert!(request.body.is_empty() && header("content-type").is_none()),
        }
    }
}

/// Makes a call, checks that the response is passed on byte for byte, and returns the only request that was sent.
async fn call(gateway: &TestGateway, upstream: &MockServer, tool: &str, given: &JsonObject, pinned: bool) -> Request {
    let before = upstream.received_requests().await.unwrap().len();
    let post = gateway.tool(tool, Value::Object(given.clone()));
    let post = if pinned { post } else { post.unpinned() };
    let result = post.send().await.tool_result();
    assert_eq!(result.text, format!(r#"{{"success":true,"status":200,"data":{ANSWER}}}"#));
    assert!(!result.is_error);
    let mut requests = upstream.received_requests().await.unwrap();
    assert_eq!(requests.len(), before + 1, "one call is one request");
    requests.pop().unwrap()
}

/// The arguments with the hosted endpoint's names.
fn prefixed(tool: &Tool, arguments: &JsonObject) -> JsonObject {
    let in_path: Vec<&str> = path::names(tool.endpoint.path).collect();
    let rest = if tool.endpoint.writes() { "body" } else { "query" };
    let spell = |name: &str| if in_path.contains(&name) { format!("path_{name}") } else { format!("{rest}_{name}") };
    arguments.iter().map(|(name, value)| (spell(name), value.clone())).collect()
}

/// The ways to pass the location as an argument; for tools without a location, only a call without it.
fn location_arguments(tool: &Tool) -> Vec<JsonObject> {
    let hosted = match tool.endpoint.location {
        LocationIn::None => return vec![JsonObject::new()],
        LocationIn::Path => json!({ "path_locationId": LOCATION }),
        LocationIn::Query(name) => json!({ format!("query_{name}"): LOCATION }),
        LocationIn::Body => json!({ "body_locationId": LOCATION }),
        LocationIn::Alt => json!({ "query_altId": LOCATION, "query_altType": "location" }),
    };
    [json!({ "locationId": LOCATION }), hosted].into_iter().map(|given| given.as_object().unwrap().clone()).collect()
}
