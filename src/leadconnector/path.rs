//! Builds request paths: the only place that does.

use std::fmt::Write;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but the unreserved characters of RFC 3986 section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A value that cannot stand in a path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` {problem}")]
pub struct PathError {
    /// The template's name for the value.
    pub name: String,
    /// What is wrong with it, as the rest of a sentence.
    pub problem: &'static str,
}

/// Why `value` cannot be a segment of a path, as the rest of a sentence; `None` if it can.
///
/// An empty segment and the dot segments would make the request another one (RFC 3986 section 5.2.4).
pub fn segment_problem(value: &str) -> Option<&'static str> {
    match value {
        "" => Some("is empty"),
        "." | ".." => Some("is `.` or `..`"),
        _ => None,
    }
}

/// The names in a template like `/contacts/{contactId}/tags`, in order.
pub fn names(template: &str) -> impl Iterator<Item = &str> {
    template.split('/').filter_map(placeholder)
}

/// Puts values into a template, percent-encoded as UTF-8 bytes; the rest keeps its exact spelling.
///
/// # Errors
///
/// If `value` has nothing for a name, or what it has is empty, `.` or `..`.
pub fn expand(template: &str, mut value: impl FnMut(&str) -> Option<String>) -> Result<String, PathError> {
    let mut path = String::with_capacity(template.len() + 32);
    for (index, segment) in template.split('/').enumerate() {
        if index > 0 {
            path.push('/');
        }
        let Some(name) = placeholder(segment) else {
            path.push_str(segment);
            continue;
        };
        let value = value(name).unwrap_or_default();
        if let Some(problem) = segment_problem(&value) {
            return Err(PathError { name: name.to_owned(), problem });
        }
        // Writing to a String cannot fail.
        let _ = write!(path, "{}", utf8_percent_encode(&value, RESERVED));
    }
    Ok(path)
}

/// The name in a segment like `{contactId}`.
fn placeholder(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

#[cfg(test)]
mod tests {
    use percent_encoding::percent_decode_str;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn templates_keep_their_spelling() {
        assert_eq!(expand("/contacts/", |_| None).unwrap(), "/contacts/");
        assert_eq!(expand("/contacts/{id}/tags", |_| Some("ä/b c".into())).unwrap(), "/contacts/%C3%A4%2Fb%20c/tags");
        assert_eq!(names("/a/{b}/c/{d}").collect::<Vec<_>>(), ["b", "d"]);
    }

    #[test]
    fn dot_segments_and_nothing_are_refused() {
        for value in [None, Some(""), Some("."), Some("..")] {
            let error = expand("/contacts/{contactId}", |_| value.map(str::to_owned)).unwrap_err();
            assert_eq!(error.name, "contactId");
        }
    }

    proptest! {
        #[test]
        fn a_value_stays_one_segment_and_comes_back(value in any::<String>()) {
            prop_assume!(segment_problem(&value).is_none());
            let path = expand("/a/{x}/b", |_| Some(value.clone())).unwrap();
            let url = url::Url::parse("http://host").unwrap().join(&path).unwrap();
            let segments: Vec<_> = url.path_segments().unwrap().collect();
            prop_assert_eq!(segments.len(), 3);
            prop_assert_eq!(percent_decode_str(segments[1]).decode_utf8().unwrap(), value);
        }
    }
}
