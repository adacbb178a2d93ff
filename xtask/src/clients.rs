//! The table of clients in `docs/clients.md`, from the clients of `connect`.

use std::fmt::Write;

use leadconnector_mcp::cli::{CLIENTS, ClientConfig};

use crate::section::cell;
use crate::{path, read};

/// The page with the table.
pub const FILE: &str = "docs/clients.md";
/// The folder with the clients' files.
const FOLDER: &str = "config/clients";

/// One row per client: its name, the value of `--client`, where the configuration belongs, and its file.
pub fn table() -> Result<String, String> {
    let mut table = "| client | `--client` | where it goes | file |\n|---|---|---|---|\n".to_owned();
    for client in &CLIENTS {
        let file = file_of(client)?;
        let (title, name, destination) = (cell(client.title), client.name, cell(client.destination));
        // Writing to a String cannot fail.
        let _ = writeln!(table, "| {title} | `{name}` | {destination} | [`{file}`](../{FOLDER}/{file}) |");
    }
    Ok(table)
}

/// The file whose content the program prints for the client. Of several with the same content it is the one with the
/// client's name, else the first by name.
fn file_of(client: &ClientConfig) -> Result<String, String> {
    let entries = std::fs::read_dir(path(FOLDER)).map_err(|error| format!("{FOLDER}: {error}"))?;
    let mut files = Vec::new();
    for entry in entries {
        let name = entry.map_err(|error| format!("{FOLDER}: {error}"))?.file_name().to_string_lossy().into_owned();
        if read(&format!("{FOLDER}/{name}"))? == client.text {
            files.push(name);
        }
    }
    files.sort();
    let own = files.iter().find(|file| file.split('.').next() == Some(client.name)).or(files.first());
    own.cloned().ok_or_else(|| format!("no file of {FOLDER} has the configuration of {}", client.name))
}
