//! Failures of standard error and standard output do not affect calls.

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::stdio::{call, message, request};
use super::{post, program};
use crate::support::{BlockedUpstream, eventually};

/// The time limit: far more than any step needs.
const WAIT_TIMEOUT: Duration = Duration::from_mins(1);

/// A pipe whose reader has closed it: EPIPE.
pub fn closed() -> Stdio {
    std::io::pipe().unwrap().1.into()
}

/// A full disk: ENOSPC.
pub fn full() -> Stdio {
    File::options().write(true).open("/dev/full").unwrap().into()
}

/// A non-blocking stream that is full: EAGAIN. The returned reader keeps it open.
pub fn full_and_non_blocking() -> (UnixStream, Stdio) {
    let (reader, mut writer) = UnixStream::pair().unwrap();
    writer.set_nonblocking(true).unwrap();
    let block = [b'\n'; 1024];
    while writer.write(&block).map_err(|error| assert_eq!(error.kind(), ErrorKind::WouldBlock)).is_ok() {}
    (reader, OwnedFd::from(writer).into())
}

/// A process that is killed at the end of its test.
struct Process(Child);

impl Process {
    fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.0.id().to_string()]).status().unwrap().success());
    }

    /// Waits until it exits, without blocking other tasks, and returns the exit code.
    async fn ended(&mut self) -> Option<i32> {
        let mut status = None;
        eventually("the end of the process", async || {
            status = self.0.try_wait().unwrap();
            status.is_some()
        })
        .await;
        status.unwrap().code()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a gateway whose log cannot be read to learn the port.
async fn serve(upstream: &str, stderr: impl Into<Stdio>, log: &str) -> (Process, String) {
    let free = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().to_string();
    let mut command = program(&["serve", "--listen", &free, "--upstream", upstream, "--log", log]);
    let process = Process(command.stdout(Stdio::null()).stderr(stderr).spawn().unwrap());
    eventually("its start", async || is_healthy(&free).await).await;
    (process, format!("http://{free}/mcp"))
}

async fn is_healthy(address: &str) -> bool {
    let http = reqwest::Client::builder().no_proxy().timeout(WAIT_TIMEOUT).build().unwrap();
    http.get(format!("http://{address}/healthz")).send().await.is_ok_and(|answer| answer.status() == 200)
}

fn write(id: u64) -> Value {
    call(id, "contacts_create-contact", json!({ "email": "a@b.c", "locationId": "LOC" }))
}

/// A call that is rejected before anything is sent; each logs a line.
fn bad_call(id: u64) -> Value {
    call(id, "contacts_get-contact", json!({ "nonsense": 1, "locationId": "LOC" }))
}

async fn mcp(http: &reqwest::Client, url: &str, message: &Value) -> Value {
    let request = http.post(url).header("content-type", "application/json").header("authorization", "Bearer pit-1");
    serde_json::from_str(&request.body(message.to_string()).send().await.unwrap().text().await.unwrap()).unwrap()
}

/// Calls succeed, a write in flight gets its response, and a signal stops the process.
async fn assert_serves(stderr: impl Into<Stdio>, calls: u64) {
    let upstream = BlockedUpstream::start().await;
    let (mut process, url) = serve(&upstream.server.url(), stderr, "info").await;
    let http = reqwest::Client::builder().no_proxy().timeout(WAIT_TIMEOUT).build().unwrap();
    let (client, address) = (http.clone(), url.clone());
    let writing = tokio::spawn(async move { mcp(&client, &address, &write(1)).await });
    upstream.until_in_flight(1).await;
    for id in 0..calls {
        assert_eq!(mcp(&http, &url, &bad_call(id)).await["result"]["isError"], true);
    }
    assert!(is_healthy(url.strip_prefix("http://").unwrap().strip_suffix("/mcp").unwrap()).await);
    process.signal("-TERM");
    upstream.answer(1);
    assert_eq!(writing.await.unwrap()["result"]["isError"], false);
    assert_eq!(process.ended().await, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_without_a_reader_affects_no_call() {
    assert_serves(closed(), 20).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_on_a_full_disk_affects_no_call() {
    assert_serves(full(), 20).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_to_a_full_pipe_affects_no_call() {
    let (_open, stderr) = full_and_non_blocking();
    assert_serves(stderr, 20).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_whose_reader_stalls_affects_no_call() {
    let (_open, stderr) = std::io::pipe().unwrap();
    assert_serves(stderr, 1200).await;
}

/// Once the reader continues, the log reports how many lines are missing, and continues with complete lines.
#[tokio::test(flavor = "multi_thread")]
async fn lost_lines_are_counted() {
    let (mut reader, stderr) = std::io::pipe().unwrap();
    let (mut process, url) = serve("http://127.0.0.1:9", stderr, "debug").await;
    let http = reqwest::Client::builder().no_proxy().timeout(WAIT_TIMEOUT).build().unwrap();
    // More than the pipe and the queue can hold: each call logs over a kilobyte at this level.
    for id in 0..1600 {
        let long = http.post(&url).header("x-request-id", "x".repeat(256)).header("authorization", "Bearer pit-1");
        let long = long.header("content-type", "application/json").body(bad_call(id).to_string());
        assert_eq!(long.send().await.unwrap().status(), 200);
    }
    let read = tokio::task::spawn_blocking(move || {
        let mut log = String::new();
        reader.read_to_string(&mut log).unwrap();
        log
    });
    process.signal("-TERM");
    assert_eq!(process.ended().await, Some(0));
    let log = read.await.unwrap();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let lost: Vec<&Value> = lines.iter().filter(|line| line.get("lost").is_some()).collect();
    assert!(!lost.is_empty() && lost.iter().all(|line| line["level"] == "WARN"), "{} bytes: {lost:?}", log.len());
    assert!(lost.iter().all(|line| line["lost"].as_u64().unwrap() > 0));
    assert_eq!(lines.last().unwrap()["message"], "stopped");
}

/// Five hundred bad requests become a handful of lines whose numbers add up; good requests have only their call's line.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_rejections_is_summed_up() {
    let (mut reader, stderr) = std::io::pipe().unwrap();
    let (mut process, url) = serve("http://127.0.0.1:9", stderr, "info").await;
    let http = reqwest::Client::builder().no_proxy().timeout(WAIT_TIMEOUT).build().unwrap();
    mcp(&http, &url, &bad_call(1)).await;
    mcp(&http, &url, &request(1, "tools/list", json!({}))).await;
    let began = Instant::now();
    for _ in 0..500 {
        assert_eq!(http.post(&url).body("{}").send().await.unwrap().status(), 401);
    }
    process.signal("-TERM");
    assert_eq!(process.ended().await, Some(0));
    let seconds = began.elapsed().as_secs();
    let mut log = String::new();
    reader.read_to_string(&mut log).unwrap();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (mut rejected, others): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.get("reason").is_some());
    let messages: Vec<&str> = others.iter().map(|line| line["message"].as_str().unwrap()).collect();
    assert_eq!(messages, ["listening", "call", "stopping", "stopped"]);
    assert!(rejected.iter().all(|line| line["reason"] == "unauthorized"), "{rejected:?}");
    assert!(rejected.len() as u64 <= seconds + 2, "{} lines in {seconds} s", rejected.len());
    let suppressed: u64 = rejected.iter().map(|line| line["suppressed"].as_u64().unwrap_or_default()).sum();
    rejected.retain(|line| line["message"] == "request rejected");
    assert_eq!(rejected.len() as u64 + suppressed, 500);
}

/// The gateway does not depend on a reader of the banner.
#[tokio::test(flavor = "multi_thread")]
async fn a_banner_that_cannot_be_printed_affects_no_call() {
    for stdout in [closed(), full()] {
        let mut command = program(&["serve", "--sandbox", "--listen", "127.0.0.1:0", "--log-format", "json"]);
        let mut process = Process(command.stdout(stdout).stderr(Stdio::piped()).spawn().unwrap());
        let mut log = BufReader::new(process.0.stderr.take().unwrap()).lines();
        let mut logged = |message: &str| loop {
            let line: Value = serde_json::from_str(&log.next().unwrap().unwrap()).unwrap();
            if line["message"] == message {
                return line;
            }
        };
        let address = logged("listening")["address"].as_str().unwrap().to_owned();
        logged("the banner could not be printed");
        let answer = post(&format!("http://{address}/mcp"), super::find_rosa()).await;
        assert_eq!(answer["result"]["isError"], false, "{answer}");
        process.signal("-TERM");
        assert_eq!(process.ended().await, Some(0));
    }
}

/// `stdio` with such a log: every message gets a response, including the write.
async fn assert_responds(stderr: impl Into<Stdio>, calls: u64) {
    let upstream = BlockedUpstream::start().await;
    let url = upstream.server.url();
    let mut command = program(&["stdio", "--upstream", &url]);
    let command = command.env("LEADCONNECTOR_TOKEN", "pit-1").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut process = Process(command.stderr(stderr).spawn().unwrap());
    let mut input = process.0.stdin.take().unwrap();
    let mut output = BufReader::new(process.0.stdout.take().unwrap()).lines();
    writeln!(input, "{}", write(1)).unwrap();
    upstream.until_in_flight(1).await;
    for id in 2..2 + calls {
        writeln!(input, "{}", bad_call(id)).unwrap();
        assert_eq!(message(&output.next().unwrap().unwrap())["id"], id);
    }
    process.signal("-TERM");
    upstream.answer(1);
    let answer = message(&output.next().unwrap().unwrap());
    assert_eq!((&answer["id"], &answer["result"]["isError"]), (&json!(1), &json!(false)));
    assert_eq!(process.ended().await, Some(0));
    drop(input);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_log_does_not_affect_stdio() {
    let (_open, non_blocking) = full_and_non_blocking();
    for stderr in [closed(), full(), non_blocking] {
        assert_responds(stderr, 20).await;
    }
    let (_open, unread) = std::io::pipe().unwrap();
    assert_responds(unread, 1200).await;
}
