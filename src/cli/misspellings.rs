//! No misspelling of a switch that restricts is ignored: each is an error, or means the switch.
//!
//! The names of variables, settings-file keys and flags are misspelt in every way that people misspell them, instead of at
//! random: all of them are few enough to be tried each time.

use std::collections::BTreeSet;

use clap::{CommandFactory, Parser};

use super::Cli;
use crate::config::{CliOverrides, Settings};

/// The settings that restrict, each with a value as TOML that differs from its default.
const RESTRICTING: [(&str, &str); 27] = [
    ("tools.read_only", "true"),
    ("tools.services", "[\"contacts\"]"),
    ("tools.only", "[\"contacts_get-contact\"]"),
    ("tools.exclude", "[\"contacts_get-contact\"]"),
    ("tools.kinds", "[\"read\"]"),
    ("tools.flags", "[\"costs money\"]"),
    ("tools.locations", "[\"LOC\"]"),
    ("server.allowed_hosts", "[\"a.example\"]"),
    ("server.allowed_origins", "[\"https://a.example\"]"),
    ("server.trusted_proxies", "[\"10.0.0.1\"]"),
    ("server.max_request_bytes", "1000"),
    ("server.max_connections", "7"),
    ("server.max_connections_per_address", "7"),
    ("server.max_requests", "7"),
    ("server.max_requests_per_address", "7"),
    ("server.max_requests_per_token", "7"),
    ("server.max_result_bytes", "1000"),
    ("server.write_timeout", "\"7s\""),
    ("server.idle_timeout", "\"7s\""),
    ("server.drain_timeout", "\"7s\""),
    ("upstream.connect_timeout", "\"7s\""),
    ("upstream.call_deadline", "\"7s\""),
    ("upstream.attempt_timeout", "\"7s\""),
    ("upstream.max_attempts", "2"),
    ("upstream.max_in_flight_per_location", "7"),
    ("upstream.max_queued_per_location", "7"),
    ("upstream.max_response_bytes", "1000"),
];

/// The settings with a short variable.
const SHORT: [(&str, &str); 3] = [
    ("tools.read_only", "READ_ONLY"),
    ("server.allowed_hosts", "ALLOWED_HOSTS"),
    ("server.allowed_origins", "ALLOWED_ORIGINS"),
];

/// What the variables of settings start with.
const PREFIX: &str = "LEADCONNECTOR_MCP_";

/// All names that differ from `name` by one edit: a character inserted, deleted, replaced, or swapped with the next.
fn one_edit(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut edited = Vec::new();
    for at in 0..=chars.len() {
        let (start, end) = chars.split_at(at);
        let joined = |middle: &[char], end: &[char]| [start, middle, end].concat().into_iter().collect::<String>();
        for char in ['x', '_'] {
            edited.push(joined(&[char], end));
        }
        edited.extend(end.get(1..).map(|end| joined(&['x'], end)));
        edited.extend(end.get(1..).map(|end| joined(&[], end)));
        edited.extend(end.get(2..).map(|rest| joined(&[end[1], end[0]], rest)));
    }
    edited
}

/// All misspellings of a name with this separator between its words.
fn misspellings(name: &str, separator: char) -> BTreeSet<String> {
    let words: Vec<&str> = name.split(separator).collect();
    let mut misspelt = one_edit(name);
    misspelt.extend([name.to_lowercase(), name.to_uppercase(), words.concat()]);
    misspelt.extend(['-', '_', '.', ' '].map(|other| words.join(&other.to_string())));
    for at in 0..words.len() {
        let with = |word: String| {
            let mut words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            words[at] = word;
            words.join(&separator.to_string())
        };
        let upper = name.chars().any(char::is_uppercase);
        misspelt.push(with(format!("{}{}", words[at], if upper { "S" } else { "s" })));
        misspelt.push(with(words[at].trim_end_matches(['s', 'S']).to_owned()));
        let (first, rest) = words[at].split_at(words[at].len().min(1));
        misspelt.push(with(format!("{}{}", first.to_uppercase(), rest.to_lowercase())));
        // A missing word, of which the section is one. The vendor's name is what makes a variable ours.
        let first = usize::from(name.starts_with("LEADCONNECTOR"));
        if at >= first {
            misspelt.push([&words[..at], &words[at + 1..]].concat().join(&separator.to_string()));
        }
    }
    misspelt.into_iter().filter(|misspelt| misspelt != name && !misspelt.is_empty()).collect()
}

/// The settings as text, to compare them.
fn shown(settings: &Settings) -> String {
    format!("{settings:?}")
}

fn of_variables(variables: &[(&str, &str)]) -> Result<String, String> {
    let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
    let settings = Settings::from_variables(&CliOverrides::default(), variables);
    settings.map(|settings| shown(&settings)).map_err(|error| error.to_string())
}

