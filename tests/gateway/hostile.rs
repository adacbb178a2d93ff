//! Calls that try to use many resources or to crash the process: each gets a short response, and the next call works.

use std::time::Duration;

use serde_json::{Map, Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{TestGateway, TestGatewayBuilder, answering};

/// The longest error response, in bytes: more than a screen is of no use.
const MAX_ERROR_BYTES: usize = 6_000;

async fn start() -> (MockServer, TestGateway) {
    let upstream = answering(ResponseTemplate::new(200).set_body_string("{}")).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
    (upstream, gateway)
}

/// The paths of `fields` are a tree, and dropping one that is too deep overflows the stack: an abort, not a panic.
#[tokio::test]
async fn a_path_of_many_names_is_rejected() {
    let (upstream, gateway) = start().await;
    for path in ["a.".repeat(50_000) + "a", "a".repeat(100_000)] {
        let result = gateway.call("contacts_get-contacts", json!({ "fields": [path] })).await;
        assert_eq!(result.kind(), "invalid_arguments");
        assert!(result.text.len() < MAX_ERROR_BYTES, "{}", result.text.len());
    }
    assert!(upstream.received_requests().await.unwrap().is_empty());
    assert!(!gateway.call("contacts_get-contacts", json!({})).await.is_error);
}

#[tokio::test]
async fn long_names_and_many_names_get_a_short_error() {
    let (_upstream, gateway) = start().await;
    let (status, code, message) = gateway.tool(&"x".repeat(900_000), json!({})).send().await.rpc_error();
    assert!((status, code) == (200, -32602) && message.len() < MAX_ERROR_BYTES, "{status} {code} {}", message.len());

    let long = json!({ "y".repeat(400_000): 1 });
    let many: Map<String, Value> = (0..15_000).map(|index| (format!("a{index}"), json!(1))).collect();
    for (arguments, expected) in [(long, "is not an argument"), (many.into(), "and 14980 more")] {
        let result = gateway.call("contacts_get-contacts", arguments).await;
        assert!(result.problem().contains(expected) && result.text.len() < MAX_ERROR_BYTES, "{}", result.text.len());
    }
}

#[tokio::test]
async fn values_of_the_wrong_type_are_not_repeated_in_full() {
    let (upstream, gateway) = start().await;
    // Quotes and backslashes are escaped in JSON, and take twice the space.
    let long = "\"\\".repeat(20_000);
    let names = ["tags", "customFields", "dndSettings", "dnd", "source"];
    let everywhere: Map<String, Value> = names.into_iter().map(|name| (name.to_owned(), json!([[&long]]))).collect();
    let nested = json!({ "customFields": [{ "id": { &long: 1 } }], "dndSettings": { &long: 1 } });
    for arguments in [json!({ "customFields": &long }), nested, everywhere.into()] {
        let result = gateway.call("contacts_upsert-contact", arguments).await;
        assert_eq!(result.kind(), "invalid_arguments");
        assert!(result.text.len() < MAX_ERROR_BYTES, "{}", result.text.len());
    }
    let answer = gateway.post(json!({ "tool": "contacts_upsert-contact", "input": &long })).send().await;
    assert!(answer.status == 400 && answer.body.len() < MAX_ERROR_BYTES, "{} {}", answer.status, answer.body.len());
    assert!(answer.body.contains("expected"), "the expected type is at the end: {}", answer.body);
    assert!(upstream.received_requests().await.unwrap().is_empty());
}

/// Half a megabyte of empty lists becomes a tree of 25 MB, and occupies a worker thread for a tenth of a second.
#[tokio::test]
async fn too_many_values_are_rejected_everywhere() {
    let (upstream, gateway) = start().await;
    for unit in ["[]", "{}", "1", "\"a\"", "null"] {
        let many = vec![unit; 25_000].join(",");
        for body in [
            format!(
                r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"contacts_add-tags","arguments":{{"contactId":"c","tags":[{many}]}}}}}}"#
            ),
            format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":{{"_meta":{{"a":[{many}]}}}}}}"#),
            format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/list","x":[{many}]}}"#),
            format!(r#"{{"tool":"contacts_add-tags","input":{{"contactId":"c","tags":[{many}]}}}}"#),
        ] {
            let (status, code, message) = gateway.post_bytes(body).send().await.rpc_error();
            assert!((status, code) == (400, -32600) && message.contains("more than 20000 values"), "{message}");
        }
    }
    assert!(upstream.received_requests().await.unwrap().is_empty());
    // Brackets in text are not counted, and a long text is one value.
    let text = json!({ "type": "SMS", "contactId": "c", "message": "[],".repeat(60_000) });
    assert!(!gateway.call("conversations_send-a-new-message", text).await.is_error);
}

