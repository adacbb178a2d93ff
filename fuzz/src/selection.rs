//! The URL and the headers that select tools and pin the location.
//!
//! An input is a line with the operator's limit (a digit) and the URL, then one header per line.

use std::collections::HashSet;
use std::sync::LazyLock;

use axum::Router;
use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use leadconnector_mcp::catalogue::{Flag, Kind};
use leadconnector_mcp::config::ToolSettings;
use leadconnector_mcp::tools::{Callable, OPERATIONS, ToolRegistry};
use serde_json::{Value, json};

use super::head_and_rest;
use super::post::{Answer, gateway, headers, post};

static REGISTRY: LazyLock<ToolRegistry> = LazyLock::new(ToolRegistry::default);

thread_local! {
    /// One gateway for each operator limit.
    static GATEWAYS: Vec<(ToolSettings, Router)> = limits().into_iter().map(|limit| {
        let tools = limit.clone();
        (limit, gateway(move |settings| settings.tools = tools))
    }).collect();
}

fn limits() -> [ToolSettings; 5] {
    let flags = ["reaches people", "costs money"].map(str::to_owned).into();
    let all = ToolSettings { flags, ..ToolSettings::default() };
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    [
        all.clone(),
        ToolSettings { read_only: true, ..all.clone() },
        ToolSettings {
            services: names(&["contacts", "payments"]),
            exclude: names(&["contacts_add-tags"]),
            ..all.clone()
        },
        ToolSettings { only: names(&["contacts_get-contact", "contacts_create-contact"]), ..all.clone() },
        ToolSettings { locations: names(&["LOC"]), ..all },
    ]
}

/// Lists the tools, and calls one that is hidden.
pub fn check(input: &[u8]) {
    let (head, rest) = head_and_rest(input);
    let Some((digit, uri)) = head.split_first() else { return };
    let Ok(uri) = Uri::try_from(uri.trim_ascii()) else { return };
    let headers = with_headers(rest);
    GATEWAYS.with(|gateways| {
        let (limit, router) = &gateways[usize::from(*digit) % gateways.len()];
        let ask = |body: Value| post(router, uri.clone(), headers.clone(), body.to_string().into_bytes());
        let Some(listed) = tools(&ask(json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }))) else { return };
        let names: HashSet<&str> = listed.iter().filter_map(|tool| tool["name"].as_str()).collect();
        let expected = expected(limit, &uri, &headers);
        assert_eq!(names, expected, "{uri:?} {headers:?}");
        check_location(limit, &uri, &headers, &listed);

        let Some(hidden) = REGISTRY.tools().iter().find(|tool| !names.contains(tool.name)) else { return };
        let params = json!({ "name": hidden.name, "arguments": {} });
        let answer = ask(json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params }));
        assert!(document(&answer).is_none_or(|answer| answer.get("result").is_none()), "{}", hidden.name);
    });
}

/// The headers of a well-formed request, and those of the input.
fn with_headers(lines: &[u8]) -> HeaderMap {
    let mut all = headers();
    for line in lines.split(|byte| *byte == b'\n').take(50) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let (name, value) = (HeaderName::from_bytes(&line[..colon]), line[colon + 1..].trim_ascii());
        let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value)) else { continue };
        // These must have only one value.
        if ["host", "content-type", "authorization", "accept"].contains(&name.as_str()) {
            all.insert(name, value);
        } else {
            all.append(name, value);
        }
    }
    all
}

fn document(answer: &Answer) -> Option<Value> {
    assert!(!answer.status.is_server_error(), "{}", String::from_utf8_lossy(&answer.body));
    let document = answer.document()?;
    Some(serde_json::from_slice(&document).expect("the document is JSON"))
}

fn tools(answer: &Answer) -> Option<Vec<Value>> {
    let tools = document(answer)?["result"]["tools"].as_array()?.clone();
    assert_eq!(answer.status, 200);
    Some(tools)
}

