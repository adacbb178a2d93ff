//! Generates files in the repository, and parts of files, from the code. `--check` writes nothing, and fails if one is out of
//! date.
//!
//!     cargo run -p xtask -- generate [--check]
//!     cargo run -p xtask -- catalogue --documents FOLDER [--check]

mod catalogue;
mod catalogue_page;
mod clients;
mod section;
mod settings;
mod tokens;
mod tools;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const COMMAND: &str = "cargo run -p xtask -- generate";
const CATALOGUE_COMMAND: &str = "cargo run -p xtask -- catalogue --documents FOLDER";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["generate"] => generated().and_then(|files| files.iter().try_for_each(Generated::write)),
        ["generate", "--check"] => generated().and_then(|files| files.iter().try_for_each(Generated::check)),
        ["catalogue", "--documents", folder] => write_catalogue(Path::new(folder)),
        ["catalogue", "--documents", folder, "--check"] => check_catalogue(Path::new(folder)),
        _ => Err(format!("usage: {COMMAND} [--check]\n       {CATALOGUE_COMMAND} [--check]")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("xtask: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// Writes the catalogue, and prints what changed and which rules applied.
fn write_catalogue(folder: &Path) -> Result<(), String> {
    let catalogue = catalogue::read(folder)?;
    for (rule, places) in &catalogue.irregularities {
        println!("{places:>4} places: {rule}");
    }
    for change in &catalogue.changes {
        println!("{change}");
    }
    println!("{} changes", catalogue.changes.len());
    catalogue.file.write()
}

fn check_catalogue(folder: &Path) -> Result<(), String> {
    let catalogue = catalogue::read(folder)?;
    catalogue.file.check().map_err(|_| {
        let changes = catalogue.changes.join("\n  ");
        format!("{} is out of date; run `{CATALOGUE_COMMAND}`\n  {changes}", catalogue::FILE)
    })
}

/// A file as it should be.
struct Generated {
    /// Its path from the repository's root.
    file: &'static str,
    content: String,
}

/// All files. Those in `docs/` also have parts that are written by hand.
fn generated() -> Result<Vec<Generated>, String> {
    Ok(vec![
        Generated { file: tokens::FILE, content: tokens::table() },
        Generated::part(tools::FILE, &tools::reference())?,
        Generated::part(settings::FILE, &settings::reference(&read(settings::DEFAULTS)?)?)?,
        Generated::part(catalogue_page::FILE, &catalogue_page::reference())?,
        Generated::part(clients::FILE, &clients::table()?)?,
    ])
}

impl Generated {
    /// A page with a new text in its generated part.
    fn part(file: &'static str, text: &str) -> Result<Self, String> {
        Ok(Self { file, content: section::replace(file, &read(file)?, text)? })
    }

    fn write(&self) -> Result<(), String> {
        std::fs::write(path(self.file), &self.content).map_err(|error| format!("{}: {error}", self.file))
    }

    fn check(&self) -> Result<(), String> {
        let is_current = read(self.file)? == self.content;
        is_current.then_some(()).ok_or_else(|| format!("{} is out of date; run `{COMMAND}`", self.file))
    }
}

fn read(file: &str) -> Result<String, String> {
    std::fs::read_to_string(path(file)).map_err(|error| format!("{file}: {error}"))
}

fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file)
}
