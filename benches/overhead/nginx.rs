//! nginx as a plain proxy to the same upstream: the lower bound of the cost of forwarding a call.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::Result;
use crate::process::Process;

/// The version of nginx, if it is installed.
pub fn version() -> Option<String> {
    let output = Command::new("nginx").arg("-v").output().ok()?;
    let text = String::from_utf8(output.stderr).ok()?;
    Some(text.trim().rsplit('/').next().unwrap_or_default().to_owned())
}

/// The directory with nginx's configuration and temporary files; it is removed at the end.
#[derive(Debug)]
pub struct Directory(PathBuf);

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0); // what remains is in the system's temporary directory
    }
}

/// Starts nginx on `address` with `workers` processes. The directory must outlive the process.
pub fn start(address: SocketAddr, upstream: SocketAddr, workers: usize) -> Result<(Process, Directory)> {
    let path = std::env::temp_dir().join(format!("overhead-{}-{}", std::process::id(), address.port()));
    fs::create_dir_all(&path)?;
    let directory = Directory(path);
    let path = &directory.0;
    fs::write(path.join("nginx.conf"), configuration(address, upstream, workers))?;
    let command = || {
        let mut command = Command::new("nginx");
        command.arg("-p").arg(path).arg("-c").arg("nginx.conf").arg("-e").arg("error.log");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let mut stop = command();
    stop.args(["-s", "stop"]);
    Ok((Process::start(&mut command())?.stopped_by(stop), directory))
}

/// Nothing is logged, connections on both sides are kept alive, and a response of 100 KB fits into the buffers: with
/// nginx's defaults it would be written to a temporary file.
fn configuration(address: SocketAddr, upstream: SocketAddr, workers: usize) -> String {
    format!(
        "\
daemon off;
worker_processes {workers};
pid nginx.pid;
error_log error.log crit;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    tcp_nodelay on;
    keepalive_requests 100000000;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    upstream api {{
        server {upstream};
        keepalive 512;
        keepalive_requests 100000000;
    }}
    server {{
        listen {address} backlog=1024;
        location / {{
            proxy_pass http://api;
            proxy_http_version 1.1;
            proxy_set_header Connection \"\";
            proxy_buffer_size 16k;
            proxy_buffers 16 16k;
            proxy_busy_buffers_size 128k;
        }}
    }}
}}
"
    )
}
