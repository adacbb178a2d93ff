//! Sets up logging to standard error.

mod queue;

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};

use super::streams;
use crate::config::{LogFormat, LogSettings};
use queue::Queue;

/// How long the exit of the process waits for the reader of the log.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// Libraries that are silent unless the filter names them.
///
/// rmcp logs every call, logs clients' mistakes and disconnects as errors, and at trace level logs whole messages, which
/// contain contact data. h2 warns of each connection that violates the protocol, so any client could fill the log.
const SILENT: [&str; 2] = ["rmcp", "h2"];

/// The queue of all lines for standard error.
static QUEUE: Queue = Queue::new();
static STARTED: AtomicBool = AtomicBool::new(false);

/// Starts logging. The filter is valid: the settings were validated.
///
/// # Errors
///
/// If the thread cannot be started.
pub fn start(settings: &LogSettings) -> io::Result<()> {
    let (format, out) = (settings.format, streams::stderr());
    std::thread::Builder::new()
        .name("log".to_owned())
        .spawn(move || QUEUE.write_to(out, |lost| lost_line(format, lost)))?;
    STARTED.store(true, Ordering::Release);
    let subscriber = tracing_subscriber::fmt()
        // tracing-subscriber reports its own errors with `eprintln!`, which panics if standard error fails.
        .log_internal_errors(false)
        .with_writer(|| &QUEUE)
        .with_env_filter(filter(&settings.filter));
    match format {
        LogFormat::Text => subscriber.with_ansi(io::stderr().is_terminal()).init(),
        LogFormat::Json => subscriber.json().flatten_event(true).init(),
    }
    Ok(())
}

/// Prints a line for the operator. If logging has started, it goes through the log queue, after the lines before it.
pub fn print(line: &str) {
    if STARTED.load(Ordering::Acquire) {
        QUEUE.push(format!("{line}\n").as_bytes());
    } else {
        let _ = writeln!(io::stderr(), "{line}"); // if this fails, there is nowhere left to report it
    }
}

/// Waits until the log is written, for a bounded time: a reader that stalls must not keep the process from exiting.
pub fn finish() {
    if STARTED.load(Ordering::Acquire) {
        QUEUE.close(CLOSE_TIMEOUT);
    }
}

/// Formats the line that reports lost lines. It is not logged with `tracing`, because it must come before the lines that are
/// already queued.
fn lost_line(format: LogFormat, lost: u64) -> String {
    let mut timestamp = String::new();
    let _ = SystemTime.format_time(&mut Writer::new(&mut timestamp)); // writing to a String cannot fail
    let (target, message) = (module_path!(), "log lines were lost: standard error was too slow, or a write failed");
    match format {
        LogFormat::Text => format!("{timestamp}  WARN {target}: {message} lost={lost}\n"),
        LogFormat::Json => {
            let (timestamp, level) = (timestamp.as_str(), "WARN");
            let line = json!({
                "timestamp": timestamp, "level": level, "message": message, "lost": lost, "target": target
            });
            format!("{line}\n")
        }
    }
}

/// The configured filter, plus directives that silence some libraries unless it names them.
fn filter(directives: &str) -> EnvFilter {
    let named = |library: &str| directives.split(',').any(|directive| directive.trim_start().starts_with(library));
    let silent = SILENT.into_iter().filter(|library| !named(library)).map(|library| format!(",{library}=off"));
    EnvFilter::new(std::iter::once(directives.to_owned()).chain(silent).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_libraries_log_only_if_the_filter_names_them() {
        let directives = |text: &str| {
            let filter = filter(text).to_string();
            let mut directives: Vec<String> = filter.split(',').map(str::to_owned).collect();
            directives.sort_unstable();
            directives.join(",")
        };
        assert_eq!(directives("info"), "h2=off,info,rmcp=off");
        assert_eq!(directives("info,rmcp=debug"), "h2=off,info,rmcp=debug");
        assert_eq!(directives("info,h2=warn"), "h2=warn,info,rmcp=off");
    }

    #[test]
    fn lost_lines_are_reported_in_the_log_format() {
        let line: serde_json::Value = serde_json::from_str(&lost_line(LogFormat::Json, 7)).unwrap();
        assert_eq!((&line["level"], &line["lost"]), (&json!("WARN"), &json!(7)));
        let line = lost_line(LogFormat::Text, 7);
        assert!(line.contains("Z  WARN leadconnector_mcp::cli::logging: ") && line.ends_with(" lost=7\n"), "{line}");
    }
}
