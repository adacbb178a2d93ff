//! Invalid settings: exit code 64, and a message that names the setting, the value and what is allowed.

use std::process::Output;

use super::{TextFile, finish, program, run};

fn assert_rejected(output: &Output, named: &[&str]) {
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(64), "{message}");
    assert!(output.stdout.is_empty(), "no server was started");
    for name in named {
        assert!(message.contains(name), "{name} is not in: {message}");
    }
}

#[test]
fn of_the_command_line() {
    for (arguments, named) in [
        (&["--listen", "nonsense"][..], ["server.listen", "nonsense", "127.0.0.1:8080"]),
        (&["--listen", "127.0.0.1:99999"], ["server.listen", "127.0.0.1:99999", "port"]),
        (&["--upstream", "nonsense"], ["upstream.url", "nonsense", "https://"]),
        (&["--upstream", "ftp://a.example"], ["upstream.url", "ftp://a.example", "https://"]),
        (&["--upstream", "http://a.example"], ["upstream.url", "http://a.example", "allow_plain_http"]),
        (&["--allowed-host", "a b"], ["server.allowed_hosts", "a b", "host name"]),
        (&["--allowed-origin", "app.example.com"], ["server.allowed_origins", "app.example.com", "https://"]),
        (&["--log-format", "xml"], ["log.format", "xml", "json"]),
        (&["--log", "a=b=c"], ["log.filter", "a=b=c", "directives"]),
        (
            &["--log", "verbose"],
            ["log.filter", "\"verbose\" is not a level", "info, debug or warn,leadconnector_mcp=debug"],
        ),
    ] {
        assert_rejected(&run(arguments), &named);
        assert_rejected(&run(&[&["serve"], arguments].concat()), &named);
    }
}

#[test]
fn of_the_environment() {
    for (name, value, named) in [
        ("LISTEN", "localhost", ["server.listen", "localhost", "IP address"]),
        ("UPSTREAM", "http://a.example", ["upstream.url", "http://a.example", "allow_plain_http"]),
        ("ALLOWED_HOSTS", "a.example,b c", ["server.allowed_hosts", "b c", "host name"]),
        ("ALLOWED_ORIGINS", "https://a.example/x", ["server.allowed_origins", "https://a.example/x", "https://"]),
        ("LOG_FORMAT", "xml", ["log.format", "xml", "text"]),
        ("LOG", "a=b=c", ["log.filter", "a=b=c", "directives"]),
        ("CONFIG", "/nonexistent/settings.toml", ["config", "/nonexistent/settings.toml", "No such file"]),
    ] {
        let output = finish(program(&["serve"]).env(format!("LEADCONNECTOR_MCP_{name}"), value));
        assert_rejected(&output, &named);
    }
}

/// A misspelled limit would be no limit.
#[test]
fn of_the_environment_misspelled() {
    for (name, value, near) in [
        ("READONLY", "true", "READ_ONLY"),
        ("TOOL_READ_ONLY", "true", "TOOLS_READ_ONLY"),
        ("TOOLS_READONLY", "true", "TOOLS_READ_ONLY"),
        ("ALLOWED_ORIGIN", "https://a.example", "ALLOWED_ORIGINS"),
        ("PORT", "8080", ""),
    ] {
        let (name, near) = (format!("LEADCONNECTOR_MCP_{name}"), format!("LEADCONNECTOR_MCP_{near}"));
        for command in ["serve", "stdio", "check", "health"] {
            let mut command = program(&[command]);
            let output = finish(command.env("LEADCONNECTOR_TOKEN", "pit-1").env(&name, value));
            assert_rejected(&output, &[&format!("{name} is not a setting"), &near]);
        }
    }
}

/// Names without the prefix of settings, which only misspelling can explain.
#[test]
fn of_the_environment_nearly_right() {
    for (name, near) in [
        ("LEADCONNECTOR_LOCATION", "LEADCONNECTOR_LOCATION_ID"),
        ("LEADCONNECTOR_READ_ONLY", "LEADCONNECTOR_MCP_READ_ONLY"),
        ("LEADCONNECTR_MCP_READ_ONLY", "LEADCONNECTOR_MCP_READ_ONLY"),
    ] {
        for command in ["serve", "stdio", "check"] {
            let output = finish(program(&[command]).env("LEADCONNECTOR_TOKEN", "pit-1").env(name, "true"));
            assert_rejected(&output, &[&format!("{name} is not a setting (nearest: {near}); correct or remove it")]);
        }
    }
    let mut other = program(&["check", "--sandbox"]);
    assert_eq!(finish(other.env("LEADCONNECTOR_CLIENT_ID", "x")).status.code(), Some(0), "of another program");
}

