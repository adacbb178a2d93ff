//! Sends requests: rate-limited, with a deadline, retried when safe.

mod attempt;
mod http_clients;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::error::Error;
use super::rate_limiter::{Priority, QueueLimits, RateLimiters, Rejected, SendPermit};
use super::request::Request;
use super::response::Response;
use super::retry::{self, RetryDecision};
use super::send_options::{RetryCause, SendEvent, SendOptions, WaitStatus};
use super::token::Token;
use crate::config::UpstreamSettings;
use http_clients::HttpClients;

pub use http_clients::TlsError;
pub(super) use http_clients::{USER_AGENT, tls_config};

/// Sends requests to the API. Clones share connections and rate limiters.
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
    /// Creates a client with connections and rate limiters of its own.
    ///
    /// # Errors
    ///
    /// If the TLS library cannot be set up.
    pub fn new(settings: &UpstreamSettings) -> Result<Self, TlsError> {
        Ok(Self {
            http_clients: Arc::new(HttpClients::new(settings)?),
            base: settings.url.as_str().trim_end_matches('/').to_owned(),
            rate_limiters: Arc::new(RateLimiters::new(QueueLimits {
                in_flight: settings.max_in_flight_per_location,
                queued: settings.max_queued_per_location,
            })),
            call_deadline: settings.call_deadline,
            attempt_timeout: settings.attempt_timeout,
            max_attempts: settings.max_attempts,
            max_response_bytes: settings.max_response_bytes,
        })
    }

    /// Sends a request with the caller's token as soon as the rate limiter allows it, and reads the complete response.
    /// Retries it when safe.
    ///
    /// # Errors
    ///
    /// If the request could not be sent, or the response did not arrive in time, was cut off or is too large. A response
    /// with an error status is not an error here.
    pub async fn send(&self, token: &Token, request: &Request, options: &SendOptions<'_>) -> Result<Response, Error> {
        let limiter = self.rate_limiters.get_or_create(token, request.location.as_ref()).await;
        let mut permit = limiter.acquire(Priority::New, options).await.map_err(|rejected| self.error(rejected))?;
        limiter.count_call();
        let mut attempts = 1;
        // The result of the last attempt that may have carried out the request.
        let mut earlier_unknown = None;
        loop {
            options.observer.on_send_event(SendEvent::Attempt(attempts));
            let result = self.timed_attempt(token, request, permit, attempts, options).await;
            // Decided from this attempt alone: a 429 after an attempt with unknown outcome is a 429, and costs no retry.
            let decision = retry::decide(&request.endpoint, &result);
            let retry_after = result.as_ref().ok().and_then(|response| response.retry_after).unwrap_or_default();
            let result = match (earlier_unknown.take(), result) {
                // That this attempt did not carry out the request does not tell the outcome of the earlier one.
                (Some(_), Ok(response)) => Ok(Response { outcome_unknown: true, ..response }),
                (Some(earlier), Err(error)) if !error.outcome_unknown() => earlier,
                (_, result) => result,
            };
            if attempts == self.max_attempts || options.cancelled.is_cancelled() {
                return result;
            }
            let cause = match decision {
                RetryDecision::Return => return result,
                // No pause: the rate limiter blocks until the request can succeed.
                RetryDecision::RateLimited => RetryCause::RateLimited,
                RetryDecision::Retry => {
                    let pause = retry_after.max(retry::backoff(attempts));
                    let retry =
                        pause < options.remaining() && limiter.may_retry(request) && paused(pause, options).await;
                    if !retry {
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

    /// Makes one attempt, with a timeout: an attempt without a response ends while there is time for another.
    async fn timed_attempt(
        &self,
        token: &Token,
        request: &Request,
        mut permit: SendPermit,
        attempts: u32,
        options: &SendOptions<'_>,
    ) -> Result<Response, Error> {
        let remaining = options.remaining();
        let may_retry =
            request.endpoint.idempotent && attempts < self.max_attempts && remaining >= self.attempt_timeout * 2;
        // The last attempt has all the remaining time; its error reports the time of the whole call.
        let (timeout, reported) =
            if may_retry { (self.attempt_timeout, self.attempt_timeout) } else { (remaining, self.call_deadline) };
        let attempt = self.attempt(token, request, &mut permit);
        tokio::time::timeout(timeout, attempt).await.unwrap_or(Err(Error::Timeout(reported)))
    }

    fn error(&self, rejected: Rejected) -> Error {
        match rejected {
            Rejected::RateLimited(wait, limit) => Error::RateLimited { wait, limit },
            Rejected::QueueFull => Error::QueueFull,
            Rejected::QueueTimeout => Error::QueueTimeout(self.call_deadline),
            Rejected::Cancelled => Error::Cancelled,
        }
    }
}

/// Pauses before the next attempt; `false` if the call is cancelled.
async fn paused(pause: Duration, options: &SendOptions<'_>) -> bool {
    let until = Instant::now() + pause;
    options.report_wait(WaitStatus::retry(until));
    tokio::select! {
        () = tokio::time::sleep_until(until) => true,
        () = options.cancelled.cancelled() => false,
    }
}
