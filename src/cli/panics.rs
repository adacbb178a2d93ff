//! What a panic leaves behind: where it was, and never what it was with.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::PanicHookInfo;

use super::logging;

/// Takes the place of the standard report, which prints what the program panicked with. That may hold anything: an
/// argument, an answer, a token.
pub fn install() {
    std::panic::set_hook(Box::new(report));
}

/// A panic in here would end the process, and a write that waits would hold the thread up: the log's queue does neither.
fn report(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let thread = std::thread::current();
    let thread = thread.name().unwrap_or("unnamed");
    // The names of functions and files; taken only where RUST_BACKTRACE asks for it.
    let backtrace = Some(Backtrace::capture()).filter(|backtrace| backtrace.status() == BacktraceStatus::Captured);
    if tracing::dispatcher::has_been_set() {
        tracing::error!(place, thread, backtrace = backtrace.map(tracing::field::display), "panicked");
    } else {
        logging::print(&format!("leadconnector-mcp: panicked at {place}"));
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// Says to this test, started once more as a process of its own, what to do before it panics.
    const ROLE: &str = "LEADCONNECTOR_MCP_TEST_PANICS";
    const CANARY: &str = "pit-canary";

    /// What a process writes that panics in two ways and goes on.
    fn written(role: &str) -> String {
        let name = "cli::panics::tests::what_it_was_with_is_not_told";
        let mut process = Command::new(std::env::current_exe().unwrap());
        let output = process.args([name, "--exact", "--nocapture"]).env(ROLE, role).env("RUST_BACKTRACE", "1").output();
        let output = output.unwrap();
        let written = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        assert!(output.status.success() && written.contains("1 passed"), "{written}");
        written
    }

    fn panic_in_two_ways() {
        std::thread::spawn(|| panic!("with {CANARY}")).join().unwrap_err();
        let refused = "x".parse::<u8>().map_err(|error| format!("{error}: {CANARY}"));
        std::panic::catch_unwind(|| refused.unwrap()).unwrap_err();
    }

    #[test]
    fn what_it_was_with_is_not_told() {
        match std::env::var(ROLE).ok().as_deref() {
            None => {}
            Some(role) => {
                if role != "standard" {
                    install();
                }
                if role == "logging" {
                    tracing_subscriber::fmt().json().with_writer(std::io::stderr).init();
                }
                return panic_in_two_ways();
            }
        }
        assert_eq!(written("standard").matches(CANARY).count(), 2, "this is what it would be without");
        for role in ["silent", "logging"] {
            let written = written(role);
            assert!(!written.contains(CANARY), "{written}");
            assert!(written.matches(file!()).count() >= 2, "{written}");
            assert_eq!(
                written.matches(r#""level":"ERROR""#).count(),
                if role == "logging" { 2 } else { 0 },
                "{written}"
            );
        }
    }
}
