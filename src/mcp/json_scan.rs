//! Scans the bytes of a message before they are parsed into a tree: its depth, its number of values, its duplicate names
//! and the size of a call's arguments.
//!
//! A single pass finds all of these. A JSON parser cannot find duplicates: it silently keeps the last of two equal names.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write;

use crate::calls::ArgumentsScan;

/// The limit on the values of a message. Each takes about 100 bytes of memory and up to 2 µs to parse, however short it is.
/// The largest useful calls have some thousand.
const MAX_VALUES: usize = 20_000;

/// Names that stand for `arguments` elsewhere: in the plain call, and in the APIs of models. None is a parameter of an MCP
/// method (`argument` is one, of `completion/complete`).
const MISPLACED_ARGUMENTS: [&str; 4] = ["input", "args", "parameters", "params"];

/// The number of names from which on an object's names are looked up in a set instead of a list.
const SET_THRESHOLD: usize = 12;

/// The number of duplicate names that are reported.
const MAX_DUPLICATES: usize = 10;

/// The longest path that is reported, in bytes.
const MAX_PATH_BYTES: usize = 200;

/// What was found in a message. Meaningless for bytes that are not JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// What was found in a call's arguments.
    pub arguments: ArgumentsScan,
    /// A name in `params` under which clients send a call's arguments by mistake. Ignored in silence, it would make a search
    /// for one contact a list of all.
    pub misplaced_arguments: Option<&'static str>,
    /// The first duplicate name outside of the arguments, as a path.
    pub duplicate: Option<String>,
}

/// A message that must not be parsed, because that would cost too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// The message is nested too deeply.
    #[error("the message is nested deeper than {0} levels")]
    TooDeep(usize),
    /// The message has too many values.
    #[error("the message has more than {MAX_VALUES} values: send less at once")]
    TooManyValues,
}

/// Scans a message: JSON-RPC, whose arguments are `params.arguments`, or a plain call, whose arguments are `input` or
/// `arguments`. Bytes that are not JSON are no error here: the parser that runs next reports them.
///
/// # Errors
///
/// If the message is nested deeper than `max_depth` arrays and objects, or has too many values.
pub fn scan(json: &[u8], max_depth: usize) -> Result<Scan, ScanError> {
    let mut scanner = Scanner { json, ..Scanner::default() };
    scanner.run(max_depth)?;
    Ok(scanner.scan)
}

/// An open array or object.
#[derive(Default)]
struct Frame<'j> {
    is_object: bool,
    /// Whether the next string is a name.
    expects_name: bool,
    /// The index in `Scanner::names` of its first name.
    first_name: usize,
    /// Its names, once it has `SET_THRESHOLD` of them.
    seen: HashSet<Cow<'j, [u8]>>,
    /// In an array, the index of the current element.
    index: usize,
}

#[derive(Default)]
struct Scanner<'j> {
    json: &'j [u8],
    position: usize,
    /// The bytes before `position` that compact JSON would not have: white space, and the extra length of escapes.
    excess: usize,
    values: usize,
    frames: Vec<Frame<'j>>,
    /// The names of all open objects. The last name of each object is the one whose value is open.
    names: Vec<Cow<'j, [u8]>>,
    /// While the arguments are open: their depth, and the position of their start less the excess up to there.
    arguments: Option<(usize, usize)>,
    scan: Scan,
}

