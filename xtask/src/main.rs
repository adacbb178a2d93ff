//! Generates what is kept in the repository and made from the code. `--check` changes nothing and fails where a file
//! is not what it would be made into.
//!
//!     cargo run -p xtask -- tokens [--check]

mod tokens;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["tokens"] => write(tokens::FILE, &tokens::table()),
        ["tokens", "--check"] => check(tokens::FILE, &tokens::table()),
        _ => Err("usage: cargo run -p xtask -- tokens [--check]".to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("xtask: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn write(file: &str, content: &str) -> Result<(), String> {
    std::fs::write(path(file), content).map_err(|error| format!("{file}: {error}"))
}

fn check(file: &str, content: &str) -> Result<(), String> {
    let found = std::fs::read_to_string(path(file)).map_err(|error| format!("{file}: {error}"))?;
    if found == content { Ok(()) } else { Err(format!("{file} is out of date: run xtask without --check")) }
}

fn path(file: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file)
}
