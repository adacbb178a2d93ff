//! One tool call, the same for MCP and for the plain form.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::arguments_scan::ArgumentsScan;
use super::custom_fields::{CustomFields, Lookup};
use super::error::{InternalError, NotSent, StartError};
use super::off_worker::off_worker;
use super::{Caller, DefaultCaller};
use crate::config::Settings;
use crate::leadconnector::{ArgumentError, Client, Error, SendOptions, WaitStatus};
use crate::server::Rejections;
use crate::telemetry::CallLog;
use crate::tools::{
    Arguments, InvalidArguments, JsonObject, ListOptions, Policy, PreparedCall, Tool, ToolRegistry, ToolResult,
};

/// What every request needs: the tools, the upstream's client, and the settings. It holds no state of any caller.
#[derive(Debug)]
pub struct Gateway {
    /// The tools.
    pub registry: ToolRegistry,
    /// The settings.
    pub settings: Settings,
    /// Who calls when a request has no token; only the sandbox has one.
    pub default_caller: Option<DefaultCaller>,
    /// What the operator allows.
    pub policy: Policy,
    client: Client,
    custom_fields: CustomFields,
    /// How often lines that anybody can cause were logged.
    rejections: Arc<Rejections>,
    /// Writes under way: each goes on if its caller leaves.
    writes: TaskTracker,
}

/// A call's arguments as they came.
#[derive(Debug)]
pub struct GivenArguments<'a> {
    /// The arguments.
    pub values: JsonObject,
    /// What their bytes said, which the values do not say any more; `None` for arguments that no client sent.
    pub scan: Option<&'a ArgumentsScan>,
}

impl From<JsonObject> for GivenArguments<'_> {
    fn from(values: JsonObject) -> Self {
        Self { values, scan: None }
    }
}

/// Lets a panic end a call, and nothing else. What it panicked with may hold anything, so it goes no further.
async fn catch_panic<T>(call: impl Future<Output = T>, outcome_unknown: bool) -> Result<T, InternalError> {
    AssertUnwindSafe(call).catch_unwind().await.map_err(|_| InternalError::panicked(outcome_unknown))
}

impl Gateway {
    /// A gateway with these settings.
    ///
    /// # Errors
    ///
    /// If the operator's settings name a tool or a location that there cannot be, or the TLS library cannot be set up.
    pub fn new(settings: Settings, default_caller: Option<DefaultCaller>) -> Result<Self, StartError> {
        let registry = ToolRegistry::new(ListOptions {
            structured_content: settings.server.structured_content,
            location_required: !settings.tools.locations.is_empty(),
        });
        Ok(Self {
            policy: Policy::new(&settings.tools, &registry)?,
            client: Client::new(&settings.upstream)?,
            custom_fields: CustomFields::new(),
            rejections: Rejections::new(),
            writes: TaskTracker::new(),
            registry,
            default_caller,
            settings,
        })
    }

    /// Finds a tool that the caller sees.
    ///
    /// # Errors
    ///
    /// Why there is none, as the rest of a sentence that begins with its name.
    pub fn find(&self, name: &str, caller: &Caller) -> Result<&Tool, String> {
        let tool = self.registry.find(name).ok_or_else(|| self.registry.unknown_tool(name))?;
        match caller.selection.hidden_by(tool) {
            Some(source) => Err(format!("is hidden by {source}")),
            None => Ok(tool),
        }
    }

