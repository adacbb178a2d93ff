//! Makes untrusted text safe for a terminal.

use crate::text::invisible::is_invisible;

/// Replaces characters that a terminal would act on: control characters (ESC starts a sequence that moves the cursor or sets
/// the title) and invisible format characters (U+202E reverses the rest of the line). Each becomes U+FFFD, so that it is
/// visible that something was replaced.
pub fn sanitize(text: &str) -> String {
    text.chars().map(|char| if char.is_control() || is_invisible(char) { '\u{fffd}' } else { char }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_invisible_characters_are_replaced() {
        for char in
            ['\u{1b}', '\u{9b}', '\u{7}', '\r', '\n', '\t', '\u{7f}', '\u{202e}', '\u{2066}', '\u{200f}', '\u{2028}']
        {
            assert_eq!(sanitize(&format!("a{char}b")), "a\u{fffd}b", "{char:?}");
        }
        let plain = "Größe: 3 €, שלום, می\u{200c}خواهم, 👩\u{200d}💻";
        assert_eq!(sanitize(plain), plain);
    }
}
