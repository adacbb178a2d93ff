//! The measurements, in rounds: each round measures all subjects in turn, so that other load on the machine affects all of
//! them.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::Result;
use crate::client::Load;
use crate::plan::{Plan, SIZES, Size};
use crate::subject::{Kind, Subject, at_location, with_token};

/// How often each program is started to measure the time until its first response.
const STARTS: usize = 11;

/// One subject at one size and number of connections.
pub struct Cell {
    pub subject: usize,
    pub size: &'static str,
    pub connections: usize,
    /// One sample per round.
    pub samples: Vec<Sample>,
}

/// The result of one round.
pub struct Sample {
    pub calls_per_second: f64,
    pub p50: Duration,
    pub p99: Duration,
    /// CPU time of one call; `None` for `direct`.
    pub cpu_us: Option<f64>,
    /// Resident memory at the end, with all connections open.
    pub resident_kib: Option<u64>,
}

/// The memory and start time of a subject without load.
pub struct Startup {
    pub resident_kib: u64,
    pub first_responses: Vec<Duration>,
}

/// Measures memory after one call, and start times. The results are in the order of the subjects.
pub async fn startups(plan: &Plan, subjects: &[Subject], upstream: SocketAddr) -> Result<Vec<Option<Startup>>> {
    let mut startups = Vec::new();
    for subject in subjects {
        let mut connection = subject.connect().await?;
        subject.verify(&mut connection, SIZES[0]).await?;
        startups.push(match &subject.process {
            Some(process) => Some(Startup { resident_kib: process.resident_kib()?, first_responses: Vec::new() }),
            None => None,
        });
    }
    for _ in 0..STARTS.min(2 * plan.rounds + 1) {
        for (subject, startup) in subjects.iter().zip(&mut startups) {
            if let Some(startup) = startup {
                startup.first_responses.push(subject.startup(upstream).await?);
            }
        }
    }
    Ok(startups)
}

/// Makes all measurements of a plan.
pub async fn all(plan: &Plan, subjects: &[Subject]) -> Result<Vec<Cell>> {
    let mut cells = Vec::new();
    for size in SIZES {
        for &connections in &plan.connections {
            let first = cells.len();
            cells.extend((0..subjects.len()).map(|subject| Cell {
                subject,
                size: size.name,
                connections,
                samples: Vec::new(),
            }));
            for round in 0..plan.rounds {
                for index in 0..subjects.len() {
                    // Every other round runs backwards, so that no subject is always first.
                    let subject = if round % 2 == 0 { index } else { subjects.len() - 1 - index };
                    let sample = sample(&subjects[subject], size, connections, plan).await?;
                    cells[first + subject].samples.push(sample);
                }
            }
        }
    }
    Ok(cells)
}

/// How many connections share a token: half of the gateway's limit on concurrent requests of one token.
const CONNECTIONS_PER_TOKEN: usize = 64;

async fn sample(subject: &Subject, size: Size, connections: usize, plan: &Plan) -> Result<Sample> {
    let window = plan.window;
    let expected = subject.verify(&mut subject.connect().await?, size).await?;
    let mut requests = vec![subject.request(size)?; connections];
    for (number, request) in requests.iter_mut().enumerate() {
        with_token(request, number / CONNECTIONS_PER_TOKEN)?;
        if plan.location_per_connection {
            at_location(request, number)?;
        }
    }
    let mut load = Load::open(subject.address, requests, expected).await?;
    load.run(window / 10).await?;

    let cpu_before = cpu(subject)?;
    let begin = Instant::now();
    let mut durations = load.run(window).await?;
    let elapsed = begin.elapsed();
    let cpu = cpu(subject)?.zip(cpu_before).map(|(after, before)| after.saturating_sub(before));
    let resident_kib = match &subject.process {
        Some(process) => Some(process.resident_kib()?),
        None => None,
    };

    durations.sort_unstable();
    let calls = f64::from(u32::try_from(durations.len())?);
    Ok(Sample {
        calls_per_second: calls / elapsed.as_secs_f64(),
        p50: durations[durations.len() / 2],
        p99: durations[durations.len() * 99 / 100],
        cpu_us: cpu.map(|cpu| cpu.as_secs_f64() * 1e6 / calls),
        resident_kib,
    })
}

fn cpu(subject: &Subject) -> Result<Option<Duration>> {
    match (&subject.kind, &subject.process) {
        (Kind::Direct, _) | (_, None) => Ok(None),
        (_, Some(process)) => process.cpu().map(Some),
    }
}
