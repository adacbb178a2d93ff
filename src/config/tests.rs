use std::io::Write;

use super::*;

fn load(flags: &CliOverrides, environment: &[(&str, &str)]) -> Result<Settings, String> {
    let variable =
        |name: &str| environment.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    Settings::load(flags, variable).map_err(|error| error.to_string())
}

/// A temporary file, removed when dropped.
struct ConfigFile(PathBuf);

impl ConfigFile {
    fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("leadconnector-mcp-{}-{name}.toml", std::process::id()));
        std::fs::File::create(&path).unwrap().write_all(text.as_bytes()).unwrap();
        Self(path)
    }

    fn flags(&self) -> CliOverrides {
        CliOverrides { config: Some(self.0.clone()), ..CliOverrides::default() }
    }
}

impl Drop for ConfigFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn the_defaults_are_those_of_the_default_file() {
    let settings = load(&CliOverrides::default(), &[]).unwrap();
    assert_eq!(settings.server.listen, "127.0.0.1:8080".parse().unwrap());
    assert_eq!(settings.upstream.url.as_str(), "https://services.leadconnectorhq.com/");
    assert_eq!(settings.upstream.call_deadline.as_secs(), 45);
    assert_eq!(settings.upstream.connect_timeout.as_secs(), 5);
    assert_eq!((settings.server.max_request_bytes, settings.upstream.max_response_bytes), (1 << 20, 8 << 20));
    assert_eq!(settings.log.filter, "info");
    let connections = settings.server.connections;
    assert_eq!((connections.max_connections, connections.max_connections_per_address), (1024, 256));
    assert_eq!((settings.server.max_requests, settings.server.max_requests_per_address), (512, 128));
    assert!(connections.shutdown_delay.is_zero() && connections.drain_timeout.as_secs() == 30);
    // Longer than the 60 s for which proxies keep a connection open.
    assert_eq!(connections.idle_timeout.as_secs(), 75);
}

#[test]
fn flags_override_the_environment_which_overrides_the_file() {
    let file = ConfigFile::new(
        "layers",
        "[server]\nlisten = \"127.0.0.1:1\"\n[log]\nfilter = \"warn\"\n[upstream]\nurl = \"https://file.example\"",
    );
    let environment = [
        ("LEADCONNECTOR_MCP_LISTEN", "127.0.0.1:2"),
        ("LEADCONNECTOR_MCP_LOG", "debug"),
        ("LEADCONNECTOR_MCP_UPSTREAM", ""),
    ];
    let flags = CliOverrides { listen: Some("127.0.0.1:3".into()), ..file.flags() };
    let settings = load(&flags, &environment).unwrap();
    assert_eq!(settings.server.listen.port(), 3);
    assert_eq!(settings.log.filter, "debug");
    assert_eq!(settings.upstream.url.host_str(), Some("file.example"));
}

#[test]
fn every_setting_has_a_variable() {
    let environment = [
        ("LEADCONNECTOR_MCP_TOOLS_READ_ONLY", "true"),
        ("LEADCONNECTOR_MCP_TOOLS_SERVICES", "contacts, calendars,"),
        ("LEADCONNECTOR_MCP_SERVER_MAX_RESULT_BYTES", "1000"),
        ("LEADCONNECTOR_MCP_ALLOWED_HOSTS", "a.example,"),
        ("LEADCONNECTOR_MCP_SERVER_LISTEN", "127.0.0.1:1"),
    ];
    let settings = load(&CliOverrides::default(), &environment).unwrap();
    assert!(settings.tools.read_only);
    assert_eq!(settings.tools.services, ["contacts", "calendars"]);
    assert_eq!(settings.server.max_result_bytes, 1000);
    assert_eq!(settings.server.listen.port(), 1);
    let empty = load(&CliOverrides::default(), &[("LEADCONNECTOR_MCP_TOOLS_ONLY", " , ")]).unwrap_err();
    assert!(empty.contains("tools.only") && empty.contains("the list is empty"), "{empty}");
    for restricting in ["LEADCONNECTOR_MCP_TOOLS_READ_ONLY", "LEADCONNECTOR_MCP_TOOLS_LOCATIONS"] {
        let error = load(&CliOverrides::default(), &[(restricting, "")]).unwrap_err();
        assert!(error.contains("set but empty"), "{error}");
    }
    let error = load(&CliOverrides::default(), &[("LEADCONNECTOR_MCP_TOOLS_READ_ONLY", "perhaps")]).unwrap_err();
    assert!(error.contains("tools.read_only"), "{error}");
}

