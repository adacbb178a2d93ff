//! MCP over stdio, one message per line, for clients without HTTP.

use std::collections::HashSet;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use http::StatusCode;
use rmcp::RoleServer;
use rmcp::model::{ClientNotification, GetExtensions, JsonRpcMessage, RequestId};
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage, serve_directly};
use rmcp::transport::Transport;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::sync::{Mutex, mpsc, watch};
use tokio::time::{Instant, timeout_at};
use tokio_util::codec::{AnyDelimiterCodec, AnyDelimiterCodecError, FramedRead};
use tokio_util::sync::CancellationToken;

use super::envelope::Envelope;
use super::handler::McpServer;
use super::rpc_error::{INVALID_REQUEST, RpcError};
use crate::calls::{CallService, Caller};
use crate::config::ServerSettings;
use crate::server::Shutdown;

type Incoming = RxJsonRpcMessage<RoleServer>;
type Outgoing = TxJsonRpcMessage<RoleServer>;

/// Serves one caller until `input` ends or `shutdown` begins; requests in flight then have the drain timeout to finish. An
/// `output` that fails ends the session too: the client is gone, so only writes that were already sent are completed.
///
/// # Errors
///
/// If the service itself fails.
pub async fn serve(
    calls: Arc<CallService>,
    settings: ServerSettings,
    caller: Caller,
    input: impl AsyncRead + Send + Unpin + 'static,
    output: impl AsyncWrite + Send + Unpin + 'static,
    shutdown: Shutdown,
) -> io::Result<()> {
    let drain = settings.connections.drain_timeout;
    let server = McpServer::new(calls.clone(), settings.structured_content).for_caller(caller);
    let signals = StopSignals { shutdown, output_failed: CancellationToken::new() };
    // Skips rmcp's handshake: as over HTTP, `initialize` is supported but not required.
    let running = serve_directly(server, LineTransport::new(input, output, settings, signals.clone()), None);
    let cancel = running.cancellation_token();
    let mut running = pin!(running.waiting());
    let ended = tokio::select! {
        ended = &mut running => Some(ended),
        () = signals.shutdown.begun() => None,
        () = signals.output_failed.cancelled() => {
            cancel.cancel();
            None
        }
    };
    let until = Instant::now() + drain;
    let ended = match ended {
        Some(ended) => ended.map(drop).map_err(io::Error::other),
        None => match timeout_at(until, running).await {
            Ok(ended) => ended.map(drop).map_err(io::Error::other),
            Err(_) => {
                tracing::warn!("some requests did not finish within the drain timeout and were cancelled");
                Ok(())
            }
        },
    };
    // A cancelled call gets no response, but a write that was already sent runs to completion.
    if timeout_at(until, calls.finish_writes()).await.is_err() {
        tracing::warn!("some writes got no response within the drain timeout: their outcome is unknown");
    }
    ended
}

/// The signals that end the session, besides the end of the input.
#[derive(Clone)]
struct StopSignals {
    shutdown: Shutdown,
    output_failed: CancellationToken,
}

impl StopSignals {
    /// Waits until shutdown has begun or the output has failed.
    async fn any(&self) {
        tokio::select! {
            () = self.shutdown.begun() => {}
            () = self.output_failed.cancelled() => {}
        }
    }
}

/// A transport of one message per line. rmcp's own ignores a line that is not JSON; this one responds with an error.
struct LineTransport<W> {
    incoming: mpsc::Receiver<Incoming>,
    output: Arc<LineWriter<W>>,
    /// Requests without a response yet.
    in_flight: watch::Sender<HashSet<RequestId>>,
    /// How long they may take once the input has ended.
    drain: Duration,
    /// When that time is over. It is stored because rmcp calls `receive` again after the end of the input.
    drain_until: Option<Instant>,
}

/// Writes whole lines, one at a time.
struct LineWriter<W> {
    writer: Mutex<W>,
    failed: CancellationToken,
}

impl<W: AsyncWrite + Send + Unpin + 'static> LineTransport<W> {
    fn new(
        input: impl AsyncRead + Send + Unpin + 'static,
        output: W,
        settings: ServerSettings,
        signals: StopSignals,
    ) -> Self {
        let drain = settings.connections.drain_timeout;
        let output = Arc::new(LineWriter { writer: Mutex::new(output), failed: signals.output_failed.clone() });
        let (sender, incoming) = mpsc::channel(1);
        let reading = read_messages(input, settings, sender, output.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = reading => {}
                () = signals.any() => {}
            }
        });
        Self { incoming, output, in_flight: watch::Sender::default(), drain, drain_until: None }
    }
}

