//! Settings of OAuth: what is invalid ends the program with 64 and a sentence, and no message repeats a secret.

use std::process::Output;

use super::{TextFile, finish, program, run};

const PREFIX: &str = "LEADCONNECTOR_MCP_";

/// A key that is valid; its text is searched for in every message.
const KEY: &str = "Jx7Qw2mZr9Tb4Lk8Vn3Yc6Hd1Pf5Sg0UaXEiZoWMyqA";

/// Runs `serve` with OAuth on, a public URL, a key, and these lines of the settings file; asserts that it is rejected.
#[track_caller]
fn assert_rejected(sections: &str, named: &[&str]) {
    let file = TextFile::new(sections);
    assert_message(&run(&["serve", "--listen", "127.0.0.1:0", "--config", file.path()]), named);
}

#[track_caller]
fn assert_message(output: &Output, named: &[&str]) {
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(64), "{message}");
    assert!(output.stdout.is_empty(), "no server was started");
    for name in named {
        assert!(message.contains(name), "{name} is not in: {message}");
    }
    assert!(!message.contains(&KEY[..8]) && !message.to_lowercase().contains("canary"), "{message}");
}

fn oauth(line: &str) -> String {
    let key = if line.starts_with("keys") { "" } else { "keys = [\"Jx7Qw2mZr9Tb4Lk8Vn3Yc6Hd1Pf5Sg0UaXEiZoWMyqA\"]\n" };
    format!("[server]\npublic_url = \"https://gw.example.com\"\n[oauth]\nenabled = true\n{key}{line}\n")
}

#[test]
fn of_the_public_url() {
    for (url, problem) in [
        ("", "OAuth needs the URL"),
        ("gw.example.com", "must be a URL"),
        ("http://gw.example.com", "must begin with https://"),
        ("http://10.0.0.1", "must begin with https://"),
        ("https://gw.example.com/mcp", "no path"),
        ("https://gw.example.com?x=1", "no path"),
        ("https://gw.example.com#x", "no path"),
        ("ftp://gw.example.com", "must be a URL"),
        ("https://user:canary@gw.example.com", "user"),
    ] {
        let text = oauth("").replace("https://gw.example.com", url);
        assert_rejected(&text, &["server.public_url", problem]);
        // Also where OAuth is off, but for a missing one.
        if !url.is_empty() {
            assert_rejected(&text.replace("enabled = true", "enabled = false"), &["server.public_url", problem]);
        }
    }
    let without = oauth("").replace("public_url = \"https://gw.example.com\"", "");
    assert_rejected(&without, &["server.public_url", "OAuth needs the URL"]);
    assert_message(&run(&["serve", "--public-url", "https://gw.example.com/x"]), &["server.public_url", "no path"]);
    assert_message(&run(&["serve", "--oauth"]), &["server.public_url"]);
}