#[test]
fn read_only_has_a_short_variable_and_a_flag() {
    const SHORT: &str = "LEADCONNECTOR_MCP_READ_ONLY";
    const LONG: &str = "LEADCONNECTOR_MCP_TOOLS_READ_ONLY";
    let read_only = |flag: bool, environment: &[(&str, &str)]| {
        let flags = CliOverrides { read_only: flag, ..CliOverrides::default() };
        load(&flags, environment).map(|settings| settings.tools.read_only)
    };
    assert_eq!(read_only(false, &[]), Ok(false));
    assert_eq!(read_only(true, &[]), Ok(true));
    assert_eq!(read_only(false, &[(SHORT, "true")]), Ok(true));
    assert_eq!(read_only(true, &[(SHORT, "false")]), Ok(true), "a flag overrides a variable");
    assert!(read_only(false, &[(SHORT, "")]).unwrap_err().contains("READ_ONLY is set but empty"));
    assert!(read_only(false, &[(SHORT, "true"), (LONG, "")]).unwrap_err().contains("TOOLS_READ_ONLY is set but empty"));
    assert!(read_only(false, &[(SHORT, "ture")]).unwrap_err().contains("tools.read_only"));
}

#[test]
fn two_variables_of_one_setting_must_not_differ() {
    for (name, section, value, other) in [
        ("READ_ONLY", "TOOLS_READ_ONLY", "true", "false"),
        ("LISTEN", "SERVER_LISTEN", "127.0.0.1:1", "127.0.0.1:2"),
        ("ALLOWED_HOSTS", "SERVER_ALLOWED_HOSTS", "a.example, b.example", "a.example"),
    ] {
        let (short, long) = (format!("LEADCONNECTOR_MCP_{name}"), format!("LEADCONNECTOR_MCP_{section}"));
        let error = load(&CliOverrides::default(), &[(&short, value), (&long, other)]).unwrap_err();
        assert!(error.starts_with(&format!("{short} and {long} both set ")) && !error.contains(value), "{error}");
        assert!(load(&CliOverrides::default(), &[(&short, value), (&long, &value.replace(' ', ""))]).is_ok(), "{name}");
    }
}

#[test]
fn a_variable_does_not_lift_read_only_of_the_file() {
    let file = ConfigFile::new("lift", "[tools]\nread_only = true");
    for variable in ["LEADCONNECTOR_MCP_READ_ONLY", "LEADCONNECTOR_MCP_TOOLS_READ_ONLY"] {
        let error = load(&file.flags(), &[(variable, "false")]).unwrap_err();
        assert!(error.starts_with("tools.read_only = \"false\": an environment variable lifts"), "{error}");
        assert!(load(&file.flags(), &[(variable, "true")]).unwrap().tools.read_only);
        let flags = CliOverrides { read_only: true, ..file.flags() };
        assert!(load(&flags, &[(variable, "false")]).unwrap().tools.read_only);
    }
    let file = ConfigFile::new("tighten", "[tools]\nread_only = false");
    assert!(load(&file.flags(), &[("LEADCONNECTOR_MCP_READ_ONLY", "true")]).unwrap().tools.read_only);
}

#[test]
fn an_unknown_key_is_reported_with_the_nearest() {
    for (text, key, nearest) in [
        ("[server]\nlisen = \"x\"", "server.lisen", "server.listen"),
        ("[servers]\nlisten = \"x\"", "servers.listen", "server.listen"),
        ("read_only = true", "read_only", "tools.read_only"),
        ("[server]\nread_only = true", "server.read_only", "tools.read_only"),
        ("[tools]\nread-only = true", "tools.read-only", "tools.read_only"),
        ("[tools]\nREAD_ONLY = true", "tools.READ_ONLY", "tools.read_only"),
        ("\"tools.read_only\" = true", "tools.read_only", "tools.read_only"),
        ("[tool]", "tool", ""),
    ] {
        let error = load(&ConfigFile::new("unknown", text).flags(), &[]).unwrap_err();
        assert!(error.starts_with(&format!("unknown key `{key}` in ")) && error.contains(nearest), "{error}");
    }
}

