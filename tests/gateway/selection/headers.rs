//! Selection by headers, alone and together with the URL.

use http::HeaderValue;

use super::{SERVICES, SelectiveGateway, list, tools_of};
use crate::support::listed_count;

const TOOLSETS: &str = "X-MCP-Toolsets";
const TOOLS: &str = "X-MCP-Tools";
const EXCLUDE: &str = "X-MCP-Exclude-Tools";
const READ_ONLY: &str = "X-MCP-Readonly";

const ADD_TAGS: &str = "contacts_add-tags";
const GET_CONTACT: &str = "contacts_get-contact";
const GET_ORDER: &str = "payments_get-order-by-id";

/// What hides a tool that neither of these two headers selects.
const INCLUDED: &str = "the headers X-MCP-Toolsets and X-MCP-Tools";

#[tokio::test]
async fn toolsets_are_services() {
    let gateway = SelectiveGateway::new().await;
    for (header, services) in [
        ("contacts", &["contacts"][..]),
        ("payments,contacts", &["contacts", "payments"]),
        (" payments , contacts ,", &["contacts", "payments"]),
    ] {
        gateway.assert_selects("/mcp", &[(TOOLSETS, header)], &tools_of(services, false), INCLUDED).await;
    }
    let twice = [(TOOLSETS, "locations"), (TOOLSETS, "payments")];
    gateway.assert_selects("/mcp", &twice, &tools_of(&["locations", "payments"], false), INCLUDED).await;
}

#[tokio::test]
async fn tools_are_single_tools_and_add_to_toolsets() {
    let gateway = SelectiveGateway::new().await;
    let two = "contacts_add-tags, payments_get-order-by-id";
    gateway.assert_selects("/mcp", &[(TOOLS, two)], &[ADD_TAGS, GET_ORDER], INCLUDED).await;
    let both = [(TOOLSETS, "locations"), (TOOLS, two)];
    let expected = [&tools_of(&["locations"], false)[..], &[ADD_TAGS, GET_ORDER]].concat();
    gateway.assert_selects("/mcp", &both, &expected, INCLUDED).await;
}

#[tokio::test]
async fn excluding_beats_including() {
    let gateway = SelectiveGateway::new().await;
    let all_but_one: Vec<&str> = tools_of(&SERVICES, false).into_iter().filter(|tool| *tool != ADD_TAGS).collect();
    let by_header = "the header X-MCP-Exclude-Tools";
    gateway.assert_selects("/mcp", &[(EXCLUDE, ADD_TAGS)], &all_but_one, by_header).await;
    let both = [(TOOLS, "contacts_add-tags,contacts_get-contact"), (EXCLUDE, ADD_TAGS)];
    gateway.assert_selects("/mcp", &both, &[GET_CONTACT], "the header").await;
    gateway.assert_selects("/mcp", &[(TOOLS, ADD_TAGS), (EXCLUDE, ADD_TAGS)], &[], "the header").await;
}

#[tokio::test]
async fn read_only_beats_everything() {
    let gateway = SelectiveGateway::new().await;
    let (reading, by_header) = (tools_of(&SERVICES, true), "the header X-MCP-Readonly");
    for value in ["true", "1", "yes", "TRUE", "on", " true "] {
        gateway.assert_selects("/mcp", &[(READ_ONLY, value)], &reading, by_header).await;
    }
    for value in ["false", "False", "0", "no", "off"] {
        assert_eq!(gateway.listed("/mcp", &[(READ_ONLY, value)]).await.len(), listed_count(), "{value:?}");
    }
    // If both values are sent, the stricter one applies, in either order.
    for both in [[(READ_ONLY, "false"), (READ_ONLY, "true")], [(READ_ONLY, "true"), (READ_ONLY, "false")]] {
        assert_eq!(gateway.listed("/mcp", &both).await.len(), reading.len() + 3, "and three of operations");
    }
    let asked_for = [(TOOLS, "contacts_add-tags,contacts_get-contact"), (READ_ONLY, "true")];
    gateway.assert_selects("/mcp", &asked_for, &[GET_CONTACT], "the header").await;
    // A header cannot widen a read-only URL.
    let widening = [(READ_ONLY, "false"), (TOOLS, "contacts_add-tags,contacts_get-contact")];
    gateway.assert_selects("/mcp/readonly", &widening, &[GET_CONTACT], "the").await;
}

