//! One tool call, the same for MCP and for the plain form.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use futures_util::FutureExt;
use rmcp::model::JsonObject;

use super::Caller;
use crate::config::Settings;
use crate::leadconnector::Client;
use crate::tools::{Catalogue, Kind, Outcome, Tool};

/// What every request needs: the tools, the upstream's client, and the settings. It holds no state of any caller.
#[derive(Debug)]
pub struct Gateway {
    /// The tools.
    pub catalogue: Catalogue,
    /// The settings.
    pub settings: Settings,
    /// Who calls when a request has no token; only the sandbox has one.
    pub default_caller: Option<Caller>,
    client: Client,
}

/// A call that ended in a defect of this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallPanicked;

impl Gateway {
    /// A gateway with these settings.
    ///
    /// # Errors
    ///
    /// If the TLS library cannot be set up.
    pub fn new(settings: Settings, default_caller: Option<Caller>) -> Result<Self, reqwest::Error> {
        Ok(Self {
            catalogue: Catalogue::new(settings.server.structured_content),
            client: Client::new(&settings.upstream)?,
            default_caller,
            settings,
        })
    }

    /// Calls a tool and logs the call, once: never a token, an argument or an answer.
    ///
    /// # Errors
    ///
    /// If the call panicked, which costs this call only.
    pub async fn call(
        &self,
        tool: &Tool,
        caller: &Caller,
        arguments: JsonObject,
        request_id: &str,
    ) -> Result<Outcome, CallPanicked> {
        let started = Instant::now();
        let result = AssertUnwindSafe(self.attempt(tool, caller, arguments)).catch_unwind().await;
        let elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let location = caller.location.as_ref().map(tracing::field::display);
        match &result {
            Ok(outcome) => tracing::info!(
                tool = tool.name,
                location,
                status = outcome.status.as_u16(),
                failure = outcome.failure.map(Kind::as_str),
                elapsed_ms,
                request_id,
                "call"
            ),
            Err(_) => tracing::error!(tool = tool.name, location, elapsed_ms, request_id, "call panicked"),
        }
        result.map_err(|_| CallPanicked)
    }

    async fn attempt(&self, tool: &Tool, caller: &Caller, arguments: JsonObject) -> Outcome {
        match tool.prepare(arguments, caller.location.as_ref()) {
            Ok(request) => Outcome::of_call(&tool.endpoint, self.client.send(&caller.token, &request).await),
            Err(problems) => Outcome::refused(&problems),
        }
    }
}
