//! The overhead of the gateway: calls made directly, through nginx and through the gateway. See `benches/README.md`.

mod client;
mod contact;
mod gateway;
mod measure;
mod nginx;
mod plan;
mod process;
mod report;
mod subject;
mod upstream;

use plan::Plan;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Result<()> {
    // One thread for the client and one for the upstream, because both run on the measured machine.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == upstream::ROLE) {
        return runtime.block_on(upstream::run());
    }
    if !arguments.iter().any(|argument| argument == "--bench") {
        // `cargo test --benches` starts this program too.
        println!("run with: cargo bench --bench overhead");
        return Ok(());
    }
    runtime.block_on(async {
        tokio::select! {
            done = run() => done,
            // Returning drops the guards, which ends the child processes.
            interrupted = tokio::signal::ctrl_c() => interrupted.map_err(Into::into),
        }
    })
}

async fn run() -> Result<()> {
    let plan = Plan::from_environment()?;
    let upstream = upstream::Upstream::start()?;
    let subjects = subject::start_all(&plan, upstream.address).await?;
    report::preamble(&plan, &subjects)?;
    let startups = measure::startups(&plan, &subjects, upstream.address).await?;
    let cells = measure::all(&plan, &subjects).await?;
    report::print(&plan, &subjects, &cells, &startups);
    Ok(())
}
