//! By headers, alone and together with the URL.

use http::HeaderValue;

use super::{Gate, SERVICES, list, tools_of};
use crate::support::tool_count;

const TOOLSETS: &str = "X-MCP-Toolsets";
const TOOLS: &str = "X-MCP-Tools";
const EXCLUDE: &str = "X-MCP-Exclude-Tools";
const READ_ONLY: &str = "X-MCP-Readonly";

const ADD_TAGS: &str = "contacts_add-tags";
const GET_CONTACT: &str = "contacts_get-contact";
const GET_ORDER: &str = "payments_get-order-by-id";

/// What is said of a tool that these two headers hide; they select together.
const INCLUDED: &str = "the headers X-MCP-Toolsets and X-MCP-Tools";

#[tokio::test]
async fn toolsets_are_services() {
    let gate = Gate::new().await;
    for (header, services) in [
        ("contacts", &["contacts"][..]),
        ("payments,contacts", &["contacts", "payments"]),
        (" payments , contacts ,", &["contacts", "payments"]),
    ] {
        gate.assert_selects("/mcp", &[(TOOLSETS, header)], &tools_of(services, false), INCLUDED).await;
    }
    let twice = [(TOOLSETS, "locations"), (TOOLSETS, "payments")];
    gate.assert_selects("/mcp", &twice, &tools_of(&["locations", "payments"], false), INCLUDED).await;
}

#[tokio::test]
async fn tools_are_single_tools_and_add_to_toolsets() {
    let gate = Gate::new().await;
    let two = "contacts_add-tags, payments_get-order-by-id";
    gate.assert_selects("/mcp", &[(TOOLS, two)], &[ADD_TAGS, GET_ORDER], INCLUDED).await;
    let both = [(TOOLSETS, "locations"), (TOOLS, two)];
    let expected = [&tools_of(&["locations"], false)[..], &[ADD_TAGS, GET_ORDER]].concat();
    gate.assert_selects("/mcp", &both, &expected, INCLUDED).await;
}

#[tokio::test]
async fn excluding_beats_including() {
    let gate = Gate::new().await;
    let all_but_one: Vec<&str> = tools_of(&SERVICES, false).into_iter().filter(|tool| *tool != ADD_TAGS).collect();
    let by_header = "the header X-MCP-Exclude-Tools";
    gate.assert_selects("/mcp", &[(EXCLUDE, ADD_TAGS)], &all_but_one, by_header).await;
    let both = [(TOOLS, "contacts_add-tags,contacts_get-contact"), (EXCLUDE, ADD_TAGS)];
    gate.assert_selects("/mcp", &both, &[GET_CONTACT], "the header").await;
    gate.assert_selects("/mcp", &[(TOOLS, ADD_TAGS), (EXCLUDE, ADD_TAGS)], &[], "the header").await;
}

#[tokio::test]
async fn read_only_beats_everything() {
    let gate = Gate::new().await;
    let (reading, by_header) = (tools_of(&SERVICES, true), "the header X-MCP-Readonly");
    for value in ["true", "1", "yes", "TRUE", "on", " true "] {
        gate.assert_selects("/mcp", &[(READ_ONLY, value)], &reading, by_header).await;
    }
    for value in ["", "false", "False", "0", "no", "off"] {
        assert_eq!(gate.listed("/mcp", &[(READ_ONLY, value)]).await.len(), tool_count(), "{value:?}");
    }
    // Whoever says both is taken at the stricter word, in either order.
    for both in [[(READ_ONLY, "false"), (READ_ONLY, "true")], [(READ_ONLY, "true"), (READ_ONLY, "false")]] {
        assert_eq!(gate.listed("/mcp", &both).await.len(), reading.len());
    }
    let asked_for = [(TOOLS, "contacts_add-tags,contacts_get-contact"), (READ_ONLY, "true")];
    gate.assert_selects("/mcp", &asked_for, &[GET_CONTACT], "the header").await;
    // A URL that reads only is not opened again.
    let opened = [(READ_ONLY, "false"), (TOOLS, "contacts_add-tags,contacts_get-contact")];
    gate.assert_selects("/mcp/readonly", &opened, &[GET_CONTACT], "the").await;
}

