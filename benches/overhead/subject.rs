//! The measured subjects: the upstream itself, nginx in front of it, and the gateway in front of it.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Request;
use http::request::Builder;
use http_body_util::Full;

use crate::client::Connection;
use crate::plan::{Plan, SIZES, Size};
use crate::process::Process;
use crate::{Result, contact, gateway, nginx, upstream};

/// The maximum time until a process listens.
const START_LIMIT: Duration = Duration::from_secs(10);

/// How often to check whether a process listens.
const START_POLL: Duration = Duration::from_micros(200);

/// The kind of a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Direct,
    Nginx,
    Gateway(PathBuf),
}

/// A running subject. Its fields are dropped in this order: the process before its directory.
pub struct Subject {
    pub name: String,
    pub kind: Kind,
    pub address: SocketAddr,
    /// `None` for `Direct`: the upstream's own work is not measured.
    pub process: Option<Process>,
    _directory: Option<nginx::Directory>,
}

/// A request with the headers that every caller of the API sends.
pub fn request(method: &str, address: SocketAddr, path: &str) -> Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header("host", address.to_string())
        .header("user-agent", "overhead")
        .header("authorization", "Bearer pit-00000000-0000-4000-8000-000000000000")
        .header("locationid", "ve9EPM428h8vShlRW1KT")
}

/// Sets the token of a request, by number.
pub fn with_token(request: &mut Request<Full<Bytes>>, number: usize) -> Result<()> {
    let token = format!("Bearer pit-00000000-0000-4000-8000-{number:012}");
    request.headers_mut().insert("authorization", token.try_into()?);
    Ok(())
}

/// Sets the location of a request, by number.
pub fn at_location(request: &mut Request<Full<Bytes>>, number: usize) -> Result<()> {
    request.headers_mut().insert("locationid", format!("ve9EPM428h8vShl{number:05}").try_into()?);
    Ok(())
}

/// Starts all subjects of a plan; nginx is omitted if it is not installed.
pub async fn start_all(plan: &Plan, upstream: SocketAddr) -> Result<Vec<Subject>> {
    let mut subjects = vec![Subject::start("direct", Kind::Direct, upstream).await?];
    if nginx::version().is_some() {
        subjects.push(Subject::start("nginx", Kind::Nginx, upstream).await?);
    }
    for (name, program) in &plan.gateways {
        subjects.push(Subject::start(name, Kind::Gateway(program.clone()), upstream).await?);
    }
    Ok(subjects)
}

impl Subject {
    /// Starts a subject and waits until it listens.
    pub async fn start(name: &str, kind: Kind, upstream: SocketAddr) -> Result<Self> {
        let (address, process, directory) = match &kind {
            Kind::Direct => (upstream, None, None),
            Kind::Nginx => {
                let address = free_address()?;
                let (process, directory) = nginx::start(address, upstream, threads()?)?;
                (address, Some(process), Some(directory))
            }
            Kind::Gateway(program) => {
                let address = free_address()?;
                (address, Some(gateway::start(program, address, upstream)?), None)
            }
        };
        let subject = Self { name: name.to_owned(), kind, address, process, _directory: directory };
        subject.connect().await?;
        Ok(subject)
    }

    /// Connects, as soon as the subject listens.
    pub async fn connect(&self) -> Result<Connection> {
        let begin = Instant::now();
        loop {
            match Connection::open(self.address).await {
                Err(error) if begin.elapsed() > START_LIMIT => return Err(format!("{}: {error}", self.name).into()),
                Err(_) => std::thread::sleep(START_POLL),
                connected => return connected,
            }
        }
    }

    /// The request whose response has `size`.
    pub fn request(&self, size: Size) -> Result<Request<Full<Bytes>>> {
        if let Kind::Gateway(_) = self.kind {
            return gateway::call(self.address, &upstream::contact_id(size));
        }
        Ok(request("GET", self.address, &upstream::path(size)).body(Full::default())?)
    }

    /// Makes one call, compares its response with the upstream's byte for byte, and returns its length.
    pub async fn verify(&self, connection: &mut Connection, size: Size) -> Result<usize> {
        let response = connection.fetch(&self.request(size)?).await?;
        let is_same = match self.kind {
            Kind::Gateway(_) => gateway::data(&response)? == contact::response(size.bytes),
            _ => response == contact::response(size.bytes),
        };
        if !is_same {
            return Err(format!("{} does not pass on the upstream's {}", self.name, size.name).into());
        }
        Ok(response.len())
    }

    /// The time from starting another instance of this subject until its first response.
    pub async fn startup(&self, upstream: SocketAddr) -> Result<Duration> {
        let begin = Instant::now();
        let other = Self::start(&self.name, self.kind.clone(), upstream).await?;
        other.connect().await?.fetch(&other.request(SIZES[0])?).await?;
        Ok(begin.elapsed())
    }
}

/// A loopback address with a free port.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}

/// The number of nginx workers: as many as the gateway's runtime has threads.
pub fn threads() -> Result<usize> {
    Ok(std::thread::available_parallelism()?.get())
}
