//! Builds request paths. No other module does.

use std::fmt::Write;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All characters except the unreserved ones of RFC 3986 section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A value that cannot be a path segment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` {problem}")]
pub struct PathError {
    /// The value's name in the template.
    pub name: String,
    /// The problem, as the rest of a sentence.
    pub problem: &'static str,
}

/// Why `value` cannot be a segment of a path, as the rest of a sentence; `None` if it can.
///
/// An empty segment or a dot segment would address another endpoint (RFC 3986 section 5.2.4).
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

/// Expands a template with values, percent-encoded as UTF-8; the rest of the template is not changed.
///
/// # Errors
///
/// If `value` returns nothing for a name, an empty text, `.` or `..`.
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
    fn the_literal_part_of_a_template_is_not_changed() {
        assert_eq!(expand("/contacts/", |_| None).unwrap(), "/contacts/");
        assert_eq!(expand("/contacts/{id}/tags", |_| Some("ä/b c".into())).unwrap(), "/contacts/%C3%A4%2Fb%20c/tags");
        assert_eq!(names("/a/{b}/c/{d}").collect::<Vec<_>>(), ["b", "d"]);
    }

    #[test]
    fn dot_segments_and_empty_values_are_rejected() {
        for value in [None, Some(""), Some("."), Some("..")] {
            let error = expand("/contacts/{contactId}", |_| value.map(str::to_owned)).unwrap_err();
            assert_eq!(error.name, "contactId");
        }
    }

    proptest! {
        #[test]
        fn a_value_is_one_segment_and_round_trips(value in any::<String>()) {
            prop_assume!(segment_problem(&value).is_none());
            let path = expand("/a/{x}/b", |_| Some(value.clone())).unwrap();
            let url = url::Url::parse("http://host").unwrap().join(&path).unwrap();
            let segments: Vec<_> = url.path_segments().unwrap().collect();
            prop_assert_eq!(segments.len(), 3);
            prop_assert_eq!(percent_decode_str(segments[1]).decode_utf8().unwrap(), value);
        }
    }
}
