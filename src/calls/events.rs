//! What happens to a call, as one stream of events: the log, progress notifications and whatever else records calls
//! subscribe to it.

use std::fmt::Debug;
use std::sync::Arc;

use tokio::time::Instant;

use super::error::InternalError;
use crate::leadconnector::{LocationId, RetryCause, SendEvent, SendObserver, WaitStatus};
use crate::tools::ToolResult;

/// Which call an event belongs to. It holds no token and no argument.
#[derive(Debug, Clone)]
pub struct CallInfo {
    /// The tool's name.
    pub tool: &'static str,
    /// Whether the tool writes.
    pub writes: bool,
    /// The location: the caller's pinned one, and once the arguments are read the one that they name.
    pub location: Option<LocationId>,
    /// The request's id, as in the `x-request-id` header.
    pub request_id: String,
    /// When the call was accepted.
    pub started: Instant,
}

/// What happens to a call. `Accepted` comes first, `Finished` comes last, and each comes once.
#[derive(Debug, Clone, Copy)]
pub enum CallEvent<'a> {
    /// The tool exists and the caller may use it. Its arguments are not read yet.
    Accepted,
    /// A request of the call waits before it is sent. The next event ends the wait, or replaces it by another.
    Queued(WaitStatus),
    /// A request of the call is sent to the API. Counted from 1, for each request anew: a call may first have to look
    /// custom fields up.
    Attempt(u32),
    /// A request is about to be sent once more.
    Retried(RetryCause),
    /// The call is over.
    Finished(CallEnd<'a>),
}

/// How a call ended.
#[derive(Debug, Clone, Copy)]
pub enum CallEnd<'a> {
    /// With a result, which may report an error.
    Result(&'a ToolResult),
    /// With a bug of this program.
    InternalError(&'a InternalError),
    /// Without a result: its caller is gone, and it had sent no write.
    Cancelled,
}

impl CallEnd<'_> {
    /// Whether the call is a write that the API may have carried out, without a response that says so.
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
/// It is called by the task that makes the call, so it must not block.
pub trait CallObserver: Debug + Send + Sync {
    /// Something happened to a call.
    fn on_call_event(&self, call: &CallInfo, event: CallEvent<'_>);
}

/// The events of one call, and who subscribes to them. Dropped before [`finish`](Self::finish) it reports that the call
/// was cancelled.
#[derive(Debug)]
pub struct CallEvents {
    call: CallInfo,
    /// Those that observe every call.
    observers: Arc<[Box<dyn CallObserver>]>,
    /// The one that observes this call only.
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

    /// Notes the location that the call's arguments name.
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
