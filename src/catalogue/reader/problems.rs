//! The problems with a call's arguments, and the notes about what is sent. Both are bounded.

use serde_json::{Map, Value};

use super::at::At;
use crate::leadconnector::ArgumentError;
use crate::text::tokens::mask_tokens;
use crate::text::{truncate, truncate_value};

/// The number of problems from which further ones are only counted: writing each of thousands would cost more than reading
/// the arguments.
const MAX_WRITTEN: usize = 20;

/// The number of problems from which further names are not even matched: the call fails in any case.
const MAX_MATCHED: usize = 100;

/// The maximum number of notes.
const MAX_NOTES: usize = 10;

/// The maximum number of names of unchecked fields in their note.
const MAX_NAMES: usize = 20;

/// The problems and notes so far.
#[derive(Debug)]
pub struct Problems {
    /// Whether a field of the body can be sent unchecked.
    takes_extra: bool,
    errors: Vec<ArgumentError>,
    notes: Vec<String>,
}

impl Problems {
    /// No problems. `takes_extra` says whether a field of the body can be sent unchecked.
    pub fn new(takes_extra: bool) -> Self {
        Self { takes_extra, errors: Vec::new(), notes: Vec::new() }
    }

    /// No problems of a value that is read on trial.
    pub fn trial(&self) -> Self {
        Self::new(self.takes_extra)
    }

    /// Whether a field of the body can be sent unchecked.
    pub fn takes_extra(&self) -> bool {
        self.takes_extra
    }

    /// Adds a problem with the value at a place, as the rest of a sentence.
    pub fn add(&mut self, at: &At<'_>, problem: impl FnOnce() -> String) {
        self.errors.push(if self.errors.len() < MAX_WRITTEN {
            ArgumentError::new(truncate(&at.to_string()), problem())
        } else {
            ArgumentError::new(String::new(), String::new())
        });
    }

    /// Whether another note would be kept.
    pub fn can_note(&self) -> bool {
        self.notes.len() < MAX_NOTES
    }

    /// Adds a note.
    pub fn note(&mut self, note: impl FnOnce() -> String) {
        if self.notes.len() < MAX_NOTES {
            let note = note();
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
    }

    /// Whether there is a problem.
    pub fn any(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Whether there are so many problems that the rest of the arguments is only counted.
    pub fn too_many(&self) -> bool {
        self.errors.len() >= MAX_MATCHED
    }

    /// The number of problems.
    pub fn count(&self) -> usize {
        self.errors.len()
    }

    /// Takes over the problems and notes of a value that was read on trial.
    pub fn append(&mut self, mut trial: Self) {
        for error in trial.errors.drain(..) {
            self.errors.push(if self.errors.len() < MAX_WRITTEN { error } else { ArgumentError::new("", "") });
        }
        for note in trial.notes {
            self.note(|| note);
        }
    }

    /// The notes, with one about the unchecked fields.
    pub fn notes(&mut self, extra: &Map<String, Value>) -> Vec<String> {
        let mut notes = std::mem::take(&mut self.notes);
        if !extra.is_empty() {
            let names: Vec<String> = extra.keys().take(MAX_NAMES).map(|name| shown(name)).collect();
            let more = extra.len() - names.len();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            notes.push(format!("sent unchecked: {}{more}", names.join(", ")));
        }
        notes
    }

    /// The problems, if there are any.
    pub fn finish(self) -> Result<(), Vec<ArgumentError>> {
        if self.errors.is_empty() { Ok(()) } else { Err(self.errors) }
    }
}

/// A caller's text for a message: short, and without tokens.
pub fn shown(text: &str) -> String {
    mask_tokens(&truncate(text)).into_owned()
}

/// A caller's value for a message.
pub fn shown_value(value: &Value) -> String {
    // Writing a large value as text to show its start would cost as much as sending it.
    match value {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::String(text) if text.len() > 200 => {
            let end = text.floor_char_boundary(200);
            mask_tokens(&truncate_value(&text[..end].into())).into_owned()
        }
        other => mask_tokens(&truncate_value(other)).into_owned(),
    }
}
