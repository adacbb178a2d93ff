//! The result of a dry run: the request as it would be sent.

use serde_json::{Map, Value, json};

use super::ToolResult;
use crate::tools::{PreparedCall, Tool};

impl ToolResult {
    /// Shows a call's request; nothing was sent.
    pub fn dry_run(tool: &Tool, call: &PreparedCall) -> Self {
        let request = &call.request;
        let mut shown = json!({
            "operation": tool.name,
            "kind": tool.kind().as_str(),
            "method": request.endpoint.method.as_str(),
            "path": request.path,
            "query": query(&request.query),
            "version": request.endpoint.version,
        });
        if let (Some(shown), Some(body)) = (shown.as_object_mut(), &request.body) {
            shown.insert(
                "body".to_owned(),
                serde_json::from_slice(body).unwrap_or_else(|_| String::from_utf8_lossy(body).into()),
            );
        }
        let mut result = json!({ "success": true, "status": 200, "dry_run": true, "data": shown });
        if let Some(result) = result.as_object_mut().filter(|_| !call.notes.is_empty()) {
            result.insert("notes".to_owned(), json!(call.notes));
        }
        Self { is_local: true, ..Self::success(http::StatusCode::OK, result.to_string()) }
    }
}

/// The query's parameters by name; a repeated one has a list.
fn query(query: &str) -> Map<String, Value> {
    let mut parameters: Map<String, Value> = Map::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let value = Value::from(value.into_owned());
        match parameters.get_mut(name.as_ref()) {
            Some(Value::Array(values)) => values.push(value),
            Some(earlier) => *earlier = json!([earlier.take(), value]),
            None => drop(parameters.insert(name.into_owned(), value)),
        }
    }
    parameters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_parameter_is_a_list() {
        let parameters = query("a=1&b=x+y&a=2&a=3");
        assert_eq!(Value::Object(parameters), json!({"a": ["1", "2", "3"], "b": "x y"}));
    }
}
