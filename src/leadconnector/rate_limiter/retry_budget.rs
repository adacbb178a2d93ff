//! Limits the share of calls that are retried, so that retries do not overload a failing API.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;
use tower::retry::budget::{Budget, TpsBudget};

/// How long a call counts as recent.
const RECENT: Duration = Duration::from_secs(10);
/// The number of retries allowed per recent call.
const RETRY_RATIO: f32 = 0.1;

/// The retries that the calls of one rate limiter may make.
#[derive(Debug)]
pub struct RetryBudget {
    budget: TpsBudget,
    /// When a retry was last denied.
    last_denied: Mutex<Option<Instant>>,
}

/// The result of a withdrawal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawal {
    /// The retry is allowed.
    Granted,
    /// The retry is denied, for the first time in a while.
    Exhausted,
    /// The retry is denied, and another was recently.
    StillExhausted,
}

impl RetryBudget {
    /// Creates a budget that always allows this many retries per second: a tenth of few calls would be none.
    pub fn new(reserve_per_second: u32) -> Self {
        Self { budget: TpsBudget::new(RECENT, reserve_per_second, RETRY_RATIO), last_denied: Mutex::default() }
    }

    /// Records a call, which allows a tenth of a retry.
    pub fn deposit(&self) {
        self.budget.deposit();
    }

    /// Withdraws one retry.
    pub fn withdraw(&self) -> Withdrawal {
        if self.budget.withdraw() {
            return Withdrawal::Granted;
        }
        let now = Instant::now();
        let previous = self.last_denied.lock().replace(now);
        // Every tenth failing call is granted a retry, so a granted retry does not mean that the API works again.
        match previous {
            Some(previous) if now - previous < RECENT => Withdrawal::StillExhausted,
            _ => Withdrawal::Exhausted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_tenth_of_the_calls_may_be_retries() {
        let retry_budget = RetryBudget::new(1);
        let reserve = (0..1000).filter(|_| retry_budget.withdraw() == Withdrawal::Granted).count();
        assert_eq!(reserve, 10);
        for _ in 0..500 {
            retry_budget.deposit();
        }
        assert_eq!((0..1000).filter(|_| retry_budget.withdraw() == Withdrawal::Granted).count(), 50);
        tokio::time::advance(2 * RECENT).await;
        assert_eq!((0..1000).filter(|_| retry_budget.withdraw() == Withdrawal::Granted).count(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn exhaustion_is_reported_once() {
        let retry_budget = RetryBudget::new(1);
        let withdrawals: Vec<Withdrawal> = (0..13).map(|_| retry_budget.withdraw()).collect();
        assert_eq!(
            withdrawals[9..],
            [Withdrawal::Granted, Withdrawal::Exhausted, Withdrawal::StillExhausted, Withdrawal::StillExhausted]
        );
        for _ in 0..10 {
            retry_budget.deposit();
        }
        assert_eq!(
            [retry_budget.withdraw(), retry_budget.withdraw()],
            [Withdrawal::Granted, Withdrawal::StillExhausted]
        );
        tokio::time::advance(2 * RECENT).await;
        let again = (0..11).map(|_| retry_budget.withdraw()).last();
        assert_eq!(again, Some(Withdrawal::Exhausted), "reported again after a while");
    }
}
