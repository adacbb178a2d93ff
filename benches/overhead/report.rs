//! The report: tables in Markdown.

use std::time::Duration;

use crate::measure::{Cell, Sample, Startup};
use crate::plan::{Plan, SIZES};
use crate::subject::{self, Kind, Subject};
use crate::{Result, nginx};

/// The number of connections at which CPU is compared.
const LOADED: usize = 32;
/// The number of connections at which memory is compared.
const CROWDED: usize = 256;

/// Prints what will be measured.
pub fn preamble(plan: &Plan, subjects: &[Subject]) -> Result<()> {
    let threads = subject::threads()?;
    println!(
        "{threads} cores; {} rounds of {} ms; the gateway has {threads} worker threads; nginx: {}",
        plan.rounds,
        plan.window.as_millis(),
        nginx::version()
            .map_or("not installed".to_owned(), |version| format!("{version} with {threads} worker processes")),
    );
    for subject in subjects {
        if let Kind::Gateway(program) = &subject.kind {
            let name = program.file_name().unwrap_or_default().display();
            println!("{}: {name}, {} KiB", subject.name, std::fs::metadata(program)?.len() / 1024);
        }
    }
    println!();
    Ok(())
}

/// Prints all tables.
pub fn print(plan: &Plan, subjects: &[Subject], cells: &[Cell], startups: &[Option<Startup>]) {
    let floor = subjects.iter().position(|subject| subject.kind == Kind::Nginx);
    calls(plan, subjects, cells, floor);
    processes(subjects, cells, startups);
    if let (Some(floor), Some(gateway)) =
        (floor, subjects.iter().position(|subject| matches!(subject.kind, Kind::Gateway(_))))
    {
        targets(cells, startups, gateway, floor);
    }
}

fn calls(plan: &Plan, subjects: &[Subject], cells: &[Cell], floor: Option<usize>) {
    println!("| response | connections | | calls/s | p50 ms | p99 ms | CPU µs/call | p50 ÷ nginx | CPU ÷ nginx |");
    println!("|---|---|---|---|---|---|---|---|---|");
    for size in SIZES {
        for &connections in &plan.connections {
            for (index, subject) in subjects.iter().enumerate() {
                let Some(cell) = find(cells, index, size.name, connections) else { continue };
                let base = floor.and_then(|floor| find(cells, floor, size.name, connections));
                println!(
                    "| {} | {connections} | {} | {:.0} | {:.3} | {:.3} | {} | {} | {} |",
                    size.name,
                    subject.name,
                    cell.median(|sample| Some(sample.calls_per_second)).unwrap_or_default(),
                    cell.median(|sample| Some(ms(sample.p50))).unwrap_or_default(),
                    cell.median(|sample| Some(ms(sample.p99))).unwrap_or_default(),
                    decimal(cell.median(|sample| sample.cpu_us), 1),
                    decimal(ratio(cell, base, |sample| Some(ms(sample.p50))), 2),
                    decimal(ratio(cell, base, |sample| sample.cpu_us), 2),
                );
            }
        }
    }
    println!();
}

fn processes(subjects: &[Subject], cells: &[Cell], startups: &[Option<Startup>]) {
    println!("| | resident idle MB | at {CROWDED} connections, 2 KB | 100 KB | start to first response ms |");
    println!("|---|---|---|---|---|");
    for (index, (subject, startup)) in subjects.iter().zip(startups).enumerate() {
        let Some(startup) = startup else { continue };
        let crowded = |size| decimal(find(cells, index, size, CROWDED).and_then(resident), 1);
        println!(
            "| {} | {:.1} | {} | {} | {} |",
            subject.name,
            mb(startup.resident_kib),
            crowded(SIZES[0].name),
            crowded(SIZES[1].name),
            decimal(first_response(startup), 1),
        );
    }
    println!();
}

fn targets(cells: &[Cell], startups: &[Option<Startup>], gateway: usize, floor: usize) {
    println!("| target | at most | measured | |");
    println!("|---|---|---|---|");
    for (size, cpu_limit) in SIZES.iter().zip([6.0, 8.0]) {
        let cell = |subject, connections| find(cells, subject, size.name, connections);
        let pair = |connections| cell(gateway, connections).zip(cell(floor, connections));
        let cpu = pair(LOADED).and_then(|(cell, base)| ratio(cell, Some(base), |sample| sample.cpu_us));
        target(&format!("CPU ÷ nginx, {}, {LOADED} connections", size.name), cpu_limit, cpu);
        let p50 = pair(1).and_then(|(cell, base)| ratio(cell, Some(base), |sample| Some(ms(sample.p50))));
        target(&format!("p50 ÷ nginx, {}, 1 connection", size.name), 1.5, p50);
    }
    let startup = startups[gateway].as_ref();
    target("resident memory idle, MB", 20.0, startup.map(|startup| mb(startup.resident_kib)));
    for size in SIZES {
        let resident = find(cells, gateway, size.name, CROWDED).and_then(resident);
        target(&format!("resident memory at {CROWDED} connections, {}, MB", size.name), 60.0, resident);
    }
    target("start to first response, ms", 50.0, startup.and_then(first_response));
}

fn target(name: &str, limit: f64, measured: Option<f64>) {
    let status = measured.map_or("not measured", |measured| if measured <= limit { "met" } else { "**missed**" });
    println!("| {name} | {limit} | {} | {status} |", decimal(measured, 2));
}

impl Cell {
    fn median(&self, figure: impl Fn(&Sample) -> Option<f64>) -> Option<f64> {
        median(self.samples.iter().filter_map(figure).collect())
    }
}

fn find<'a>(cells: &'a [Cell], subject: usize, size: &str, connections: usize) -> Option<&'a Cell> {
    cells.iter().find(|cell| cell.subject == subject && cell.size == size && cell.connections == connections)
}

/// The median, over the rounds, of a figure's ratio to the other cell's figure in the same round.
fn ratio(cell: &Cell, base: Option<&Cell>, figure: impl Fn(&Sample) -> Option<f64>) -> Option<f64> {
    let pairs = cell.samples.iter().zip(&base?.samples);
    median(pairs.filter_map(|(sample, base)| Some(figure(sample)? / figure(base)?)).collect())
}

/// The maximum memory of all rounds.
fn resident(cell: &Cell) -> Option<f64> {
    cell.samples.iter().filter_map(|sample| sample.resident_kib).max().map(mb)
}

fn first_response(startup: &Startup) -> Option<f64> {
    median(startup.first_responses.iter().copied().map(ms).collect())
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn mb(kib: u64) -> f64 {
    f64::from(u32::try_from(kib).unwrap_or(u32::MAX)) / 1024.0
}

fn decimal(value: Option<f64>, digits: usize) -> String {
    value.map_or("–".to_owned(), |value| format!("{value:.digits$}"))
}
