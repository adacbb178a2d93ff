//! Characters that are not seen.

/// Format characters and line separators: the Unicode categories Cf, Zl and Zp, except those that plain text needs. The
/// joiners U+200C and U+200D stay: Persian and emoji need them.
pub fn is_invisible(char: char) -> bool {
    matches!(char,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