#[test]
fn an_invalid_value_is_reported_with_what_is_allowed() {
    let bad = |name: &'static str, value: &'static str| load(&CliOverrides::default(), &[(name, value)]).unwrap_err();
    let error = bad("LEADCONNECTOR_MCP_LISTEN", "localhost");
    assert_eq!(
        error,
        "server.listen = \"localhost\": must be an IP address and a port, like 127.0.0.1:8080 (only this machine) or \
         0.0.0.0:8080 (all interfaces)"
    );
    assert!(bad("LEADCONNECTOR_MCP_UPSTREAM", "nonsense").starts_with("upstream.url = \"nonsense\": must be a URL"));
    assert!(bad("LEADCONNECTOR_MCP_UPSTREAM", "ftp://x").contains("must begin with https://"));
    for url in [
        "https://user:hidden@127.0.0.1:1x",
        "ftp://user:hidden@host",
        "http://user:hidden@example.com",
        "user:hidden@x",
    ] {
        assert!(!bad("LEADCONNECTOR_MCP_UPSTREAM", url).contains("hidden"), "{url}");
    }
    assert!(bad("LEADCONNECTOR_MCP_LOG_FORMAT", "xml").contains("log.format = \"xml\": must be"));
    assert!(bad("LEADCONNECTOR_MCP_LOG", "a=b=c").contains("log.filter"));
    for not_a_level in ["inof", "info,verbose", "hyper"] {
        let error = bad("LEADCONNECTOR_MCP_LOG", not_a_level);
        assert!(error.contains("is not a level") && error.contains("like info, debug or warn,leadconnector_mcp=debug"));
    }
    assert!(bad("LEADCONNECTOR_MCP_ALLOWED_ORIGINS", "app.example.com").contains("server.allowed_origins"));
    let secret = bad("LEADCONNECTOR_MCP_UPSTREAM", "https://user:secret@api.example");
    assert!(secret.contains("no user") && !secret.contains("secret"), "{secret}");
}

#[test]
fn plain_http_is_only_for_loopback_unless_allowed() {
    let upstream = |url: &'static str| load(&CliOverrides::default(), &[("LEADCONNECTOR_MCP_UPSTREAM", url)]);
    for url in ["http://127.0.0.1:9", "http://localhost:9", "http://[::1]:9", "https://api.example"] {
        assert!(upstream(url).is_ok(), "{url}");
    }
    assert!(upstream("http://api.example").unwrap_err().contains("allow_plain_http"));
    let file = ConfigFile::new("http", "[upstream]\nurl = \"http://api.example\"\nallow_plain_http = true");
    assert!(load(&file.flags(), &[]).is_ok());
}

#[test]
fn a_deprecated_setting_is_applied_and_reported() {
    let defaults = load(&CliOverrides::default(), &[]).unwrap();
    assert!(defaults.deprecated.is_empty());
    assert_eq!((defaults.server.max_id_bytes, defaults.server.body_timeout.as_secs()), (256, 20));

    let file = ConfigFile::new("deprecated", "[server]\nmax_id_bytes = 40\nmax_headers = 20");
    let environment = [("LEADCONNECTOR_MCP_SERVER_MAX_HEADERS", "30"), ("LEADCONNECTOR_MCP_SERVER_BODY_TIMEOUT", "5s")];
    let settings = load(&file.flags(), &environment).unwrap();
    assert_eq!(settings.deprecated, ["server.max_id_bytes", "server.max_headers", "server.body_timeout"]);
    assert_eq!((settings.server.max_id_bytes, settings.server.connections.max_headers), (40, 30));
    assert_eq!(settings.server.body_timeout.as_secs(), 5);
}

#[test]
fn an_invalid_file_is_an_error() {
    for (name, text, named) in [
        ("key", "[server]\nlisen = \"x\"", "lisen"),
        ("table", "[servers]\nlisten = \"x\"", "servers"),
        ("type", "[server]\nmax_request_bytes = \"much\"", "server.max_request_bytes"),
        ("zero", "[upstream]\nmax_response_bytes = 0", "upstream.max_response_bytes = \"0\""),
        ("duration", "[upstream]\ncall_deadline = \"2m\"", "upstream.call_deadline = \"2m\""),
        ("syntax", "[server", "TOML"),
    ] {
        let error = load(&ConfigFile::new(name, text).flags(), &[]).unwrap_err();
        assert!(error.contains(named), "{name}: {error}");
    }
    let missing = CliOverrides { config: Some("/nonexistent/x.toml".into()), ..CliOverrides::default() };
    assert!(load(&missing, &[]).unwrap_err().contains("x.toml"));
}
