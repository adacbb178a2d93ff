//! Sets logging up, on standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::{LogFormat, LogSettings};

/// Starts logging; the filter has been checked.
pub fn start(settings: &LogSettings) {
    let subscriber = tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter(&settings.filter));
    match settings.format {
        LogFormat::Text => subscriber.with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => subscriber.json().flatten_event(true).init(),
    }
}

/// The filter as it was set, with rmcp silent unless it is named: it logs every call, takes clients' mistakes and
/// hang-ups for errors, and at trace level logs the messages themselves, which hold contacts' data.
fn filter(directives: &str) -> EnvFilter {
    let named = directives.split(',').any(|directive| directive.trim_start().starts_with("rmcp"));
    EnvFilter::new(if named { directives.to_owned() } else { format!("{directives},rmcp=off") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rmcp_speaks_only_when_asked() {
        assert_eq!(filter("info").to_string(), "rmcp=off,info");
        assert_eq!(filter("info,rmcp=debug").to_string(), "rmcp=debug,info");
    }
}
