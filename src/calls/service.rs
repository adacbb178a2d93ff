//! Makes tool calls, in the same way for MCP and for plain calls.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Caller;
use super::arguments_scan::ArgumentsScan;
use super::custom_fields::{CustomFields, Lookup};
use super::error::{InternalError, NotSent, StartError};
use super::events::{CallEnd, CallEvents, CallInfo, CallObserver};
use super::off_worker::off_worker;
use crate::auth::UpstreamCredential;
use crate::catalogue::Kind;
use crate::config::Settings;
use crate::leadconnector::{Client, Error, SendOptions};
use crate::tools::{
    Arguments, Callable, InvalidArguments, JsonObject, Policy, PreparedCall, Resolved, RunOptions, Tool, ToolRegistry,
    ToolResult,
};

/// Makes tool calls. Its only state of callers is what is known of the API's rate limits and custom fields.
#[derive(Debug)]
pub struct CallService {
    registry: ToolRegistry,
    policy: Policy,
    client: Client,
    custom_fields: CustomFields,
    observers: Arc<[Box<dyn CallObserver>]>,
    /// The writes in flight: each runs to completion, even if its client disconnects.
    writes: TaskTracker,
    call_deadline: Duration,
    max_arguments_bytes: usize,
}

/// A request to call a tool, from either protocol.
#[derive(Debug)]
pub struct CallRequest<'a> {
    /// The arguments.
    pub arguments: JsonObject,
    /// What the scan of the arguments' bytes found; `None` for arguments that no client sent.
    pub scan: Option<&'a ArgumentsScan>,
    /// The request's id, for the log.
    pub request_id: &'a str,
    /// Whether the gateway makes the call for itself, to check a token.
    pub is_probe: bool,
    /// An observer of this call, in addition to those of every call.
    pub observer: Option<Arc<dyn CallObserver>>,
}

/// A call whose arguments are parsed.
enum Parsed<'s> {
    /// It has its answer: it searches or describes.
    Answer(ToolResult),
    Call(ParsedCall<'s>),
}

struct ParsedCall<'s> {
    tool: &'s Tool,
    arguments: Arguments,
    options: RunOptions,
}

/// Confines a panic to its call. The payload may hold anything, secrets too, so it is dropped.
async fn catch_panic<T>(call: impl Future<Output = T>, outcome_unknown: bool) -> Result<T, InternalError> {
    AssertUnwindSafe(call).catch_unwind().await.map_err(|_| InternalError::panicked(outcome_unknown))
}

impl CallService {
    /// Creates a service of the registry's tools, within the operator's policy. `observers` get the events of every call.
    ///
    /// # Errors
    ///
    /// If the policy names a tool or location that cannot exist, or the TLS library fails to initialize.
    pub fn new(
        registry: ToolRegistry,
        settings: &Settings,
        observers: Vec<Box<dyn CallObserver>>,
    ) -> Result<Self, StartError> {
        Ok(Self {
            policy: Policy::new(&settings.tools, &registry)?,
            registry,
            client: Client::new(&settings.upstream)?,
            custom_fields: CustomFields::new(),
            observers: observers.into(),
            writes: TaskTracker::new(),
            call_deadline: settings.upstream.call_deadline,
            max_arguments_bytes: settings.server.max_arguments_bytes,
        })
    }

    /// The tools.
    pub fn registry(&self) -> &ToolRegistry {
        &self.registry
    }

