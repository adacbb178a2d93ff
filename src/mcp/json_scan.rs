//! What a message's bytes say of it before anything builds a tree of them: how deep and how many values it holds, which
//! names it gives twice, and how large a call's arguments are.
//!
//! One pass finds all of it. Readers of JSON cannot: they take the last of two equal names without a word.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write;

use crate::calls::ArgumentsScan;

/// The most values of a message: each costs some 100 bytes of memory and up to 2 µs in the reading, however short it is.
/// The largest calls that are of use have some thousand.
const MAX_VALUES: usize = 20_000;

/// From so many names on, an object's names are looked up in a set.
const MANY_NAMES: usize = 12;

/// The most names given twice that are told.
const MAX_DUPLICATES: usize = 10;

/// The longest part of a path that is told, in bytes.
const MAX_PATH_BYTES: usize = 200;

/// What was found in a message. Of bytes that are not JSON it says nothing of use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// What was found in a call's arguments.
    pub arguments: ArgumentsScan,
    /// The first name that is given twice outside of the arguments, as a path.
    pub duplicate: Option<String>,
}

/// A message that is not worth reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// It is nested too deep.
    #[error("the message is nested deeper than {0}")]
    TooDeep(usize),
    /// It holds too many values.
    #[error("the message has more than {MAX_VALUES} values: send less at a time")]
    TooManyValues,
}

/// Scans a message: JSON-RPC, whose arguments are `params.arguments`, or a plain call, whose arguments are `input` or
/// `arguments`. It need not be JSON; what reads it next says so.
///
/// # Errors
///
/// If it is nested deeper than `max_depth` lists and objects, or holds too many values.
pub fn scan(json: &[u8], max_depth: usize) -> Result<Scan, ScanError> {
    let mut scanner = Scanner { json, ..Scanner::default() };
    scanner.run(max_depth)?;
    Ok(scanner.found)
}

/// A list or an object that is open.
#[derive(Default)]
struct Frame<'j> {
    is_object: bool,
    /// Whether the next text is a name.
    expects_name: bool,
    /// Where in all names its own begin.
    names_from: usize,
    /// Its names, once they are many.
    seen: HashSet<Cow<'j, [u8]>>,
    /// How many elements of a list came before.
    index: usize,
}

#[derive(Default)]
struct Scanner<'j> {
    json: &'j [u8],
    position: usize,
    /// How many bytes compact JSON would not have: white space, and the length of escapes.
    spare: usize,
    values: usize,
    frames: Vec<Frame<'j>>,
    /// The names of all open objects; the last of each is the one whose value is open.
    names: Vec<Cow<'j, [u8]>>,
    /// Within which depth the arguments are open, and where they began, without what was spare.
    arguments: Option<(usize, usize)>,
    found: Scan,
}

impl<'j> Scanner<'j> {
    fn run(&mut self, max_depth: usize) -> Result<(), ScanError> {
        while let Some(byte) = self.json.get(self.position) {
            self.position += 1;
            match byte {
                b'"' => self.text(),
                b'{' | b'[' => {
                    if self.frames.len() == max_depth {
                        return Err(ScanError::TooDeep(max_depth));
                    }
                    self.count_value()?;
                    let is_object = *byte == b'{';
                    let names_from = self.names.len();
                    self.frames.push(Frame { is_object, expects_name: is_object, names_from, ..Frame::default() });
                }
                b'}' | b']' => {
                    self.end_value();
                    if let Some(frame) = self.frames.pop() {
                        self.names.truncate(frame.names_from);
                    }
                }
                b',' => {
                    self.count_value()?;
                    self.end_value();
                    if let Some(frame) = self.frames.last_mut() {
                        frame.expects_name = frame.is_object;
                        frame.index += 1;
                    }
                }
                b' ' | b'\t' | b'\n' | b'\r' => self.spare += 1,
                _ => {}
            }
        }
        Ok(())
    }

    /// Counts by what stands before a value: a comma or the opening of a list or object.
    fn count_value(&mut self) -> Result<(), ScanError> {
        self.values += 1;
        if self.values > MAX_VALUES { Err(ScanError::TooManyValues) } else { Ok(()) }
    }

