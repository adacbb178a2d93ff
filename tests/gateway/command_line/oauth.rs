//! OAuth as a process: its keys, the sandbox, and the log.

pub mod browser;

use std::io::Read;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use leadconnector_mcp::sandbox::LOCATION;
use serde_json::{Value, json};

use browser::{Browser, use_everything};

use super::{Serving, TextFile, finish, program, run};

fn fresh_key() -> String {
    let output = run(&["oauth", "key"]);
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let key = String::from_utf8(output.stdout).unwrap();
    assert_eq!(key.lines().count(), 1);
    key.trim().to_owned()
}

/// A file that only its owner can read.
fn secret_file(text: &str) -> TextFile {
    let file = TextFile::new(text);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&file.0, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    file
}

#[cfg(unix)]
#[test]
fn a_key_that_is_printed_can_be_used() {
    let (one, other) = (fresh_key(), fresh_key());
    assert_ne!(one, other);
    assert_eq!(URL_SAFE_NO_PAD.decode(&one).unwrap().len(), 32);
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--oauth", "--public-url", "https://gw.example.com"];
    // As `oauth key >> file` makes it, with comments.
    let file = secret_file(&format!("# the new one\n{one}\n\n  {other}  \r\n"));
    let keys = format!("{one}, {other}");
    for (name, value) in [("OAUTH_KEYS", keys.as_str()), ("OAUTH_KEYS_FILE", file.path())] {
        let mut command = program(&arguments);
        command.env(format!("LEADCONNECTOR_MCP_{name}"), value).stderr(Stdio::piped()).stdout(Stdio::null());
        let mut child = command.spawn().unwrap();
        let _watchdog = crate::support::Watchdog::of(&child);
        let mut log = std::io::BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("listening") {
            line.clear();
            let length = std::io::BufRead::read_line(&mut log, &mut line).unwrap();
            assert!(length > 0, "{name}: it ended");
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

#[cfg(unix)]
#[test]
fn a_file_of_keys_that_everyone_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;

    let file = secret_file(&fresh_key());
    let refused = || {
        let mut command =
            program(&["serve", "--oauth", "--public-url", "https://gw.example.com", "--log-format", "nonsense"]);
        let output = finish(command.env("LEADCONNECTOR_MCP_OAUTH_KEYS_FILE", file.path()));
        assert_eq!(output.status.code(), Some(64));
        String::from_utf8(output.stderr).unwrap().contains("oauth.keys_file")
    };
    for (mode, expected) in [(0o600, false), (0o640, false), (0o644, true), (0o604, true), (0o602, true)] {
        std::fs::set_permissions(&file.0, std::fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(refused(), expected, "{mode:o}");
    }
}

#[tokio::test]
async fn the_sandbox_needs_only_the_flag() {
    let mut serving = Serving::start(&["serve", "--sandbox", "--oauth", "--listen", "127.0.0.1:0"]);
    let url = serving.line("URL: ");
    let base = url.strip_suffix("/mcp").unwrap();
    assert!(!base.ends_with(":0"), "{base}");
    let metadata = Browser::new(base).get(&format!("{base}/.well-known/oauth-protected-resource/mcp"), "").await.0;
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    assert_eq!((&metadata["resource"], &metadata["authorization_servers"]), (&json!(url), &json!([base])));
    // The sandbox's default caller would keep every client from logging in.
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let request = http.post(&url).header("content-type", "application/json").body("{}");
    assert_eq!(request.send().await.unwrap().status(), 401);
    use_everything(base).await;
}

/// At `trace` every library logs, too.
#[cfg(unix)]
#[tokio::test]
async fn no_log_level_shows_a_secret() {
    for (level, format) in [("trace", "text"), ("debug", "json")] {
        let key = fresh_key();
        let arguments =
            ["serve", "--sandbox", "--oauth", "--listen", "127.0.0.1:0", "--log", level, "--log-format", format];
        let mut command: Command = program(&arguments);
        command.env("LEADCONNECTOR_MCP_OAUTH_KEYS", &key).stderr(Stdio::piped());
        let mut serving = Serving::spawn(&mut command);
        let mut log = serving.child.stderr.take().unwrap();
        // Read all along, or the process would wait for the pipe.
        let reading = std::thread::spawn(move || {
            let mut text = String::new();
            log.read_to_string(&mut text).unwrap();
            text
        });
        let url = serving.line("URL: ");
        let mut secrets = use_everything(url.strip_suffix("/mcp").unwrap()).await;
        secrets.push(key);
        assert_eq!(serving.terminate(), Some(0));
        let log = reading.join().unwrap();
        assert!(log.contains("connected") && log.contains("token issued") && log.len() > 5000, "the control: {log}");
        for secret in secrets {
            let lines: Vec<&str> = log.lines().filter(|line| line.contains(&secret)).collect();
            assert!(lines.is_empty(), "{secret}: {lines:#?}");
        }
    }
}

/// `stdio` and `check` send the token that they are given; one of a gateway's is none of the API's.
#[test]
fn a_sealed_token_is_no_token_of_the_api() {
    let sealed = format!("lcm_{}", "canary".repeat(40));
    for command in ["stdio", "check"] {
        for value in [sealed.clone(), sealed.replacen("lcm_", "LCM_", 1)] {
            let mut command = program(&[command, "--upstream", "https://127.0.0.1:9", "--location", LOCATION]);
            let output = finish(command.env("LEADCONNECTOR_TOKEN", value));
            let message = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(64), "{message}");
            assert!(message.contains("gateway's OAuth") && !message.contains("canary"), "{message}");
        }
    }
}