#[test]
fn a_misspelt_variable_is_an_error() {
    let defaults = of_variables(&[]).unwrap();
    let long = RESTRICTING.iter().map(|(name, _)| (*name, name.replace('.', "_").to_uppercase()));
    let names: Vec<(&str, String)> = long.chain(SHORT.map(|(name, short)| (name, short.to_owned()))).collect();
    for (setting, name) in names {
        let value = RESTRICTING.iter().find(|(known, _)| *known == setting).unwrap().1;
        let value = value.trim_matches(['[', ']', '"']);
        let name = format!("{PREFIX}{name}");
        let restricted = of_variables(&[(&name, value)]).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_ne!(restricted, defaults, "{name} has an effect");
        // All names have the same prefix, so its misspellings are tried with one of them.
        let (fixed, varied) = if setting == "tools.read_only" { ("", &name[..]) } else { name.split_at(PREFIX.len()) };
        for misspelt in misspellings(varied, '_').into_iter().map(|misspelt| format!("{fixed}{misspelt}")) {
            match of_variables(&[(&misspelt, value)]) {
                Err(error) => assert!(error.contains("is not a setting") || error.contains('='), "{misspelt}: {error}"),
                // It is the name of this setting or another, such as max_requests for max_requests_per_token.
                Ok(understood) => assert_ne!(understood, defaults, "{misspelt} is ignored"),
            }
        }
    }
}

/// `stdio` and `check` read it themselves: only a misspelling would be ignored.
#[test]
fn a_misspelt_location_is_an_error() {
    for misspelt in misspellings("LEADCONNECTOR_LOCATION_ID", '_') {
        let result = of_variables(&[(&misspelt, "LOC")]);
        let only_vendor = misspelt == "LEADCONNECTOR_ID"; // of another program, as far as one can tell
        assert!(only_vendor || result.is_err_and(|error| error.contains("is not a setting")), "{misspelt} is ignored");
    }
}

/// A settings file, removed when dropped.
struct File(std::path::PathBuf);

impl File {
    fn load(&self, text: &str) -> Result<String, String> {
        std::fs::write(&self.0, text).unwrap();
        let flags = CliOverrides { config: Some(self.0.clone()), ..CliOverrides::default() };
        let settings = Settings::load(&flags, |_| None);
        settings.map(|settings| shown(&settings)).map_err(|error| error.to_string())
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn a_misspelt_key_of_the_file_is_an_error() {
    let file = File(std::env::temp_dir().join(format!("leadconnector-mcp-keys-{}.toml", std::process::id())));
    let defaults = file.load("").unwrap();
    for (name, value) in RESTRICTING {
        let (section, key) = name.split_once('.').unwrap();
        let text = |section: &str, key: &str| format!("[\"{section}\"]\n\"{key}\" = {value}");
        assert_ne!(file.load(&text(section, key)).unwrap(), defaults, "{name} has an effect");
        let sections = misspellings(section, '_').into_iter().map(|section| text(&section, key));
        let keys = misspellings(key, '_').into_iter().map(|key| text(section, &key));
        let missing = [format!("{key} = {value}"), format!("\"{name}\" = {value}")];
        for text in sections.chain(keys).chain(missing) {
            match file.load(&text) {
                // A type or value error is one of another setting, such as tools.only for a key without `read_`.
                Err(error) => {
                    let refusals = ["unknown key", "invalid type", " = "];
                    assert!(refusals.iter().any(|part| error.contains(part)), "{text}: {error}");
                }
                Ok(understood) => assert_ne!(understood, defaults, "{text} is ignored"),
            }
        }
    }
}

/// The flags that restrict, by command.
#[test]
fn a_misspelt_flag_is_an_error() {
    let caller: &[(&str, &str)] = &[("--read-only", ""), ("--location", "LOC"), ("--config", "FILE")];
    let serve: &[(&str, &str)] = &[
        ("--read-only", ""),
        ("--allowed-host", "a.example"),
        ("--allowed-origin", "https://a.example"),
        ("--config", "FILE"),
    ];
    for (command, flags) in [("serve", serve), ("stdio", caller), ("check", caller)] {
        let definition = Cli::command();
        let definition = definition.find_subcommand(command).unwrap();
        for (flag, value) in flags {
            let parse = |flag: &str| {
                let arguments =
                    ["leadconnector-mcp", command, flag].into_iter().chain((!value.is_empty()).then_some(*value));
                Cli::try_parse_from(arguments)
            };
            assert!(parse(flag).is_ok(), "{command} {flag}");
            let bare = flag.trim_start_matches('-');
            for misspelt in misspellings(bare, '-') {
                let known = definition.get_arguments().any(|argument| argument.get_long() == Some(&misspelt));
                assert!(known || parse(&format!("--{misspelt}")).is_err(), "{command} --{misspelt} is ignored");
            }
            for misspelt in [bare.to_owned(), format!("-{bare}"), format!("---{bare}")] {
                assert!(parse(&misspelt).is_err(), "{command} {misspelt} is ignored");
            }
        }
    }
}
