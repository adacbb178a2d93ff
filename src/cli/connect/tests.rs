use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use url::Url;

use super::*;

const HERE: &str = env!("CARGO_MANIFEST_DIR");

fn template() -> Template {
    let url = "https://crm.example.com/mcp/readonly".to_owned();
    Template { url, location: "LOC-1".parse().ok(), token: Some("pit-1".to_owned()) }
}

fn parameter(link: &str, name: &str) -> String {
    let url = Url::parse(link).unwrap();
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned()).unwrap()
}

fn target(links: &[links::Link], start: &str) -> String {
    links.iter().find(|link| link.target.starts_with(start)).map(|link| link.target.clone()).unwrap()
}

#[test]
fn every_file_is_a_client_and_is_listed() {
    let readme = std::fs::read_to_string(format!("{HERE}/config/clients/README.md")).unwrap();
    for entry in std::fs::read_dir(format!("{HERE}/config/clients")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name == "README.md" {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(CLIENTS.iter().any(|client| client.text == text), "{name}");
        assert!(readme.contains(&format!("| [`{name}`]({name}) |")), "{name}");
    }
}

#[test]
fn a_filled_file_has_no_placeholder_left() {
    for client in &CLIENTS {
        let text = template().fill(client.text);
        for placeholder in [template::URL, "YOUR_HOST", template::TOKEN, template::LOCATION, template::PROGRAM] {
            assert!(!text.contains(placeholder), "{}: {placeholder}", client.name);
        }
        if client.name != "claude-desktop-stdio" {
            assert!(text.contains("https://crm.example.com/mcp/readonly"), "{}", client.name);
        }
        assert!(text.contains("LOC-1"), "{}", client.name);
        assert_eq!(text.contains("pit-1"), client.text.contains(template::TOKEN), "{}", client.name);
        if client.text.starts_with('{') {
            serde_json::from_str::<Value>(&text).unwrap_or_else(|error| panic!("{}: {error}", client.name));
        }
    }
}

#[test]
fn placeholders_without_a_value_stay() {
    let template = Template { url: template::URL.to_owned(), ..Template::default() };
    for client in CLIENTS.iter().filter(|client| !client.public && client.name != "claude-desktop-stdio") {
        assert_eq!(template.fill(client.text), client.text, "{}", client.name);
    }
}

#[test]
fn links_decode_to_the_files() {
    let links = links::all(&template()).unwrap();
    let url = "https://crm.example.com/mcp/readonly";
    let cursor = json!({"url": url, "headers": {"Authorization": "Bearer YOUR_TOKEN", "locationId": "LOC-1"}});
    for start in ["cursor:", "https://cursor.com/"] {
        let link = target(&links, start);
        assert_eq!(parameter(&link, "name"), "leadconnector");
        let config = STANDARD.decode(parameter(&link, "config")).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&config).unwrap(), cursor, "{start}");
    }
    let file: Value = serde_json::from_str(client_config::VSCODE).unwrap();
    let headers = json!({"Authorization": "Bearer ${input:leadconnector-token}", "locationId": "LOC-1"});
    let server = json!({"type": "http", "url": url, "headers": headers});
    let web = target(&links, "https://insiders.vscode.dev/");
    assert_eq!(serde_json::from_str::<Value>(&parameter(&web, "config")).unwrap(), server);
    assert_eq!(serde_json::from_str::<Value>(&parameter(&web, "inputs")).unwrap(), file["inputs"]);
    let direct = target(&links, "vscode:mcp/install?");
    let combined = percent_encoding::percent_decode_str(direct.split_once('?').unwrap().1).decode_utf8().unwrap();
    let mut expected = server;
    expected["name"] = "leadconnector".into();
    expected["inputs"] = file["inputs"].clone();
    assert_eq!(serde_json::from_str::<Value>(&combined).unwrap(), expected);
    assert!(links.iter().all(|link| !link.target.contains("pit-1") && link.target.is_ascii()));
}

