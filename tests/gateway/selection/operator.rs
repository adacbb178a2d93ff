//! The operator's settings: an upper bound that neither a URL nor a header widens.

use super::{Gate, SERVICES, tools_of};

fn names<const N: usize>(names: [&str; N]) -> Vec<String> {
    names.map(str::to_owned).to_vec()
}

const ADD_TAGS: &str = "contacts_add-tags";
const GET_CONTACT: &str = "contacts_get-contact";

/// Headers that ask for everything, in each way there is.
const ASKING_FOR_ALL: [(&str, &str); 2] =
    [("X-MCP-Toolsets", "calendars,contacts,conversations,locations,opportunities,payments"), ("X-MCP-Readonly", "0")];

#[tokio::test]
async fn services() {
    let gate = Gate::with(|settings| settings.tools.services = names(["contacts", "payments"])).await;
    let (allowed, said) = (tools_of(&["contacts", "payments"], false), "the operator's setting tools.services");
    gate.assert_selects("/mcp", &[], &allowed, said).await;
    gate.assert_selects("/mcp", &ASKING_FOR_ALL, &allowed, said).await;
    gate.assert_selects("/mcp/x/contacts", &[], &tools_of(&["contacts"], false), "the").await;
    gate.assert_selects("/mcp/x/calendars", &[], &[], "the").await;
    gate.assert_selects("/mcp", &[("X-MCP-Tools", "locations_get-location")], &[], "the").await;
}

#[tokio::test]
async fn only() {
    let gate = Gate::with(|settings| settings.tools.only = names([GET_CONTACT, ADD_TAGS])).await;
    let said = "the operator's setting tools.only";
    gate.assert_selects("/mcp", &ASKING_FOR_ALL, &[GET_CONTACT, ADD_TAGS], said).await;
    gate.assert_selects("/mcp/readonly", &[], &[GET_CONTACT], "the").await;
    gate.assert_selects("/mcp", &[("X-MCP-Tools", "locations_get-location,contacts_add-tags")], &[ADD_TAGS], "the")
        .await;
}

#[tokio::test]
async fn exclude() {
    let gate = Gate::with(|settings| settings.tools.exclude = names([ADD_TAGS])).await;
    let rest: Vec<&str> = tools_of(&SERVICES, false).into_iter().filter(|tool| *tool != ADD_TAGS).collect();
    let said = "the operator's setting tools.exclude";
    gate.assert_selects("/mcp", &[], &rest, said).await;
    gate.assert_selects("/mcp", &ASKING_FOR_ALL, &rest, said).await;
    gate.assert_selects("/mcp", &[("X-MCP-Tools", "contacts_add-tags,contacts_get-contact")], &[GET_CONTACT], "the")
        .await;
}

#[tokio::test]
async fn read_only() {
    let gate = Gate::with(|settings| settings.tools.read_only = true).await;
    let (reading, said) = (tools_of(&SERVICES, true), "the operator's setting tools.read_only");
    for headers in [&[][..], &ASKING_FOR_ALL, &[("X-MCP-Readonly", "false")]] {
        gate.assert_selects("/mcp", headers, &reading, said).await;
    }
    gate.assert_selects("/mcp/x/contacts", &[], &tools_of(&["contacts"], true), "the").await;
    gate.assert_selects("/mcp", &[("X-MCP-Tools", ADD_TAGS)], &[], "the").await;
}

#[tokio::test]
async fn all_of_them_together() {
    let gate = Gate::with(|settings| {
        settings.tools.services = names(["contacts"]);
        settings.tools.only = names([GET_CONTACT, ADD_TAGS, "contacts_get-contacts", "payments_get-order-by-id"]);
        settings.tools.exclude = names(["contacts_get-contacts"]);
        settings.tools.read_only = true;
    })
    .await;
    gate.assert_selects("/mcp", &ASKING_FOR_ALL, &[GET_CONTACT], "the operator's setting tools.").await;
    // What the operator says is said even where the request would hide the tool too.
    gate.assert_selects("/mcp/x/locations", &[], &[], "the").await;
    let message = super::call(ADD_TAGS, &serde_json::json!({}));
    let (_, _, message) = gate.post(message, "/mcp/x/locations", &[]).send().await.rpc_error();
    assert!(message.contains("the operator's setting tools.read_only"), "{message}");
}

/// A request that names what the operator left out is no mistake of the client's.
#[tokio::test]
async fn a_name_that_the_operator_left_out_is_known() {
    let gate = Gate::with(|settings| settings.tools.services = names(["contacts"])).await;
    let contacts = tools_of(&["contacts"], false);
    gate.assert_selects("/mcp", &[("X-MCP-Exclude-Tools", "payments_get-order-by-id")], &contacts, "the").await;
    gate.assert_selects("/mcp", &[("X-MCP-Toolsets", "contacts,payments")], &contacts, "the").await;
    gate.assert_refused("/mcp", &[("X-MCP-Toolsets", "weather")], 400, &["X-MCP-Toolsets", "\"weather\""]).await;
}