/// The tools that an accepted request selects, as docs/tools.md documents.
fn expected(limit: &ToolSettings, uri: &Uri, headers: &HeaderMap) -> HashSet<&'static str> {
    let list = |name: &str| -> Vec<String> {
        let values =
            headers.get_all(name).iter().map(|value| value.to_str().expect("the gateway accepted it").to_owned());
        values
            .flat_map(|value| value.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>())
            .filter(|name| !name.is_empty())
            .collect()
    };
    let (services, tools, excluded) = (list("x-mcp-toolsets"), list("x-mcp-tools"), list("x-mcp-exclude-tools"));
    let path = uri.path().trim_end_matches('/');
    let of_url = path.strip_prefix("/mcp/x/").map(|rest| {
        let services = rest.split('/').next().unwrap_or_default();
        percent_encoding::percent_decode_str(services).decode_utf8_lossy().into_owned()
    });
    let no = ["", "false", "f", "no", "n", "0", "off"];
    let read_only = path.ends_with("/readonly")
        || headers.get_all("x-mcp-readonly").iter().any(|value| {
            let value = value.to_str().expect("the gateway accepted it").trim().to_ascii_lowercase();
            !no.contains(&value.as_str())
        });
    let of_url: Option<Vec<String>> =
        of_url.map(|services| services.split(',').map(|name| name.trim().to_owned()).collect());
    let names = |callable: &Callable<'_>, services: &[String], tools: &[String]| {
        let is_service =
            |name: &String| name == callable.service() || (name == "all" && callable.service() != OPERATIONS);
        (!callable.is_hosted() && services.iter().any(is_service)) || tools.iter().any(|name| name == callable.name())
    };
    let is_hosted_url = path == "/mcp/v2";
    let selects = !limit.services.is_empty()
        || !limit.only.is_empty()
        || of_url.is_some()
        || !services.is_empty()
        || !tools.is_empty()
        || is_hosted_url;
    let seen = REGISTRY.all().filter(|callable| {
        let runner = match (callable, callable.kind()) {
            (Callable::Tool(tool), Some(kind)) if !tool.is_typed() => format!("operations_{}", kind.as_str()),
            _ => String::new(),
        };
        let reads = callable.kind().is_none_or(|kind| kind == Kind::Read);
        let by_operator = (limit.services.is_empty() || names(callable, &limit.services, &[]))
            && (limit.only.is_empty() || names(callable, &[], &limit.only))
            && !limit.exclude.iter().any(|name| name == callable.name() || *name == runner)
            && (reads || !limit.read_only)
            && !is_about_secrets(callable);
        let by_url = of_url.as_ref().is_none_or(|services| names(callable, services, &[]))
            && (!is_hosted_url || callable.is_hosted());
        let by_headers = (services.is_empty() && tools.is_empty()) || names(callable, &services, &tools);
        let excluded = excluded.iter().any(|name| name == callable.name() || *name == runner);
        (selects || callable.is_default()) && by_operator && by_url && by_headers && !excluded && (reads || !read_only)
    });
    // The first page of a long list.
    let seen: Vec<&str> = seen.map(|callable| callable.name()).collect();
    let page = if seen.len() > 128 { &seen[..100] } else { &seen[..] };
    page.iter().copied().collect()
}

fn is_about_secrets(callable: &Callable<'_>) -> bool {
    matches!(callable, Callable::Tool(tool) if tool.operation.is_some_and(|operation| operation.has(Flag::Secrets)))
}

/// An accepted request pins at most one location, which the operator must allow; no tool then has an argument for it.
fn check_location(limit: &ToolSettings, uri: &Uri, headers: &HeaderMap, listed: &[Value]) {
    let named = ["locationid", "location_id", "altid"];
    let of_url = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let of_url = of_url.filter(|(name, _)| named.contains(&name.to_ascii_lowercase().as_str()));
    let of_headers = headers.get_all("locationid").iter();
    let of_headers = of_headers.map(|value| value.to_str().expect("the gateway accepted it").trim().to_owned());
    let pinned: HashSet<String> = of_headers.chain(of_url.map(|(_, value)| value.into_owned())).collect();
    assert!(pinned.len() <= 1, "{pinned:?}");
    for location in &pinned {
        assert!(limit.locations.is_empty() || limit.locations.contains(location));
    }
    for tool in listed {
        let has_argument = !tool["inputSchema"]["properties"]["locationId"].is_null();
        assert!(pinned.is_empty() || !has_argument, "{tool}");
        // These two send nothing.
        let sends = !tool["name"]
            .as_str()
            .is_some_and(|name| name.contains("search_op") || name.contains("describe") || name == "operations_search");
        assert!(!pinned.is_empty() || has_argument || limit.locations.is_empty() || !sends, "{tool}");
    }
}
