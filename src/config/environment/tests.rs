use super::*;

fn check(name: &str, value: &str) -> Result<(), String> {
    validate([(name, value)]).map_err(|error| error.to_string())
}

#[test]
fn a_misspelt_variable_is_an_error_with_suggestions() {
    for (misspelt, near) in [
        ("LEADCONNECTOR_MCP_TOOLS_READONLY", "LEADCONNECTOR_MCP_TOOLS_READ_ONLY"),
        ("LEADCONNECTOR_MCP_TOOL_READ_ONLY", "LEADCONNECTOR_MCP_TOOLS_READ_ONLY"),
        ("LEADCONNECTOR_MCP_READONLY", "LEADCONNECTOR_MCP_READ_ONLY"),
        ("LEADCONNECTOR_MCP_SERVICES", "LEADCONNECTOR_MCP_TOOLS_SERVICES"),
        ("LEADCONNECTOR_MCP_ALLOWED_HOST", "LEADCONNECTOR_MCP_ALLOWED_HOSTS"),
        #[cfg(not(windows))]
        ("leadconnector_mcp_tools_read_only", "LEADCONNECTOR_MCP_TOOLS_READ_ONLY"),
    ] {
        let error = check(misspelt, "true").unwrap_err();
        assert!(error.contains(&format!("{misspelt} is not a setting")) && error.contains(near), "{error}");
    }
    let far = check("LEADCONNECTOR_MCP_FROBNICATE", "1").unwrap_err();
    assert!(far.ends_with("config/default.toml lists all settings"), "{far}");
}

#[test]
fn a_variable_like_a_known_one_is_an_error() {
    for (misspelt, near) in [
        ("LEADCONNECTOR_LOCATION", "LEADCONNECTOR_LOCATION_ID"),
        ("LEADCONNECTOR_LOCATIONID", "LEADCONNECTOR_LOCATION_ID"),
        ("LEADCONNECTOR_LOCATIONS", "LEADCONNECTOR_LOCATION_ID"),
        ("LEADCONNECTOR_TOKENS", "LEADCONNECTOR_TOKEN"),
        ("LEAD_CONNECTOR_TOKEN", "LEADCONNECTOR_TOKEN"),
        #[cfg(not(windows))]
        ("leadconnector_token", "LEADCONNECTOR_TOKEN"),
        ("LEADCONNECTOR_READ_ONLY", "LEADCONNECTOR_MCP_READ_ONLY"),
        ("LEADCONNECTOR_TOOLS_READONLY", "LEADCONNECTOR_MCP_TOOLS_READ_ONLY"),
        ("LEADCONECTOR_MCP_READ_ONLY", "LEADCONNECTOR_MCP_READ_ONLY"),
        ("LEADCONNECTOR-MCP-READ-ONLY", "LEADCONNECTOR_MCP_READ_ONLY"),
        ("LEADCONNECTOR_MCPX_LISTEN", "LEADCONNECTOR_MCP_LISTEN"),
    ] {
        let error = check(misspelt, "x").unwrap_err();
        assert!(error.contains(&format!("{misspelt} is not a setting (nearest: {near})")), "{error}");
    }
}

/// Variables of other programs, which may share our environment.
#[test]
fn variables_of_other_programs_are_ignored() {
    for other in [
        "PATH",
        "LEADCONNECTOR",
        "LEADCONNECTOR_MCP",
        "LEADCONNECTOR_CLIENT_ID",
        "LEADCONNECTOR_CLIENT_SECRET",
        "LEADCONNECTOR_ACCESS_TOKEN",
        "LEADCONNECTOR_API_KEY",
        "LEADCONNECTOR_WEBHOOK_URL",
        "MCP_READ_ONLY",
        "CONNECTOR_TOKEN",
        "GHL_LOCATION_ID",
    ] {
        assert_eq!(check(other, "x"), Ok(()), "{other}");
    }
    for (name, value) in
        [("LEADCONNECTOR_SERVICE_HOST", "10.0.0.1"), ("LEADCONNECTOR_LOCATION_PORT", "tcp://10.0.0.1:80")]
    {
        assert_eq!(check(name, value), Ok(()), "{name}");
    }
}

