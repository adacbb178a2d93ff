"""A reverse proxy in front of the gateway that keeps what a client sends: who got its token how, and used which."""

import http.client
import http.server
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

# Those of one connection (RFC 9110, 7.6.1), and those that the server here sends itself.
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "date", "server"}
UPSTREAM_SECONDS = 60


@dataclass(frozen=True)
class Exchange:
    """A request and the status of its response."""

    method: str
    path: str
    query: dict[str, str]
    sent: dict
    """A form's fields or a JSON object's members."""
    bearer: str | None
    status: int


class Recording:
    """What has passed so far."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.upstream = ""

    def to(self, path: str, method: str | None = None) -> list[Exchange]:
        wanted = [exchange for exchange in self.exchanges if exchange.path.rstrip("/") == path]
        return [exchange for exchange in wanted if method is None or exchange.method == method]

    def grants(self, kind: str) -> list[Exchange]:
        """The successful requests for tokens of a grant type."""
        tokens = [exchange for exchange in self.to("/oauth/token", "POST") if exchange.status == 200]
        return [exchange for exchange in tokens if exchange.sent.get("grant_type") == kind]

    def bearers(self) -> list[str]:
        """The access tokens that the gateway took, in the order of their first use."""
        taken = [e.bearer for e in self.exchanges if e.path.startswith("/mcp") and e.bearer and e.status < 400]
        return list(dict.fromkeys(taken))


@contextmanager
def recorder():
    """Yields the proxy's base URL and the recording. The gateway needs that URL to start, so its address comes later:
    in `recording.upstream`, as host:port."""
    recording = Recording()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            connection = http.client.HTTPConnection(recording.upstream, timeout=UPSTREAM_SECONDS)
            try:
                connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    if name.lower() not in HOP_BY_HOP:
                        connection.putheader(name, value)
                connection.endheaders(body or None)
                response = connection.getresponse()
                self.keep(body, response.status)
                self.pass_on(response)
            except OSError:
                # Either side has gone; the client sees a connection that ends.
                self.close_connection = True
            finally:
                connection.close()

        def keep(self, body: bytes, status: int) -> None:
            parts = urlsplit(self.path)
            sent = {}
            if "json" in self.headers.get("content-type", ""):
                sent = json.loads(body) if body else {}
            elif body:
                sent = dict(parse_qsl(body.decode(), keep_blank_values=True))
            scheme, _, token = self.headers.get("authorization", "").partition(" ")
            bearer = token if scheme.lower() == "bearer" else None
            pairs = dict(parse_qsl(parts.query, keep_blank_values=True))
            recording.exchanges.append(Exchange(self.command, parts.path, pairs, sent, bearer, status))

        def pass_on(self, response: http.client.HTTPResponse) -> None:
            """As it comes: an event stream may stay open."""
            self.send_response(response.status)
            for name, value in response.getheaders():
                if name.lower() not in HOP_BY_HOP:
                    self.send_header(name, value)
            has_body = self.command != "HEAD" and response.status not in (204, 304)
            chunked = has_body and response.getheader("content-length") is None
            if chunked:
                self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            while has_body and (part := response.read1(1 << 16)):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part) if chunked else part)
            if chunked:
                self.wfile.write(b"0\r\n\r\n")

        do_GET = do_HEAD = do_POST = do_DELETE = do_OPTIONS = forward

        def log_message(self, *_) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", recording
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