#[test]
fn of_the_values() {
    for (line, named) in [
        ("access_lifetime = \"59s\"", ["oauth.access_lifetime", "1m to 24h"]),
        ("access_lifetime = \"25h\"", ["oauth.access_lifetime", "1m to 24h"]),
        ("access_lifetime = \"soon\"", ["oauth.access_lifetime", "duration"]),
        ("access_lifetime = \"-1h\"", ["oauth.access_lifetime", "duration"]),
        ("access_lifetime = 3600", ["oauth.access_lifetime", "duration"]),
        ("refresh_idle = \"366d\"", ["oauth.refresh_idle", "365d"]),
        ("refresh_idle = \"0s\"", ["oauth.refresh_idle", "above 0"]),
        ("refresh_idle = \"91d\"", ["oauth.refresh_idle", "oauth.grant_lifetime"]),
        ("grant_lifetime = \"366d\"", ["oauth.grant_lifetime", "365d"]),
        ("not_before = \"yesterday\"", ["oauth.not_before", "2026-11-16T09:00:00Z"]),
        ("not_before = \"2026-11-16\"", ["oauth.not_before", "offset"]),
        ("revoked_grants = [\"1234567\"]", ["oauth.revoked_grants", "8 to 32"]),
        ("revoked_grants = [\"nothexxx\"]", ["oauth.revoked_grants", "hexadecimal"]),
        ("revoked_grants = [\"\"]", ["oauth.revoked_grants", "hexadecimal"]),
        ("allowed_redirects = [\"https://*.example.com/cb\"]", ["oauth.allowed_redirects", "pattern"]),
        ("allowed_redirects = [\"http://app.example.com/cb\"]", ["oauth.allowed_redirects", "https"]),
        ("allowed_redirects = [\"https://app.example.com/cb#x\"]", ["oauth.allowed_redirects", "fragment"]),
        ("allowed_redirects = [\"https://u@app.example.com/cb\"]", ["oauth.allowed_redirects", "user"]),
        ("allowed_redirects = [\"javascript:alert(1)\"]", ["oauth.allowed_redirects", "scheme"]),
        ("allowed_redirects = [\"data:text/html,x\"]", ["oauth.allowed_redirects", "scheme"]),
        ("allowed_redirects = [\"callback\"]", ["oauth.allowed_redirects", "redirect URI"]),
        ("clients = [\"my-app\"]", ["oauth.clients", "lacks a redirect URI"]),
        ("clients = [\"my/app https://a.example/cb\"]", ["oauth.clients", "must be an id"]),
        ("clients = [\"a https://a.example/cb\", \"a https://b.example/cb\"]", ["oauth.clients", "twice"]),
        ("clients = [\"a http://a.example/cb\"]", ["oauth.clients", "https"]),
        ("client_metadata_hosts = [\"https://app.example.com\"]", ["oauth.client_metadata_hosts", "domain name"]),
        ("client_metadata_hosts = [\"*.example.com\"]", ["oauth.client_metadata_hosts", "domain name"]),
        ("client_metadata_hosts = [\"127.0.0.1\"]", ["oauth.client_metadata_hosts", "domain name"]),
        ("registration = false\nclient_metadata = false", ["oauth.registration", "no client could connect"]),
        ("registration = \"perhaps\"", ["oauth.registration", "boolean"]),
        ("locations = [\"a/b\"]", ["oauth.locations", "location id"]),
        ("allowed_redirect = []", ["oauth.allowed_redirect", "oauth.allowed_redirects"]),
    ] {
        assert_rejected(&oauth(line), &named);
    }
    let off = "[oauth]\ndirect_tokens = false\n";
    assert_rejected(off, &["oauth.direct_tokens", "refuse every token"]);
}

#[test]
fn of_the_marketplace() {
    let id = "client_id = \"64f1-lm0x\"\n";
    for (lines, named) in [
        (id.to_owned(), ["marketplace.client_secret", "must be one secret"]),
        ("client_secret = \"canary\"\n".to_owned(), ["marketplace.client_id", "missing"]),
        (format!("{id}client_secret = 5"), ["marketplace.client_secret", "in quotes"]),
        (format!("{id}client_secret = [\"canary\", \"canary\"]"), ["marketplace.client_secret", "secret"]),
        (format!("{id}client_secret_file = \"/nonexistent/x\""), ["marketplace.client_secret_file", "No such file"]),
        (format!("{id}client_secret = \"canary\"\nclient_secret_file = \"/x\""), ["client_secret_file", "unset one"]),
        ("client_id = \"a b\"\nclient_secret = \"canary\"".to_owned(), ["marketplace.client_id", "id of the app"]),
        (format!("{id}client_secret = \"canary\"\nscopes = [\"a b\"]"), ["marketplace.scopes", "contacts.readonly"]),
        (format!("{id}client_secret = \"canary\"\nauthorize_url = \"http://a.example\""), ["authorize_url", "https"]),
        (
            format!("{id}client_secret = \"canary\"\nauthorize_url = \"https://a.example?x\""),
            ["authorize_url", "query"],
        ),
    ] {
        assert_rejected(&format!("{}[marketplace]\n{lines}\n", oauth("")), &named);
    }
}

#[test]
fn of_the_keys() {
    let nine: Vec<String> = (0..9u8).map(|number| format!("\"{number}{}\"", &KEY[1..])).collect();
    let short = format!("keys = \"{}\"", &KEY[..42]);
    for (line, problem) in [
        ("keys = []".to_owned(), "OAuth needs a key"),
        ("keys = \"\"".to_owned(), "OAuth needs a key"),
        (short, "32 bytes"),
        (format!("keys = \"{KEY}AA\""), "32 bytes"),
        ("keys = \"canary\"".to_owned(), "32 bytes"),
        (format!("keys = [\"{KEY}\", \"canary\"]"), "32 bytes"),
        (format!("keys = [\"{KEY}\", \"{KEY}\"]"), "twice"),
        (format!("keys = [\"{KEY}\", \" {KEY}=\"]"), "twice"),
        (format!("keys = [{}]", nine.join(",")), "at most 8"),
        (format!("keys = \"{}\"", "A".repeat(43)), "not random"),
        (format!("keys = \"{KEY}\"\nkeys_file = \"/nonexistent/keys\""), "unset one of them"),
    ] {
        assert_rejected(&oauth(&line), &["oauth.keys", problem]);
    }
}

