//! The gateway as rmcp's own client sees it, with a handshake and without.

use std::collections::HashMap;

use http::{HeaderName, HeaderValue};
use rmcp::model::{CallToolRequestParams, ProtocolVersion};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::{ClientLifecycleMode, ClientServiceExt};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::support::{LOCATION, TOKEN, TestGateway, TestGatewayBuilder, answering, listed_count};

fn transport(gateway: &TestGateway) -> StreamableHttpClientTransport<reqwest::Client> {
    let location = (HeaderName::from_static("locationid"), HeaderValue::from_static(LOCATION));
    let config = StreamableHttpClientTransportConfig::with_uri(gateway.url("/mcp"))
        .auth_header(TOKEN)
        .custom_headers(HashMap::from([location]));
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    StreamableHttpClientTransport::with_client(http, config)
}

/// Connects, lists, and calls once well and once badly.
async fn use_it(lifecycle: ClientLifecycleMode) {
    let upstream = answering(ResponseTemplate::new(200).set_body_json(json!({ "contact": { "id": "c1" } }))).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).start().await;
    let client = ().serve_with_lifecycle(transport(&gateway), lifecycle).await.unwrap();

    let tools = client.list_all_tools().await.unwrap();
    assert_eq!(tools.len(), listed_count());

    for (arguments, succeeds) in [(json!({ "contactId": "c1" }), true), (json!({ "contact": "c1" }), false)] {
        let call = CallToolRequestParams::new("contacts_get-contact");
        let result = client.call_tool(call.with_arguments(arguments.as_object().unwrap().clone())).await.unwrap();
        assert_eq!(result.is_error == Some(true), !succeeds);
        let text: Value = serde_json::from_str(&result.content[0].as_text().unwrap().text).unwrap();
        assert_eq!(text["success"], succeeds);
        assert_eq!(text["data"]["contact"]["id"] == "c1", succeeds);
    }
    assert!(client.call_tool(CallToolRequestParams::new("weather")).await.is_err());
    client.cancel().await.unwrap();
}

#[tokio::test]
async fn with_a_handshake() {
    use_it(ClientLifecycleMode::Initialize).await;
}

#[tokio::test]
async fn without_a_handshake() {
    use_it(ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::V_2026_07_28] }).await;
}
