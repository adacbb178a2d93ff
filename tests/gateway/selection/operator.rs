//! The operator's settings: an upper bound that neither a URL nor a header can widen.

use super::{SERVICES, SelectiveGateway, tools_of};

fn names<const N: usize>(names: [&str; N]) -> Vec<String> {
    names.map(str::to_owned).to_vec()
}

const ADD_TAGS: &str = "contacts_add-tags";
const GET_CONTACT: &str = "contacts_get-contact";

/// Headers that select everything, in every way.
const SELECT_ALL: [(&str, &str); 2] =
    [("X-MCP-Toolsets", "calendars,contacts,conversations,locations,opportunities,payments"), ("X-MCP-Readonly", "0")];

#[tokio::test]
async fn services() {
    let gateway = SelectiveGateway::with(|settings| settings.tools.services = names(["contacts", "payments"])).await;
    let (allowed, hidden_by) = (tools_of(&["contacts", "payments"], false), "the operator's setting tools.services");
    gateway.assert_selects("/mcp", &[], &allowed, hidden_by).await;
    gateway.assert_selects("/mcp", &SELECT_ALL, &allowed, hidden_by).await;
    gateway.assert_selects("/mcp/x/contacts", &[], &tools_of(&["contacts"], false), "the").await;
    gateway.assert_selects("/mcp/x/calendars", &[], &[], "the").await;
    gateway.assert_selects("/mcp", &[("X-MCP-Tools", "locations_get-location")], &[], "the").await;
}

#[tokio::test]
async fn only() {
    let gateway = SelectiveGateway::with(|settings| settings.tools.only = names([GET_CONTACT, ADD_TAGS])).await;
    let hidden_by = "the operator's setting tools.only";
    gateway.assert_selects("/mcp", &SELECT_ALL, &[GET_CONTACT, ADD_TAGS], hidden_by).await;
    gateway.assert_selects("/mcp/readonly", &[], &[GET_CONTACT], "the").await;
    gateway
        .assert_selects("/mcp", &[("X-MCP-Tools", "locations_get-location,contacts_add-tags")], &[ADD_TAGS], "the")
        .await;
}

#[tokio::test]
async fn exclude() {
    let gateway = SelectiveGateway::with(|settings| settings.tools.exclude = names([ADD_TAGS])).await;
    let rest: Vec<&str> = tools_of(&SERVICES, false).into_iter().filter(|tool| *tool != ADD_TAGS).collect();
    let hidden_by = "the operator's setting tools.exclude";
    gateway.assert_selects("/mcp", &[], &rest, hidden_by).await;
    gateway.assert_selects("/mcp", &SELECT_ALL, &rest, hidden_by).await;
    gateway
        .assert_selects("/mcp", &[("X-MCP-Tools", "contacts_add-tags,contacts_get-contact")], &[GET_CONTACT], "the")
        .await;
}

#[tokio::test]
async fn read_only() {
    let gateway = SelectiveGateway::with(|settings| settings.tools.read_only = true).await;
    let (reading, hidden_by) = (tools_of(&SERVICES, true), "the operator's setting tools.read_only");
    for headers in [&[][..], &SELECT_ALL, &[("X-MCP-Readonly", "false")]] {
        gateway.assert_selects("/mcp", headers, &reading, hidden_by).await;
    }
    gateway.assert_selects("/mcp/x/contacts", &[], &tools_of(&["contacts"], true), "the").await;
    gateway.assert_selects("/mcp", &[("X-MCP-Tools", ADD_TAGS)], &[], "the").await;
}

#[tokio::test]
async fn all_of_them_together() {
    let gateway = SelectiveGateway::with(|settings| {
        settings.tools.services = names(["contacts"]);
        settings.tools.only = names([GET_CONTACT, ADD_TAGS, "contacts_get-contacts", "payments_get-order-by-id"]);
        settings.tools.exclude = names(["contacts_get-contacts"]);
        settings.tools.read_only = true;
    })
    .await;
    gateway.assert_selects("/mcp", &SELECT_ALL, &[GET_CONTACT], "the operator's setting tools.").await;
    // The error names the operator's setting even if the request hides the tool too.
    gateway.assert_selects("/mcp/x/locations", &[], &[], "the").await;
    let message = super::call(ADD_TAGS, &serde_json::json!({}));
    let (_, _, message) = gateway.post(message, "/mcp/x/locations", &[]).send().await.rpc_error();
    assert!(message.contains("the operator's setting tools.read_only"), "{message}");
}

/// Naming a tool that the operator excluded is not an error of the client.
#[tokio::test]
async fn an_excluded_name_is_still_known() {
    let gateway = SelectiveGateway::with(|settings| settings.tools.services = names(["contacts"])).await;
    let contacts = tools_of(&["contacts"], false);
    gateway.assert_selects("/mcp", &[("X-MCP-Exclude-Tools", "payments_get-order-by-id")], &contacts, "the").await;
    gateway.assert_selects("/mcp", &[("X-MCP-Toolsets", "contacts,payments")], &contacts, "the").await;
    gateway.assert_rejected("/mcp", &[("X-MCP-Toolsets", "weather")], 400, &["X-MCP-Toolsets", "\"weather\""]).await;
}