impl<'j> Scanner<'j> {
    fn run(&mut self, max_depth: usize) -> Result<(), ScanError> {
        while let Some(byte) = self.json.get(self.position) {
            self.position += 1;
            match byte {
                b'"' => self.read_string(),
                b'{' | b'[' => {
                    if self.frames.len() == max_depth {
                        return Err(ScanError::TooDeep(max_depth));
                    }
                    self.count_value()?;
                    let is_object = *byte == b'{';
                    let first_name = self.names.len();
                    self.frames.push(Frame { is_object, expects_name: is_object, first_name, ..Frame::default() });
                }
                b'}' | b']' => {
                    self.end_value();
                    if let Some(frame) = self.frames.pop() {
                        self.names.truncate(frame.first_name);
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
                b' ' | b'\t' | b'\n' | b'\r' => self.excess += 1,
                _ => {}
            }
        }
        Ok(())
    }

    /// Counts a value by what precedes it: a comma, or the opening of an array or object.
    fn count_value(&mut self) -> Result<(), ScanError> {
        self.values += 1;
        if self.values > MAX_VALUES { Err(ScanError::TooManyValues) } else { Ok(()) }
    }

    /// Reads to the end of a string that has just begun, and records it if it is a name.
    fn read_string(&mut self) {
        let start = self.position;
        let mut has_escapes = false;
        while let Some(byte) = self.json.get(self.position) {
            self.position += 1;
            match byte {
                b'"' => break,
                b'\\' => {
                    has_escapes = true;
                    if self.json.get(self.position) == Some(&b'u') {
                        // Six bytes for a character of one to three bytes.
                        self.excess += 3;
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
            self.record_name(name);
        }
    }

    /// Records a name of the innermost object.
    fn record_name(&mut self, name: Cow<'j, [u8]>) {
        let depth = self.frames.len();
        let Some(frame) = self.frames.last_mut() else { return };
        frame.expects_name = false;
        let own = self.names.get(frame.first_name..).unwrap_or_default();
        let is_duplicate = if own.len() < SET_THRESHOLD {
            own.contains(&name)
        } else {
            if frame.seen.is_empty() {
                frame.seen.extend(own.iter().cloned());
            }
            !frame.seen.insert(name.clone())
        };
        self.names.push(name);
        if is_duplicate {
            self.record_duplicate(depth);
        }
        if depth == 2 && self.current_name(0) == Some(b"params") {
            let last = self.names.last().map(Cow::as_ref).unwrap_or_default();
            let misplaced = MISPLACED_ARGUMENTS.into_iter().find(|name| name.as_bytes() == last);
            self.scan.misplaced_arguments = self.scan.misplaced_arguments.or(misplaced);
        }
        if self.is_arguments(depth) {
            self.arguments = Some((depth, self.position.saturating_sub(self.excess)));
        }
    }

    /// Whether the last name is that of a call's arguments.
    fn is_arguments(&self, depth: usize) -> bool {
        match (depth, &self.names[..]) {
            (1, [.., name]) => matches!(name.as_ref(), b"input" | b"arguments"),
            (2, [.., name]) => name.as_ref() == b"arguments" && self.current_name(0) == Some(b"params"),
            _ => false,
        }
    }

    /// Ends the value of a name or an element.
    fn end_value(&mut self) {
        if let Some((depth, start)) = self.arguments
            && depth == self.frames.len()
        {
            // Less the colon before the arguments and the comma or brace after them.
            let bytes = self.position.saturating_sub(self.excess).saturating_sub(start + 2);
            // A message may have several names that are those of arguments in one of the two forms. The largest value
            // counts, so that a small one cannot hide the real arguments.
            self.scan.arguments.bytes = self.scan.arguments.bytes.max(bytes);
            self.arguments = None;
        }
    }

    /// The name whose value is open, in the object of a frame.
    fn current_name(&self, frame: usize) -> Option<&[u8]> {
        let end = self.frames.get(frame + 1).map_or(self.names.len(), |next| next.first_name);
        self.names[..end].last().filter(|_| self.frames[frame].is_object).map(Cow::as_ref)
    }

    /// Records that the last name is a duplicate.
    fn record_duplicate(&mut self, depth: usize) {
        match self.arguments {
            Some((arguments_depth, _)) if arguments_depth < depth => {
                if self.scan.arguments.duplicates.len() < MAX_DUPLICATES {
                    let path = self.path(arguments_depth);
                    self.scan.arguments.duplicates.push(path);
                }
            }
            _ => {
                if self.scan.duplicate.is_none() {
                    self.scan.duplicate = Some(self.path(0));
                }
            }
        }
    }

    /// The path to the last name, from a depth on: `customFields[0].id`.
    fn path(&self, from_depth: usize) -> String {
        let mut path = String::new();
        for (depth, frame) in self.frames.iter().enumerate().skip(from_depth) {
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
