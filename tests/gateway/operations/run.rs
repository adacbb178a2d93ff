//! `operations_read`, `operations_add` and `operations_change`.

use leadconnector_mcp::catalogue::{Catalogue, Kind};
use leadconnector_mcp::tools::{Callable, Resolved, Selection, ToolRegistry};
use serde_json::{Value, json};

use super::{CONTACT, Gateway};
use crate::support::LOCATION;

const NOTE: &str = "contacts_create-note";

fn runner(kind: Kind) -> &'static str {
    match kind {
        Kind::Read => "operations_read",
        Kind::Add => "operations_add",
        Kind::Change => "operations_change",
    }
}

#[tokio::test]
async fn an_operation_is_sent_to_its_endpoint() {
    let gateway = Gateway::new().await;
    let arguments = json!({ "operation": NOTE, "params": { "contactId": CONTACT, "body": "Called back" } });
    let text = gateway.answer("operations_add", arguments).await;
    assert_eq!(text, r#"{"success":true,"status":200,"data":{"notes":[{"id":"n1","body":"x"}]}}"#);
    let sent = &gateway.upstream.received_requests().await.unwrap()[0];
    assert_eq!((sent.method.as_str(), sent.url.path()), ("POST", format!("/contacts/{CONTACT}/notes").as_str()));
    assert_eq!(sent.headers["version"], "2021-07-28");
    assert_eq!(serde_json::from_slice::<Value>(&sent.body).unwrap(), json!({ "body": "Called back" }));
}

#[tokio::test]
async fn fields_select_parts_of_the_response() {
    let gateway = Gateway::new().await;
    let params = json!({ "contactId": CONTACT });
    let arguments = json!({ "operation": "contacts_get-all-notes", "params": params, "fields": ["notes.id"] });
    assert_eq!(
        gateway.answer("operations_read", arguments).await,
        r#"{"success":true,"status":200,"data":{"notes":[{"id":"n1"}]}}"#
    );
}

#[tokio::test]
async fn the_location_is_filled_in_and_no_other_can_be_named() {
    let gateway = Gateway::new().await;
    gateway.answer("operations_read", json!({ "operation": "calendars_get-calendars" })).await;
    let sent = gateway.upstream.received_requests().await.unwrap();
    assert_eq!(sent[0].url.query(), Some(format!("locationId={LOCATION}").as_str()));
    for params in
        [json!({ "locationId": "otherLocation1234567" }), json!({ "query": { "locationId": "otherLocation1234567" } })]
    {
        let arguments = json!({ "operation": "calendars_get-calendars", "params": params });
        let message = gateway.refused("/mcp", "operations_read", arguments).await;
        assert!(message.contains("pinned"), "{message}");
    }
}

#[tokio::test]
async fn the_wrong_tool_names_the_right_one() {
    let gateway = Gateway::new().await;
    for (tool, operation, right) in [
        ("operations_read", NOTE, "operations_add"),
        ("operations_add", "contacts_delete-contact", "operations_change"),
        ("operations_change", "users_get-user", "operations_read"),
        ("operations_read", "contacts_add-tags", "operations_add"),
    ] {
        let message = gateway.refused("/mcp", tool, json!({ "operation": operation, "params": {} })).await;
        assert!(message.contains(&format!("call {right}")), "{message}");
    }
}

/// Every operation, by every tool that is not for its kind: there is nothing to send.
#[test]
fn no_tool_runs_an_operation_of_another_kind() {
    let registry = ToolRegistry::default();
    for operation in Catalogue::published().operations() {
        for kind in [Kind::Read, Kind::Add, Kind::Change] {
            let Some(Callable::Operations(tool)) = registry.callable(runner(kind)) else {
                panic!("no tool for {kind:?}")
            };
            let Value::Object(arguments) = json!({ "operation": operation.name, "params": {} }) else { unreachable!() };
            let resolved = tool.resolve(&registry, &Selection::default(), arguments);
            let runs = kind == operation.kind && operation.unavailable.is_none();
            let is_call = matches!(resolved, Ok(Resolved::Call { .. }));
            assert_eq!(is_call, runs, "{} by {}", operation.name, runner(kind));
        }
    }
}

#[tokio::test]
async fn a_dry_run_shows_the_request_and_sends_nothing() {
    let gateway = Gateway::new().await;
    let params = json!({ "contactId": CONTACT, "tags": ["vip"] });
    for (tool, operation) in [("operations_add", "contacts_add-tags"), ("operations_change", "contacts_remove-tags")] {
        let arguments = json!({ "operation": operation, "params": params, "dry_run": true });
        let shown: Value = serde_json::from_str(&gateway.answer(tool, arguments).await).unwrap();
        assert_eq!(shown["dry_run"], true);
        assert_eq!(shown["data"]["path"], format!("/contacts/{CONTACT}/tags"));
        assert_eq!(shown["data"]["body"], json!({ "tags": ["vip"] }));
    }
    let fields = json!([{ "key": "lead_score", "field_value": 7 }]);
    let arguments = json!({ "operation": "contacts_update-contact", "params": { "contactId": CONTACT, "customFields": fields }, "dry_run": true });
    let text = gateway.answer("operations_change", arguments).await;
    assert!(text.contains("looked up when it is sent"), "{text}");
    assert_eq!(gateway.requests().await, 0);
}

/// However often, and in whatever order, a call says so.
#[tokio::test]
async fn a_dry_run_that_is_asked_for_anywhere_sends_nothing() {
    let gateway = Gateway::new().await;
    let params = json!({ "contactId": CONTACT, "body": "x" });
    let mut inside = params.clone();
    inside["dry_run"] = json!(true);
    for arguments in [
        json!({ "operation": NOTE, "params": params, "dry_run": true, "dryRun": false }),
        json!({ "operation": NOTE, "params": params, "dry_run": false, "dryRun": "true" }),
        json!({ "operation": NOTE, "params": inside }),
    ] {
        assert!(gateway.answer("operations_add", arguments).await.contains("\"dry_run\":true"));
    }
    let (text, _) = gateway.call("/mcp/x/contacts", NOTE, inside).await;
    assert!(text.contains("\"dry_run\":true"), "{text}");
    let mut extra = params;
    extra["extra"] = json!({ "dry_run": true });
    let message = gateway.refused("/mcp", "operations_add", json!({ "operation": NOTE, "params": extra })).await;
    assert!(message.contains("belongs beside `params`"), "{message}");
    assert_eq!(gateway.requests().await, 0);
}

/// An operator's list of locations binds every argument, also of a caller that is not pinned.
#[tokio::test]
async fn no_argument_names_a_location_that_the_operator_does_not_allow() {
    let gateway = Gateway::with(|settings| settings.tools.locations = vec![LOCATION.to_owned()]).await;
    let other = "otherLocation1234567";
    for (tool, operation, params) in [
        ("operations_change", "saas-api_bulk-disable-saas", json!({ "companyId": "co1", "locationIds": [other] })),
        ("operations_add", NOTE, json!({ "contactId": CONTACT, "body": "x", "extra": { "locationId": other } })),
        ("operations_add", NOTE, json!({ "contactId": CONTACT, "body": "x", "extra": { "locationId[]": other } })),
        (
            "operations_add",
            "objects_create-object-record",
            json!({ "schemaKey": "custom_objects.pet", "properties": { "locationId": other } }),
        ),
    ] {
        let mut params = params;
        params["locationId"] = json!(LOCATION);
        let arguments = json!({ "name": tool, "arguments": { "operation": operation, "params": params } });
        let result = gateway.gateway.rpc("tools/call", arguments).unpinned().send().await.tool_result();
        assert!(result.is_error && result.text.contains("location"), "{operation}: {}", result.text);
    }
    assert_eq!(gateway.requests().await, 0);
}

#[tokio::test]
async fn what_is_given_twice_is_refused() {
    let gateway = Gateway::new().await;
    for arguments in [
        json!({ "operation": NOTE, "params": { "contactId": CONTACT, "body": "a" }, "arguments": { "contactId": CONTACT, "body": "b" } }),
        json!({ "operation": NOTE, "params": format!("{{\"contactId\":\"{CONTACT}\",\"body\":\"a\",\"body\":\"b\"}}") }),
        json!({ "operation": NOTE, "params": { "contactId": CONTACT, "body": "a" }, "body": "b" }),
    ] {
        let message = gateway.refused("/mcp", "operations_add", arguments).await;
        assert!(message.contains("twice"), "{message}");
    }
}

#[tokio::test]
async fn an_unknown_operation_gets_the_nearest_with_their_arguments() {
    let gateway = Gateway::new().await;
    let message =
        gateway.refused("/mcp", "operations_add", json!({ "operation": "contacts_add-note", "params": {} })).await;
    assert!(message.contains("contacts_create-note [add] {contactId: str; body: str"), "{message}");
    let message = gateway.refused("/mcp", "operations_read", json!({ "operation": "qqqqqq" })).await;
    assert!(message.contains("operations_search"), "{message}");
}

#[tokio::test]
async fn what_cannot_work_says_why() {
    let gateway = Gateway::with(|settings| settings.tools.flags.push("secrets".to_owned())).await;
    for (tool, operation) in
        [("operations_read", "social-media-posting_start-facebook-oauth"), ("operations_add", "oauth_get-access-token")]
    {
        let message = gateway.refused("/mcp", tool, json!({ "operation": operation, "params": {} })).await;
        assert!(message.contains("cannot be run here"), "{message}");
    }
    let gateway = Gateway::new().await;
    let message = gateway.refused("/mcp", "operations_read", json!({ "operation": "payments_fetch-config" })).await;
    assert!(message.contains("hidden by the operator's setting tools.flags (secrets"), "{message}");
    // Neither by its own name, where it is listed.
    for (path, tool) in [
        ("/mcp/x/social-media-posting", "social-media-posting_start-facebook-oauth"),
        ("/mcp/x/all", "oauth_get-access-token"),
    ] {
        let params = json!({ "name": tool, "arguments": { "userId": "u1" } });
        let (_, code, message) = gateway.gateway.rpc("tools/call", params).path(path).send().await.rpc_error();
        assert!(code == -32602 && message.contains("cannot be run here"), "{message}");
    }
    assert_eq!(gateway.requests().await, 0);
}

/// As hosted v2 takes them.
#[tokio::test]
async fn the_hosted_endpoints_tools_are_a_drop_in() {
    let gateway = Gateway::new().await;
    let arguments = json!({
        "operationId": "create-note",
        "params": { "path": { "contactId": CONTACT }, "body": { "body": "Called back" } },
        "reason": "the user asked for it",
        "idempotencyKey": "k1",
    });
    let (text, is_error) = gateway.call("/mcp/v2", "execute_operation", arguments).await;
    assert!(
        !is_error && text.contains("`reason` was ignored") && text.contains("`idempotencyKey` was ignored"),
        "{text}"
    );
    assert_eq!(gateway.requests().await, 1);
    let found =
        gateway.call("/mcp/v2", "search_operations", json!({ "query": "create contact note", "limit": 1 })).await.0;
    assert!(found.starts_with("contacts_create-note [add]"), "{found}");
    let described = gateway.call("/mcp/v2", "describe_operation", json!({ "operationId": "create-note" })).await.0;
    assert!(described.contains("contactId: str"), "{described}");
}

#[tokio::test]
async fn a_plain_call_gets_json_in_any_case() {
    let gateway = Gateway::new().await;
    let input = json!({ "queries": ["create contact note"] });
    let plain = json!({ "tool": "operations_search", "input": input });
    let answer = gateway.gateway.post(plain).send().await.json();
    assert!(answer["data"].as_str().unwrap().starts_with("contacts_create-note"), "{answer}");
}