/// A client sends an empty header if its variable is not set: to ignore it would list all tools.
#[tokio::test]
async fn an_empty_header_is_an_error() {
    let gateway = SelectiveGateway::new().await;
    for header in [TOOLSETS, TOOLS, EXCLUDE] {
        for value in ["", " ", ",", " , "] {
            gateway.assert_rejected("/mcp", &[(header, value)], 400, &["is empty", &header.to_ascii_lowercase()]).await;
        }
    }
    gateway.assert_rejected("/mcp", &[(READ_ONLY, "")], 400, &["must be true or false"]).await;
}

#[tokio::test]
async fn headers_and_the_url_narrow_each_other() {
    let gateway = SelectiveGateway::new().await;
    let contacts = tools_of(&["contacts"], false);
    gateway.assert_selects("/mcp/x/contacts,payments", &[(TOOLSETS, "contacts,locations")], &contacts, "the").await;
    gateway.assert_selects("/mcp/x/payments", &[(TOOLSETS, "contacts")], &[], "the").await;
    gateway.assert_selects("/mcp/x/payments/", &[(TOOLS, "contacts_get-contact")], &[], "the").await;
    let headers = [(TOOLS, "contacts_get-contact,contacts_add-tags,payments_get-order-by-id")];
    gateway.assert_selects("/mcp/x/contacts/readonly", &headers, &[GET_CONTACT], "the").await;
    let reading = tools_of(&["contacts"], true);
    gateway.assert_selects("/mcp/x/contacts", &[(READ_ONLY, "true")], &reading, "the").await;
    let rest: Vec<&str> = reading.into_iter().filter(|tool| *tool != GET_CONTACT).collect();
    gateway.assert_selects("/mcp/x/contacts/readonly/", &[(EXCLUDE, GET_CONTACT)], &rest, "the").await;
}

#[tokio::test]
async fn an_unknown_name_is_rejected_with_the_known_ones() {
    let gateway = SelectiveGateway::new().await;
    let services = [&[TOOLSETS, "\"weather\""][..], &SERVICES].concat();
    gateway.assert_rejected("/mcp", &[(TOOLSETS, "contacts,weather")], 400, &services).await;
    for header in [TOOLS, EXCLUDE] {
        // A service is not a tool, and a part of a tool's name does not match.
        for (value, unknown) in [
            ("contacts_get-contact,contacts_delete", "\"contacts_delete\""),
            ("contacts", "\"contacts\""),
            ("contacts_get_contact", "\"contacts_get_contact\""),
        ] {
            let named = [header, unknown, "nearest: contacts_"];
            gateway.assert_rejected("/mcp/readonly", &[(header, value)], 400, &named).await;
        }
    }
    gateway.assert_rejected("/mcp", &[(TOOLSETS, "contacts_get-contact")], 400, &[TOOLSETS]).await;
}

#[tokio::test]
async fn a_header_that_is_not_text_is_rejected_by_name() {
    let gateway = SelectiveGateway::new().await;
    for header in [TOOLSETS, TOOLS, EXCLUDE] {
        let value = HeaderValue::from_bytes(b"contacts\xff").unwrap();
        let answer = gateway.post(list(), "/mcp", &[]).header_value(header, value).send().await;
        let (status, _, message) = answer.rpc_error();
        assert_eq!(status, 400, "{header}");
        assert!(message.to_lowercase().contains(&header.to_lowercase()), "{message}");
    }
}

