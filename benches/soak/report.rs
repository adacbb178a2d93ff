//! The report of a run.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::Result;

/// By how much memory may be larger in the last third than in the middle one, in percent. It varies a little.
const MAX_GROWTH_PERCENT: u64 = 10;

/// The durations of all calls, by outcome.
#[derive(Default)]
pub struct Report {
    calls: Mutex<BTreeMap<String, Vec<Duration>>>,
}

impl Report {
    pub fn add(&self, outcome: &str, duration: Duration) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        match calls.get_mut(outcome) {
            Some(durations) => durations.push(duration),
            None => drop(calls.insert(outcome.to_owned(), vec![duration])),
        }
    }

    /// Prints the report. Fails if memory still grows at the end, or if a call has no well-formed response.
    pub fn print(&self, seconds: u64, resident_kib: &[u64]) -> Result<()> {
        let calls = std::mem::take(&mut *self.calls.lock().unwrap_or_else(PoisonError::into_inner));
        let total: usize = calls.values().map(Vec::len).sum();
        println!("{total} calls in {seconds} s\n\n{:<24}{:>9}{:>10}{:>10}", "outcome", "calls", "p50 ms", "p99 ms");
        for (outcome, mut durations) in calls.clone() {
            durations.sort_unstable();
            let ms = |percent: usize| durations[(durations.len() - 1) * percent / 100].as_secs_f64() * 1e3;
            println!("{outcome:<24}{:>9}{:>10.1}{:>10.1}", durations.len(), ms(50), ms(99));
        }
        let [start, .., end] = resident_kib else { return Err("memory was not measured".into()) };
        let mb: Vec<String> = resident_kib.iter().map(|kib| format!("{}", kib / 1024)).collect();
        let middle = resident_kib[resident_kib.len() / 2] / 1024;
        println!("\nresident, MB: {}\nstart {}, middle {middle}, end {}", mb.join(" "), start / 1024, end / 1024);
        let third = resident_kib.len() / 3;
        let sum = |kib: &[u64]| kib.iter().sum::<u64>();
        let (before, after) = (&resident_kib[third..2 * third], &resident_kib[resident_kib.len() - third..]);
        if sum(after) > sum(before) + sum(before) * MAX_GROWTH_PERCENT / 100 {
            return Err("memory does not level off".into());
        }
        let lost = calls
            .keys()
            .find(|outcome| outcome.starts_with("transport") || *outcome == "no response" || *outcome == "malformed");
        lost.map_or(Ok(()), |outcome| Err(format!("calls were lost: {outcome}").into()))
    }
}
