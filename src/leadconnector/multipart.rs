//! Bodies of the form `multipart/form-data` (RFC 7578).

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;

/// The longest name of a file, in bytes: that of most file systems.
const MAX_FILE_NAME: usize = 255;

/// The longest media type, in bytes (RFC 4288 section 4.2: 127 for each half; the parameters are short).
const MAX_MEDIA_TYPE: usize = 255;

/// Base64 with the standard alphabet, with and without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A part of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The name of its field.
    pub name: String,
    /// Its value.
    pub content: Content,
}

/// The value of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Text.
    Text(String),
    /// A file.
    File(File),
}

/// A file, whose name and type can be part of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    name: String,
    media_type: String,
    bytes: Vec<u8>,
}

impl File {
    /// Creates a file from its name, its media type and its content as base64.
    ///
    /// # Errors
    ///
    /// The problem, as the rest of a sentence.
    pub fn new(name: &str, media_type: Option<&str>, base64: &str) -> Result<Self, &'static str> {
        if name.is_empty() || name.len() > MAX_FILE_NAME || name.contains(char::is_control) {
            return Err("needs a `name` of 1 to 255 bytes without line ends");
        }
        let media_type = media_type.unwrap_or("application/octet-stream");
        if !is_media_type(media_type) {
            return Err("needs a `type` like \"image/png\"");
        }
        // Line breaks are usual in base64 and mean nothing.
        let compact: String = base64.chars().filter(|char| !char.is_ascii_whitespace()).collect();
        let bytes =
            BASE64.decode(compact).map_err(|_| "needs the file's content in `base64`, without a `data:` prefix")?;
        Ok(Self { name: name.to_owned(), media_type: media_type.to_owned(), bytes })
    }
}

fn is_media_type(text: &str) -> bool {
    let is_token = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    let (essence, parameters) = text.split_once(';').unwrap_or((text, ""));
    let both = essence.trim().split_once('/').is_some_and(|(left, right)| is_token(left) && is_token(right));
    both && text.len() <= MAX_MEDIA_TYPE && parameters.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
}

/// A boundary that no part contains: 122 random bits.
pub fn boundary() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

/// Writes a body.
pub fn write(parts: &[Part], boundary: &str) -> Bytes {
    let mut body = Vec::new();
    for Part { name, content } in parts {
        let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", escape(name));
        match content {
            Content::Text(text) => {
                body.extend_from_slice(format!("{head}\r\n\r\n").as_bytes());
                body.extend_from_slice(text.as_bytes());
            }
            Content::File(file) => {
                let file_head = format!("; filename=\"{}\"\r\nContent-Type: {}", escape(&file.name), file.media_type);
                body.extend_from_slice(format!("{head}{file_head}\r\n\r\n").as_bytes());
                body.extend_from_slice(&file.bytes);
            }
        }
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    body.into()
}

/// A name within quotes, with the three escapes of the HTML standard (section 4.10.21.8).
fn escape(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_body_has_texts_and_files() {
        let file = File::new("a \"b\".png", Some("image/png"), "aGVs\nbG8").unwrap();
        let parts = [
            Part { name: "name".into(), content: Content::Text("Rosa".into()) },
            Part { name: "file".into(), content: Content::File(file) },
        ];
        let body = String::from_utf8(write(&parts, "B").to_vec()).unwrap();
        let expected = "--B\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nRosa\r\n\
                        --B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a %22b%22.png\"\r\n\
                        Content-Type: image/png\r\n\r\nhello\r\n--B--\r\n";
        assert_eq!(body, expected);
    }

    #[test]
    fn what_is_no_file_is_refused() {
        let new = |name: &str, media_type: &str, base64: &str| File::new(name, Some(media_type), base64);
        assert!(new("a", "text/plain; charset=utf-8", "aGVsbG8=").is_ok());
        for (name, media_type, base64) in [
            ("", "text/plain", ""),
            ("a\r\nb", "text/plain", ""),
            ("a", "text", ""),
            ("a", "text/plain\r\nX: y", ""),
            ("a", "text/plain", "data:text/plain;base64,aGVsbG8="),
            ("a", "text/plain", "a"),
        ] {
            assert!(new(name, media_type, base64).is_err(), "{name:?} {media_type:?} {base64:?}");
        }
    }

    proptest! {
        /// A part cannot end its head, and so cannot begin another.
        #[test]
        fn names_stay_in_their_quotes(name in any::<String>(), file in any::<String>(), media_type in any::<String>()) {
            let mut parts = vec![Part { name, content: Content::Text(String::new()) }];
            if let Ok(file) = File::new(&file, Some(&media_type), "") {
                parts.push(Part { name: "file".into(), content: Content::File(file) });
            }
            let body = String::from_utf8(write(&parts, "B").to_vec()).unwrap();
            prop_assert_eq!(body.matches("\r\n--B").count(), parts.len());
            prop_assert_eq!(body.matches("\r\n\r\n").count(), parts.len());
            for head in body.lines().filter(|line| line.starts_with("Content-Disposition")) {
                prop_assert!(head.matches('"').count() % 2 == 0, "{}", head);
            }
        }
    }
}
