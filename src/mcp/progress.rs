//! Tells a client that asked for progress what its call waits for.

use std::convert::Infallible;
use std::time::Duration;

use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::RequestContext;
use rmcp::{Peer, RoleServer};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::leadconnector::{WaitReason, WaitStatus, seconds};

/// Shorter waits are not told.
const WORTH_TELLING: Duration = Duration::from_secs(1);

/// A longer wait is told again, so that a client that counts the silence goes on waiting.
const REPEATED: Duration = Duration::from_secs(5);

/// The teller of one call.
pub struct Progress {
    peer: Peer<RoleServer>,
    /// `None` where nobody wants to know.
    token: Option<ProgressToken>,
    waits: watch::Receiver<Option<WaitStatus>>,
    began: Instant,
}

impl Progress {
    /// Tells the sender of a request, if it asked for it, of these waits.
    pub fn of(context: &RequestContext<RoleServer>, waits: watch::Receiver<Option<WaitStatus>>) -> Self {
        Self { peer: context.peer.clone(), token: context.meta.get_progress_token(), waits, began: Instant::now() }
    }

    /// The same, but says nothing unless the client can be told.
    pub fn only_if(self, can_be_told: bool) -> Self {
        Self { token: self.token.filter(|_| can_be_told), ..self }
    }

    /// Tells of every wait of more than a second. Never ends.
    pub async fn tell(mut self) -> Infallible {
        let Some(token) = self.token.take() else { return std::future::pending().await };
        loop {
            let Some(wait) = self.next().await else { return std::future::pending().await };
            let now = Instant::now();
            let long = wait.until.is_some_and(|until| until > now + WORTH_TELLING);
            let mut due = if long { now } else { now + WORTH_TELLING };
            loop {
                let over = async { self.waits.wait_for(Option::is_none).await.is_ok() };
                tokio::select! {
                    told = over => if told { break } else { return std::future::pending().await },
                    () = tokio::time::sleep_until(due) => {}
                }
                let wait = *self.waits.borrow_and_update();
                if let Some(wait) = wait {
                    let waited = self.began.elapsed().as_secs_f64();
                    let param = ProgressNotificationParam::new(token.clone(), waited).with_message(message(wait));
                    // A client that is gone needs no progress; its call ends elsewhere.
                    drop(self.peer.notify_progress(param).await);
                }
                due = Instant::now() + REPEATED;
            }
        }
    }

    /// The next wait; `None` if there will be none.
    async fn next(&mut self) -> Option<WaitStatus> {
        self.waits.wait_for(Option::is_some).await.ok().and_then(|wait| *wait)
    }
}

/// A wait in words.
fn message(wait: WaitStatus) -> String {
    let what = match wait.reason {
        WaitReason::RateLimit(_) => "waiting for the rate limit",
        WaitReason::Turn => "waiting for other calls of this location",
        WaitReason::Retry => "waiting to try again",
    };
    match wait.until {
        Some(until) => format!("{what}, {} s", seconds(until.saturating_duration_since(Instant::now()))),
        None => what.to_owned(),
    }
}
