//! Responses that do not end, or not soon: the size limit or the call's deadline ends each.

use std::io::Write;
use std::time::Duration;

use flate2::write::GzEncoder;
use flate2::{Compress, Compression, FlushCompress};
use futures_util::future::join_all;

use super::{CallKind, call, gateway_for, reports_unknown_outcome, with_timeouts};
use crate::support::{Script, Scripted, TestGatewayBuilder, answer};

const DEADLINE: Duration = Duration::from_millis(1_500);
const ATTEMPT: Duration = Duration::from_millis(300);

/// The header of a gzip file (RFC 1952 section 2.3).
const GZIP: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\0\xff";

/// A megabyte of zeros, compressed so that it can be repeated.
fn megabyte() -> Vec<u8> {
    let mut compressed = Vec::with_capacity(10_000);
    let mut deflate = Compress::new(Compression::best(), false);
    deflate.compress_vec(&vec![0; 1 << 20], &mut compressed, FlushCompress::Full).unwrap();
    assert!((1 << 20, true) == (deflate.total_in(), compressed.len() < 2_000), "{}", compressed.len());
    compressed
}

/// Longer than any pause of a loaded test machine.
const SOON: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_body_without_end_is_cut_at_the_limit() {
    let gzip = [b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n", GZIP].concat();
    let chunk = [b"1000\r\n".as_slice(), &[b' '; 4096], b"\r\n"].concat();
    let bodies = [
        (b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b' '; 4096]),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000000\r\n\r\n".to_vec(), vec![b' '; 4096]),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec(), chunk),
        (gzip, megabyte()),
    ];
    for (head, body) in bodies {
        for kind in CallKind::ALL {
            let upstream = Scripted::always(Script::execute().write(head.clone()).endless(body.clone())).await;
            let started = tokio::time::Instant::now();
            let result = call(&gateway_for(&upstream).await, kind).await;
            assert_eq!(result.kind(), "response_too_large", "{:?}: {}", String::from_utf8_lossy(&head), result.text);
            assert_eq!(upstream.executed(), 1, "a retry would not make it smaller");
            assert_eq!(result.text.contains("was carried out"), kind.writes(), "{}", result.text);
            assert!(started.elapsed() < SOON);
        }
    }
}

/// A few KB that decompress to 10 MB, with the content length of the compressed bytes.
#[tokio::test]
async fn a_gzip_bomb_is_cut_at_the_limit() {
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(&vec![0; 10 << 20]).unwrap();
    let bomb = bomb.finish().unwrap();
    assert!(bomb.len() < 20_000, "{}", bomb.len());
    let response = answer(200, &[("content-encoding", "gzip")], &bomb);
    for kind in CallKind::ALL {
        let upstream = Scripted::always(Script::execute().write(response.clone())).await;
        let result = call(&gateway_for(&upstream).await, kind).await;
        assert_eq!((result.kind().as_str(), upstream.executed()), ("response_too_large", 1), "{}", result.text);
    }
    // The bomb is complete: with a higher limit it is read to its end, and is not JSON.
    let upstream = Scripted::always(Script::execute().write(response)).await;
    let higher_limit =
        TestGatewayBuilder::on(&upstream.url()).settings(|settings| settings.upstream.max_response_bytes = 10 << 20);
    let result = call(&higher_limit.start().await, CallKind::Read).await;
    assert_eq!(result.kind(), "invalid_response", "{}", result.text);
}

