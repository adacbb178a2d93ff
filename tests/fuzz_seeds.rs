//! The fuzz targets' checks on the seeds, so that neither can rot: fuzzing itself is not part of a test run.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::panic::catch_unwind;
use std::path::Path;

#[path = "../fuzz/src/lib.rs"]
mod properties;

/// Runs a check on each seed of its target, which has at least so many.
fn check(target: &str, fewest: usize, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let seeds: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(seeds.len() >= fewest, "{} has {} seeds", folder.display(), seeds.len());
    for seed in seeds {
        let input = std::fs::read(&seed).unwrap();
        assert!(catch_unwind(|| check(&input)).is_ok(), "{}", seed.display());
    }
}

#[test]
fn arguments() {
    check("arguments", 20, properties::arguments::check);
}

#[test]
fn operations() {
    check("operations", 10, properties::operations::check);
}

#[test]
fn plain_call() {
    check("plain_call", 20, properties::plain_call::check);
}

#[test]
fn selection() {
    check("selection", 10, properties::selection::check);
}

#[test]
fn answers() {
    check("answers", 10, properties::answers::check);
}

#[test]
fn work() {
    check("work", 10, properties::work::check);
}

#[test]
fn rate_limit_headers() {
    check("rate_limit_headers", 5, properties::rate_limit_headers::check);
}

#[test]
fn sealed() {
    check("sealed", 10, properties::sealed::check);
}

#[test]
fn registration() {
    check("registration", 10, properties::registration::check);
}

#[test]
fn authorize() {
    check("authorize", 15, properties::authorize::check);
}
