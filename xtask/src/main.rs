//! Generates files in the repository from the code. `--check` writes nothing, and fails if a file is out of date.
//!
//!     cargo run -p xtask -- tokens [--check]

mod tokens;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["tokens"] => write_file(tokens::FILE, &tokens::table()),
        ["tokens", "--check"] => check_file(tokens::FILE, &tokens::table()),
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

fn write_file(file: &str, content: &str) -> Result<(), String> {
    std::fs::write(path(file), content).map_err(|error| format!("{file}: {error}"))
}

fn check_file(file: &str, content: &str) -> Result<(), String> {
    let current = std::fs::read_to_string(path(file)).map_err(|error| format!("{file}: {error}"))?;
    if current == content { Ok(()) } else { Err(format!("{file} is out of date; run `cargo run -p xtask -- tokens`")) }
}

fn path(file: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file)
}
