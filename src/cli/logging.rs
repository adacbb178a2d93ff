//! Sets logging up, on standard error.

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

/// How long the end of the process waits for the log's reader.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// Libraries that are silent unless the filter names them.
///
/// rmcp logs every call, takes clients' mistakes and hang-ups for errors, and at trace level logs the messages
/// themselves, which hold contacts' data. h2 warns of each connection that breaks its rules: anybody who can connect
/// could fill the log.
const SILENT: [&str; 2] = ["rmcp", "h2"];

/// All lines on their way to standard error.
static QUEUE: Queue = Queue::new();
static STARTED: AtomicBool = AtomicBool::new(false);

/// Starts logging; the filter has been checked.
///
/// # Errors
///
/// If no thread can be started.
pub fn start(settings: &LogSettings) -> io::Result<()> {
    let (format, out) = (settings.format, streams::stderr());
    std::thread::Builder::new()
        .name("log".to_owned())
        .spawn(move || QUEUE.write_to(out, |lost| lost_line(format, lost)))?;
    STARTED.store(true, Ordering::Release);
    let subscriber = tracing_subscriber::fmt()
        // tracing-subscriber reports an error of its own with `eprintln!`, which panics if standard error fails.
        .log_internal_errors(false)
        .with_writer(|| &QUEUE)
        .with_env_filter(filter(&settings.filter));
    match format {
        LogFormat::Text => subscriber.with_ansi(io::stderr().is_terminal()).init(),
        LogFormat::Json => subscriber.json().flatten_event(true).init(),
    }
    Ok(())
}

/// Prints a line for the operator, after the log's lines where logging was started.
pub fn print(line: &str) {
    if STARTED.load(Ordering::Acquire) {
        QUEUE.push(format!("{line}\n").as_bytes());
    } else {
        let _ = writeln!(io::stderr(), "{line}"); // if this fails there is nowhere to say so
    }
}

/// Waits until the log is written, for a bounded time: the end of the process must not depend on the log's reader.
pub fn finish() {
    if STARTED.load(Ordering::Acquire) {
        QUEUE.close(CLOSE_TIMEOUT);
    }
}

/// The line that says how many were lost. It is worded here and not logged: its place is before the lines that wait.
fn lost_line(format: LogFormat, lost: u64) -> String {
    let mut timestamp = String::new();
    let _ = SystemTime.format_time(&mut Writer::new(&mut timestamp)); // writing to text cannot fail
    let (target, message) = (module_path!(), "log lines were lost: standard error took them too slowly, or failed");
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

/// The filter as it was set, with some libraries silent unless it names them.
fn filter(directives: &str) -> EnvFilter {
    let named = |library: &str| directives.split(',').any(|directive| directive.trim_start().starts_with(library));
    let silent = SILENT.into_iter().filter(|library| !named(library)).map(|library| format!(",{library}=off"));
    EnvFilter::new(std::iter::once(directives.to_owned()).chain(silent).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_libraries_log_only_when_asked() {
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
    fn lost_lines_are_reported_in_the_logs_form() {
        let line: serde_json::Value = serde_json::from_str(&lost_line(LogFormat::Json, 7)).unwrap();
        assert_eq!((&line["level"], &line["lost"]), (&json!("WARN"), &json!(7)));
        let line = lost_line(LogFormat::Text, 7);
        assert!(line.contains("Z  WARN leadconnector_mcp::cli::logging: ") && line.ends_with(" lost=7\n"), "{line}");
    }
}
