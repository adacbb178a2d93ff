//! How many calls may be retries, so that an API in trouble is not hammered.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tower::retry::budget::{Budget, TpsBudget};

/// For how long a call counts.
const RECENT: Duration = Duration::from_secs(10);
/// The share of the recent calls that may be retries.
const SHARE: f32 = 0.1;

/// A budget of retries.
#[derive(Debug)]
pub struct RetryBudget {
    budget: TpsBudget,
    /// When it last was exhausted.
    exhausted: Mutex<Option<Instant>>,
}

/// The answer to a wish for a retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spend {
    /// It may be made.
    Granted,
    /// It may not, for the first time in a while.
    Exhausted,
    /// It may not, as before.
    StillExhausted,
}

impl RetryBudget {
    /// A budget that lets so many retries a second be made in any case: a tenth of few calls is none.
    pub fn new(reserve_per_second: u32) -> Self {
        Self { budget: TpsBudget::new(RECENT, reserve_per_second, SHARE), exhausted: Mutex::default() }
    }

    /// A call is made.
    pub fn count(&self) {
        self.budget.deposit();
    }

    /// Takes a retry.
    pub fn spend(&self) -> Spend {
        if self.budget.withdraw() {
            return Spend::Granted;
        }
        let now = Instant::now();
        let before = self.exhausted.lock().unwrap_or_else(PoisonError::into_inner).replace(now);
        // Every tenth failing call has a retry, so that one granted does not mean that the trouble is over.
        match before {
            Some(before) if now - before < RECENT => Spend::StillExhausted,
            _ => Spend::Exhausted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_tenth_of_the_calls_may_be_retries() {
        let retry_budget = RetryBudget::new(1);
        let reserve = (0..1000).filter(|_| retry_budget.spend() == Spend::Granted).count();
        assert_eq!(reserve, 10);
        for _ in 0..500 {
            retry_budget.count();
        }
        assert_eq!((0..1000).filter(|_| retry_budget.spend() == Spend::Granted).count(), 50);
        tokio::time::advance(2 * RECENT).await;
        assert_eq!((0..1000).filter(|_| retry_budget.spend() == Spend::Granted).count(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn running_out_is_told_once() {
        let retry_budget = RetryBudget::new(1);
        let spent: Vec<Spend> = (0..13).map(|_| retry_budget.spend()).collect();
        assert_eq!(spent[9..], [Spend::Granted, Spend::Exhausted, Spend::StillExhausted, Spend::StillExhausted]);
        for _ in 0..10 {
            retry_budget.count();
        }
        assert_eq!([retry_budget.spend(), retry_budget.spend()], [Spend::Granted, Spend::StillExhausted]);
        tokio::time::advance(2 * RECENT).await;
        let again = (0..11).map(|_| retry_budget.spend()).last();
        assert_eq!(again, Some(Spend::Exhausted), "this is another time");
    }
}