    /// Calls a tool and logs the call. Nobody waiting for it any more ends it, but for a write that was sent: that is
    /// read to its end. `waiting` is told what the call waits for before it is sent.
    ///
    /// # Errors
    ///
    /// If the call met a bug of this program, which costs this call only.
    pub async fn call(
        &self,
        tool: &Tool,
        caller: &Caller,
        arguments: GivenArguments<'_>,
        request_id: &str,
        waiting: watch::Sender<Option<WaitStatus>>,
    ) -> Result<ToolResult, InternalError> {
        let mut log = CallLog::start(tool.name, caller.location.clone(), request_id, self.rejections.clone());
        let deadline = Instant::now() + self.settings.upstream.call_deadline;
        let options = SendOptions { deadline, cancelled: CancellationToken::new(), waiting };
        let call = match catch_panic(self.build_call(tool, caller, arguments, &options), false).await {
            Ok(Ok(call)) => call,
            Ok(Err(NotSent::Finished(result))) => {
                log.finish(&result);
                return Ok(result);
            }
            Ok(Err(NotSent::Internal(error))) | Err(error) => {
                log.fail(error.detail());
                return Err(error);
            }
        };
        log.set_location(call.request.location.as_ref());
        let writes = call.request.endpoint.writes();
        let (client, credential, limit) = (self.client.clone(), caller.credential.clone(), caller.max_result_bytes);
        let permit = caller.permit.clone();
        // Dropped with this future when nobody waits for it any more.
        let _waited_for = options.cancelled.clone().drop_guard();
        let sending = async move {
            let _permit = permit;
            let answer = async {
                match client.send(credential.token(), &call.request, &options).await {
                    Err(Error::Cancelled) => Ok(None),
                    Err(error @ Error::Unsendable(_)) => Err(InternalError::before_sending(&error)),
                    answer => {
                        let bytes = answer.as_ref().map_or(0, |response| response.body.len());
                        let shape = move || ToolResult::from_response(&call, answer).limited(&call, limit);
                        Ok(Some(off_worker(bytes, shape).await))
                    }
                }
            };
            match catch_panic(answer, writes).await.flatten() {
                Ok(Some(result)) => {
                    log.finish(&result);
                    Ok(result)
                }
                // The log says "cancelled"; nobody is there to read an answer.
                Ok(None) => Err(InternalError::panicked(false)),
                Err(error) => {
                    log.fail(error.detail());
                    Err(error)
                }
            }
        };
        if writes {
            self.writes.spawn(sending).await.unwrap_or(Err(InternalError::panicked(true)))
        } else {
            sending.await
        }
    }

    /// Waits for the writes that were sent and whose callers are gone.
    pub async fn finish_writes(&self) {
        self.writes.close();
        self.writes.wait().await;
    }

    /// Makes a call ready to be sent, or says what came of it before that.
    async fn build_call(
        &self,
        tool: &Tool,
        caller: &Caller,
        arguments: GivenArguments<'_>,
        options: &SendOptions,
    ) -> Result<PreparedCall, NotSent> {
        let GivenArguments { values, scan } = arguments;
        let max_bytes = self.settings.server.max_arguments_bytes;
        scan.map_or(Ok(()), |scan| scan.check(max_bytes))
            .map_err(|problems| ToolResult::invalid_arguments(&problems))?;
        let mut arguments = tool.read(values, caller.location.as_ref());
        if arguments.needs_custom_field_lookup() {
            self.look_custom_fields_up(tool, caller, &mut arguments, options).await?;
        }
        Ok(self.prepare(tool, arguments).map_err(|problems| ToolResult::invalid_arguments(&problems))?)
    }

    /// Gives the custom fields of a call their ids. What else is wrong with the call is found first: it costs nothing.
    async fn look_custom_fields_up(
        &self,
        tool: &Tool,
        caller: &Caller,
        arguments: &mut Arguments,
        options: &SendOptions,
    ) -> Result<(), NotSent> {
        self.prepare(tool, arguments.without_custom_fields())
            .map_err(|problems| ToolResult::invalid_arguments(&problems))?;
        let Some(location) = arguments.location() else {
            let problem = "is required: custom fields are given by key or name, and the location has their ids";
            return Err(ToolResult::invalid_arguments(&InvalidArguments(vec![ArgumentError::new(
                "locationId",
                problem,
            )]))
            .into());
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
        let call = tool.prepare(arguments)?;
        let refuse = |problem: &str| InvalidArguments(vec![ArgumentError::new("locationId", problem)]);
        if call.request.location.is_none() && self.policy.restricts_locations() {
            return Err(refuse("is required: the operator allows some locations only (tools.locations)"));
        }
        self.policy.check_location(call.request.location.as_ref()).map_err(refuse)?;
        Ok(call)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_ends_its_call_and_says_nothing() {
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
