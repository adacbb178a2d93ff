//! A request that cannot be sent because of a bug of the gateway is an internal error, not an error of the caller.

use leadconnector_mcp::leadconnector::{Endpoint, LocationIn, Operation};
use leadconnector_mcp::tools::{Hints, Tool};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::json;

use crate::support::{Logs, Script, Scripted, TestGatewayBuilder};

const UNSENDABLE: &str = "contacts_unsendable";
const UNSERIALIZABLE: &str = "contacts_unserializable";

/// An operation whose version is not a valid header value.
#[derive(Deserialize, Serialize, JsonSchema)]
struct Unsendable {
    /// Anything
    note: String,
}

impl Operation for Unsendable {
    const ENDPOINT: Endpoint = {
        let mut endpoint = Endpoint::post("/unsendable", "contacts.write").location(LocationIn::Body);
        endpoint.version = "2021\n07";
        endpoint
    };
}

/// An operation whose parameters cannot be serialized.
#[derive(Deserialize, Serialize, JsonSchema)]
struct Unserializable {
    /// Anything
    #[serde(serialize_with = "fail")]
    note: String,
}

fn fail<S: Serializer>(note: &str, _: S) -> Result<S::Ok, S::Error> {
    Err(serde::ser::Error::custom(format!("cannot be written: {note}")))
}

impl Operation for Unserializable {
    const ENDPOINT: Endpoint = Endpoint::post("/unserializable", "contacts.write");
}

#[tokio::test]
async fn a_bug_is_an_internal_error_with_the_request_id() {
    let logs = Logs::capture();
    let upstream = Scripted::always(Script::healthy()).await;
    let tools = vec![
        Tool::new::<Unsendable>(UNSENDABLE, "Unsendable", Hints::WRITE, "Cannot be sent"),
        Tool::new::<Unserializable>(UNSERIALIZABLE, "Unserializable", Hints::WRITE, "Cannot be written"),
    ];
    let gateway = TestGatewayBuilder::on(&upstream.url()).tools(tools).start().await;
    for tool in [UNSENDABLE, UNSERIALIZABLE] {
        let note = format!("canary-internal-{}", uuid::Uuid::new_v4().simple());
        let response = gateway.tool(tool, json!({ "note": note })).send().await;
        let (status, code, message) = response.rpc_error();
        assert_eq!((status, code), (200, -32603), "{tool}");
        assert!(message.contains(response.header("x-request-id")) && !message.contains("unknown"), "{message}");

        let plain = gateway.post(json!({ "tool": tool, "input": { "note": note } })).send().await;
        let (status, code, message) = plain.rpc_error();
        assert_eq!((status, code), (500, -32603), "{tool}");
        assert!(message.contains(plain.header("x-request-id")), "{message}");

        for response in [response, plain] {
            let lines = logs.own_lines_with(response.header("x-request-id"));
            let errors: Vec<_> = lines.iter().filter(|line| line["level"] == "ERROR").collect();
            assert_eq!(errors.len(), 1, "{lines:?}");
            if tool == UNSENDABLE {
                let detail = errors[0]["fields"]["detail"].as_str().unwrap();
                assert!(detail.starts_with("the request could not be built: "), "{detail}");
            }
        }
        let lines = logs.own_lines_with(&note);
        assert!(lines.is_empty(), "{lines:#?}");
    }
    assert_eq!(upstream.attempts(), 0);
}

/// The caller can correct this one, so it is not an internal error.
#[tokio::test]
async fn arguments_that_make_the_url_too_long_are_rejected() {
    let upstream = Scripted::always(Script::healthy()).await;
    let gateway = TestGatewayBuilder::on(&upstream.url()).start().await;
    let result = gateway.call("contacts_get-contacts", json!({ "query": "x".repeat(70_000) })).await;
    assert_eq!(result.kind(), "invalid_arguments", "{}", result.text);
    assert!(result.problem().contains("the limit is 60000"), "{}", result.text);
    assert_eq!(upstream.attempts(), 0);
}
