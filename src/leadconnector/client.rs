//! Sends requests to the API: in their turn, until a deadline, and again where that can do no harm.

mod attempt;
mod http_clients;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::error::Error;
use super::rate_limiter::{Bounds, Priority, RateLimiters, Rejected, SendPermit};
use super::request::Request;
use super::response::Response;
use super::retry::{self, Verdict};
use super::send_options::{RetryCause, SendEvent, SendOptions, WaitStatus};
use super::token::Token;
use crate::config::UpstreamSettings;
use http_clients::HttpClients;

pub use http_clients::TlsError;

/// Sends requests to the API. Cloning shares the connections and the budgets.
#[derive(Debug, Clone)]
pub struct Client {
    http_clients: Arc<HttpClients>,
    base: String,
    rate_limiters: Arc<RateLimiters>,
    call_deadline: Duration,
    attempt_timeout: Duration,
    max_attempts: u32,
    max_response_bytes: usize,
}

impl Client {
    /// A client with connections and budgets of its own.
    ///
    /// # Errors
    ///
    /// If the TLS library cannot be set up.
    pub fn new(settings: &UpstreamSettings) -> Result<Self, TlsError> {
        Ok(Self {
            http_clients: Arc::new(HttpClients::new(settings)?),
            base: settings.url.as_str().trim_end_matches('/').to_owned(),
            rate_limiters: Arc::new(RateLimiters::new(Bounds {
                in_flight: settings.max_in_flight_per_location,
                queued: settings.max_queued_per_location,
            })),
            call_deadline: settings.call_deadline,
            attempt_timeout: settings.attempt_timeout,
            max_attempts: settings.max_attempts,
            max_response_bytes: settings.max_response_bytes,
        })
    }

    /// Sends a request with the caller's token when it is its turn, and reads the answer whole. It is sent once more
    /// where that can do no harm.
    ///
    /// # Errors
    ///
    /// If it could not be sent, no answer came in time, it was cut off, or it is too large. An answer that reports a
    /// failure is no error here.
    pub async fn send(&self, token: &Token, request: &Request, options: &SendOptions<'_>) -> Result<Response, Error> {
        let limiter = self.rate_limiters.of(token, request.location.as_ref()).await;
        let mut permit = limiter.acquire(Priority::New, options).await.map_err(|refused| self.refused(refused))?;
        limiter.count_call();
        let mut attempts = 1;
        // What came of the last attempt that may have been carried out.
        let mut earlier_unknown = None;
        loop {
            options.observer.on_send_event(SendEvent::Attempt(attempts));
            let result = self.timed_attempt(token, request, permit, attempts, options).await;
            // Judged by itself: a 429 after an attempt of unknown outcome is a 429, and spends no retry.
            let verdict = retry::judge(&request.endpoint, &result);
            let asked = result.as_ref().ok().and_then(|response| response.retry_after).unwrap_or_default();
            let result = match (earlier_unknown.take(), result) {
                // That this one was not carried out says nothing of the one before.
                (Some(_), Ok(response)) => Ok(Response { outcome_unknown: true, ..response }),
                (Some(before), Err(error)) if !error.outcome_unknown() => before,
                (_, result) => result,
            };
            if attempts == self.max_attempts || options.cancelled.is_cancelled() {
                return result;
            }
            let cause = match verdict {
                Verdict::Final => return result,
                // The limiter is closed until it can succeed: that is all the pause there need be.
                Verdict::RateLimited => RetryCause::RateLimited,
                Verdict::Repeat => {
                    let pause = asked.max(retry::pause(attempts));
                    let again =
                        pause < options.remaining() && limiter.may_retry(request) && paused(pause, options).await;
                    if !again {
                        return result;
                    }
                    RetryCause::Failed
                }
            };
            permit = match limiter.acquire(Priority::Retry, options).await {
                Ok(permit) => permit,
                Err(_) => return result,
            };
            earlier_unknown = Some(result).filter(retry::outcome_unknown);
            attempts += 1;
            options.observer.on_send_event(SendEvent::Retried(cause));
        }
    }

    /// One attempt, in the time that it may take: a hanging one is given up while there is time for another.
    async fn timed_attempt(
        &self,
        token: &Token,
        request: &Request,
        mut permit: SendPermit,
        attempts: u32,
        options: &SendOptions<'_>,
    ) -> Result<Response, Error> {
        let rest = options.remaining();
        let another = request.endpoint.idempotent && attempts < self.max_attempts && rest >= self.attempt_timeout * 2;
        let (patience, said) =
            if another { (self.attempt_timeout, self.attempt_timeout) } else { (rest, self.call_deadline) };
        let attempt = self.attempt(token, request, &mut permit);
        tokio::time::timeout(patience, attempt).await.unwrap_or(Err(Error::Timeout(said)))
    }

    fn refused(&self, refused: Rejected) -> Error {
        match refused {
            Rejected::RateLimited(wait, limit) => Error::RateLimited { wait, limit },
            Rejected::QueueFull => Error::QueueFull,
            Rejected::QueueTimeout => Error::QueueTimeout(self.call_deadline),
            Rejected::Cancelled => Error::Cancelled,
        }
    }
}

/// Pauses before the next attempt; `false` if nobody waits for it any more.
async fn paused(pause: Duration, options: &SendOptions<'_>) -> bool {
    let until = Instant::now() + pause;
    options.report_wait(WaitStatus::retry(until));
    tokio::select! {
        () = tokio::time::sleep_until(until) => true,
        () = options.cancelled.cancelled() => false,
    }
}
