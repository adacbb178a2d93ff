//! The gateway as a process, and its log.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use serde_json::Value;

use crate::support::{LIMIT, eventually};

/// A gateway that runs as a process; killed when dropped.
pub struct Process {
    child: Child,
    pub address: SocketAddr,
    log: Receiver<Value>,
}

impl Process {
    /// Starts a gateway and waits until it listens. Settings are environment variables without their common prefix.
    pub fn start(listen: &str, upstream: &str, settings: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_leadconnector-mcp"));
        command.args(["serve", "--listen", listen, "--upstream", upstream, "--log-format", "json"]).env_clear();
        for (name, value) in settings {
            command.env(format!("LEADCONNECTOR_MCP_SERVER_{name}"), value);
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, log) = mpsc::channel();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let line = serde_json::from_str(&line).unwrap_or_else(|_| Value::String(line));
                let _ = sender.send(line);
            }
        });
        let mut process = Self { child, address: ([127, 0, 0, 1], 0).into(), log };
        process.address = process.logged("listening")["address"].as_str().unwrap().parse().unwrap();
        process
    }

    /// Waits for a log line with this message.
    pub fn logged(&self, message: &str) -> Value {
        loop {
            let line = self.log.recv_timeout(LIMIT).unwrap_or_else(|_| panic!("{message:?} is not logged"));
            if line["message"] == message {
                return line;
            }
        }
    }

    /// Sends a signal.
    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    /// Stops it with SIGTERM, and waits until it has noticed.
    pub fn stop(&self) {
        self.signal("-TERM");
        self.logged("stopping");
    }

    /// Waits until it exits, without blocking other tasks, and returns the exit code.
    pub async fn ended(&mut self) -> Option<i32> {
        let mut code = None;
        eventually("exit", async || {
            code = self.child.try_wait().unwrap().map(|status| status.code());
            code.is_some()
        })
        .await;
        code.flatten()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It has ended already where a test stopped it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
