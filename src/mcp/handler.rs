//! The MCP server: implements rmcp's `ServerHandler`, tools only.

use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::Arc;

use http::Extensions;
use http::request::Parts;
use rmcp::model::{
    CacheScope, CallToolRequestMethod, CallToolRequestParams, CallToolResponse, CompleteRequestMethod,
    CompleteRequestParams, CompleteResult, ConstString, CustomRequest, CustomResult, ErrorCode, ErrorData,
    Implementation, InitializeRequestParams, InitializeResult, ListPromptsRequestMethod, ListPromptsResult,
    ListResourceTemplatesRequestMethod, ListResourceTemplatesResult, ListResourcesRequestMethod, ListResourcesResult,
    ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig,
};
use rmcp::service::RequestContext;
use rmcp::{RoleServer, ServerHandler};
use tower_http::request_id::RequestId;

use super::convert;
use super::progress::Progress;
use crate::calls::{ArgumentsScan, CallObserver, CallRequest, CallService, Caller, off_worker};
use crate::text::truncate;

/// The guide that a model gets before its first call.
const INSTRUCTIONS: &str = include_str!("instructions.md");

/// How long a client may keep the list of tools: it changes only with a new version of the gateway.
const LIST_FRESH_MS: u64 = 5 * 60 * 1000;

/// The MCP server. It is the same for every caller: each request brings its own.
pub struct McpServer {
    calls: Arc<CallService>,
    /// Whether results are also structured content.
    structured_content: bool,
    info: ServerConfig,
    /// The list of tools for callers whose location is pinned, and for others.
    pinned: Arc<[rmcp::model::Tool]>,
    unpinned: Arc<[rmcp::model::Tool]>,
    /// The caller of every request, where no HTTP request has one.
    caller: Option<Caller>,
}

impl McpServer {
    /// A server of these calls.
    pub fn new(calls: Arc<CallService>, structured_content: bool) -> Self {
        let implementation =
            Implementation::new("leadconnector-mcp", env!("CARGO_PKG_VERSION")).with_title("LeadConnector CRM");
        let info = ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(implementation)
            .with_instructions(INSTRUCTIONS.trim());
        let definitions = |pinned| convert::tools(calls.registry().definitions(pinned));
        let (pinned, unpinned) = (definitions(true), definitions(false));
        Self { calls, structured_content, info, pinned, unpinned, caller: None }
    }

    /// The same server, for one caller only.
    pub fn for_caller(self, caller: Caller) -> Self {
        Self { caller: Some(caller), ..self }
    }

    /// Who sent a message, and its request id. Over HTTP the endpoint hands both on.
    fn caller_of<'a>(
        &'a self,
        context: &'a RequestContext<RoleServer>,
    ) -> Result<(&'a Caller, Cow<'a, str>), ErrorData> {
        let extensions = context.extensions.get::<Parts>().map(|parts| &parts.extensions);
        let caller = extensions.and_then(Extensions::get::<Caller>).or(self.caller.as_ref());
        let caller = caller.ok_or_else(|| ErrorData::internal_error("the request has no caller", None))?;
        Ok((caller, extensions.map_or_else(|| context.id.to_string().into(), |known| request_id(known).into())))
    }
}

/// Whether a notification can reach the sender of a message before the answer: on a stream.
#[derive(Debug, Clone, Copy)]
pub struct AcceptsSse(pub bool);

/// Sends the progress notifications that were requested. Never ends.
async fn report(progress: Option<Progress>) -> Infallible {
    match progress {
        Some(progress) => progress.report().await,
        None => std::future::pending().await,
    }
}

fn accepts_sse(context: &RequestContext<RoleServer>) -> bool {
    // Without HTTP there is one stream for everything.
    context
        .extensions
        .get::<Parts>()
        .is_none_or(|parts| parts.extensions.get::<AcceptsSse>().is_some_and(|AcceptsSse(accepts)| *accepts))
}

/// What the bytes of a call's arguments said, which whoever read them hands on.
fn scan(context: &RequestContext<RoleServer>) -> Result<&ArgumentsScan, ErrorData> {
    let parts = context.extensions.get::<Parts>();
    let scan = parts.map_or_else(|| context.extensions.get(), |parts| parts.extensions.get());
    scan.ok_or_else(|| ErrorData::internal_error("the request was not scanned", None))
}

