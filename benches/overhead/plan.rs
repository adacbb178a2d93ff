//! What is measured, and for how long.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use crate::Result;

/// The sizes of the upstream's responses, with their names.
pub const SIZES: [Size; 2] = [Size { name: "2 KB", bytes: 2 * 1024 }, Size { name: "100 KB", bytes: 100 * 1024 }];

/// A response size.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub name: &'static str,
    pub bytes: usize,
}

/// What is measured, and for how long.
#[derive(Debug)]
pub struct Plan {
    /// How often each subject is measured, in turn; the medians are reported.
    pub rounds: usize,
    /// The duration of one measurement.
    pub window: Duration,
    /// The numbers of connections, each with one call at a time.
    pub connections: Vec<usize>,
    /// Whether each connection uses a location of its own.
    pub location_per_connection: bool,
    /// The gateways: names and programs.
    pub gateways: Vec<(String, PathBuf)>,
}

impl Plan {
    /// Reads `OVERHEAD_SECONDS` (the whole run, about; default 90), `OVERHEAD_ROUNDS` (default 5),
    /// `OVERHEAD_CONNECTIONS` (default `1,32,256`), `OVERHEAD_LOCATIONS` (`one`, the default, or `each`: one for each
    /// connection) and `OVERHEAD_ALSO` (more gateways to compare: `name=path,…`).
    pub fn from_environment() -> Result<Self> {
        let seconds: f64 = variable("OVERHEAD_SECONDS", "90").parse()?;
        let rounds: usize = variable("OVERHEAD_ROUNDS", "5").parse()?;
        let connections = variable("OVERHEAD_CONNECTIONS", "1,32,256")
            .split(',')
            .map(|number| number.trim().parse())
            .collect::<std::result::Result<Vec<usize>, _>>()?;
        let mut gateways = vec![("gateway".to_owned(), PathBuf::from(env!("CARGO_BIN_EXE_leadconnector-mcp")))];
        for also in variable("OVERHEAD_ALSO", "").split(',').filter(|also| !also.is_empty()) {
            let (name, path) = also.split_once('=').ok_or("OVERHEAD_ALSO must be name=path,…")?;
            gateways.push((name.to_owned(), path.into()));
        }
        let location_per_connection = match variable("OVERHEAD_LOCATIONS", "one").as_str() {
            "one" => false,
            "each" => true,
            _ => return Err("OVERHEAD_LOCATIONS must be one or each".into()),
        };
        if rounds == 0 || connections.is_empty() || connections.contains(&0) {
            return Err("OVERHEAD_ROUNDS and OVERHEAD_CONNECTIONS must be 1 or more".into());
        }
        // `direct` and nginx are measured as well; the warm-up takes a tenth more.
        let windows = (gateways.len() + 2) * SIZES.len() * connections.len() * rounds;
        let window = Duration::try_from_secs_f64(seconds / 1.1)? / u32::try_from(windows)?;
        Ok(Self { rounds, window, connections, location_per_connection, gateways })
    }
}

fn variable(name: &str, default: &str) -> String {
    env::var(name).unwrap_or_else(|_| default.to_owned())
}
