//! The `leadconnector-mcp` program. The library documents how it works.

use std::process::ExitCode;

/// Uses less CPU per call than the system allocator, most of all with several threads. Huge pages are off (`no_thp`): they
/// cost 10 MB and bring no gain here.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    leadconnector_mcp::cli::main()
}
