//! Reports panics: their source location, and never their message.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::PanicHookInfo;

use super::logging;

/// Replaces the default panic hook, which prints the panic message. The message may contain anything: an argument, a
/// response, a token.
pub fn install() {
    std::panic::set_hook(Box::new(report));
}

/// A panic in here would abort the process, and a blocking write would stall the thread: the log queue does neither.
fn report(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let thread = std::thread::current();
    let thread = thread.name().unwrap_or("unnamed");
    // Names of functions and files only; captured only if RUST_BACKTRACE is set.
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

    /// Tells this test, started again as a separate process, what to set up before it panics.
    const ROLE: &str = "LEADCONNECTOR_MCP_TEST_PANICS";
    const CANARY: &str = "pit-canary";

    /// The output of a process that panics in two ways and continues.
    fn output_of(role: &str) -> String {
        let name = "cli::panics::tests::a_panic_message_is_never_printed";
        let mut process = Command::new(std::env::current_exe().unwrap());
        let output = process.args([name, "--exact", "--nocapture"]).env(ROLE, role).env("RUST_BACKTRACE", "1").output();
        let output = output.unwrap();
        let written = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        assert!(output.status.success() && written.contains("1 passed"), "{written}");
        written
    }

    fn panic_in_two_ways() {
        std::thread::spawn(|| panic!("with {CANARY}")).join().unwrap_err();
        let error = "x".parse::<u8>().map_err(|error| format!("{error}: {CANARY}"));
        std::panic::catch_unwind(|| error.unwrap()).unwrap_err();
    }

    #[test]
    fn a_panic_message_is_never_printed() {
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
        assert_eq!(output_of("standard").matches(CANARY).count(), 2, "the default hook prints it");
        for role in ["silent", "logging"] {
            let written = output_of(role);
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
