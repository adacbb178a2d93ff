//! Progress notifications: report what a call waits for to a client that requested progress.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::RequestContext;
use rmcp::{Peer, RoleServer};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::calls::{CallEvent, CallInfo, CallObserver};
use crate::leadconnector::{WaitReason, WaitStatus, seconds};

/// The shortest wait that is reported.
const MIN_WAIT: Duration = Duration::from_secs(1);

/// The interval at which a longer wait is reported again: some clients restart their timeout with each notification.
const INTERVAL: Duration = Duration::from_secs(5);

/// Observes one call. It only stores what the call waits for, so that a client that reads slowly cannot delay the call.
#[derive(Debug, Default)]
pub struct WaitObserver(watch::Sender<Option<WaitStatus>>);

impl CallObserver for WaitObserver {
    fn on_call_event(&self, _: &CallInfo, event: CallEvent<'_>) {
        self.0.send_replace(match event {
            CallEvent::Queued(wait) => Some(wait),
            CallEvent::Accepted | CallEvent::Attempt(_) | CallEvent::Retried(_) | CallEvent::Finished(_) => None,
        });
    }
}

/// The progress notifications of one call.
pub struct Progress {
    peer: Peer<RoleServer>,
    token: ProgressToken,
    waits: watch::Receiver<Option<WaitStatus>>,
    started: Instant,
}

impl Progress {
    /// Creates the notifications for a request and the observer of its call; `None` if the client requested no progress.
    pub fn requested(context: &RequestContext<RoleServer>) -> Option<(Arc<WaitObserver>, Self)> {
        let token = context.meta.get_progress_token()?;
        let observer = Arc::new(WaitObserver::default());
        let waits = observer.0.subscribe();
        Some((observer, Self { peer: context.peer.clone(), token, waits, started: Instant::now() }))
    }

    /// Reports every wait of more than a second. Never completes.
    pub async fn report(mut self) -> Infallible {
        while self.waits.wait_for(Option::is_some).await.is_ok() {
            let now = Instant::now();
            let until = self.waits.borrow().and_then(|wait| wait.until);
            let is_long = until.is_some_and(|until| until > now + MIN_WAIT);
            let mut due = if is_long { now } else { now + MIN_WAIT };
            loop {
                let over = async { drop(self.waits.wait_for(Option::is_none).await) };
                tokio::select! {
                    () = over => break,
                    () = tokio::time::sleep_until(due) => {}
                }
                let wait = *self.waits.borrow_and_update();
                if let Some(wait) = wait {
                    let elapsed = self.started.elapsed().as_secs_f64();
                    let param = ProgressNotificationParam::new(self.token.clone(), elapsed).with_message(message(wait));
                    // An error means that the client has disconnected, which is handled elsewhere.
                    drop(self.peer.notify_progress(param).await);
                }
                due = Instant::now() + INTERVAL;
            }
        }
        std::future::pending().await
    }
}

/// Describes a wait to a person.
fn message(wait: WaitStatus) -> String {
    let what = match wait.reason {
        WaitReason::RateLimit(_) => "waiting for the rate limit",
        WaitReason::Queue => "waiting for other calls for this location",
        WaitReason::Retry => "waiting to retry",
    };
    match wait.until {
        Some(until) => format!("{what}, {} s", seconds(until.saturating_duration_since(Instant::now()))),
        None => what.to_owned(),
    }
}
