use proptest::prelude::*;

use super::*;

const ISSUER: &str = "https://gw.example.com";

fn key(byte: u8) -> OperatorKey {
    OperatorKey::parse(&URL_SAFE_NO_PAD.encode([byte; 32])).unwrap()
}

fn keyring(issuer: &str, keys: &[u8]) -> Keyring {
    Keyring::new(issuer, &keys.iter().map(|byte| key(*byte)).collect::<Vec<_>>()).unwrap()
}

fn value() -> (String, Vec<u32>) {
    ("a value".to_owned(), vec![1, 2, 3])
}

fn open(keyring: &Keyring, kind: Kind, text: &str) -> Result<(String, Vec<u32>), NotOurs> {
    keyring.open(kind, text)
}

#[test]
fn each_kind_is_opened_as_itself_and_as_no_other() {
    let keyring = keyring(ISSUER, &[1]);
    for sealed_as in Kind::ALL {
        let sealed = keyring.seal(sealed_as, &value()).unwrap();
        for opened_as in Kind::ALL {
            let opened = open(&keyring, opened_as, &sealed);
            assert_eq!(opened.ok(), (sealed_as == opened_as).then(value), "{sealed_as:?} as {opened_as:?}");
        }
    }
}

#[test]
fn another_issuer_does_not_open_it() {
    let sealed = keyring(ISSUER, &[1]).seal(Kind::Access, &value()).unwrap();
    for issuer in ["https://other.example.com", "https://gw.example.com:8443", ""] {
        assert_eq!(open(&keyring(issuer, &[1]), Kind::Access, &sealed), Err(NotOurs), "{issuer}");
    }
}

#[test]
fn a_flipped_bit_at_any_byte_is_noticed() {
    let keyring = keyring(ISSUER, &[1]);
    let sealed = keyring.seal(Kind::Code, &value()).unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(&sealed[SEALED_PREFIX.len()..]).unwrap();
    for position in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[position] ^= 1 << bit;
            let text = format!("{SEALED_PREFIX}{}", URL_SAFE_NO_PAD.encode(changed));
            assert_eq!(open(&keyring, Kind::Code, &text), Err(NotOurs), "byte {position}, bit {bit}");
        }
        let cut = format!("{SEALED_PREFIX}{}", URL_SAFE_NO_PAD.encode(&bytes[..position]));
        assert_eq!(open(&keyring, Kind::Code, &cut), Err(NotOurs), "{position} bytes");
    }
}

#[test]
fn old_keys_open_and_only_the_first_seals() {
    let before = keyring(ISSUER, &[1]);
    let sealed = before.seal(Kind::Refresh, &value()).unwrap();
    let rotated = keyring(ISSUER, &[2, 1]);
    assert_eq!(open(&rotated, Kind::Refresh, &sealed), Ok(value()));
    let newer = rotated.seal(Kind::Refresh, &value()).unwrap();
    assert_eq!(open(&before, Kind::Refresh, &newer), Err(NotOurs), "sealed by the new key");
    assert_eq!(open(&keyring(ISSUER, &[2]), Kind::Refresh, &sealed), Err(NotOurs), "its key was dropped");
}

#[test]
fn a_value_that_is_too_long_is_neither_sealed_nor_opened() {
    let keyring = keyring(ISSUER, &[1]);
    for kind in Kind::ALL {
        assert_eq!(keyring.seal(kind, &("x".repeat(kind.max_bytes()), vec![0u32])), Err(Unsealable), "{kind:?}");
        let long = format!("{SEALED_PREFIX}{}", "A".repeat(kind.max_bytes()));
        assert_eq!(open(&keyring, kind, &long), Err(NotOurs), "{kind:?}");
    }
}

#[test]
fn two_values_of_the_same_are_not_alike() {
    let keyring = keyring(ISSUER, &[1]);
    assert_ne!(keyring.seal(Kind::Form, &value()), keyring.seal(Kind::Form, &value()));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,80}", blob in proptest::collection::vec(any::<u8>(), 0..120)) {
        let keyring = keyring(ISSUER, &[1]);
        for text in [text.clone(), format!("{SEALED_PREFIX}{text}"), format!("{SEALED_PREFIX}{}", URL_SAFE_NO_PAD.encode(blob))] {
            prop_assert_eq!(open(&keyring, Kind::Access, &text), Err(NotOurs));
        }
    }
}
