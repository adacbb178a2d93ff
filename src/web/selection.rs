//! Selects tools by a request's URL and headers, following the convention of GitHub's MCP server.
//!
//! Each of the two narrows the other, and both narrow what the operator allows.

use http::StatusCode;
use http::header::HeaderMap;

use super::switches::{EXCLUDE_TOOLS, READ_ONLY, TOOLS, TOOLSETS};
use crate::mcp::{INVALID_REQUEST, RpcError};
use crate::tools::{Selection, ToolRegistry, UnknownName};

/// The paths of the endpoint, for error messages.
pub const PATHS: &str = "/mcp, /mcp/readonly, /mcp/x/{services}, /mcp/x/{services}/readonly, /mcp/v2 and /mcp/v2/readonly, \
                         where {services} is all, or a comma-separated list of";

/// Narrows a selection by the path and headers of a request.
///
/// # Errors
///
/// 404 for an unknown path, 400 for an unknown name.
pub fn narrow(
    selection: &mut Selection,
    registry: &ToolRegistry,
    path: &str,
    headers: &HeaderMap,
) -> Result<(), RpcError> {
    narrow_by_path(selection, registry, path)?;
    narrow_by_headers(selection, registry, headers)
}

/// Narrows a selection by a path of the endpoint.
///
/// # Errors
///
/// 404 for an unknown path, 400 for an unknown name.
pub fn narrow_by_path(selection: &mut Selection, registry: &ToolRegistry, path: &str) -> Result<(), RpcError> {
    let segments: Vec<&str> = path.strip_suffix('/').unwrap_or(path).split('/').skip(2).collect();
    let (services, read_only) = match segments[..] {
        [] => (None, false),
        ["v2"] | ["v2", "readonly"] => {
            selection.list_hosted(registry);
            (None, segments.len() == 2)
        }
        ["readonly"] => (None, true),
        ["x", services] => (Some(services), false),
        ["x", services, "readonly"] => (Some(services), true),
        _ => return Err(unknown_path(registry)),
    };
    if let Some(services) = services {
        let services = percent_encoding::percent_decode_str(services).decode_utf8_lossy();
        let services = registry
            .resolve_services(services.split(',').filter(|name| !name.trim().is_empty()))
            .map_err(|error| unknown_name("the URL", &error))?;
        if services.is_empty() {
            return Err(unknown_path(registry));
        }
        selection.select(registry, "the URL", &services, &[]);
    }
    if read_only {
        selection.read_only(registry, "the URL (readonly)");
    }
    Ok(())
}

/// Whether a path is one of the endpoint's.
pub fn is_endpoint(registry: &ToolRegistry, path: &str) -> bool {
    (path == "/mcp" || path.starts_with("/mcp/")) && narrow_by_path(&mut Selection::default(), registry, path).is_ok()
}

fn unknown_path(registry: &ToolRegistry) -> RpcError {
    let services = registry.services().join(",");
    let message = format!("unknown path; the valid paths are {PATHS} {services}");
    RpcError::new(StatusCode::NOT_FOUND, INVALID_REQUEST, message)
}

fn narrow_by_headers(selection: &mut Selection, registry: &ToolRegistry, headers: &HeaderMap) -> Result<(), RpcError> {
    // As with GitHub's server, the two headers add up: a tool is selected if either of them names it.
    let services = registry
        .resolve_services(parse_list(headers, TOOLSETS)?)
        .map_err(|error| unknown_name("X-MCP-Toolsets", &error))?;
    let tools = registry
        .resolve_tools(parse_list(headers, TOOLS)?, selection)
        .map_err(|error| unknown_name("X-MCP-Tools", &error))?;
    if !services.is_empty() || !tools.is_empty() {
        selection.select(registry, "the headers X-MCP-Toolsets and X-MCP-Tools", &services, &tools);
    }
    let excluded = parse_list(headers, EXCLUDE_TOOLS)?;
    let excluded =
        registry.resolve_tools(excluded, selection).map_err(|error| unknown_name("X-MCP-Exclude-Tools", &error))?;
    if !excluded.is_empty() {
        selection.exclude(registry, "the header X-MCP-Exclude-Tools", &excluded);
    }
    for value in headers.get_all(READ_ONLY) {
        match value.to_str().map(|value| value.trim().to_ascii_lowercase()).as_deref() {
            Ok("true" | "t" | "yes" | "y" | "1" | "on") => selection.read_only(registry, "the header X-MCP-Readonly"),
            Ok("false" | "f" | "no" | "n" | "0" | "off") => {}
            _ => {
                let message = "the X-MCP-Readonly header must be true or false; omit it if neither is meant";
                return Err(RpcError::new(StatusCode::BAD_REQUEST, INVALID_REQUEST, message));
            }
        }
    }
    Ok(())
}