/// A compressed body that is corrupt, cut off or not compressed.
#[tokio::test]
async fn broken_compression_is_an_error() {
    let mut whole = GzEncoder::new(Vec::new(), Compression::best());
    whole.write_all(br#"{"contact":{}}"#).unwrap();
    let whole = whole.finish().unwrap();
    let mut wrong = whole.clone();
    *wrong.last_mut().unwrap() ^= 1;
    for (body, good) in [(&whole[..], true), (&whole[..whole.len() - 1], false), (&wrong, false), (b"{}", false)] {
        for kind in CallKind::ALL {
            let response = answer(200, &[("content-encoding", "gzip")], body);
            let upstream = Scripted::always(Script::execute().write(response)).await;
            let result = call(&gateway_for(&upstream).await, kind).await;
            assert_eq!(result.is_error, !good, "{}", result.text);
            assert_eq!(reports_unknown_outcome(&result), kind.writes() && !good, "{}", result.text);
            assert_eq!(upstream.executed(), if good || !kind.idempotent() { 1 } else { 3 });
        }
    }
}

/// A head that never ends, in each of its parts.
#[tokio::test]
async fn a_call_ends_although_the_head_does_not() {
    let heads = [
        ("", b"x".repeat(1024)),
        ("HTTP/1.1 200 OK\r\n", b"x-more: and more\r\n".to_vec()),
        ("HTTP/1.1 200 OK\r\nx-more: ", b"x".repeat(1024)),
        ("", b"HTTP/1.1 103 Early Hints\r\n\r\n".to_vec()),
    ];
    let cases = heads.into_iter().flat_map(|head| CallKind::ALL.map(|kind| (head.clone(), kind)));
    let cases = cases.map(|((head, rest), kind)| async move {
        let upstream = Scripted::always(Script::execute().write(head).endless(rest)).await;
        let started = tokio::time::Instant::now();
        let result = call(&with_timeouts(&upstream, DEADLINE, ATTEMPT).await, kind).await;
        assert!(["upstream_unavailable", "timeout"].contains(&result.kind().as_str()), "{}", result.text);
        assert_eq!(reports_unknown_outcome(&result), kind.writes(), "{}", result.text);
        let most = if kind.idempotent() { 3 } else { 1 };
        assert!((1..=most).contains(&upstream.executed()), "{}", upstream.executed());
        assert!(started.elapsed() < SOON);
    });
    assert_eq!(join_all(cases).await.len(), 12);
}

#[tokio::test]
async fn a_slow_response_ends_with_the_timeout() {
    let slow = Duration::from_millis(50);
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n".to_vec();
    let body = vec![b' '; 1000];
    let drips = [
        Script::execute().drip([head.clone(), body.clone()].concat(), slow),
        Script::execute().write(head).drip(body, slow),
        Script::execute().silence(),
    ];
    let cases = drips.iter().flat_map(|drip| CallKind::ALL.map(|kind| (drip, kind)));
    let cases = cases.map(|(drip, kind)| async move {
        let upstream = Scripted::always(drip.clone()).await;
        let gateway = with_timeouts(&upstream, DEADLINE, ATTEMPT).await;
        let started = tokio::time::Instant::now();
        let result = call(&gateway, kind).await;
        assert_eq!(result.kind(), "timeout", "{}", result.text);
        assert_eq!(reports_unknown_outcome(&result), kind.writes(), "{}", result.text);
        let (least, executed) = if kind.idempotent() { (ATTEMPT, 1..=3) } else { (DEADLINE, 1..=1) };
        assert!((least..SOON).contains(&started.elapsed()), "not before its time: {:?}", started.elapsed());
        assert!(executed.contains(&upstream.executed()), "{}", upstream.executed());
    });
    assert_eq!(join_all(cases).await.len(), 9);
}

/// An attempt that hangs is given up while there is time for another.
#[tokio::test]
async fn one_that_hangs_is_followed_by_one_that_does_not() {
    for kind in [CallKind::Read, CallKind::Tag] {
        let upstream = Scripted::first([Script::execute().silence()]).await;
        let gateway = with_timeouts(&upstream, Duration::from_secs(30), Duration::from_secs(1)).await;
        let result = call(&gateway, kind).await;
        assert!(!result.is_error, "{}", result.text);
        assert_eq!((upstream.attempts(), upstream.executed()), (2, 2));
    }
}
