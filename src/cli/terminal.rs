//! Text of others on a terminal.

/// Text without what a terminal would obey or show as something else: control characters (ESC begins a sequence that
/// moves the cursor or sets the title) and invisible format characters (U+202E turns the rest of the line around). Each
/// becomes U+FFFD, so that it is seen that something was there.
pub fn sanitize(text: &str) -> String {
    text.chars().map(|char| if char.is_control() || is_invisible(char) { '\u{fffd}' } else { char }).collect()
}

/// Format characters and separators of lines: Unicode's categories Cf, Zl and Zp, as far as they say nothing in plain text.
/// The joiners U+200C and U+200D stay: Persian and emoji need them.
fn is_invisible(char: char) -> bool {
    matches!(char,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_replaced() {
        for char in
            ['\u{1b}', '\u{9b}', '\u{7}', '\r', '\n', '\t', '\u{7f}', '\u{202e}', '\u{2066}', '\u{200f}', '\u{2028}']
        {
            assert_eq!(sanitize(&format!("a{char}b")), "a\u{fffd}b", "{char:?}");
        }
        let plain = "Größe: 3 €, שלום, می\u{200c}خواهم, 👩\u{200d}💻";
        assert_eq!(sanitize(plain), plain);
    }
}
