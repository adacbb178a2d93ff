//! Sealed values: what the authorization server would otherwise have to store travels encrypted with the client.
//!
//! A sealed value is `lcm_` and, in base64url: version (1 byte), key id (4), nonce (12), ciphertext, tag (16). The cipher is
//! AES-256-GCM. Each kind of value has a key of its own, derived from the operator's by HKDF-SHA256, and the kind and the
//! issuer are authenticated too. So a code is no token, and no token of another gateway is one here, even with the same
//! operator key. The key is chosen by its id and not by trial, so that GCM's missing key commitment does not matter.
//! Nonces are random: the bound of 2^32 values for each key (NIST SP 800-38D section 8.3) is out of reach here.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA256, Prk, Salt};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::config::OperatorKey;
use crate::text::tokens::SEALED_PREFIX;

const KEY_ID_BYTES: usize = 4;
const HEAD_BYTES: usize = 1 + KEY_ID_BYTES + NONCE_LEN;

/// What is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A client's registration: its client id.
    Client,
    /// A checked authorization request, in the consent page's form.
    Form,
    /// The same while the user is at HighLevel, in a cookie.
    Transit,
    /// An authorization code.
    Code,
    /// An access token.
    Access,
    /// A refresh token.
    Refresh,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 6] = [Self::Client, Self::Form, Self::Transit, Self::Code, Self::Access, Self::Refresh];

    /// The name from which the kind's key is derived.
    const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Form => "form",
            Self::Transit => "transit",
            Self::Code => "code",
            Self::Access => "access",
            Self::Refresh => "refresh",
        }
    }

    /// The version of the values of this kind: they are encoded without the names of their fields. Whoever adds, removes or
    /// reorders a field counts it up here, and opens the values of the version before for as long as they live: client ids and
    /// refresh tokens. The tests hold a value of each version.
    const fn version(self) -> u8 {
        match self {
            Self::Client | Self::Form | Self::Transit | Self::Code | Self::Access | Self::Refresh => 1,
        }
    }

    /// The longest sealed value that is opened, in bytes. Authorize URLs, which hold a client id, and redirects, which hold a
    /// code, must stay below the 2 KiB of some firewalls; headers below the 8 KiB of most proxies.
    pub const fn max_bytes(self) -> usize {
        match self {
            Self::Client => 1024,
            Self::Code => 2048,
            // A cookie has at most 4,096 bytes with its name and attributes (RFC 6265 section 6.1).
            Self::Transit => 3584,
            Self::Form | Self::Access | Self::Refresh => 4096,
        }
    }
}

/// A value that cannot be opened: it is of another kind, key or issuer, or was changed. Which of them is not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the value is not one of this gateway")]
pub struct NotOurs;

/// The value does not fit into the limit of its kind, or the random generator failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the value cannot be sealed")]
pub struct Unsealable;

/// The operator's keys, for one issuer.
#[derive(Debug)]
pub struct Keyring {
    issuer: String,
    keys: Vec<DerivedKeys>,
}

/// The keys derived from one of the operator's.
#[derive(Debug)]
struct DerivedKeys {
    id: [u8; KEY_ID_BYTES],
    by_kind: [RandomizedNonceKey; Kind::ALL.len()],
}

impl Keyring {
    /// Derives the keys. The first of them seals, all open.
    ///
    /// # Errors
    ///
    /// If the library fails.
    pub fn new(issuer: &str, keys: &[OperatorKey]) -> Result<Self, Unsealable> {
        let keys = keys.iter().map(DerivedKeys::new).collect::<Result<_, _>>().map_err(|_| Unsealable)?;
        Ok(Self { issuer: issuer.to_owned(), keys })
    }

    /// Seals a value.
    ///
    /// # Errors
    ///
    /// If it is longer than the limit of its kind.
    pub fn seal(&self, kind: Kind, value: &impl Serialize) -> Result<String, Unsealable> {
        let keys = self.keys.first().ok_or(Unsealable)?;
        let mut sealed = postcard::to_allocvec(value).map_err(|_| Unsealable)?;
        let nonce = keys.of(kind).seal_in_place_append_tag(self.aad(kind), &mut sealed).map_err(|_| Unsealable)?;
        let mut bytes = Vec::with_capacity(HEAD_BYTES + sealed.len());
        bytes.push(kind.version());
        bytes.extend_from_slice(&keys.id);
        bytes.extend_from_slice(nonce.as_ref());
        bytes.append(&mut sealed);
        let mut text = SEALED_PREFIX.to_owned();
        URL_SAFE_NO_PAD.encode_string(bytes, &mut text);
        if text.len() > kind.max_bytes() { Err(Unsealable) } else { Ok(text) }
    }

    /// Opens a value.
    ///
    /// # Errors
    ///
    /// If it was not sealed as this kind, by this issuer, with one of the keys.
    pub fn open<T: DeserializeOwned>(&self, kind: Kind, text: &str) -> Result<T, NotOurs> {
        if text.len() > kind.max_bytes() {
            return Err(NotOurs);
        }
        let encoded = text.strip_prefix(SEALED_PREFIX).ok_or(NotOurs)?;
        let mut bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| NotOurs)?;
        if bytes.first() != Some(&kind.version()) {
            return Err(NotOurs);
        }
        let (head, sealed) = bytes.split_at_mut_checked(HEAD_BYTES).ok_or(NotOurs)?;
        let (id, nonce) = head[1..].split_at(KEY_ID_BYTES);
        let keys = self.keys.iter().find(|keys| keys.id == id).ok_or(NotOurs)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| NotOurs)?;
        let opened = keys.of(kind).open_in_place(nonce, self.aad(kind), sealed).map_err(|_| NotOurs)?;
        match postcard::take_from_bytes(opened) {
            Ok((value, [])) => Ok(value),
            _ => Err(NotOurs),
        }
    }

    /// What is authenticated besides the value. Each part is on a line of its own.
    fn aad(&self, kind: Kind) -> Aad<String> {
        Aad::from(format!("{}\n{}\n{}", kind.version(), kind.name(), self.issuer))
    }
}

impl DerivedKeys {
    fn new(key: &OperatorKey) -> Result<Self, Unspecified> {
        let extracted = Salt::new(HKDF_SHA256, b"leadconnector-mcp").extract(key.bytes());
        let [a, b, c, d, ..] = derive(&extracted, "key id")?;
        let of = |kind: Kind| RandomizedNonceKey::new(&AES_256_GCM, &derive(&extracted, kind.name())?);
        let [client, form, transit, code, access, refresh] = Kind::ALL;
        let by_kind = [of(client)?, of(form)?, of(transit)?, of(code)?, of(access)?, of(refresh)?];
        Ok(Self { id: [a, b, c, d], by_kind })
    }

    fn of(&self, kind: Kind) -> &RandomizedNonceKey {
        &self.by_kind[kind as usize]
    }
}

fn derive(extracted: &Prk, purpose: &str) -> Result<[u8; 32], Unspecified> {
    let mut key = [0; 32];
    extracted.expand(&[purpose.as_bytes()], HKDF_SHA256)?.fill(&mut key)?;
    Ok(key)
}

#[cfg(test)]
mod tests;