/// Values in JSON as text are not counted before the text is parsed, so its length is limited.
#[tokio::test]
async fn a_long_list_as_text_is_rejected() {
    let (upstream, gateway) = start().await;
    let commas = "a,".repeat(100_000);
    let list = format!("[{}]", vec!["1"; 100_000].join(","));
    let nested = format!("[{list}]");
    let object = format!("{{\"a\":{list}}}");
    for (tool, name, text) in [
        ("contacts_get-contacts", "fields", &commas),
        ("conversations_search-conversation", "assignedTo", &commas),
        ("conversations_search-conversation", "assignedTo", &list),
        ("contacts_upsert-contact", "tags", &list),
        ("contacts_upsert-contact", "customFields", &list),
        ("contacts_upsert-contact", "customFields", &nested),
        ("contacts_upsert-contact", "customFields", &object),
        ("contacts_upsert-contact", "dndSettings", &object),
    ] {
        let result = gateway.call(tool, json!({ name: text })).await;
        assert_eq!(result.kind(), "invalid_arguments", "{name}");
        let said = format!("`{name}` is wrong: it is text of more than 131072 bytes");
        assert!(result.problem().starts_with(&said), "{tool} {name}: {}", result.text);
    }
    assert!(upstream.received_requests().await.unwrap().is_empty());
    // Other text has no such limit.
    let text = json!({ "type": "SMS", "contactId": "c", "message": commas });
    assert!(!gateway.call("conversations_send-a-new-message", text).await.is_error);
}

#[tokio::test]
async fn deep_json_is_rejected_everywhere() {
    let (upstream, gateway) = start().await;
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    for body in [
        format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"contacts_get-contacts","arguments":{{"query":{deep}}}}}}}"#
        ),
        format!(r#"{{"jsonrpc":"2.0","id":{deep},"method":"tools/list"}}"#),
        format!(r#"{{"tool":"contacts_get-contacts","input":{{"query":{deep}}}}}"#),
    ] {
        assert_eq!(gateway.post_bytes(body).send().await.status, 400);
    }
    let as_text = gateway.call("contacts_add-tags", json!({ "contactId": "c", "tags": deep })).await;
    assert_eq!(as_text.kind(), "invalid_arguments");
    assert!(upstream.received_requests().await.unwrap().is_empty());
}

/// A call that looks up custom fields first has one deadline, not two.
#[tokio::test]
async fn a_lookup_and_its_write_share_a_deadline() {
    let upstream = MockServer::start().await;
    let slowly = |body: Value| ResponseTemplate::new(200).set_body_json(body).set_delay(Duration::from_millis(1_200));
    let definitions = json!({ "customFields": [
        { "id": "f1", "name": "Lead score", "fieldKey": "contact.lead_score", "model": "contact" },
    ] });
    Mock::given(method("GET"))
        .and(path("/locations/LOC/customFields"))
        .respond_with(slowly(definitions))
        .mount(&upstream)
        .await;
    Mock::given(method("PUT")).respond_with(slowly(json!({}))).mount(&upstream).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri())
        .settings(|settings| settings.upstream.call_deadline = Duration::from_secs(2))
        .start()
        .await;
    let call = json!({ "contactId": "c", "locationId": "LOC", "customFields": { "lead_score": 7 } });
    let result = gateway.tool("contacts_update-contact", call).unpinned().send().await.tool_result();
    assert_eq!(result.kind(), "timeout", "{}", result.text);
    assert!(result.problem().contains("is unknown"), "{}", result.text);
}
