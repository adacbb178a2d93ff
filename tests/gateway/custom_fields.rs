//! Custom fields by key or name: their ids are looked up among the location's definitions before anything is written.

mod cached;
mod created;
mod failing;
mod many;
mod resolving;

use leadconnector_mcp::sandbox;
use serde_json::{Value, json};
use wiremock::matchers::{any, method, path_regex};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::support::{CallResult, TestGateway, TestGatewayBuilder};

/// The tools with custom fields, each with the other arguments of a minimal call.
fn writes() -> [(&'static str, Value); 4] {
    [
        ("contacts_create-contact", json!({ "email": "a@example.com" })),
        ("contacts_upsert-contact", json!({ "email": "a@example.com" })),
        ("contacts_update-contact", json!({ "contactId": "c1" })),
        ("opportunities_update-opportunity", json!({ "id": "o1" })),
    ]
}

/// A gateway in front of an API that returns these definitions, or another response to the lookup, and accepts every write.
struct FieldsUpstream {
    gateway: TestGateway,
    upstream: MockServer,
}

impl FieldsUpstream {
    async fn new() -> Self {
        Self::answering(ResponseTemplate::new(200).set_body_json(definitions())).await
    }

    async fn answering(lookup: ResponseTemplate) -> Self {
        let upstream = MockServer::start().await;
        let definitions = Mock::given(method("GET")).and(path_regex("^/locations/[^/]+/customFields$"));
        definitions.respond_with(lookup).mount(&upstream).await;
        Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_string("{}")).mount(&upstream).await;
        Self { gateway: TestGatewayBuilder::on(&upstream.uri()).without_retries().start().await, upstream }
    }

    async fn call(&self, tool: &str, arguments: &Value, custom_fields: Value) -> CallResult {
        self.gateway.call(tool, with(arguments, custom_fields)).await
    }

    async fn requests(&self) -> Vec<Request> {
        self.upstream.received_requests().await.unwrap()
    }

    /// The number of lookups.
    async fn lookups(&self) -> usize {
        self.requests().await.iter().filter(|request| request.method == "GET").count()
    }

    /// The bodies of the writes.
    async fn written(&self) -> Vec<Value> {
        let requests = self.requests().await;
        requests.iter().filter(|request| request.method != "GET").map(|request| request.body_json().unwrap()).collect()
    }
}

fn with(arguments: &Value, custom_fields: Value) -> Value {
    let mut arguments = arguments.clone();
    arguments["customFields"] = custom_fields;
    arguments
}

/// The definitions. Contacts and opportunities share a name and a key, as happens in practice.
fn definitions() -> Value {
    let field = |id: &str, model: &str, name: &str, key: &str| json!({ "id": id, "model": model, "name": name, "fieldKey": format!("{model}.{key}"), "dataType": "TEXT" });
    json!({ "customFields": [
        field("c1Score", "contact", "Lead score", "lead_score"),
        field("c1Shoe", "contact", "Schuhgröße", "schuhgroesse"),
        field("c1TwinA", "contact", "Twin", "twin_a"),
        field("c1TwinB", "contact", "Twin", "twin_b"),
        field("o1Score", "opportunity", "Lead score", "lead_score"),
        field("o1Area", "opportunity", "Roof area", "roof_area"),
    ] })
}

/// The id that `lead_score` has for a tool.
fn score_of(tool: &str) -> &'static str {
    if tool.starts_with("opportunities") { "o1Score" } else { "c1Score" }
}

/// On the sandbox, which like the API reports "succeeded" for fields that it does not store.
#[tokio::test]
async fn a_field_given_by_key_is_stored() {
    let upstream = crate::support::sandbox().await;
    let gateway = TestGatewayBuilder::on(&upstream.url()).start().await;
    let call = |tool: &'static str, arguments: Value| {
        let post = gateway.tool(tool, arguments).token(sandbox::TOKEN).header("locationid", sandbox::LOCATION);
        async { post.send().await.tool_result().data() }
    };
    let contact = json!({ "contactId": sandbox::well_known::CONTACT });
    call("contacts_update-contact", with(&contact, json!({ "policy_number": "P-77", "Roof material": "Slate" }))).await;
    let stored = call("contacts_get-contact", contact).await["contact"]["customFields"].clone();
    for (id, value) in [(sandbox::well_known::TEXT_FIELD, "P-77"), (sandbox::well_known::CHOICE_FIELD, "Slate")] {
        let field = stored.as_array().unwrap().iter().find(|field| field["id"] == id).unwrap();
        assert_eq!(field["value"], value, "{stored}");
    }

    let opportunity = json!({ "id": sandbox::well_known::OPPORTUNITY });
    let area = json!([{ "key": "opportunity.roof_area_in_square_metres", "field_value": 321 }]);
    call("opportunities_update-opportunity", with(&opportunity, area)).await;
    let stored = call("opportunities_get-opportunity", opportunity).await["opportunity"]["customFields"].to_string();
    assert!(stored.contains(sandbox::well_known::OPPORTUNITY_FIELD) && stored.contains("321"), "{stored}");
}