impl<W: AsyncWrite + Send + Unpin + 'static> Transport<RoleServer> for LineTransport<W> {
    type Error = io::Error;

    fn send(&mut self, message: Outgoing) -> impl Future<Output = io::Result<()>> + Send + 'static {
        let (output, in_flight) = (self.output.clone(), self.in_flight.clone());
        async move {
            let response_id = match &message {
                JsonRpcMessage::Response(response) => Some(response.id.clone()),
                JsonRpcMessage::Error(error) => error.id.clone(),
                _ => None,
            };
            let result = match serde_json::to_vec(&message) {
                Ok(line) => output.write_line(line).await,
                Err(error) => Err(error.into()),
            };
            if let Some(id) = response_id {
                in_flight.send_modify(|ids| {
                    ids.remove(&id);
                });
            }
            result
        }
    }

    async fn receive(&mut self) -> Option<Incoming> {
        let message = self.incoming.recv().await;
        match &message {
            Some(JsonRpcMessage::Request(request)) => {
                self.in_flight.send_modify(|ids| {
                    ids.insert(request.id.clone());
                });
            }
            Some(JsonRpcMessage::Notification(notification)) => {
                // A cancelled request gets no response.
                if let ClientNotification::CancelledNotification(cancelled) = &notification.notification
                    && let Some(id) = &cancelled.params.request_id
                {
                    self.in_flight.send_modify(|ids| {
                        ids.remove(id);
                    });
                }
            }
            Some(_) => {}
            // The input has ended; requests in flight still get their responses.
            None => {
                let until = *self.drain_until.get_or_insert_with(|| Instant::now() + self.drain);
                let mut in_flight = self.in_flight.subscribe();
                tokio::select! {
                    _ = timeout_at(until, in_flight.wait_for(HashSet::is_empty)) => {}
                    () = self.output.failed.cancelled() => {}
                }
            }
        }
        message
    }

    async fn close(&mut self) -> io::Result<()> {
        match self.output.writer.try_lock() {
            Ok(mut writer) => writer.shutdown().await,
            // A write is stuck: the client does not read.
            Err(_) => Ok(()),
        }
    }
}

/// Reads messages and passes them on; an invalid line gets its error response here.
async fn read_messages<W: AsyncWrite + Unpin>(
    input: impl AsyncRead + Unpin,
    settings: ServerSettings,
    sender: mpsc::Sender<Incoming>,
    output: Arc<LineWriter<W>>,
) {
    let max_line = settings.max_request_bytes;
    let codec = AnyDelimiterCodec::new_with_max_length(b"\n".to_vec(), b"\n".to_vec(), max_line);
    let mut lines = FramedRead::new(input, codec);
    loop {
        let problem = match lines.next().await {
            Some(Ok(line)) if line.trim_ascii().is_empty() => continue,
            Some(Ok(line)) => match parse_message(&line, &settings) {
                Ok(message) => match sender.send(message).await {
                    Ok(()) => continue,
                    Err(_) => return,
                },
                Err(problem) => problem,
            },
            Some(Err(AnyDelimiterCodecError::MaxChunkLengthExceeded)) => {
                // After an error the stream returns `None` once and then continues with the next line.
                let _ = lines.next().await;
                invalid_request(format!("the line is longer than {max_line} bytes"))
            }
            Some(Err(AnyDelimiterCodecError::Io(_))) | None => return,
        };
        if output.write_line(problem.body().into_bytes()).await.is_err() {
            return;
        }
    }
}

fn parse_message(line: &[u8], limits: &ServerSettings) -> Result<Incoming, RpcError> {
    match Envelope::read(line, limits)? {
        Envelope::Message { id, arguments } => {
            let not_a_request = |_| invalid_request("the line is not a valid MCP request").with_id(id);
            let mut message: Incoming = serde_json::from_slice(line).map_err(not_a_request)?;
            if let JsonRpcMessage::Request(request) = &mut message {
                request.request.extensions_mut().insert(arguments);
            }
            Ok(message)
        }
        Envelope::PlainCall(_) => {
            Err(invalid_request("plain calls are supported over HTTP only: send a JSON-RPC message"))
        }
    }
}

fn invalid_request(message: impl Into<String>) -> RpcError {
    RpcError::new(StatusCode::BAD_REQUEST, INVALID_REQUEST, message)
}

