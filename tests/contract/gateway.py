"""The gateway under test: its process, the API in its place (a recorder), and calls to it over MCP."""

from __future__ import annotations

import http.client
import http.server
import json
import os
import re
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

from documents import Operation
from examples import LOCATION
from prism import free_port, stop, wait_until_listening

TOOLS = {"read": "operations_read", "add": "operations_add", "change": "operations_change"}
CALL_TIMEOUT = 90  # seconds; the gateway's own limit for a call is 45


@dataclass
class Received:
    """A request as it arrived at the API. `headers` has lower-case names."""

    method: str
    target: str
    headers: Dict[str, str]
    body: Optional[bytes]


class Recorder:
    """An HTTP server that keeps every request, by its bearer token, and answers 200 `{}`. Each call has its own token."""

    def __init__(self) -> None:
        self._received: Dict[str, List[Received]] = {}
        self._lock = threading.Lock()
        recorder = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def answer(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self._body(headers)
                recorder._keep(Received(self.command, self.path, headers, body))
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def _body(self, headers: Dict[str, str]) -> Optional[bytes]:
                if headers.get("transfer-encoding", "").lower() == "chunked":
                    body = b""
                    while True:
                        size = int(self.rfile.readline().split(b";")[0], 16)
                        body += self.rfile.read(size)
                        self.rfile.readline()
                        if size == 0:
                            return body
                return self.rfile.read(int(headers.get("content-length") or 0)) or None

            def log_message(self, *_: Any) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _keep(self, received: Received) -> None:
        token = received.headers.get("authorization", "")
        with self._lock:
            self._received.setdefault(token, []).append(received)

    def of(self, token: str) -> List[Received]:
        """The requests with this bearer token."""
        with self._lock:
            return list(self._received.get(f"Bearer {token}", []))

    def without_token_of(self, tokens: List[str]) -> List[Received]:
        """The requests with none of these tokens."""
        with self._lock:
            known = {f"Bearer {token}" for token in tokens}
            return [each for token, received in self._received.items() if token not in known for each in received]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Gateway:
    """`GATEWAY_BINARY serve` with a recorder as its API. A context manager."""

    def __init__(self, binary: Path) -> None:
        self.recorder = Recorder()
        self.port = free_port()
        self._connections = threading.local()
        self._folder = tempfile.TemporaryDirectory(prefix="contract-gateway-")
        self._kinds: Dict[Tuple[str, str], str] = {}
        # Only these settings: none of the environment's, which may hide operations or name an account.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LEADCONNECTOR_")}
        settings = {
            "LEADCONNECTOR_MCP_LISTEN": f"127.0.0.1:{self.port}",
            # Those about credentials, too, which are hidden by default.
            "LEADCONNECTOR_MCP_TOOLS_FLAGS": "reaches people,costs money,secrets",
            "LEADCONNECTOR_MCP_UPSTREAM": f"http://127.0.0.1:{self.recorder.port}",
        }
        log_file = Path(self._folder.name) / "log"
        with log_file.open("w") as log:
            self._process = subprocess.Popen(
                [str(binary), "serve"], env={**environment, **settings}, stdout=log, stderr=log
            )
        wait_until_listening(self.port, self._process, "the gateway", log_file)
        self.listed = self._list(binary)

    def __enter__(self) -> "Gateway":
        return self

    def __exit__(self, *_: Any) -> None:
        stop(self._process)
        self.recorder.close()
        self._folder.cleanup()

    @staticmethod
    def _list(binary: Path) -> Optional[List[Dict[str, Any]]]:
        """`operations --json`: objects with `name`, `kind` and more; None where the gateway has no such command."""
        try:
            done = subprocess.run([str(binary), "operations", "--json"], capture_output=True, timeout=30)
            listed = json.loads(done.stdout)
        except (OSError, ValueError, subprocess.TimeoutExpired):
            return None
        return listed if isinstance(listed, list) else None

    def entry(self, operation: Operation) -> Optional[Dict[str, Any]]:
        """What the gateway lists for this operation. By method and path if it tells them: three names stand for two each."""
        entries = self.listed or []
        same = [
            each for each in entries if each.get("method") == operation.method and each.get("path") == operation.path
        ]
        return next(iter(same or [each for each in entries if each["name"] == operation.name]), None)

    def call(self, operation: Operation, arguments: Dict[str, Any], token: str) -> Optional[str]:
        """Calls the operation. Returns None, or why it was refused.

        The tool is the one of the listed kind. Without a list the first tool is a guess, and an error that names
        another one is followed.
        """
        entry = self.entry(operation)
        name = entry["name"] if entry else operation.name
        guess = {"GET": "read", "POST": "add"}.get(operation.method, "change")
        tool = TOOLS[entry["kind"] if entry else self._kinds.get((operation.method, operation.path), guess)]
        tried: List[str] = []
        while True:
            tried.append(tool)
            refused = self._tool_call(tool, {"operation": name, "params": arguments}, token)
            named = [each for each in re.findall(r"operations_(?:read|add|change)", refused or "") if each not in tried]
            if entry or not named:
                break
            tool = named[0]
        self._kinds[operation.method, operation.path] = tool.split("_")[1]
        return refused

    def _tool_call(self, tool: str, arguments: Dict[str, Any], token: str) -> Optional[str]:
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
        headers = {
            "Authorization": f"Bearer {token}",
            "locationId": LOCATION,
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": "2025-06-18",
        }
        status, content_type, answer = self._post(json.dumps(message).encode(), headers)
        if "text/event-stream" in content_type:
            data = [line[5:].strip() for line in answer.splitlines() if line.startswith("data:") and line[5:].strip()]
            answer = data[-1] if data else ""
        try:
            response = json.loads(answer)
        except ValueError:
            return f"HTTP {status}: {answer[:300]}"
        if "error" in response:
            return f"JSON-RPC error: {json.dumps(response['error'], ensure_ascii=False)}"
        if not response["result"].get("isError"):
            return None
        return " ".join(each.get("text", "") for each in response["result"].get("content", []))

    def _post(self, body: bytes, headers: Dict[str, str]) -> Tuple[int, str, str]:
        """(status, content type, text). Each thread keeps a connection open.

        Never repeated: a call that was repeated could not be told from a request that the gateway sent twice.
        """
        connection = getattr(self._connections, "it", None)
        if connection is None:
            connection = self._connections.it = http.client.HTTPConnection("127.0.0.1", self.port, timeout=CALL_TIMEOUT)
        try:
            connection.request("POST", "/mcp", body, headers)
            response = connection.getresponse()
            return response.status, response.headers.get("Content-Type", ""), response.read().decode(errors="replace")
        except (http.client.HTTPException, OSError) as error:
            connection.close()
            self._connections.it = None
            return 0, "", f"{type(error).__name__}: {error}"
