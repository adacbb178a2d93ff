//! A resolver with made-up addresses.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use parking_lot::Mutex;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Gives each look-up the next of its answers, and the last one from then on.
pub struct FakeDns {
    answers: Vec<Vec<IpAddr>>,
    names: Mutex<Vec<String>>,
}

impl FakeDns {
    pub fn new(answers: &[&[&str]]) -> Arc<Self> {
        let addresses = |answer: &&[&str]| answer.iter().map(|address| address.parse().unwrap()).collect();
        Arc::new(Self { answers: answers.iter().map(addresses).collect(), names: Mutex::default() })
    }

    /// Every name is this computer, which stands for a public one.
    pub fn public() -> Arc<Self> {
        Self::new(&[&["127.0.0.1"]])
    }

    /// The names that were looked up.
    pub fn names(&self) -> Vec<String> {
        self.names.lock().clone()
    }
}

impl Resolve for FakeDns {
    fn resolve(&self, name: Name) -> Resolving {
        let mut names = self.names.lock();
        let answer = self.answers[names.len().min(self.answers.len() - 1)].clone();
        names.push(name.as_str().to_owned());
        // A port of its own: the fetcher must not use it.
        let addresses = answer.into_iter().map(|ip| SocketAddr::new(ip, 9));
        Box::pin(std::future::ready(Ok(Box::new(addresses) as Addrs)))
    }
}
