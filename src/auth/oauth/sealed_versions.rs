//! A sealed value of each version: later code must open what earlier code sealed, because clients hold it for months.
//!
//! A value that no longer opens, or opens as another, means that a field was added, removed or reordered. Then the version of its
//! kind (`Kind::version`) is to be counted up, and the old value stays here for as long as old ones are to be opened.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::authorization::Authorization;
use super::client::Registration;
use super::grant::{
    Access, Code, CodeSource, Connection, ConsentForm, Grant, GrantId, Refresh, RefreshSource, Transit,
};
use super::resource::Resource;
use super::scope::Scopes;
use super::seal::{Keyring, Kind};
use crate::config::OperatorKey;

fn keyring() -> Keyring {
    let key = OperatorKey::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8").unwrap();
    Keyring::new("https://gw.example.com", &[key]).unwrap()
}

fn id(byte: u8) -> GrantId {
    serde_json::from_value(serde_json::to_value([byte; 16]).unwrap()).unwrap()
}

fn grant() -> Grant {
    Grant {
        id: id(1),
        granted_at: 1_800_000_001,
        client: [2; 16],
        scopes: Scopes { write: true, offline: false },
        resource: Resource::of_path("/mcp/x/contacts").unwrap(),
    }
}

fn connection() -> Connection {
    Connection { token: "pit-1".to_owned(), location: "LOC".to_owned() }
}

fn authorization() -> Authorization {
    Authorization {
        client: [2; 16],
        redirect_uri: "https://app.example.com/cb".to_owned(),
        names_redirect_uri: true,
        state: Some("state".to_owned()),
        challenge: [3; 32],
        resource: Resource::of_path("/mcp/readonly").unwrap(),
        scopes: Scopes { write: false, offline: true },
    }
}

fn code(source: CodeSource) -> Code {
    Code {
        grant: grant(),
        expires_at: 1_800_000_002,
        challenge: [3; 32],
        redirect_uri: [4; 16],
        names_redirect_uri: false,
        source,
    }
}

fn opens<T: Serialize + DeserializeOwned + PartialEq + Debug>(kind: Kind, sealed: &str, value: &T) {
    let opened = keyring().open::<T>(kind, sealed);
    let now = keyring().seal(kind, value).unwrap();
    assert_eq!(opened.as_ref(), Ok(value), "{kind:?}; sealed now it is {now}");
}

#[test]
fn registrations_open() {
    let registration =
        Registration { name: Some("App".to_owned()), redirect_uris: vec!["http://localhost/cb".to_owned()] };
    opens(
        Kind::Client,
        "lcm_AXzUQuVrrsIikndlIxosSZvJa-Oqic73APpq0noySS1Jmell7cirKc-fLPRZIZAm4b1qn4p8d81CjDk",
        &registration,
    );
}

#[test]
fn forms_open() {
    let form = ConsentForm {
        id: id(5),
        expires_at: 1_800_000_003,
        authorization: authorization(),
        client_name: "App".to_owned(),
        client_is_known: true,
        checked: Some(connection()),
        read_only: false,
    };
    opens(
        Kind::Form,
        "lcm_AXzUQuUDJf4VLf2Biyyb7y3JBvcLv6SGaP90dpdsRU6q4LelkXC6poha_oNmTZHl2D_WVIYQAZB7k0x90j_nnfdnHK6pJ74vu-TMBSBVC87mk7kRNVcwBPZfg9rbXNZe_bOMk5JbuxBdsuxjm7dQj6VtYko2GpAvdSH2aLf49XiOW8a-a7n9JVJyDT9UpdYhIGOn7j7Peli5uXrBcsx_zDRKxi2wFn6wWZ8",
        &form,
    );
    let transit = Transit { expires_at: 1_800_000_004, state: [6; 16], authorization: authorization() };
    opens(
        Kind::Transit,
        "lcm_AXzUQuW1XuDFreSOSxwhsb-07WsA8P_dhLdWepzXklveiOOyKk3uD4DmwwchzX8S1xdh-TuuuHT0_VfjewVFbe1tM8MiSBzNJaUIbEUpy3_LiMY5dhfaF9zJTh8SrcEbfe4MGZnNNUTrUVoMbTr2M_wDM8SfyoZtsoIyKhuzqaKcLB9pJYE3ISDRce5tUnAMQ93x4sRt1v2o",
        &transit,
    );
}

#[test]
fn codes_open() {
    opens(
        Kind::Code,
        "lcm_AXzUQuWm90ZTvesQBunIQs_KCZHuTaF6PzgoIUxaHlpWFtXc3mRQXSIuNDrlLx14_4XzGx7vntyCIL5pfcpgFqK-QsdUBG4Y75ctIVQvSD35TN6nhjLsoRRqUCexMN7k2mOyke30Rcz_0e2xLWCnGAPGXmzI_i9bLe7e2hb73vbrYRKK8AWa5wtmSN82PxQTJT7AXF4GYhmE",
        &code(CodeSource::Token(connection())),
    );
    opens(
        Kind::Code,
        "lcm_AXzUQuW2jpmB-0s_uzFNM4lU0KijkSejXs258fTPPDP-zAXI4CirH2ujzqmEshIuoY_bGgyG_GBjwc73uibFaIakn6n5MaYxUGxMVlxpDEHG_15hwZStZdFEseNn7-JDsA4AxKe64z_cir8vH5Dw0NbNjzRV5iTA2aCfYRFnxwwCTogk3DgjfrCN7_G344sK1LYgzg",
        &code(CodeSource::Marketplace("code".to_owned())),
    );
}

#[test]
fn tokens_open() {
    let access = Access {
        grant: id(1),
        granted_at: 1_800_000_001,
        expires_at: 1_800_000_005,
        scopes: Scopes { write: true, offline: false },
        resource: Resource::default(),
        connection: connection(),
    };
    opens(
        Kind::Access,
        "lcm_AXzUQuWF1ndUSpcGznlpIR5PUsFM3oa6dGPYWniMZciJwBjjZS4ULgpVbvFY8PsxXXfXu8G_4K95aFLYW7skNKP6bqCi2XkyOGOOOg",
        &access,
    );
    let refresh = |source| Refresh { grant: grant(), expires_at: 1_800_000_006, source };
    opens(
        Kind::Refresh,
        "lcm_AXzUQuV3hoPjxRZcuhm_13RSe9aW8EZ3nRTNPUFtMwYzJo5b7fARJL7liXyY91q1pcuUv62azIRnAURxQyety3SDReg3aH-tRo-ErnhiMWbHSoHdxWGGBZn0x_kZlZIxb2bnRo1rH7g",
        &refresh(RefreshSource::Token(connection())),
    );
    let marketplace = RefreshSource::Marketplace {
        refresh_token: "refresh".to_owned(),
        location: "LOC".to_owned(),
        company: Some("COMPANY".to_owned()),
    };
    opens(
        Kind::Refresh,
        "lcm_AXzUQuWrC0CUzUDcxjAfqx8BCdR96B6Mj39ROnCDfFRJYjBLLLIIOlhvgfQch2fPeW3-RjC31DGiYO74jkGZYEQGbVdBCSQPjHBokOLMbn5J_IVrxCkMCCpcrYWL0LRpe0piqyVnxAnir8OCRGbd37rS8w",
        &refresh(marketplace),
    );
}
