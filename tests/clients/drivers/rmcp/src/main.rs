//! rmcp's client over streamable HTTP, behind the line protocol that `../lines.py` describes.

mod oauth;

use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;

use http::{HeaderName, HeaderValue};
use rmcp::model::{CallToolRequestParams, ClientConfig, JsonObject, ProtocolVersion};
use rmcp::service::{RoleClient, RunningService};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::{ClientLifecycleMode, ClientServiceExt};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader, stdin};
use tokio::task::JoinSet;

type Client = RunningService<RoleClient, ClientConfig>;
type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let (Some(version), Some(url)) = (arguments.next(), arguments.next()) else {
        return Err("usage: rmcp-driver VERSION URL".into());
    };
    let client = Arc::new(connect(&version, url).await?);
    let negotiated = client.peer().peer_info().map(|info| info.protocol_version.clone());
    println!("{}", json!({ "version": negotiated }));

    let mut pending = JoinSet::new();
    let mut lines = BufReader::new(stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let request: Value = serde_json::from_str(&line)?;
        let client = client.clone();
        pending.spawn(async move {
            let id = request["id"].clone();
            let answer = answer(&client, request).await.unwrap_or_else(|error| json!({ "failed": error.to_string() }));
            let Value::Object(mut answer) = answer else { return };
            answer.insert("id".to_owned(), id);
            println!("{}", Value::Object(answer));
        });
    }
    pending.join_all().await;
    Ok(())
}

async fn connect(version: &str, url: String) -> Result<Client, Failure> {
    let version: ProtocolVersion = serde_json::from_value(version.into())?;
    let mut info = ClientConfig::default();
    let lifecycle = if version.has_initialize() {
        info.protocol_version = version;
        ClientLifecycleMode::Initialize
    } else {
        ClientLifecycleMode::Discover { preferred_versions: vec![version] }
    };
    let config = StreamableHttpClientTransportConfig::with_uri(url.clone());
    let Ok(token) = std::env::var("LEADCONNECTOR_TOKEN") else {
        let transport = StreamableHttpClientTransport::with_client(oauth::authorize(url).await?, config);
        return Ok(info.serve_with_lifecycle(transport, lifecycle).await?);
    };
    let location = HeaderValue::try_from(std::env::var("LEADCONNECTOR_LOCATION_ID")?)?;
    let config = config
        .auth_header(token)
        .custom_headers(HashMap::from([(HeaderName::from_static("locationid"), location)]));
    Ok(info.serve_with_lifecycle(StreamableHttpClientTransport::from_config(config), lifecycle).await?)
}

async fn answer(client: &Client, mut request: Value) -> Result<Value, Failure> {
    if request["list"] == true {
        let tools = client.list_all_tools().await?;
        let tools: serde_json::Map<_, _> =
            tools.iter().map(|tool| (tool.name.to_string(), json!(tool.input_schema))).collect();
        return Ok(json!({ "tools": tools }));
    }
    let tool = request["tool"].as_str().unwrap_or_default().to_owned();
    let arguments: JsonObject = serde_json::from_value(request["arguments"].take())?;
    let result = client.call_tool(CallToolRequestParams::new(tool).with_arguments(arguments)).await?;
    let text = result.content.first().and_then(|block| block.as_text()).map(|text| &text.text);
    Ok(json!({ "error": result.is_error.unwrap_or(false), "text": text }))
}