/// A client that sends this header does not want writes, whatever its value.
#[tokio::test]
async fn a_read_only_header_that_is_not_text_does_not_allow_writing() {
    let gateway = SelectiveGateway::new().await;
    let value = HeaderValue::from_bytes(b"tru\xc3\xa9").unwrap();
    let answer = gateway.post(list(), "/mcp", &[]).header_value(READ_ONLY, value).send().await;
    assert!(answer.status == 400 || answer.result()["tools"].as_array().unwrap().len() == 14, "{answer:?}");
}

/// A misspelt switch must not leave an agent with all tools.
#[tokio::test]
async fn an_unknown_header_of_the_gateway_is_rejected_with_the_nearest() {
    let gateway = SelectiveGateway::new().await;
    for (name, nearest) in [
        ("X-MCP-Read-Only", READ_ONLY),
        ("X-MCP-Toolset", TOOLSETS),
        ("X-MCP-Tool", TOOLS),
        ("X-MCP-Exclude-Tool", EXCLUDE),
        ("X_MCP_READONLY", READ_ONLY),
        ("X-Mcp_Readonly", READ_ONLY),
        ("X-MPC-Readonly", READ_ONLY),
        ("MCP-Readonly", READ_ONLY),
        ("X-Readonly", READ_ONLY),
        ("Read-Only", READ_ONLY),
        ("Toolsets", TOOLSETS),
        ("X-MCP-Max-Result-Byte", "X-MCP-Max-Result-Bytes"),
        ("location_id", "locationId"),
        ("X-Location-Id", "locationId"),
    ] {
        let named = [&format!("did you mean {nearest}"), TOOLSETS, TOOLS, EXCLUDE, READ_ONLY, "X-MCP-Max-Result-Bytes"];
        gateway.assert_rejected("/mcp", &[(name, "true")], 400, &named).await;
        // A value that restricts nothing is no excuse: the next one may.
        gateway.assert_rejected("/mcp/readonly", &[(name, "")], 400, &named).await;
    }
    // GitHub's server has more of these headers, which restrict too.
    for name in ["X-MCP-Lockdown", "X-MCP-Features", "x-mcp-", "X-MCP-Proxy-Auth"] {
        gateway.assert_rejected("/mcp", &[(name, "true")], 400, &[name.to_lowercase().as_str(), READ_ONLY]).await;
    }
}

#[tokio::test]
async fn the_headers_of_the_protocol_are_not_switches() {
    let gateway = SelectiveGateway::new().await;
    for header in [
        ("Mcp-Session-Id", "1868a90c"),
        ("MCP-Protocol-Version", "2025-06-18"),
        ("Last-Event-ID", "1"),
        ("Mcp-Param-Readonly", "true"),
        ("X-Api-Key", "x"),
        ("X-Forwarded-Proto", "https"),
    ] {
        assert_eq!(gateway.listed("/mcp", &[header]).await.len(), listed_count(), "{header:?}");
    }
}

/// A message never repeats what may be a token.
#[tokio::test]
async fn an_unknown_name_that_may_be_a_secret_is_not_repeated() {
    let gateway = SelectiveGateway::new().await;
    for (path, header) in [
        ("/mcp", "x-mcp-pit-canary"),
        ("/mcp?pit-canary", "x-a"),
        ("/mcp?eyJcanary", "x-a"),
        ("/mcp?canary123", "x-a"),
        ("/mcp?token=canary", "x-a"),
    ] {
        let (status, _, message) = gateway.post(list(), path, &[(header, "canary")]).send().await.rpc_error();
        let is_named = message.starts_with("unknown ") || message.starts_with("a token in the URL");
        assert!(status == 400 && is_named, "{path} {header}: {message}");
        assert!(!message.contains("canary"), "{message}");
    }
    let long = format!("x-mcp-{}", "a".repeat(5_000));
    let (_, _, message) = gateway.post(list(), "/mcp", &[(&long, "1")]).send().await.rpc_error();
    assert!(message.len() < 300, "{message}");
}
