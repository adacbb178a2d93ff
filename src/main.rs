//! The `leadconnector-mcp` program. See the library for how it works.

use std::process::ExitCode;

/// Half the CPU of a call on small answers, compared with the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    leadconnector_mcp::cli::main()
}
