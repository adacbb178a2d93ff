//! Files in the arguments: `{name, type, base64}`.

use serde_json::{Map, Value};

use super::at::At;
use super::json_text;
use super::problems::Problems;
use crate::catalogue::shape::Shape;
use crate::leadconnector::multipart::{Content, File, Part};

/// The format of a file.
const FILE: &str = "binary";

/// The format of an object whose fields are parts of the body, under names that no document can know.
const PARTS: &str = "parts";

/// The files of a call, as parts of a body.
#[derive(Debug, Default)]
pub struct Files(pub Vec<Part>);

/// Whether a parameter is a file, a list of files, or an object of files.
pub fn is_file(shape: &Shape) -> bool {
    let is = |shape: &Shape| matches!(shape.format.as_deref(), Some(FILE | PARTS));
    is(shape) || shape.items.as_deref().is_some_and(is)
}

impl Files {
    /// Reads the value of a parameter that is a file.
    pub fn read(&mut self, shape: &Shape, value: Value, at: &At<'_>, problems: &mut Problems) {
        match (json_text::parse(value), shape.format.as_deref()) {
            (Value::Object(fields), Some(PARTS)) => {
                // Only files: a text under a free name could name another location.
                for (name, value) in fields {
                    self.file(&name, &json_text::parse(value), &at.field(&name), problems);
                }
            }
            (Value::Array(files), None) => {
                for (index, file) in files.iter().enumerate() {
                    self.file(&shape.name, file, &at.element(index), problems);
                }
            }
            (_, Some(PARTS)) => {
                problems.add(at, || "must be an object of files by the names of their fields".to_owned());
            }
            (file, _) => self.file(&shape.name, &file, at, problems),
        }
    }

    fn file(&mut self, name: &str, value: &Value, at: &At<'_>, problems: &mut Problems) {
        match value.as_object().ok_or("must be a file: {name, type, base64}").and_then(file) {
            Ok(file) => self.0.push(Part { name: name.to_owned(), content: Content::File(file) }),
            Err(problem) => problems.add(at, || problem.to_owned()),
        }
    }
}

fn file(fields: &Map<String, Value>) -> Result<File, &'static str> {
    if fields.keys().any(|name| !["name", "type", "base64"].contains(&name.as_str())) {
        return Err("has fields other than `name`, `type` and `base64`");
    }
    let text = |name: &str| fields.get(name).filter(|value| !value.is_null()).map(Value::as_str);
    let name = text("name").flatten().ok_or("needs a `name`, as text")?;
    let media_type = text("type").map(|text| text.ok_or("needs its `type` as text")).transpose()?;
    let base64 = text("base64").flatten().ok_or("needs its content in `base64`, as text")?;
    File::new(name, media_type, base64)
}
