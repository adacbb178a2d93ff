//! The `leadconnector-mcp` program. See the library for how it works.

use std::process::ExitCode;

/// Less CPU a call than the system's allocator, most of all with several threads. Without huge pages (`no_thp`): they
/// cost 10 MB and bring nothing here.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    leadconnector_mcp::cli::main()
}