impl<W: AsyncWrite + Unpin> LineWriter<W> {
    async fn write_line(&self, mut line: Vec<u8>) -> io::Result<()> {
        line.push(b'\n');
        let mut writer = self.writer.lock().await;
        let mut result = writer.write_all(&line).await;
        if result.is_ok() {
            result = writer.flush().await;
        }
        if let Err(error) = &result
            && !self.failed.is_cancelled()
        {
            tracing::info!(%error, "stopping: the output failed, so the client is gone");
            self.failed.cancel();
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use tokio::io::AsyncReadExt;

    use super::*;
    use crate::config::{CliOverrides, Settings};
    use crate::leadconnector::Token;
    use crate::tools::{Selection, ToolRegistry};

    /// Serves these lines until the input ends and returns the responses. The upstream does not exist.
    async fn responses(lines: &[&str]) -> Vec<Value> {
        let flags = CliOverrides { upstream: Some("http://127.0.0.1:9".into()), ..CliOverrides::default() };
        let mut settings = Settings::load(&flags, |_| None).unwrap();
        settings.server.max_request_bytes = 1000;
        settings.server.max_arguments_bytes = 500;
        let calls = Arc::new(CallService::new(ToolRegistry::default(), &settings, Vec::new()).unwrap());
        let token = Token::new("pit-1").unwrap();
        let caller = Caller {
            grant: None,
            credential: token.into(),
            location: None,
            selection: Selection::default(),
            permit: None,
            max_result_bytes: 0,
        };
        let input = io::Cursor::new(lines.join("\n").into_bytes());
        let (output, mut reader) = tokio::io::duplex(1 << 20);
        serve(calls, settings.server, caller, input, output, Shutdown::default()).await.unwrap();
        let mut text = String::new();
        reader.read_to_string(&mut text).await.unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn response(responses: &[Value], id: u64) -> &Value {
        responses
            .iter()
            .find(|response| response["id"] == id)
            .unwrap_or_else(|| panic!("no response to {id}: {responses:?}"))
    }

    #[tokio::test]
    async fn requests_in_flight_get_their_responses_when_the_input_ends() {
        let initialize = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}});
        let call = json!({"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {
            "name": "contacts_get-contact", "arguments": {"contactId": "c"}}});
        let responses = responses(&[
            &initialize.to_string(),
            r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
            r#"{"jsonrpc":"2.0","id":2,"method":"tools/list"}"#,
            &call.to_string(),
            "",
        ])
        .await;
        assert_eq!(responses.len(), 3);
        assert_eq!(response(&responses, 1)["result"]["protocolVersion"], "2025-06-18");
        assert_eq!(
            response(&responses, 2)["result"]["tools"].as_array().unwrap().len(),
            ToolRegistry::default().definitions(true).len()
        );
        let text = response(&responses, 3)["result"]["content"][0]["text"].as_str().unwrap();
        assert!(text.contains("upstream_unavailable"), "{text}");
    }

    #[tokio::test]
    async fn a_duplicate_argument_is_rejected() {
        let call = |id: u64, arguments: &str| {
            let params = format!(r#"{{"name":"contacts_get-contact","arguments":{arguments}}}"#);
            format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{params}}}"#)
        };
        let responses = responses(&[
            &call(1, r#"{"contactId":"a","\u0063ontactId":"b"}"#),
            &call(2, &format!(r#"{{"contactId":"{}"}}"#, "a".repeat(700))),
            "",
        ])
        .await;
        for (id, expected) in [(1, "`contactId` is given twice"), (2, "are larger than 500 bytes")] {
            let text = response(&responses, id)["result"]["content"][0]["text"].as_str().unwrap();
            assert!(text.contains("invalid_arguments") && text.contains(expected), "{text}");
        }
    }

    #[tokio::test]
    async fn an_invalid_line_gets_an_error_and_the_session_goes_on() {
        let long = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{}"}}"#, "x".repeat(2000));
        let responses = responses(&[
            "{broken",
            "[1]",
            r#"{"tool":"x"}"#,
            r#"{"jsonrpc":"2.0","id":9}"#,
            &long,
            r#"{"jsonrpc":"2.0","id":2,"method":"tools/list"}"#,
            "",
        ])
        .await;
        let codes: Vec<&Value> =
            responses.iter().map(|response| &response["error"]["code"]).filter(|code| !code.is_null()).collect();
        assert_eq!(codes, [-32700, -32600, -32600, -32600, -32600]);
        assert_eq!(response(&responses, 9)["error"]["code"], -32600);
        assert!(response(&responses, 2)["result"]["tools"].is_array());
    }
}