/// The id of a request, in the log and in the `x-request-id` header.
pub fn request_id(extensions: &Extensions) -> &str {
    extensions.get::<RequestId>().and_then(|id| id.header_value().to_str().ok()).unwrap_or_default()
}

/// What is not offered is not advertised, and does not answer with empty lists either, as rmcp has it.
fn not_offered<T, M: ConstString>(_: M) -> Result<T, ErrorData> {
    Err(no_method(M::VALUE))
}

fn no_method(name: &str) -> ErrorData {
    ErrorData::new(ErrorCode::METHOD_NOT_FOUND, format!("there is no method {:?} here", truncate(name)), None)
}

fn invalid_cursor(cursor: &str) -> ErrorData {
    let message = format!(
        "the cursor {:?} is not valid: the list of tools has one page, so leave `cursor` out",
        truncate(cursor)
    );
    ErrorData::invalid_params(message, None)
}

impl ServerHandler for McpServer {
    fn get_info(&self) -> ServerConfig {
        self.info.clone()
    }

    /// As rmcp does it, but what was agreed on is what counts from then on, and not what was asked for.
    async fn initialize(
        &self,
        mut request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        let result = self.negotiate_initialize(&request)?;
        request.protocol_version = result.protocol_version.clone();
        context.peer.set_peer_info(request);
        Ok(result)
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        // There is one page, so no cursor was ever given out.
        if let Some(cursor) = request.and_then(|page| page.cursor) {
            return Err(invalid_cursor(&cursor));
        }
        let (caller, _) = self.caller_of(&context)?;
        let registry = self.calls.registry();
        let definitions = if caller.location.is_some() { &self.pinned } else { &self.unpinned };
        let definitions = registry.tools().iter().zip(definitions.iter());
        let selected = definitions.filter(|(tool, _)| caller.selection.hidden_by(tool).is_none());
        let selected = selected.map(|(_, definition)| definition.clone()).collect();
        // The list depends on the caller's headers, so it is nobody else's to keep.
        Ok(ListToolsResult::with_all_items(selected).with_ttl_ms(LIST_FRESH_MS).with_cache_scope(CacheScope::Private))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let (caller, request_id) = self.caller_of(&context)?;
        let tool = self.calls.find(&request.name, caller).map_err(|problem| {
            ErrorData::invalid_params(format!("the tool {:?} {problem}", truncate(&request.name)), None)
        })?;
        let progress = Progress::requested(&context).filter(|_| accepts_sse(&context));
        let (observer, progress) = progress.unzip();
        let call = CallRequest {
            arguments: request.arguments.unwrap_or_default(),
            scan: Some(scan(&context)?),
            request_id: &request_id,
            observer: observer.map(|observer| observer as Arc<dyn CallObserver>),
        };
        let result = tokio::select! {
            result = self.calls.call(tool, caller, call) => result,
            never = report(progress) => match never {},
            () = context.ct.cancelled() => return Err(ErrorData::internal_error("the call was cancelled", None)),
        };
        let result = result.map_err(|error| ErrorData::internal_error(error.message(&request_id), None))?;
        let structured = self.structured_content;
        // As structured content the text is read once more, into a tree.
        let bytes = if structured { result.text.len() } else { 0 };
        Ok(off_worker(bytes, move || convert::result(result, structured)).await.into())
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        not_offered(ListPromptsRequestMethod)
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        not_offered(ListResourcesRequestMethod)
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        not_offered(ListResourceTemplatesRequestMethod)
    }

    async fn complete(
        &self,
        _: CompleteRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        not_offered(CompleteRequestMethod)
    }

    /// Also gets requests of known methods whose parameters rmcp could not read.
    async fn on_custom_request(
        &self,
        request: CustomRequest,
        _: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        if request.method == CallToolRequestMethod::VALUE {
            let message = "tools/call needs params with the tool's `name` (text) and its `arguments` (an object)";
            return Err(ErrorData::invalid_params(message, None));
        }
        Err(no_method(&request.method))
    }
}
