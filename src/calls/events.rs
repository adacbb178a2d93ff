//! The events of a call. The log, progress notifications and anything else that records calls subscribe to them.

use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::time::Instant;

use super::error::InternalError;
use crate::auth::oauth::GrantId;
use crate::leadconnector::{LocationId, RetryCause, SendEvent, SendObserver, WaitStatus};
use crate::tools::ToolResult;

/// The call that an event belongs to. Holds no token and no arguments.
#[derive(Debug, Clone)]
pub struct CallInfo {
    /// The tool's name.
    pub tool: &'static str,
    /// The operation, if a tool for any operation runs it; known once the arguments are parsed.
    pub operation: Option<&'static str>,
    /// Whether it writes; of a tool for any operation it is known once the arguments are parsed.
    pub writes: bool,
    /// The location: at first the caller's pinned one, and once the arguments are parsed the one that they name.
    pub location: Option<LocationId>,
    /// The user's consent that the caller acts by, if it came by OAuth.
    pub grant: Option<GrantId>,
    /// Whether the gateway makes the call for itself, to check a token.
    pub is_probe: bool,
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
    /// Without a result: its client disconnected, or the gateway stopped before the API responded.
    Cancelled {
        /// Whether the call is a write that had been sent.
        outcome_unknown: bool,
    },
}

impl CallEnd<'_> {
    /// Whether the call is a write that may have taken effect, without a response that confirms it.
    pub fn outcome_unknown(&self) -> bool {
        match self {
            Self::Result(result) => result.outcome_unknown,
            Self::InternalError(error) => error.outcome_unknown(),
            Self::Cancelled { outcome_unknown } => *outcome_unknown,
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
    /// Whether the call's own request is sent, and no lookup before it.
    is_prepared: bool,
    was_sent: AtomicBool,
    finished: bool,
}

impl CallEvents {
    /// Reports that a call was accepted.
    pub fn accepted(
        call: CallInfo,
        observers: Arc<[Box<dyn CallObserver>]>,
        own_observer: Option<Arc<dyn CallObserver>>,
    ) -> Self {
        let was_sent = AtomicBool::new(false);
        let events = Self { call, observers, own_observer, is_prepared: false, was_sent, finished: false };
        events.report(CallEvent::Accepted);
        events
    }

    /// Sets the location that the call's arguments name.
    pub fn set_location(&mut self, location: Option<&LocationId>) {
        self.call.location = location.cloned();
    }

    /// Sets the operation that the call runs.
    pub fn set_operation(&mut self, name: &'static str, writes: bool) {
        self.call.writes = writes;
        self.call.operation = (name != self.call.tool).then_some(name);
    }

    /// Notes that the next requests are those of the call itself. Until then they are lookups, which only read.
    pub fn set_prepared(&mut self) {
        self.is_prepared = true;
    }

    /// Reports how the call ended.
    pub fn finish(mut self, end: CallEnd<'_>) {
        self.finished = true;
        self.report(CallEvent::Finished(end));
    }

    fn report(&self, event: CallEvent<'_>) {
        let observers = self.observers.iter().map(Box::as_ref).chain(self.own_observer.as_deref());
        for observer in observers {
            // A bug of an observer must not change what the client gets, nor what the other observers see.
            let observed = catch_unwind(AssertUnwindSafe(|| observer.on_call_event(&self.call, event)));
            if observed.is_err() {
                tracing::error!(tool = self.call.tool, "an observer of calls panicked; the call goes on");
            }
        }
    }
}

impl SendObserver for CallEvents {
    fn on_send_event(&self, event: SendEvent) {
        self.report(match event {
            SendEvent::Queued(wait) => CallEvent::Queued(wait),
            SendEvent::Attempt(number) => {
                self.was_sent.fetch_or(self.is_prepared, Ordering::Relaxed);
                CallEvent::Attempt(number)
            }
            SendEvent::Retried(cause) => CallEvent::Retried(cause),
        });
    }
}

impl Drop for CallEvents {
    fn drop(&mut self) {
        if !self.finished {
            let outcome_unknown = self.call.writes && self.was_sent.load(Ordering::Relaxed);
            self.report(CallEvent::Finished(CallEnd::Cancelled { outcome_unknown }));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// Notes how calls end, after a panic if that is wanted.
    #[derive(Debug)]
    struct Ends(Arc<Mutex<Vec<bool>>>);

    #[derive(Debug)]
    struct Panics;

    impl CallObserver for Ends {
        fn on_call_event(&self, _: &CallInfo, event: CallEvent<'_>) {
            if let CallEvent::Finished(end) = event {
                self.0.lock().unwrap().push(end.outcome_unknown());
            }
        }
    }

    impl CallObserver for Panics {
        fn on_call_event(&self, _: &CallInfo, _: CallEvent<'_>) {
            std::panic::panic_any("an observer's bug");
        }
    }

    fn events(writes: bool) -> (CallEvents, Arc<Mutex<Vec<bool>>>) {
        let ends: Arc<Mutex<Vec<bool>>> = Arc::default();
        let call = CallInfo {
            grant: None,
            is_probe: false,
            tool: "t",
            operation: None,
            writes,
            location: None,
            request_id: "r".to_owned(),
            started: Instant::now(),
        };
        let observers: Vec<Box<dyn CallObserver>> = vec![Box::new(Panics), Box::new(Ends(ends.clone()))];
        (CallEvents::accepted(call, observers.into(), None), ends)
    }

    #[test]
    fn a_dropped_write_has_an_unknown_outcome_once_it_was_sent() {
        for (writes, is_prepared, sent) in
            [(true, true, true), (true, true, false), (true, false, true), (false, true, true)]
        {
            let (mut events, ends) = events(writes);
            if is_prepared {
                events.set_prepared();
            }
            if sent {
                events.on_send_event(SendEvent::Attempt(1));
            }
            drop(events);
            assert_eq!(*ends.lock().unwrap(), [writes && is_prepared && sent]);
        }
    }

    #[test]
    fn a_panic_of_an_observer_reaches_neither_the_call_nor_the_others() {
        let (events, ends) = events(false);
        events.finish(CallEnd::InternalError(&InternalError::panicked(false)));
        assert_eq!(*ends.lock().unwrap(), [false]);
    }
}