    /// What the operator allows.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Finds a tool that the caller sees.
    ///
    /// # Errors
    ///
    /// The reason why the caller sees no such tool, as the rest of a sentence that starts with the tool's name.
    pub fn find(&self, name: &str, caller: &Caller) -> Result<Callable<'_>, String> {
        let found = self.registry.callable(name);
        let found = found.ok_or_else(|| self.registry.unknown_tool(name, &caller.selection))?;
        if let Callable::Tool(Tool { operation: Some(operation), .. }) = found
            && let Some(reason) = operation.unavailable
        {
            return Err(format!("cannot be run here: {reason}"));
        }
        if let Some(source) = caller.selection.hidden_by(found) {
            return Err(format!("is hidden by {source}; tools/list returns those that are not"));
        }
        if caller.selection.lists(found) { Ok(found) } else { Err(self.registry.unlisted(found, &caller.selection)) }
    }

    /// Calls a tool. Dropping the future cancels the call, unless it is a write already sent: that one runs to completion.
    ///
    /// # Errors
    ///
    /// If the call ends in a bug of the gateway. Other calls are not affected.
    pub async fn call(
        &self,
        callable: Callable<'_>,
        caller: &Caller,
        request: CallRequest<'_>,
    ) -> Result<ToolResult, InternalError> {
        let info = CallInfo {
            tool: callable.name(),
            operation: None,
            writes: callable.kind() != Some(Kind::Read),
            location: caller.location.clone(),
            grant: caller.grant,
            is_probe: request.is_probe,
            request_id: request.request_id.to_owned(),
            started: Instant::now(),
        };
        let deadline = info.started + self.call_deadline;
        let mut events = CallEvents::accepted(info, self.observers.clone(), request.observer);
        let cancelled = CancellationToken::new();
        let parsed = catch_panic(async { self.parse(callable, caller, request.arguments, request.scan) }, false).await;
        let built = match parsed {
            Ok(Ok(Parsed::Call(parsed))) => {
                events.set_operation(parsed.tool.name, parsed.tool.endpoint.writes());
                events.set_location(parsed.arguments.location());
                let options = SendOptions { deadline, cancelled: cancelled.clone(), observer: &events };
                catch_panic(self.build_call(parsed, caller, &options), false).await
            }
            Ok(Ok(Parsed::Answer(result))) => Ok(Err(result.answer_limited(caller.max_result_bytes).into())),
            Ok(Err(problems)) => Ok(Err(problems.into())),
            Err(error) => Err(error),
        };
        let call = match built {
            Ok(Ok(call)) => call,
            Ok(Err(NotSent::Finished(result))) => {
                events.finish(CallEnd::Result(&result));
                return Ok(result);
            }
            Ok(Err(NotSent::Internal(error))) | Err(error) => {
                events.finish(CallEnd::InternalError(&error));
                return Err(error);
            }
        };
        events.set_location(call.request.location.as_ref());
        events.set_prepared();
        let writes = call.request.endpoint.writes();
        let (client, credential) = (self.client.clone(), caller.credential.clone());
        let (permit, max_result_bytes) = (caller.permit.clone(), caller.max_result_bytes);
        // Dropped with this future when the client disconnects.
        let _cancel_on_drop = cancelled.clone().drop_guard();
        let send = async move {
            let _permit = permit;
            let options = SendOptions { deadline, cancelled, observer: &events };
            let sent = send(&client, &credential, call, max_result_bytes, &options);
            match catch_panic(sent, writes).await.flatten() {
                Ok(Some(result)) => {
                    events.finish(CallEnd::Result(&result));
                    Ok(result)
                }
                // Reported as cancelled. The client has disconnected, so this value is never used.
                Ok(None) => Err(InternalError::panicked(false)),
                Err(error) => {
                    events.finish(CallEnd::InternalError(&error));
                    Err(error)
                }
            }
        };
        if writes { self.writes.spawn(send).await.unwrap_or(Err(InternalError::panicked(true))) } else { send.await }
    }

    /// Waits for the writes that are still in flight, whose clients may have disconnected.
    pub async fn finish_writes(&self) {
        self.writes.close();
        self.writes.wait().await;
    }

    /// Parses the arguments of a call, as far as that needs no request.
    fn parse<'s>(
        &'s self,
        callable: Callable<'s>,
        caller: &Caller,
        arguments: JsonObject,
        scan: Option<&ArgumentsScan>,
    ) -> Result<Parsed<'s>, InvalidArguments> {
        scan.map_or(Ok(()), |scan| scan.validate(self.max_arguments_bytes))?;
        let (tool, arguments, options) = match callable {
            Callable::Tool(tool) => {
                let mut arguments = arguments;
                let options = RunOptions::of_tool(tool, &mut arguments);
                (tool, arguments, options)
            }
            Callable::Operations(operations) => {
                match operations.resolve(&self.registry, &caller.selection, arguments)? {
                    Resolved::Answer(result) => return Ok(Parsed::Answer(result)),
                    Resolved::Call { tool, arguments, options } => (tool, arguments, options),
                }
            }
        };
        let arguments = tool.read(arguments, caller.location.as_ref());
        Ok(Parsed::Call(ParsedCall { tool, arguments, options }))
    }

    /// Builds the API request of a call.
    ///
    /// # Errors
    ///
    /// If the call is not sent: its result, or a bug.
    async fn build_call(
        &self,
        parsed: ParsedCall<'_>,
        caller: &Caller,
        send_options: &SendOptions<'_>,
    ) -> Result<PreparedCall, NotSent> {
        let ParsedCall { tool, mut arguments, mut options } = parsed;
        if tool.is_typed() && arguments.needs_custom_field_lookup() {
            if options.dry_run {
                // The lookup would send a request.
                arguments = arguments.without_custom_fields();
                options.notes.push(
                    "custom fields given by key or name are left out: their ids are looked up when it is sent"
                        .to_owned(),
                );
            } else {
                self.resolve_custom_fields(tool, caller, &mut arguments, send_options).await?;
            }
        }
        let call = options.apply(self.prepare(tool, arguments)?)?;
        if options.dry_run {
            return Err(ToolResult::dry_run(tool, &call).answer_limited(caller.max_result_bytes).into());
        }
        Ok(call)
    }

    /// Replaces the names of custom fields by their ids. All other problems of the call are reported first, because finding
    /// them costs no request.
    async fn resolve_custom_fields(
        &self,
        tool: &Tool,
        caller: &Caller,
        arguments: &mut Arguments,
        options: &SendOptions<'_>,
    ) -> Result<(), NotSent> {
        self.prepare(tool, arguments.without_custom_fields())?;
        let Some(location) = arguments.location() else {
            let problem = "is required: custom fields are given by key or name, and their ids belong to a location";
            return Err(InvalidArguments::one("locationId", problem).into());
        };
        let lookup = Lookup { client: &self.client, token: caller.credential.token(), location, options };
        let mut definitions = self.custom_fields.get(&lookup).await?;
        if arguments.has_unknown_custom_fields(tool.custom_field_model(), &definitions) {
            definitions = self.custom_fields.get_newer(&lookup).await?;
        }
        arguments.resolve_custom_fields(tool.custom_field_model(), &definitions);
        Ok(())
    }

    fn prepare(&self, tool: &Tool, arguments: Arguments) -> Result<PreparedCall, InvalidArguments> {
        // Where the operator allows some locations only, the location that a call names binds the call as a pinned one would.
        let unbound = self.policy.restricts_locations() && !tool.is_typed() && arguments.location().is_none();
        let unbound = unbound.then(|| arguments.clone());
        let mut call = tool.prepare(arguments)?;
        if let (Some(arguments), Some(location)) = (unbound, call.request.location.clone()) {
            call = tool.prepare(arguments.bound_to(location))?;
        }
        let reject = |problem: &str| InvalidArguments::one("locationId", problem);
        if call.request.location.is_none() && self.policy.restricts_locations() {
            return Err(reject("is required: the operator allows some locations only (tools.locations)"));
        }
        self.policy.check_location(call.request.location.as_ref()).map_err(reject)?;
        Ok(call)
    }
}

/// Sends a call and shapes its result. Returns `None` if the call was cancelled before it was sent.
async fn send(
    client: &Client,
    credential: &UpstreamCredential,
    call: PreparedCall,
    max_result_bytes: usize,
    options: &SendOptions<'_>,
) -> Result<Option<ToolResult>, InternalError> {
    match client.send(credential.token(), &call.request, options).await {
        Err(Error::Cancelled) => Ok(None),
        Err(error @ Error::Unsendable(_)) => Err(InternalError::before_sending(&error)),
        response => {
            let bytes = response.as_ref().map_or(0, |response| response.body.len());
            let shape = move || ToolResult::from_response(&call, response).limited(&call, max_result_bytes);
            Ok(Some(off_worker(bytes, shape).await))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_fails_its_call_and_reveals_nothing() {
        let canary = "pit-canary";
        let panics = async {
            tokio::task::yield_now().await;
            std::panic::panic_any(canary.to_owned());
        };
        let caught: Result<(), InternalError> = catch_panic(panics, true).await;
        assert!(!format!("{caught:?}").contains(canary));
        assert!(caught.unwrap_err().message("r1").contains("is unknown"), "a write may have been carried out");
        assert_eq!(catch_panic(async { 1 }, true).await, Ok(1));
    }
}