    /// Goes to the end of a text that has just begun, and notes it if it is a name.
    fn text(&mut self) {
        let start = self.position;
        let mut has_escapes = false;
        while let Some(byte) = self.json.get(self.position) {
            self.position += 1;
            match byte {
                b'"' => break,
                b'\\' => {
                    has_escapes = true;
                    if self.json.get(self.position) == Some(&b'u') {
                        // Six bytes for a character that takes one to three.
                        self.spare += 3;
                    }
                    self.position += 1;
                }
                _ => {}
            }
        }
        if self.frames.last().is_some_and(|frame| frame.expects_name) {
            let end = self.position.min(self.json.len());
            let name = self.json.get(start..end.saturating_sub(1)).unwrap_or_default();
            let unescaped =
                || serde_json::from_slice::<String>(&self.json[start - 1..end]).ok().map(String::into_bytes);
            let name = if has_escapes { unescaped().map_or(Cow::Borrowed(name), Cow::Owned) } else { name.into() };
            self.name(name);
        }
    }

    /// Notes a name of the innermost object.
    fn name(&mut self, name: Cow<'j, [u8]>) {
        let depth = self.frames.len();
        let Some(frame) = self.frames.last_mut() else { return };
        frame.expects_name = false;
        let own = self.names.get(frame.names_from..).unwrap_or_default();
        let is_duplicate = if own.len() < MANY_NAMES {
            own.contains(&name)
        } else {
            if frame.seen.is_empty() {
                frame.seen.extend(own.iter().cloned());
            }
            !frame.seen.insert(name.clone())
        };
        self.names.push(name);
        if is_duplicate {
            self.duplicate(depth);
        }
        if self.is_arguments(depth) {
            self.arguments = Some((depth, self.position.saturating_sub(self.spare)));
        }
    }

    /// Whether the name just read is that of a call's arguments.
    fn is_arguments(&self, depth: usize) -> bool {
        match (depth, &self.names[..]) {
            (1, [.., name]) => matches!(name.as_ref(), b"input" | b"arguments"),
            (2, [.., name]) => name.as_ref() == b"arguments" && self.current_name(0) == Some(b"params"),
            _ => false,
        }
    }

    /// The value of a name, or an element, has come to its end.
    fn end_value(&mut self) {
        if let Some((depth, start)) = self.arguments
            && depth == self.frames.len()
        {
            // Without the colon before them and the comma or brace after them.
            let bytes = self.position.saturating_sub(self.spare).saturating_sub(start + 2);
            // Of several names that one of the two forms has for arguments, the largest counts: a small one beside the
            // real one must not hide it.
            self.found.arguments.bytes = self.found.arguments.bytes.max(bytes);
            self.arguments = None;
        }
    }

    /// The name whose value is open in one of the open objects.
    fn current_name(&self, frame: usize) -> Option<&[u8]> {
        let end = self.frames.get(frame + 1).map_or(self.names.len(), |next| next.names_from);
        self.names[..end].last().filter(|_| self.frames[frame].is_object).map(Cow::as_ref)
    }

    /// Notes that the name just read is given twice.
    fn duplicate(&mut self, depth: usize) {
        match self.arguments {
            Some((above, _)) if above < depth => {
                if self.found.arguments.duplicates.len() < MAX_DUPLICATES {
                    let path = self.path(above);
                    self.found.arguments.duplicates.push(path);
                }
            }
            _ => {
                if self.found.duplicate.is_none() {
                    self.found.duplicate = Some(self.path(0));
                }
            }
        }
    }

    /// The path to the name just read from some depth on: `customFields[0].id`.
    fn path(&self, above: usize) -> String {
        let mut path = String::new();
        for (depth, frame) in self.frames.iter().enumerate().skip(above) {
            if frame.is_object {
                let name = String::from_utf8_lossy(self.current_name(depth).unwrap_or_default()).into_owned();
                path.push_str(if path.is_empty() { "" } else { "." });
                path.push_str(&name[..name.floor_char_boundary(MAX_PATH_BYTES)]);
            } else {
                // Writing to a String cannot fail.
                let _ = write!(path, "[{}]", frame.index);
            }
        }
        path.truncate(path.floor_char_boundary(MAX_PATH_BYTES));
        path
    }
}

#[cfg(test)]
mod tests;