/// A key that is written wrongly is still a key.
#[test]
fn a_key_is_not_repeated_however_it_is_written() {
    for line in [
        "keys = 5".to_owned(),
        "keys = true".to_owned(),
        format!("keys = {{ canary = \"{KEY}\" }}"),
        format!("keys = [[\"{KEY}\"], {{ a = \"{KEY}\" }}]"),
        format!("keys = [\"{KEY}\", 5]"),
        // Not TOML.
        format!("keys = {KEY}"),
        format!("keys = [\"{KEY}"),
        format!("keys = \"{KEY}"),
        format!("keys = \"{KEY}\" \"{KEY}\""),
        format!("keys = [\"{KEY}\" \"{KEY}\"]"),
        format!("keys = \"{KEY}\"\nkeys = \"{KEY}\""),
        format!("keys = \"\\q{KEY}\""),
        format!("keys = \"\"\"\n{KEY}\n{KEY}\n"),
        format!("keys: \"{KEY}\""),
        format!("keys = '{KEY}\nx = 1"),
        KEY.to_owned(),
    ] {
        assert_rejected(&oauth(&line), &[]);
    }
    assert_rejected(&format!("oauth = \"{KEY}\""), &["oauth", "section"]);
    assert_rejected("marketplace = \"canary\"", &["marketplace", "section"]);
    assert_rejected(&oauth(&format!("keys_file = \"{KEY}\"")).replace("keys = [", "locations = ["), &[]);
}

#[test]
fn of_the_environment() {
    let with = |variables: &[(&str, &str)]| {
        let mut command =
            program(&["serve", "--listen", "127.0.0.1:0", "--oauth", "--public-url", "https://gw.example.com"]);
        finish(command.envs(variables.iter().map(|(name, value)| (format!("{PREFIX}{name}"), *value))))
    };
    for (variables, named) in [
        (&[("OAUTH_KEYS", "")][..], ["oauth.keys", "OAuth needs a key"]),
        (&[("OAUTH_KEYS_FILE", "")], ["oauth.keys", "OAuth needs a key"]),
        // What restricts is not lifted by `LOCATIONS=${UNSET}`.
        (&[("OAUTH_KEYS", KEY), ("OAUTH_LOCATIONS", "")], ["oauth.locations", "set but empty"]),
        (&[("OAUTH_KEYS", KEY), ("OAUTH_REVOKED_GRANTS", "")], ["oauth.revoked_grants", "set but empty"]),
        (&[("OAUTH_KEYS", KEY), ("OAUTH_DIRECT_TOKENS", "")], ["oauth.direct_tokens", "set but empty"]),
        (&[("OAUTH_KEYS", "canary")], ["oauth.keys", "32 bytes"]),
        (&[("OAUTH_KEYS", "Jx7Qw2mZr9Tb4Lk8Vn3Yc6Hd1Pf5Sg0UaXEiZoWMyqA,canary")], ["oauth.keys", "32 bytes"]),
        (&[("OAUTH_KEYS", KEY), ("OAUTH_KEYS_FILE", "/nonexistent/x")], ["oauth.keys_file", "unset one of them"]),
        (&[("OAUTH_KEYS_FILE", KEY)], ["oauth.keys_file", "cannot be read"]),
        (&[("OAUTH_KEY", KEY)], ["OAUTH_KEY is not a setting", "OAUTH_KEYS"]),
        (&[("OAUTH_KEYS", KEY), ("OAUTH_ACCESS_LIFETIME", "x")], ["oauth.access_lifetime", "duration"]),
        (&[], ["oauth.keys", "OAuth needs a key"]),
    ] {
        assert_message(&with(variables), &named);
    }
    assert_message(&run(&["serve", "--oauth-keys", KEY]), &["--oauth-keys"]);
}
