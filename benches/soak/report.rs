//! What was seen.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::Result;

/// By how much memory may be larger in the last third than in the middle one, in percent. It goes up and down a little.
const LEVEL_PERCENT: u64 = 10;

/// The durations of all calls, by what came of them.
#[derive(Default)]
pub struct Report {
    calls: Mutex<BTreeMap<String, Vec<Duration>>>,
}

impl Report {
    pub fn add(&self, kind: &str, took: Duration) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        match calls.get_mut(kind) {
            Some(durations) => durations.push(took),
            None => drop(calls.insert(kind.to_owned(), vec![took])),
        }
    }

    /// Prints it; memory that still grows at the end is a failure, and so is a call without a legible answer.
    pub fn print(&self, seconds: u64, resident_kib: &[u64]) -> Result<()> {
        let calls = std::mem::take(&mut *self.calls.lock().unwrap_or_else(PoisonError::into_inner));
        let total: usize = calls.values().map(Vec::len).sum();
        println!("{total} calls in {seconds} s\n\n{:<24}{:>9}{:>10}{:>10}", "outcome", "calls", "p50 ms", "p99 ms");
        for (kind, mut durations) in calls.clone() {
            durations.sort_unstable();
            let ms = |percent: usize| durations[(durations.len() - 1) * percent / 100].as_secs_f64() * 1e3;
            println!("{kind:<24}{:>9}{:>10.1}{:>10.1}", durations.len(), ms(50), ms(99));
        }
        let [start, .., end] = resident_kib else { return Err("memory was not measured".into()) };
        let mb: Vec<String> = resident_kib.iter().map(|kib| format!("{}", kib / 1024)).collect();
        let middle = resident_kib[resident_kib.len() / 2] / 1024;
        println!("\nresident, MB: {}\nstart {}, middle {middle}, end {}", mb.join(" "), start / 1024, end / 1024);
        let third = resident_kib.len() / 3;
        let sum = |kib: &[u64]| kib.iter().sum::<u64>();
        let (before, after) = (&resident_kib[third..2 * third], &resident_kib[resident_kib.len() - third..]);
        if sum(after) > sum(before) + sum(before) * LEVEL_PERCENT / 100 {
            return Err("memory does not level off".into());
        }
        let lost =
            calls.keys().find(|kind| kind.starts_with("transport") || *kind == "no answer" || *kind == "illegible");
        lost.map_or(Ok(()), |kind| Err(format!("calls were lost: {kind}").into()))
    }
}
