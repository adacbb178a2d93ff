//! `?locationId=…` pins the location, for clients that cannot send the header.

use serde_json::json;

use super::{SelectiveGateway, call, list};
use crate::support::LOCATION;

/// Every form of the URL; each selects `locations_get-location`.
const PATHS: [&str; 8] = [
    "/mcp",
    "/mcp/",
    "/mcp/readonly",
    "/mcp/readonly/",
    "/mcp/x/locations",
    "/mcp/x/contacts,locations/",
    "/mcp/x/locations/readonly",
    "/mcp/x/locations,payments/readonly/",
];

#[tokio::test]
async fn every_form_of_the_url_can_pin_the_location() {
    let gateway = SelectiveGateway::new().await;
    for path in PATHS {
        for query in ["locationId=free-1", "locationid=free-1", "altId=free%2D1", "&location_id=free-1&"] {
            let path = format!("{path}?{query}");
            let post = gateway.post(call("locations_get-location", &json!({})), &path, &[]).unpinned();
            assert!(!post.send().await.tool_result().is_error, "{path}");
            let plain = json!({ "tool": "locations_get-location", "input": {} });
            assert_eq!(gateway.post(plain, &path, &[]).unpinned().send().await.status, 200, "{path}");
            let sent = gateway.upstream.received_requests().await.unwrap();
            for request in &sent[sent.len() - 2..] {
                assert_eq!((request.url.path(), request.url.query()), ("/locations/free-1", None), "{path}");
                assert_eq!(request.headers["locationid"], "free-1");
            }
        }
    }
}

#[tokio::test]
async fn with_a_pinned_location_schemas_do_not_contain_it() {
    let gateway = SelectiveGateway::new().await;
    for path in PATHS {
        for (path, pinned) in [(path.to_owned(), false), (format!("{path}?locationId=free-1"), true)] {
            let result = gateway.post(list(), &path, &[]).unpinned().send().await.result();
            let tools = result["tools"].as_array().unwrap();
            let tool = tools.iter().find(|tool| tool["name"] == "locations_get-location").unwrap();
            let declared = tool["inputSchema"]["properties"].get("locationId").is_some();
            assert_eq!(declared, !pinned, "{path}: {tool}");
        }
    }
}

#[tokio::test]
async fn no_argument_changes_the_pinned_location() {
    let gateway = SelectiveGateway::new().await;
    for path in PATHS {
        let path = format!("{path}?locationId=free-1");
        let message = call("locations_get-location", &json!({ "locationId": "another" }));
        let result = gateway.post(message, &path, &[]).unpinned().send().await.tool_result();
        assert!(result.problem().contains("pinned"), "{path}: {}", result.text);
    }
    assert_eq!(gateway.requests().await, 0);
}

#[tokio::test]
async fn header_and_url_must_agree() {
    let gateway = SelectiveGateway::new().await;
    for path in PATHS {
        let same =
            gateway.post(call("locations_get-location", &json!({})), &format!("{path}?locationId={LOCATION}"), &[]);
        assert!(!same.send().await.tool_result().is_error, "{path}");
    }
    let gateway = SelectiveGateway::new().await;
    for path in PATHS {
        // The header contains LOCATION.
        for query in [
            "locationId=free-1".to_owned(),
            format!("locationId={LOCATION}&locationId=free-1"),
            format!("locationId={}", LOCATION.to_lowercase()),
        ] {
            gateway.assert_rejected(&format!("{path}?{query}"), &[], 400, &["locationId", "different values"]).await;
        }
    }
}

#[tokio::test]
async fn an_invalid_location_id_is_rejected() {
    let gateway = SelectiveGateway::new().await;
    for path in PATHS {
        for query in ["locationId=", "locationId", "locationId=a%2F..%2Fb", "locationId=%20", "locationId=%FF"] {
            let path = format!("{path}?{query}");
            gateway.assert_rejected(&path, &[], 400, &["the locationId query parameter is not a location id"]).await;
        }
    }
}

/// A misspelt parameter must not leave the location open, and the switches of headers are no parameters.
#[tokio::test]
async fn an_unknown_query_parameter_is_rejected_with_the_nearest() {
    let gateway = SelectiveGateway::new().await;
    for path in PATHS {
        for (query, nearest) in [
            ("location-id=free-1", "did you mean locationId"),
            ("locationIds=free-1", "did you mean locationId"),
            ("locatonId=free-1", "did you mean locationId"),
            ("alt_id=free-1", "did you mean altId"),
            ("readonly=true", "did you mean the header X-MCP-Readonly"),
            ("read_only=true", "did you mean the header X-MCP-Readonly"),
            ("toolsets=contacts", "did you mean the header X-MCP-Toolsets"),
            ("x-mcp-readonly=true", "did you mean the header X-MCP-Readonly"),
            ("readonly", "did you mean the header X-MCP-Readonly"),
            ("tokn=x", "unknown query parameter `tokn`"),
            ("=x", "unknown query parameter"),
            ("locationId=free-1&a=b", "unknown query parameter `a`"),
        ] {
            let path = format!("{path}?{query}");
            gateway.assert_rejected(&path, &[], 400, &[nearest, "locationId, location_id, altId"]).await;
        }
    }
}
