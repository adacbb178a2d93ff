//! Words that mean the same, and what verbs do: `synonyms.txt` and `verbs.txt`.

use std::collections::{HashMap, HashSet};

use super::tokens::Stems;

/// The most words of an entry.
pub(super) const MAX_ENTRY_WORDS: usize = 3;

const SYNONYMS: &str = include_str!("synonyms.txt");
const VERBS: &str = include_str!("verbs.txt");

/// What a verb does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Read,
    List,
    Check,
    Create,
    Update,
    Delete,
    Send,
    Stop,
    Resume,
    Publish,
    Copy,
    Pay,
    Run,
}

/// The entries of both files. An entry is the stems of its words, with spaces between.
#[derive(Debug, Default)]
pub(super) struct Synonyms {
    /// The entries that are also meant by an entry.
    pub meant: HashMap<String, Vec<String>>,
    /// The verbs.
    pub verbs: HashMap<String, Action>,
    /// The first words of entries of several words.
    first_words: HashSet<String>,
    /// Verbs in two parts with other words between: `take .. off`.
    pub split_verbs: HashMap<String, Vec<(String, Action)>>,
}

impl Synonyms {
    pub fn read(stems: &mut Stems) -> Self {
        let mut synonyms = Self::default();
        for line in lines(SYNONYMS) {
            let (from, to) = line.split_once('>').unwrap_or((line, line));
            let (from, to) = (entries(from, stems), entries(to, stems));
            synonyms.link(&from, &to);
        }
        for line in lines(VERBS) {
            let (row, words) = line.split_once(':').unwrap_or_default();
            let Some(action) = action(row) else { continue };
            for (verb, particle) in words.split(',').filter_map(|entry| entry.split_once("..")) {
                let verb = stems.stem(verb.trim()).to_owned();
                synonyms.split_verbs.entry(verb).or_default().push((particle.trim().to_owned(), action));
            }
            let whole: Vec<&str> = words.split(',').filter(|entry| !entry.contains("..")).collect();
            for entry in entries(&whole.join(","), stems) {
                synonyms.verbs.entry(entry).or_insert(action);
            }
        }
        let entries = synonyms.meant.keys().chain(synonyms.verbs.keys());
        synonyms.first_words =
            entries.filter_map(|entry| entry.split_once(' ')).map(|(first, _)| first.to_owned()).collect();
        synonyms
    }

    fn link(&mut self, from: &[String], to: &[String]) {
        for entry in from {
            let meant = self.meant.entry(entry.clone()).or_default();
            for other in to {
                if other != entry && !meant.contains(other) {
                    meant.push(other.clone());
                }
            }
        }
    }

    /// Whether an entry of several words starts with a stem.
    pub fn starts_entry(&self, stem: &str) -> bool {
        self.first_words.contains(stem)
    }

    /// Whether an entry is a verb, and no thing.
    pub fn is_pure_verb(&self, entry: &str) -> bool {
        self.verbs.contains_key(entry) && !self.meant.contains_key(entry)
    }

    /// The entries that are verbs, and no things.
    pub fn pure_verbs(&self) -> impl Iterator<Item = &str> {
        self.verbs.keys().map(String::as_str).filter(|verb| !self.meant.contains_key(*verb))
    }

    /// Whether an entry of several words stands in one of the files.
    pub fn has(&self, entry: &str) -> bool {
        self.meant.contains_key(entry) || self.verbs.contains_key(entry)
    }
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn entries(list: &str, stems: &mut Stems) -> Vec<String> {
    let entry =
        |entry: &str| super::tokens::words(entry).iter().map(|word| stems.stem(word).to_owned()).collect::<Vec<_>>();
    list.split(',').map(entry).filter(|words| !words.is_empty()).map(|words| words.join(" ")).collect()
}

fn action(row: &str) -> Option<Action> {
    Some(match row.trim() {
        "read" => Action::Read,
        "list" => Action::List,
        "check" => Action::Check,
        "create" => Action::Create,
        "update" => Action::Update,
        "delete" => Action::Delete,
        "send" => Action::Send,
        "stop" => Action::Stop,
        "resume" => Action::Resume,
        "publish" => Action::Publish,
        "copy" => Action::Copy,
        "pay" => Action::Pay,
        "run" => Action::Run,
        _ => return None,
    })
}

impl Action {
    /// Whether it changes nothing.
    pub fn reads(self) -> bool {
        matches!(self, Self::Read | Self::List | Self::Check)
    }
}