#[tokio::test]
async fn a_header_without_a_name_selects_nothing_away() {
    let gate = Gate::new().await;
    for header in [TOOLSETS, TOOLS, EXCLUDE] {
        for value in ["", " ", ",", " , "] {
            assert_eq!(gate.listed("/mcp", &[(header, value)]).await.len(), tool_count(), "{header}: {value:?}");
        }
    }
}

#[tokio::test]
async fn headers_and_the_url_narrow_each_other() {
    let gate = Gate::new().await;
    let contacts = tools_of(&["contacts"], false);
    gate.assert_selects("/mcp/x/contacts,payments", &[(TOOLSETS, "contacts,locations")], &contacts, "the").await;
    gate.assert_selects("/mcp/x/payments", &[(TOOLSETS, "contacts")], &[], "the").await;
    gate.assert_selects("/mcp/x/payments/", &[(TOOLS, "contacts_get-contact")], &[], "the").await;
    let headers = [(TOOLS, "contacts_get-contact,contacts_add-tags,payments_get-order-by-id")];
    gate.assert_selects("/mcp/x/contacts/readonly", &headers, &[GET_CONTACT], "the").await;
    let reading = tools_of(&["contacts"], true);
    gate.assert_selects("/mcp/x/contacts", &[(READ_ONLY, "true")], &reading, "the").await;
    let rest: Vec<&str> = reading.into_iter().filter(|tool| *tool != GET_CONTACT).collect();
    gate.assert_selects("/mcp/x/contacts/readonly/", &[(EXCLUDE, GET_CONTACT)], &rest, "the").await;
}

#[tokio::test]
async fn an_unknown_name_is_refused_with_the_known_ones() {
    let gate = Gate::new().await;
    let services = [&[TOOLSETS, "\"weather\""][..], &SERVICES].concat();
    gate.assert_refused("/mcp", &[(TOOLSETS, "contacts,weather")], 400, &services).await;
    for header in [TOOLS, EXCLUDE] {
        // A service is no tool, and a tool is not found by a part of its name.
        for (value, unknown) in [
            ("contacts_get-contact,contacts_delete", "\"contacts_delete\""),
            ("contacts", "\"contacts\""),
            ("contacts_get_contact", "\"contacts_get_contact\""),
        ] {
            let named = [&[header, unknown][..], &tools_of(&SERVICES, false)].concat();
            gate.assert_refused("/mcp/readonly", &[(header, value)], 400, &named).await;
        }
    }
    gate.assert_refused("/mcp", &[(TOOLSETS, "contacts_get-contact")], 400, &[TOOLSETS]).await;
}

#[tokio::test]
async fn a_header_that_is_no_text_is_refused_by_its_name() {
    let gate = Gate::new().await;
    for header in [TOOLSETS, TOOLS, EXCLUDE] {
        let value = HeaderValue::from_bytes(b"contacts\xff").unwrap();
        let answer = gate.post(list(), "/mcp", &[]).header_value(header, value).send().await;
        let (status, _, message) = answer.rpc_error();
        assert_eq!(status, 400, "{header}");
        assert!(message.to_lowercase().contains(&header.to_lowercase()), "{message}");
    }
}

/// Nobody who sends this header means "you may write".
#[tokio::test]
async fn read_only_that_is_no_text_does_not_allow_writing() {
    let gate = Gate::new().await;
    let value = HeaderValue::from_bytes(b"tru\xc3\xa9").unwrap();
    let answer = gate.post(list(), "/mcp", &[]).header_value(READ_ONLY, value).send().await;
    assert!(answer.status == 400 || answer.result()["tools"].as_array().unwrap().len() == 14, "{answer:?}");
}
