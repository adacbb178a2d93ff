//! Name resolution for the fetcher: only public addresses are handed to the connection.
//!
//! The connection is made to the addresses that were checked here, in the same look-up. A check before the request would leave
//! the name free to resolve differently a moment later (DNS rebinding).

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The system's resolver.
pub struct SystemResolver;

/// Another resolver's addresses, if all of them are allowed.
pub struct VettingResolver {
    /// Who is asked.
    pub inner: Arc<dyn Resolve>,
    /// Whether an address may be connected to.
    pub is_allowed: fn(IpAddr) -> bool,
    /// The port to connect to; 0 is the one of the URL.
    pub port: u16,
}

/// Why a name's addresses are not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// At least one is not public. One is enough: whoever controls the name could else have the private one tried as well.
    #[error("the name resolves to an address that is not public")]
    NotPublic,
    /// There is none.
    #[error("the name resolves to no address")]
    None,
}

impl Resolve for SystemResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let addresses = tokio::net::lookup_host((name.as_str(), 0)).await?.collect::<Vec<_>>();
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

impl Resolve for VettingResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (resolving, is_allowed, port) = (self.inner.resolve(name), self.is_allowed, self.port);
        Box::pin(async move {
            let addresses: Vec<IpAddr> = resolving.await?.map(|address| address.ip()).collect();
            vet(&addresses, is_allowed)?;
            Ok(Box::new(addresses.into_iter().map(move |ip| SocketAddr::new(ip, port))) as Addrs)
        })
    }
}

fn vet(addresses: &[IpAddr], is_allowed: fn(IpAddr) -> bool) -> Result<(), AddressError> {
    match addresses {
        [] => Err(AddressError::None),
        _ if addresses.iter().all(|address| is_allowed(*address)) => Ok(()),
        _ => Err(AddressError::NotPublic),
    }
}

#[cfg(test)]
mod tests {
    use super::super::addresses::is_global;
    use super::*;

    #[test]
    fn one_address_that_is_not_public_rejects_all() {
        let addresses = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<IpAddr>>();
        assert_eq!(vet(&addresses(&["93.184.216.34", "2606:4700::1111"]), is_global), Ok(()));
        for texts in [&["10.0.0.1"][..], &["93.184.216.34", "10.0.0.1"], &["::1", "93.184.216.34"]] {
            assert_eq!(vet(&addresses(texts), is_global), Err(AddressError::NotPublic), "{texts:?}");
        }
        assert_eq!(vet(&[], is_global), Err(AddressError::None));
    }

    /// Without a network: the name is in every system's hosts file.
    #[tokio::test]
    async fn the_systems_resolver_finds_localhost_and_it_is_rejected() {
        let resolver = VettingResolver { inner: Arc::new(SystemResolver), is_allowed: is_global, port: 0 };
        let error = resolver.resolve("localhost".parse().unwrap()).await.err().unwrap();
        assert_eq!(error.downcast_ref(), Some(&AddressError::NotPublic));
    }
}
