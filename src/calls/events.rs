//! The events of a call. The log, progress notifications and anything else that records calls subscribe to them.

use std::fmt::Debug;
use std::sync::Arc;

use tokio::time::Instant;

use super::error::InternalError;
use crate::leadconnector::{LocationId, RetryCause, SendEvent, SendObserver, WaitStatus};
use crate::tools::ToolResult;

/// The call that an event belongs to. Holds no token and no arguments.
#[derive(Debug, Clone)]
pub struct CallInfo {
    /// The tool's name.
    pub tool: &'static str,
    /// Whether the tool writes.
    pub writes: bool,
    /// The location: at first the caller's pinned one, and once the arguments are parsed the one that they name.
    pub location: Option<LocationId>,
    /// The request's id, as in the `x-request-id` header.
    pub request_id: String,
    /// When the call was accepted.
    pub started: Instant,
}

/// An event of a call. `Accepted` is the first, `Finished` the last, and each is reported once.
#[derive(Debug, Clone, Copy)]
pub enum CallEvent<'a> {
    /// The tool exists and the caller may use it. Its arguments are not parsed yet.
    Accepted,
    /// A request of the call waits before it is sent. The next event ends the wait or reports a different one.
    Queued(WaitStatus),
    /// A request is sent to the API. Attempts are counted from 1 for each request of the call, which may first have to look
    /// up custom fields.
    Attempt(u32),
    /// A request is about to be sent again.
    Retried(RetryCause),
    /// The call has ended.
    Finished(CallEnd<'a>),
}

/// How a call ended.
#[derive(Debug, Clone, Copy)]
pub enum CallEnd<'a> {
    /// With a result, which may report an error.
    Result(&'a ToolResult),
    /// With a bug of the gateway.
    InternalError(&'a InternalError),
    /// Without a result: the client has disconnected, and no write had been sent.
    Cancelled,
}

impl CallEnd<'_> {
    /// Whether the call is a write that may have taken effect, without a response that confirms it.
    pub fn outcome_unknown(&self) -> bool {
        match self {
            Self::Result(result) => result.outcome_unknown,
            Self::InternalError(error) => error.outcome_unknown(),
            Self::Cancelled => false,
        }
    }
}

/// Subscribes to the events of calls.
///
/// It runs in the task that makes the call, so it must not block.
pub trait CallObserver: Debug + Send + Sync {
    /// Handles an event of a call.
    fn on_call_event(&self, call: &CallInfo, event: CallEvent<'_>);
}

/// Reports the events of one call to its subscribers. If it is dropped before [`finish`](Self::finish), it reports that the
/// call was cancelled.
#[derive(Debug)]
pub struct CallEvents {
    call: CallInfo,
    /// The observers of every call.
    observers: Arc<[Box<dyn CallObserver>]>,
    /// The observer of this call only.
    own_observer: Option<Arc<dyn CallObserver>>,
    finished: bool,
}

impl CallEvents {
    /// Reports that a call was accepted.
    pub fn accepted(
        call: CallInfo,
        observers: Arc<[Box<dyn CallObserver>]>,
        own_observer: Option<Arc<dyn CallObserver>>,
    ) -> Self {
        let events = Self { call, observers, own_observer, finished: false };
        events.report(CallEvent::Accepted);
        events
    }

    /// Sets the location that the call's arguments name.
    pub fn set_location(&mut self, location: Option<&LocationId>) {
        self.call.location = location.cloned();
    }

    /// Reports how the call ended.
    pub fn finish(mut self, end: CallEnd<'_>) {
        self.finished = true;
        self.report(CallEvent::Finished(end));
    }

    fn report(&self, event: CallEvent<'_>) {
        for observer in &*self.observers {
            observer.on_call_event(&self.call, event);
        }
        if let Some(observer) = &self.own_observer {
            observer.on_call_event(&self.call, event);
        }
    }
}

impl SendObserver for CallEvents {
    fn on_send_event(&self, event: SendEvent) {
        self.report(match event {
            SendEvent::Queued(wait) => CallEvent::Queued(wait),
            SendEvent::Attempt(number) => CallEvent::Attempt(number),
            SendEvent::Retried(cause) => CallEvent::Retried(cause),
        });
    }
}

impl Drop for CallEvents {
    fn drop(&mut self) {
        if !self.finished {
            self.report(CallEvent::Finished(CallEnd::Cancelled));
        }
    }
}
