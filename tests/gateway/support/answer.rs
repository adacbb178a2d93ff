//! Responses of a gateway.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

/// A response with its complete body.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

/// The result of a tool call.
#[derive(Debug)]
pub struct CallResult {
    /// The text of the only content block.
    pub text: String,
    pub is_error: bool,
}

impl Answer {
    pub async fn read(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let answer = Self { status, headers, body: response.text().await.unwrap() };
        assert!(!answer.headers.contains_key("mcp-session-id"), "there are no sessions: {answer:?}");
        answer
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        assert_eq!(self.header(CONTENT_TYPE.as_str()), "application/json", "{self:?}");
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The message of the only event in the stream.
    pub fn event(&self) -> Value {
        assert_eq!(self.header(CONTENT_TYPE.as_str()), "text/event-stream", "{self:?}");
        let data: Vec<&str> = self.body.lines().filter_map(|line| line.strip_prefix("data:")).collect();
        let messages: Vec<&&str> = data.iter().filter(|data| !data.trim().is_empty()).collect();
        assert_eq!(messages.len(), 1, "one message: {self:?}");
        serde_json::from_str(messages[0]).unwrap()
    }

    /// The JSON-RPC message, from a JSON body or an event stream.
    pub fn message(&self) -> Value {
        let message = if self.header("content-type") == "text/event-stream" { self.event() } else { self.json() };
        assert_eq!(message["jsonrpc"], "2.0");
        message
    }

    /// The result of a request that succeeded.
    pub fn result(&self) -> Value {
        let message = self.message();
        assert!(self.status == StatusCode::OK && message.get("error").is_none(), "{self:?}");
        message["result"].clone()
    }

    /// The error of a failed request: HTTP status, JSON-RPC code and message.
    pub fn rpc_error(&self) -> (u16, i64, String) {
        let message = self.message();
        assert!(message.get("result").is_none(), "{self:?}");
        let error = &message["error"];
        (self.status.as_u16(), error["code"].as_i64().unwrap(), error["message"].as_str().unwrap().to_owned())
    }

    pub fn tool_result(&self) -> CallResult {
        let result = self.result();
        let content = result["content"].as_array().unwrap();
        assert!(content.len() == 1 && content[0]["type"] == "text", "{self:?}");
        let text = content[0]["text"].as_str().unwrap().to_owned();
        CallResult { text, is_error: result["isError"] == true }
    }
}

impl CallResult {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The upstream's response to a successful call.
    pub fn data(&self) -> Value {
        assert!(!self.is_error, "{}", self.text);
        self.json()["data"].clone()
    }

    /// The error kind of a failed call.
    pub fn kind(&self) -> String {
        assert!(self.is_error, "{}", self.text);
        self.json()["error"]["kind"].as_str().unwrap().to_owned()
    }

    /// The error message of a failed call.
    pub fn problem(&self) -> String {
        assert!(self.is_error, "{}", self.text);
        self.json()["error"]["message"].as_str().unwrap().to_owned()
    }
}
