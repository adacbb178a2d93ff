//! `tools --tokens`: what the list of tools costs a model.

use std::fmt::Write;

use tiktoken_rs::o200k_base_singleton;

use crate::tools::Catalogue;

/// A table of bytes and tokens, per tool and in all, for a caller whose location is pinned.
///
/// The tokenizer is OpenAI's o200k; other models' differ by some percent.
pub fn table(catalogue: &Catalogue) -> String {
    let tokenizer = o200k_base_singleton();
    let mut text = format!("{:<42} {:>7} {:>7}\n", "tool", "bytes", "tokens");
    let (mut bytes, mut tokens) = (0, 0);
    for definition in catalogue.definitions(true).iter() {
        // A definition is plain data: it can always be written as JSON.
        let json = serde_json::to_string(definition).unwrap_or_default();
        let count = tokenizer.encode_ordinary(&json).len();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{:<42} {:>7} {:>7}", definition.name, json.len(), count);
        bytes += json.len();
        tokens += count;
    }
    let _ = writeln!(text, "{:<42} {bytes:>7} {tokens:>7}", "all");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_stays_small() {
        insta::assert_snapshot!(table(&Catalogue::default()));
    }
}
