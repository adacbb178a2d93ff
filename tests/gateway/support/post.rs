//! Requests to a gateway, well-formed and malformed.

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Answer, CallResult, LOCATION, TOKEN, TestGateway, within};

/// A request. By default it is well-formed and pins the location.
pub struct Post<'r> {
    gateway: &'r TestGateway,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl TestGateway {
    /// A POST of a JSON message.
    #[expect(clippy::needless_pass_by_value, reason = "every caller writes it in place")]
    pub fn post(&self, message: Value) -> Post<'_> {
        self.post_bytes(message.to_string())
    }

    /// A POST with any body.
    pub fn post_bytes(&self, body: impl Into<Vec<u8>>) -> Post<'_> {
        let headers = [
            (AUTHORIZATION, format!("Bearer {TOKEN}")),
            (HeaderName::from_static("locationid"), LOCATION.to_owned()),
            (CONTENT_TYPE, "application/json".to_owned()),
            (ACCEPT, "application/json, text/event-stream".to_owned()),
        ];
        let headers = headers.into_iter().map(|(name, value)| (name, value.parse().unwrap())).collect();
        Post { gateway: self, method: Method::POST, path: "/mcp".to_owned(), headers, body: body.into() }
    }

    /// A POST of a JSON-RPC request.
    pub fn rpc(&self, method: &str, params: Value) -> Post<'_> {
        let mut message = json!({ "jsonrpc": "2.0", "id": 1, "method": method });
        message["params"] = params;
        self.post(message)
    }

    /// A POST of a tool call.
    pub fn tool(&self, name: &str, arguments: Value) -> Post<'_> {
        let mut params = json!({ "name": name });
        params["arguments"] = arguments;
        self.rpc("tools/call", params)
    }

    /// Calls a tool with the pinned location.
    pub async fn call(&self, name: &str, arguments: Value) -> CallResult {
        self.tool(name, arguments).send().await.tool_result()
    }

    /// Sends the bytes of a request and reads until the connection closes: for requests that no HTTP client would send.
    pub async fn raw(&self, request: &str) -> String {
        let mut connection = TcpStream::connect(self.server.address).await.unwrap();
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        within("the connection's end", connection.read_to_end(&mut answer)).await.unwrap();
        String::from_utf8(answer).unwrap()
    }
}

impl Post<'_> {
    pub fn method(self, method: Method) -> Self {
        Self { method, ..self }
    }

    pub fn path(self, path: &str) -> Self {
        Self { path: path.to_owned(), ..self }
    }

    /// Sets a header, replacing any with this name.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
        self
    }

    /// Sets a header to a value that need not be text.
    pub fn header_value(mut self, name: &str, value: HeaderValue) -> Self {
        self.headers.insert(name.parse::<HeaderName>().unwrap(), value);
        self
    }

    /// Adds a header, keeping any with this name.
    pub fn second_header(mut self, name: &str, value: &str) -> Self {
        self.headers.append(name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    /// Does not pin the location.
    pub fn unpinned(self) -> Self {
        self.without("locationid")
    }

    /// Calls with another token.
    pub fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub async fn send(self) -> Answer {
        let url = self.gateway.url(&self.path);
        let request = self.gateway.http.request(self.method, url).headers(self.headers).body(self.body);
        Answer::read(request.send().await.unwrap()).await
    }
}
