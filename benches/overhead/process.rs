//! Child processes: dropping the guard ends one, and `/proc` reports its CPU time and memory.

use std::fs;
use std::process::{Child, Command};
use std::time::Duration;

use crate::Result;

/// The clock ticks per second in `/proc`; Linux reports 100 to user space on every machine.
const TICKS_PER_SECOND: u64 = 100;

/// A child process. Dropping this ends it.
#[derive(Debug)]
pub struct Process {
    child: Child,
    stop: Option<Command>,
}

impl Process {
    /// Starts a process.
    pub fn start(command: &mut Command) -> Result<Self> {
        let child = command.spawn().map_err(|error| format!("{}: {error}", command.get_program().display()))?;
        Ok(Self { child, stop: None })
    }

    /// Sets a command that ends the process together with its own children, which would survive a kill.
    pub fn stopped_by(mut self, command: Command) -> Self {
        self.stop = Some(command);
        self
    }

    /// Takes the child's standard output.
    pub fn take_stdout(&mut self) -> Option<std::process::ChildStdout> {
        self.child.stdout.take()
    }

    /// The CPU time used so far, user and system, by the process and its children.
    pub fn cpu(&self) -> Result<Duration> {
        let mut ticks = 0;
        for pid in self.tree()? {
            let stat = stat(&pid)?;
            // Fields 14 and 15 of proc_pid_stat(5); the first here is field 3.
            for field in [11, 12] {
                ticks += stat.get(field).ok_or("no CPU time in /proc")?.parse::<u64>()?;
            }
        }
        Ok(Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND))
    }

    /// The resident memory of the process and its children, in KiB. Pages that they share count more than once.
    pub fn resident_kib(&self) -> Result<u64> {
        let mut total = 0;
        for pid in self.tree()? {
            let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
            let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS in /proc")?;
            total += line.trim().trim_end_matches("kB").trim().parse::<u64>()?;
        }
        Ok(total)
    }

    /// The process and its children.
    fn tree(&self) -> Result<Vec<String>> {
        let parent = self.child.id().to_string();
        let mut pids = vec![parent.clone()];
        for entry in fs::read_dir("/proc")? {
            let pid = entry?.file_name().to_string_lossy().into_owned();
            // A process may end while it is being read.
            if pid.bytes().all(|byte| byte.is_ascii_digit())
                && stat(&pid).is_ok_and(|stat| stat.get(1) == Some(&parent))
            {
                pids.push(pid);
            }
        }
        Ok(pids)
    }
}

/// The fields of `/proc/PID/stat` after the name, which may contain spaces: the state, the parent and so on.
fn stat(pid: &str) -> Result<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, fields) = stat.rsplit_once(')').ok_or("no name in /proc")?;
    Ok(fields.split_whitespace().map(str::to_owned).collect())
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(mut stop) = self.stop.take()
            && stop.status().is_ok_and(|status| status.success())
            && self.child.wait().is_ok()
        {
            return;
        }
        // Fails only if the process has already ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
