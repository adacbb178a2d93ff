//! The reference of settings in `docs/settings.md`, from `config/default.toml` and its comments.
//!
//! The file is read line by line: its comments are what the reference is made of, and a TOML parser drops them.

use std::fmt::Write;

use crate::section::cell;

/// The page with the reference.
pub const FILE: &str = "docs/settings.md";
/// The file with every setting, its default and its meaning.
pub const DEFAULTS: &str = "config/default.toml";

/// A table for each section of the file, with a row for each setting.
pub fn reference(defaults: &str) -> Result<String, String> {
    let mut text = String::new();
    let mut section = "";
    let mut comment = Vec::new();
    for line in defaults.lines() {
        if let Some(words) = line.strip_prefix("# ") {
            comment.push(words);
        } else if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name;
            heading(&mut text, section, &std::mem::take(&mut comment).join(" "));
        } else if line.is_empty() {
            comment.clear();
        } else {
            text.push_str(&row(section, line, &std::mem::take(&mut comment).join(" "))?);
        }
    }
    Ok(text)
}

fn heading(text: &mut String, section: &str, meaning: &str) {
    let separator = if text.is_empty() { "" } else { "\n" };
    let meaning = if meaning.is_empty() { String::new() } else { format!("{meaning}\n\n") };
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "{separator}### `[{section}]`\n\n{meaning}| setting | default | variable | flag | meaning |\n|---|---|---|---|---|\n"
    );
}

/// The row of a line `name = default`, which may end with a comment that names the flag and the short variable.
fn row(section: &str, line: &str, meaning: &str) -> Result<String, String> {
    let (name, value) = line.split_once(" = ").ok_or_else(|| format!("{DEFAULTS}: not a setting: {line}"))?;
    if section.is_empty() || meaning.is_empty() {
        return Err(format!("{DEFAULTS}: {name} needs a section and a comment of its own"));
    }
    let (default, short_forms) = value.split_once(" # ").unwrap_or((value, ""));
    let short_forms: Vec<&str> = short_forms.split_whitespace().map(|word| word.trim_end_matches(',')).collect();
    let find = |start: &str| short_forms.iter().find(|form| form.starts_with(start)).map(|form| (*form).to_owned());
    let variable =
        find("LEADCONNECTOR_MCP_").unwrap_or_else(|| format!("LEADCONNECTOR_MCP_{section}_{name}").to_uppercase());
    let flag = find("--").map(|flag| format!("`{flag}`")).unwrap_or_default();
    let (default, meaning) = (cell(default.trim()), cell(meaning));
    Ok(format!("| `{name}` | `{default}` | `{variable}` | {flag} | {meaning} |\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_become_meanings() {
        let file = "# About the file.\n\n[log]\n# Filter,\n# in short.\nfilter = \"info\"  # --log, LEADCONNECTOR_MCP_LOG\n\
                    # Format.\nformat = \"a|b\"\n";
        let text = reference(file).unwrap();
        assert!(text.starts_with("### `[log]`\n\n| setting |"), "{text}");
        assert!(text.contains("| `filter` | `\"info\"` | `LEADCONNECTOR_MCP_LOG` | `--log` | Filter, in short. |\n"));
        assert!(text.contains("| `format` | `\"a\\|b\"` | `LEADCONNECTOR_MCP_LOG_FORMAT` |  | Format. |\n"));
    }

    #[test]
    fn a_setting_without_a_comment_is_an_error() {
        assert!(reference("[log]\n# One.\na = 1\nb = 2\n").unwrap_err().contains("b needs"));
    }
}