/// The elements of a header with a comma-separated list; the header may appear several times. One without elements is an
/// error: it is what a client sends whose variable is not set, and to ignore it would select all tools.
fn parse_list<'a>(headers: &'a HeaderMap, name: &str) -> Result<Vec<&'a str>, RpcError> {
    let mut elements = Vec::new();
    for value in headers.get_all(name) {
        let value = value.to_str().map_err(|_| {
            let message = format!("the {name} header has characters other than visible ASCII");
            RpcError::new(StatusCode::BAD_REQUEST, INVALID_REQUEST, message)
        })?;
        let before = elements.len();
        elements.extend(value.split(',').filter(|element| !element.trim().is_empty()));
        if elements.len() == before {
            let message = format!("the {name} header is empty: send names, or omit it");
            return Err(RpcError::new(StatusCode::BAD_REQUEST, INVALID_REQUEST, message));
        }
    }
    Ok(elements)
}

fn unknown_name(source: &str, error: &UnknownName) -> RpcError {
    RpcError::new(StatusCode::BAD_REQUEST, INVALID_REQUEST, format!("{source}: {error}"))
}

#[cfg(test)]
mod covered;

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(path: &str, headers: &[(&'static str, &str)]) -> Result<Vec<&'static str>, (StatusCode, String)> {
        let registry = ToolRegistry::default();
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        let mut selection = Selection::default();
        narrow(&mut selection, &registry, path, &headers).map_err(|error| (error.status, error.message))?;
        Ok(registry.all().filter(|callable| selection.lists(*callable)).map(|callable| callable.name()).collect())
    }

    #[test]
    fn the_url_selects_services_and_read_only() {
        let all = ToolRegistry::default().definitions(true).len();
        assert_eq!(selected("/mcp", &[]).unwrap().len(), all);
        assert_eq!(selected("/mcp/", &[]).unwrap().len(), all);
        assert_eq!(selected("/mcp/readonly/", &[]).unwrap().len(), 17);
        let contacts = selected("/mcp/x/contacts", &[]).unwrap();
        assert!(contacts.len() == 33 && contacts.iter().all(|name| name.starts_with("contacts_")), "{contacts:?}");
        assert_eq!(contacts[..2], ["contacts_get-all-tasks", "contacts_add-tags"], "hand-written ones first");
        assert_eq!(selected("/mcp/x/workflows%2Ccampaigns/readonly", &[]).unwrap().len(), 2);
        assert_eq!(selected("/mcp/v2", &[]).unwrap(), ["search_operations", "describe_operation", "execute_operation"]);
        assert_eq!(selected("/mcp/x/operations", &[]).unwrap().len(), 5);
        for path in ["/mcp/x", "/mcp/x/,", "/mcp/x/contacts/write", "/mcp/contacts", "/mcp//readonly"] {
            let (status, message) = selected(path, &[]).unwrap_err();
            assert!(
                status == StatusCode::NOT_FOUND && message.contains("/mcp/x/{services}/readonly"),
                "{path}: {message}"
            );
        }
        assert_eq!(selected("/mcp/x/contact", &[]).unwrap_err().0, StatusCode::BAD_REQUEST);
    }

    #[test]
    fn headers_narrow_the_url() {
        let one = ("x-mcp-tools", "payments_get-order-by-id, contacts_add-tags");
        assert_eq!(selected("/mcp", &[one]).unwrap(), ["contacts_add-tags", "payments_get-order-by-id"]);
        assert_eq!(selected("/mcp/x/payments", &[one]).unwrap(), ["payments_get-order-by-id"]);
        assert_eq!(selected("/mcp", &[one, ("x-mcp-toolsets", "campaigns")]).unwrap().len(), 3);
        let invoice = ("x-mcp-tools", "invoices_create-invoice");
        assert_eq!(
            selected("/mcp", &[invoice]).unwrap(),
            ["invoices_create-invoice"],
            "a tool that is not listed by default"
        );
        assert_eq!(selected("/mcp", &[one, ("x-mcp-exclude-tools", "contacts_add-tags")]).unwrap().len(), 1);
        assert_eq!(selected("/mcp", &[one, ("x-mcp-readonly", "1")]).unwrap(), ["payments_get-order-by-id"]);
        assert_eq!(
            selected("/mcp", &[("x-mcp-readonly", "Off")]).unwrap().len(),
            ToolRegistry::default().definitions(true).len()
        );
        let (status, message) = selected("/mcp", &[("x-mcp-exclude-tools", "contacts_delete")]).unwrap_err();
        assert!(
            status == StatusCode::BAD_REQUEST && message.starts_with("X-MCP-Exclude-Tools: there is no tool"),
            "{message}"
        );
    }
}