#[test]
fn of_two_variables_that_differ() {
    let (short, long) = ("LEADCONNECTOR_MCP_READ_ONLY", "LEADCONNECTOR_MCP_TOOLS_READ_ONLY");
    for command in ["serve", "stdio", "check"] {
        let mut command = program(&[command]);
        let output = finish(command.env("LEADCONNECTOR_TOKEN", "pit-1").env(short, "true").env(long, "false"));
        assert_rejected(&output, &[&format!("{short} and {long} both set tools.read_only, to different values")]);
    }
}

/// Kubernetes sets such variables in every pod of a namespace with a Service `leadconnector-mcp-server`.
#[test]
fn variables_that_kubernetes_sets_are_not_settings() {
    let variables = [
        ("SERVICE_HOST", "10.0.0.11"),
        ("SERVICE_PORT", "8080"),
        ("SERVICE_PORT_HTTP", "8080"),
        ("PORT", "tcp://10.0.0.11:8080"),
        ("PORT_8080_TCP", "tcp://10.0.0.11:8080"),
        ("PORT_8080_TCP_PROTO", "tcp"),
        ("PORT_8080_TCP_PORT", "8080"),
        ("PORT_8080_TCP_ADDR", "10.0.0.11"),
    ];
    for service in ["LEADCONNECTOR_MCP", "LEADCONNECTOR_MCP_SERVER"] {
        let variables = variables.map(|(end, value)| (format!("{service}_{end}"), value));
        let output = finish(program(&["check", "--sandbox"]).envs(variables));
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// If it counted as unset, a limit would be lifted silently, or another caller would be used.
#[cfg(unix)]
#[test]
fn of_the_environment_that_is_not_utf8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let broken = OsStr::from_bytes(b"canary\xff");
    for name in [
        "LEADCONNECTOR_MCP_SERVER_MAX_RESULT_BYTES",
        "LEADCONNECTOR_MCP_LOG",
        "LEADCONNECTOR_TOKEN",
        "LEADCONNECTOR_LOCATION_ID",
    ] {
        let mut command = program(&["check", "--sandbox"]);
        let output = finish(command.env("LEADCONNECTOR_TOKEN", "pit-1").env(name, broken));
        assert_rejected(&output, &[&format!("{name} is not valid UTF-8")]);
        assert!(!String::from_utf8_lossy(&output.stderr).contains("canary"), "the value is not repeated");
    }
    let name = OsStr::from_bytes(b"LEADCONNECTOR_MCP_TOOLS_READ_ONLY\xff");
    let output = finish(program(&["check", "--sandbox"]).env(name, "true"));
    assert_rejected(&output, &["LEADCONNECTOR_MCP_TOOLS_READ_ONLY\u{fffd} is not valid UTF-8"]);
    let mut connect = program(&["connect", "--client", "cursor", "--token-from-env"]);
    let output = finish(connect.env("LEADCONNECTOR_TOKEN", broken));
    assert_rejected(&output, &["LEADCONNECTOR_TOKEN is not valid UTF-8"]);
}

#[test]
fn of_the_file() {
    for (text, named) in [
        ("[server]\nlisten = \"x\"", ["server.listen", "\"x\"", "127.0.0.1:8080"]),
        ("[server]\nlisen = \"x\"", ["lisen", "unknown", "listen"]),
        ("[servers]\nlisten = \"x\"", ["servers", "unknown", "server"]),
        ("[server]\nresponse = \"xml\"", ["server.response", "\"xml\"", "sse"]),
        ("[server]\nmax_request_bytes = \"much\"", ["server.max_request_bytes", "much", "integer"]),
        ("[upstream]\nmax_response_bytes = 0", ["upstream.max_response_bytes", "0", "at least 1"]),
        ("[upstream]\ncall_deadline = \"2m\"", ["upstream.call_deadline", "2m", "55s"]),
        ("[upstream]\nmax_attempts = 0", ["upstream.max_attempts", "0", "from 1"]),
        ("[upstream]\nmax_attempts = 99", ["upstream.max_attempts", "99", "to 10"]),
        ("[upstream]\nattempt_timeout = \"2m\"", ["upstream.attempt_timeout", "2m", "55s"]),
        ("[upstream]\nmax_in_flight_per_location = 0", ["upstream.max_in_flight_per_location", "0", "at least 1"]),
        ("[upstream]\nconnect_timeout = \"soon\"", ["upstream.connect_timeout", "soon", "500ms"]),
        ("[upstream]\nallow_plain_http = \"perhaps\"", ["upstream.allow_plain_http", "perhaps", "boolean"]),
        ("[server]\nmax_json_depth = 128", ["server.max_json_depth", "128", "at most 127"]),
        ("[server]\nmax_id_bytes = 0", ["server.max_id_bytes", "0", "at least 36"]),
        ("[server]\nmax_headers = 5", ["server.max_headers", "5", "at least 16"]),
        ("[server]\nmax_header_bytes = 8191", ["server.max_header_bytes", "8191", "at least 8192"]),
        ("[server]\nmax_arguments_bytes = 0", ["server.max_arguments_bytes", "0", "at least 1"]),
        ("[server]\nmax_connections = 0", ["server.max_connections", "0", "at least 1"]),
        ("[server]\nmax_connections_per_address = -1", ["max_connections_per_address", "-1", "invalid"]),
        ("[server]\nmax_requests = 0", ["server.max_requests", "0", "at least 1"]),
        ("[server]\nmax_requests_per_address = -1", ["max_requests_per_address", "-1", "invalid"]),
        ("[server]\nmax_requests_per_token = -1", ["max_requests_per_token", "-1", "invalid"]),
        ("[server]\ntrusted_proxies = [\"10.0.0.7/8\"]", ["server.trusted_proxies", "10.0.0.7/8", "10.0.0.0/8"]),
        ("[server]\ntrusted_proxies = [\"proxy\"]", ["server.trusted_proxies", "proxy", "IP address"]),
        ("[server]\ntrusted_proxies = [\"::/0\"]", ["server.trusted_proxies", "::/0", "not all addresses"]),
        ("[server]\nheader_timeout = \"0s\"", ["server.header_timeout", "0s", "above 0"]),
        ("[server]\nbody_timeout = \"2h\"", ["server.body_timeout", "2h", "at most 1h"]),
        ("[server]\nwrite_timeout = \"soon\"", ["server.write_timeout", "soon", "like 75s"]),
        ("[server]\nidle_timeout = \"\"", ["server.idle_timeout", "\"\"", "like 75s"]),
        ("[server]\nshutdown_delay = \"2h\"", ["server.shutdown_delay", "2h", "at most 1h"]),
        ("[server]\ndrain_timeout = \"2m\"", ["server.drain_timeout", "2m", "55s"]),
        ("[server]\nmax_result_bytes = -1", ["max_result_bytes", "-1", "invalid"]),
        ("[tools]\nservices = [\"contact\"]", ["tools.services", "\"contact\"", "conversations, locations"]),
        ("[tools]\nonly = [\"contacts\"]", ["tools.only", "\"contacts\"", "nearest: contacts_"]),
        (
            "[tools]\nexclude = [\"contacts_delete\"]",
            ["tools.exclude", "\"contacts_delete\"", "nearest: contacts_delete-"],
        ),
        ("[tools]\nread_only = \"perhaps\"", ["tools.read_only", "perhaps", "boolean"]),
        ("[tools]\nlocations = [\"a/b\"]", ["tools.locations", "a/b", "not a location id"]),
        ("[tools]\nlocations = [\"LOC\", \"\"]", ["tools.locations", "LOC,", "not a location id"]),
        ("[tools]\nservice = [\"contacts\"]", ["service", "unknown", "services"]),
        ("read_only = true", ["unknown key `read_only`", "nearest: tools.read_only", "correct"]),
        ("[server", ["TOML", "1", "]"]),
    ] {
        let file = TextFile::new(text);
        assert_rejected(&run(&["--config", file.path()]), &named);
    }
}

#[test]
fn of_unknown_arguments() {
    for (arguments, named) in [
        (&["--lisen", "127.0.0.1:0"][..], "--lisen"),
        (&["serve", "--token", "x"], "--token"),
        (&["frobnicate"], "frobnicate"),
        (&["sandbox", "--listen", "nonsense"], "nonsense"),
        (&["serve", "--sandbox", "--upstream", "https://a.example"], "--upstream"),
        (&["serve", "--listen"], "--listen"),
        (&["stdio", "--token", "x"], "--token"),
        (&["stdio", "--sandbox", "--upstream", "https://a.example"], "--upstream"),
        (&["check", "--token", "x"], "--token"),
        (&["check", "pit-1"], "pit-1"),
        (&["serve", "--readonly"], "--read-only"),
        (&["serve", "--location", "LOC"], "--location"),
    ] {
        assert_rejected(&run(arguments), &[named]);
    }
}

/// All commands that serve or make calls have the same settings.
#[test]
fn of_other_commands() {
    let file = TextFile::new("[tools]\nservices = [\"contact\"]");
    for command in ["serve", "stdio", "check"] {
        let output = finish(program(&[command, "--config", file.path()]).env("LEADCONNECTOR_TOKEN", "pit-1"));
        assert_rejected(&output, &["tools.services", "\"contact\"", "contacts"]);
        let output = finish(program(&[command, "--upstream", "ftp://a.example"]).env("LEADCONNECTOR_TOKEN", "pit-1"));
        assert_rejected(&output, &["upstream.url", "ftp://a.example"]);
    }
}

/// A password in the URL is an error, but must not be printed.
#[test]
fn a_password_in_the_upstream_is_not_printed() {
    let output = run(&["--upstream", "https://user:hunter2@a.example"]);
    assert_rejected(&output, &["upstream.url"]);
    assert!(!String::from_utf8_lossy(&output.stderr).contains("hunter2"));
}