#[test]
fn the_documentation_has_the_links_that_the_command_prints() {
    let page = std::fs::read_to_string(format!("{HERE}/docs/clients.md")).unwrap();
    let links = links::all(&Template { url: template::URL.to_owned(), ..Template::default() }).unwrap();
    for link in &links {
        assert!(page.contains(&link.target), "docs/clients.md lacks {}: {}", link.title, link.target);
    }
    let installs = page.matches("/install?").count() + page.matches("/install-mcp?").count();
    assert_eq!(installs, links.len(), "docs/clients.md has another link");
}

#[test]
fn the_overview_names_every_client() {
    let text = overview(&template()).unwrap();
    for client in &CLIENTS {
        assert!(text.contains(client.name) && text.contains(client.destination), "{}", client.name);
    }
}

#[test]
fn a_former_name_is_accepted() {
    for client in &CLIENTS {
        for name in [Some(client.name), client.alias].into_iter().flatten() {
            assert_eq!(CLIENTS.iter().filter(|other| other.is_named(name)).count(), 1, "{name}");
        }
    }
    let devin = CLIENTS.iter().find(|client| client.is_named("windsurf")).unwrap();
    assert_eq!(devin.name, "devin-desktop");
    assert!(devin.text.contains("\"transport\": \"http\"") && devin.destination.contains(".config/devin"));
}

/// The table has no newer or older date than the command.
#[test]
fn the_table_is_dated() {
    let readme = std::fs::read_to_string(format!("{HERE}/config/clients/README.md")).unwrap();
    assert!(readme.contains(AS_OF) && overview(&template()).unwrap().contains(AS_OF));
}

#[test]
fn the_token_comes_only_from_the_environment() {
    let read = |value: &str| token_from_env(|name| Ok((name == TOKEN).then(|| value.to_owned())));
    assert_eq!(read(" pit-1\n").unwrap(), "pit-1");
    for (value, expected) in
        [("", "not set"), ("a b", "one word"), ("pit\"1", "not safe"), ("a;id", "not safe"), ("$(id)", "variable")]
    {
        let message = read(value).unwrap_err().to_string();
        assert!(message.contains(expected) && (value.is_empty() || !message.contains(value)), "{value}: {message}");
    }
}

#[test]
fn notes_warn_about_the_url_and_the_token() {
    let notes_of = |name: &str, url: &str, token_from_env: bool| {
        let client = CLIENTS.iter().find(|client| client.name == name).unwrap();
        let args = ConnectArgs { url: url.parse().unwrap(), client: None, location: None, token_from_env };
        notes(client, &args).join("\n")
    };
    assert!(notes_of("cursor", "http://crm.example.com", false).contains("unencrypted"));
    assert!(!notes_of("cursor", "http://127.0.0.1:8080", false).contains("unencrypted"));
    assert!(notes_of("openai-responses", "http://127.0.0.1:8080", false).contains("public https"));
    assert!(!notes_of("openai-responses-url", "https://crm.example.com", false).contains("public https"));
    for (name, note) in [
        ("vscode", "${input:...}"),
        ("claude-desktop", "beta of request headers"),
        ("openai-responses", "Secure MCP Tunnel"),
        ("openai-responses-url", "Secure MCP Tunnel"),
        ("gemini-cli", "--client antigravity"),
    ] {
        assert!(notes_of(name, "https://crm.example.com", false).contains(note), "{name}");
    }
    assert!(notes_of("codex", "https://crm.example.com", true).contains("not filled in"));
}

/// The manifests repeat the version and the list of tools.
#[test]
fn the_manifests_are_up_to_date() {
    let read = |path: &str| -> Value {
        serde_json::from_str(&std::fs::read_to_string(format!("{HERE}/{path}")).unwrap()).unwrap()
    };
    let (server, bundle) = (read("server.json"), read("packaging/mcpb/manifest.json"));
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(server["version"], version);
    assert!(server["packages"][0]["identifier"].as_str().unwrap().ends_with(&format!(":{version}")));
    assert_eq!(bundle["version"], version);
    let registry = crate::tools::ToolRegistry::default();
    let tools =
        registry.definitions(true).iter().map(|tool| json!({"name": tool.name, "description": tool.description}));
    assert_eq!(bundle["tools"], Value::Array(tools.collect()), "packaging/mcpb/build --tools BINARY writes them");
}