#[test]
fn long_and_short_names_of_settings_are_known() {
    for name in [
        "TOOLS_READ_ONLY",
        "READ_ONLY",
        "LISTEN",
        "SERVER_LISTEN",
        "LOG",
        "LOG_FILTER",
        "LOG_FORMAT",
        "CONFIG",
        "SERVER_MAX_ID_BYTES",
    ] {
        assert_eq!(check(&format!("LEADCONNECTOR_MCP_{name}"), "x"), Ok(()), "{name}");
    }
    for name in ["LEADCONNECTOR_TOKEN", "LEADCONNECTOR_LOCATION_ID"] {
        assert_eq!(check(name, "x"), Ok(()), "{name}");
    }
}

/// The variables that kubelet sets for Services of these names.
#[test]
fn a_kubernetes_service_is_not_a_setting() {
    for service in ["", "_SERVER", "_TOOLS", "_UPSTREAM", "_LOG", "_METRICS", "_SERVER_PORT"] {
        for (end, value) in [
            ("SERVICE_HOST", "10.0.0.11"),
            ("SERVICE_HOST", "fd00::11"),
            ("SERVICE_PORT", "8080"),
            ("SERVICE_PORT_HTTP_METRICS", "9090"),
            ("PORT", "tcp://10.0.0.11:8080"),
            ("PORT", "tcp://[fd00::11]:8080"),
            ("PORT_8080_TCP", "tcp://10.0.0.11:8080"),
            ("PORT_8080_TCP_PROTO", "tcp"),
            ("PORT_8080_TCP_PORT", "8080"),
            ("PORT_8080_TCP_ADDR", "10.0.0.11"),
            ("PORT_53_UDP", "udp://10.0.0.11:53"),
            ("PORT_53_UDP_PROTO", "udp"),
            ("PORT_132_SCTP_ADDR", "10.0.0.11"),
        ] {
            let name = format!("LEADCONNECTOR_MCP{service}_{end}");
            assert_eq!(check(&name, value), Ok(()), "{name}={value}");
        }
    }
}

#[test]
fn a_variable_that_kubernetes_would_not_set_is_an_error() {
    for (name, value) in [
        ("PORT", "8080"),
        ("SERVER_PORT", "8080"),
        ("SERVER_PORT", "127.0.0.1:8080"),
        ("PORT", "http://10.0.0.11:8080"),
        ("SERVICE_HOST", "gateway.example"),
        ("SERVICE_PORT", "http"),
        ("SERVER_PORT_8080_TLS", "tcp://10.0.0.11:8080"),
        ("SERVER_PORT_HTTP_TCP", "tcp://10.0.0.11:8080"),
        ("SERVER_PORT_8080_TCP_NAME", "x"),
        ("SERVER_SERVICE", "10.0.0.11"),
        ("SERVER_PORTS", "tcp://10.0.0.11:8080"),
    ] {
        assert!(check(&format!("LEADCONNECTOR_MCP_{name}"), value).is_err(), "{name}={value}");
    }
}

/// Otherwise a Service could set it, or it would be ignored as a Service's variable.
#[test]
fn no_setting_has_the_name_of_a_kubernetes_variable() {
    let known = known_variables().unwrap();
    assert!(known.len() > 40);
    for name in known {
        assert_eq!(kubernetes::value_kind(&name), None, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_name_or_value_that_is_not_utf8_is_an_error() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    let text = |bytes: &[u8]| OsString::from_vec(bytes.to_vec());
    let check = |name: &[u8], value: &[u8]| validate([(text(name), text(value))]).map_err(|error| error.to_string());
    let error = check(b"LEADCONNECTOR_MCP_SERVER_MAX_RESULT_BYTES", b"1000\xff").unwrap_err();
    assert_eq!(error, "the environment variable LEADCONNECTOR_MCP_SERVER_MAX_RESULT_BYTES is not valid UTF-8");
    let error = check(b"LEADCONNECTOR_MCP_TOOLS_READ\xff_ONLY", b"true").unwrap_err();
    assert_eq!(error, "the environment variable LEADCONNECTOR_MCP_TOOLS_READ\u{fffd}_ONLY is not valid UTF-8");
    let error = check(b"LEADCONNECTOR_MCP_SERVER_SERVICE_HOST", b"\xff").unwrap_err();
    assert!(error.contains("is not a setting"), "{error}");
    assert_eq!(check(b"SOMETHING\xff", b"\xff"), Ok(()));
}
