//! Failed TLS handshakes: nothing was sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::{CallKind, call};
use crate::support::{CallResult, Script, Scripted, TestGatewayBuilder, answer};

/// The default of `upstream.max_attempts`.
const ATTEMPTS: usize = 3;

/// A self-signed certificate for `localhost` and 127.0.0.1 (`openssl req -x509 -days 36500`), and its key.
const CERTIFICATE: &[u8] = include_bytes!("../fixtures/self_signed.cert.der");
const KEY: &[u8] = include_bytes!("../fixtures/self_signed.key.der");

#[track_caller]
fn assert_nothing_was_sent(result: &CallResult) {
    assert_eq!(result.kind(), "upstream_unavailable", "{}", result.text);
    assert!(result.text.contains("Nothing was sent") && !result.text.contains("unknown"), "{}", result.text);
}

#[tokio::test]
async fn a_server_without_tls_gets_no_request() {
    let scripts = [
        Script::unasked("garbage").close(),
        Script::read(5).write(answer(400, &[], "The plain HTTP request was sent to HTTPS port")).close(),
        Script::read(5).write(b"\x15\x03\x01\x00\x02\x02\x28").close(), // a fatal alert: handshake failure
        Script::read(5).reset(),
        Script::reset_at_once(),
    ];
    let cases = scripts.iter().flat_map(|script| CallKind::ALL.map(|kind| (script, kind)));
    let cases = cases.map(|(script, kind)| async move {
        let upstream = Scripted::always(script.clone()).await;
        let result = call(&TestGatewayBuilder::on(&upstream.https_url()).start().await, kind).await;
        assert_nothing_was_sent(&result);
        assert_eq!((upstream.attempts(), upstream.requests().len()), (ATTEMPTS, 0), "{script:?}");
    });
    assert_eq!(join_all(cases).await.len(), 15);
}

/// The connect timeout includes the handshake.
#[tokio::test]
async fn a_handshake_that_hangs_times_out() {
    for kind in CallKind::ALL {
        let upstream = Scripted::always(Script::default().silence()).await;
        let builder = TestGatewayBuilder::on(&upstream.https_url())
            .settings(|settings| settings.upstream.connect_timeout = std::time::Duration::from_millis(200));
        assert_nothing_was_sent(&call(&builder.start().await, kind).await);
        assert_eq!(upstream.attempts(), ATTEMPTS);
    }
}

#[tokio::test]
async fn a_server_with_a_self_signed_certificate_gets_no_request() {
    let (certificate, key) = (CERTIFICATE.into(), PrivateKeyDer::Pkcs8(KEY.into()));
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (connections, bytes) = <(Arc<AtomicUsize>, Arc<AtomicUsize>)>::default();
    let (seen, read) = (connections.clone(), bytes.clone());
    let serving = tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            seen.fetch_add(1, Ordering::SeqCst);
            if let Ok(mut stream) = acceptor.accept(stream).await {
                // In TLS 1.3 the server may complete the handshake before the client rejects its certificate.
                read.fetch_add(stream.read(&mut [0; 1024]).await.unwrap_or(0), Ordering::SeqCst);
            }
        }
    });
    for kind in CallKind::ALL {
        let before = connections.load(Ordering::SeqCst);
        let gateway = TestGatewayBuilder::on(&format!("https://localhost:{port}")).start().await;
        assert_nothing_was_sent(&call(&gateway, kind).await);
        assert_eq!(connections.load(Ordering::SeqCst) - before, ATTEMPTS);
    }
    assert_eq!(bytes.load(Ordering::SeqCst), 0, "not a byte of a request");
    serving.abort();
}
