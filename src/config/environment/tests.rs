use super::*;

fn check(name: &str, value: &str) -> Result<(), String> {
    validate([(name, value)]).map_err(|error| error.to_string())
}

#[test]
fn a_misspelt_variable_is_an_error_that_names_the_nearest() {
    for (misspelt, near) in [
        ("LEADCONNECTOR_MCP_TOOLS_READONLY", "LEADCONNECTOR_MCP_TOOLS_READ_ONLY"),
        ("LEADCONNECTOR_MCP_TOOL_READ_ONLY", "LEADCONNECTOR_MCP_TOOLS_READ_ONLY"),
        ("LEADCONNECTOR_MCP_READ_ONLY", "LEADCONNECTOR_MCP_TOOLS_READ_ONLY"),
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
fn every_setting_has_a_name_that_is_known() {
    for name in ["TOOLS_READ_ONLY", "LISTEN", "SERVER_LISTEN", "LOG", "LOG_FILTER", "LOG_FORMAT", "CONFIG"] {
        assert_eq!(check(&format!("LEADCONNECTOR_MCP_{name}"), "x"), Ok(()), "{name}");
    }
    for other in ["PATH", "LEADCONNECTOR_TOKEN", "LEADCONNECTOR_MCP", "LEADCONNECTOR_MCPX_LISTEN"] {
        assert_eq!(check(other, "x"), Ok(()), "{other}");
    }
}

/// As kubelet makes them for Services of these names.
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
fn only_what_kubernetes_makes_is_left_alone() {
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

/// Else a Service could set it, or it would be taken for a Service's.
#[test]
fn no_setting_is_named_like_a_variable_of_kubernetes() {
    let known = known_variables().unwrap();
    assert!(known.len() > 40);
    for name in known {
        assert_eq!(kubernetes::shape(&name), None, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn what_is_not_utf8_is_an_error() {
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
