//! Implements rmcp's `ServerHandler`: tools only.

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
use super::instructions::instructions;
use super::progress::Progress;
use super::tool_list::{self, ToolList};
use crate::calls::{ArgumentsScan, CallObserver, CallRequest, CallService, Caller, off_worker};
use crate::text::truncate;
use crate::tools::Selection;

/// How long a client may cache the list of tools. The list changes only with a new version of the gateway.
const LIST_TTL_MS: u64 = 5 * 60 * 1000;

/// The MCP server. One value serves all callers, because each request carries its own.
pub struct McpServer {
    calls: Arc<CallService>,
    /// Whether results are also sent as structured content.
    structured_content: bool,
    info: ServerConfig,
    tools: ToolList,
    /// The caller of every request on a transport other than HTTP.
    caller: Option<Caller>,
}

impl McpServer {
    /// Creates a server whose tool calls go to `calls`.
    pub fn new(calls: Arc<CallService>, structured_content: bool) -> Self {
        let implementation =
            Implementation::new("leadconnector-mcp", env!("CARGO_PKG_VERSION")).with_title("LeadConnector CRM");
        let info = ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(implementation)
            .with_instructions(instructions(calls.registry(), &Selection::default()));
        let tools = ToolList::new(calls.registry());
        Self { calls, structured_content, info, tools, caller: None }
    }

    /// Sets the one caller of all requests, for stdio.
    pub fn for_caller(self, caller: Caller) -> Self {
        Self { caller: Some(caller), ..self }
    }

    /// The caller of a message, and its request id. Over HTTP both come from the endpoint, in the request's extensions.
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

/// Whether the client accepts an event stream, on which notifications can precede the response.
#[derive(Debug, Clone, Copy)]
pub struct AcceptsSse(pub bool);

/// Sends progress notifications, if the client requested them. Never completes.
async fn report_progress(progress: Option<Progress>) -> Infallible {
    match progress {
        Some(progress) => progress.report().await,
        None => std::future::pending().await,
    }
}

fn accepts_sse(context: &RequestContext<RoleServer>) -> bool {
    // Over stdio all messages share one stream.
    context
        .extensions
        .get::<Parts>()
        .is_none_or(|parts| parts.extensions.get::<AcceptsSse>().is_some_and(|AcceptsSse(accepts)| *accepts))
}

/// The scan of a call's arguments, which the transport attached to the request.
fn arguments_scan(context: &RequestContext<RoleServer>) -> Result<&ArgumentsScan, ErrorData> {
    let parts = context.extensions.get::<Parts>();
    let scan = parts.map_or_else(|| context.extensions.get(), |parts| parts.extensions.get());
    scan.ok_or_else(|| ErrorData::internal_error("the request was not scanned", None))
}

/// The id of a request, as in the log and in the `x-request-id` header.
pub fn request_id(extensions: &Extensions) -> &str {
    extensions.get::<RequestId>().and_then(|id| id.header_value().to_str().ok()).unwrap_or_default()
}

/// The response to a list method of a feature that is not offered. rmcp answers these methods with empty lists; the gateway
/// returns -32601, because it does not advertise the feature.
fn unsupported<T, M: ConstString>(_: M) -> Result<T, ErrorData> {
    Err(method_not_found(M::VALUE))
}

fn method_not_found(name: &str) -> ErrorData {
    ErrorData::new(ErrorCode::METHOD_NOT_FOUND, format!("the method {:?} is not supported", truncate(name)), None)
}

impl ServerHandler for McpServer {
    fn get_info(&self) -> ServerConfig {
        self.info.clone()
    }

    /// Like rmcp's default, but stores the *negotiated* protocol version, not the requested one.
    async fn initialize(
        &self,
        mut request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        let mut result = self.negotiate_initialize(&request)?;
        let (caller, _) = self.caller_of(&context)?;
        result.instructions = Some(instructions(self.calls.registry(), &caller.selection));
        request.protocol_version = result.protocol_version.clone();
        context.peer.set_peer_info(request);
        Ok(result)
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let (caller, _) = self.caller_of(&context)?;
        let start = request.and_then(|page| page.cursor).map_or(Ok(0), |cursor| tool_list::position(&cursor))?;
        let page = self.tools.page(self.calls.registry(), caller, start);
        // The list depends on the caller's headers, so shared caches must not store it.
        let mut result =
            ListToolsResult::with_all_items(page.tools).with_ttl_ms(LIST_TTL_MS).with_cache_scope(CacheScope::Private);
        result.next_cursor = page.next_cursor;
        Ok(result)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let (caller, request_id) = self.caller_of(&context)?;
        let callable = self.calls.find(&request.name, caller).map_err(|problem| {
            ErrorData::invalid_params(format!("the tool {:?} {problem}", truncate(&request.name)), None)
        })?;
        let progress = Progress::requested(&context).filter(|_| accepts_sse(&context));
        let (observer, progress) = progress.unzip();
        let call = CallRequest {
            arguments: request.arguments.unwrap_or_default(),
            scan: Some(arguments_scan(&context)?),
            request_id: &request_id,
            is_probe: false,
            observer: observer.map(|observer| observer as Arc<dyn CallObserver>),
        };
        let result = tokio::select! {
            result = self.calls.call(callable, caller, call) => result,
            never = report_progress(progress) => match never {},
            () = context.ct.cancelled() => return Err(ErrorData::internal_error("the call was cancelled", None)),
        };
        let result = result.map_err(|error| ErrorData::internal_error(error.message(&request_id), None))?;
        let structured = self.structured_content;
        // For structured content the text is parsed again, into a tree.
        let bytes = if structured { result.text.len() } else { 0 };
        Ok(off_worker(bytes, move || convert::result(result, structured)).await.into())
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        unsupported(ListPromptsRequestMethod)
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        unsupported(ListResourcesRequestMethod)
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        unsupported(ListResourceTemplatesRequestMethod)
    }

    async fn complete(
        &self,
        _: CompleteRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        unsupported(CompleteRequestMethod)
    }

    /// Handles unknown methods, and known methods whose parameters rmcp cannot parse.
    async fn on_custom_request(
        &self,
        request: CustomRequest,
        _: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        if request.method == CallToolRequestMethod::VALUE {
            let message = "tools/call requires params with `name` (a string) and, optionally, `arguments` (an object)";
            return Err(ErrorData::invalid_params(message, None));
        }
        Err(method_not_found(&request.method))
    }
}
