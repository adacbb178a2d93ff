"""Prism (npm package @stoplight/prism-cli): a mock server that holds every request against the documents."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, Dict, List, Optional

from compare import Problem, without_indexes

CACHE = Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "leadconnector-contract"
START_TIMEOUT = 90  # seconds


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until_listening(port: int, process: subprocess.Popen, name: str, log: Path) -> None:
    """Returns when the process accepts connections; ends the program if it exits or takes too long."""
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.exit(
                f"{name} exited with {process.returncode} before it listened:\n{log.read_text(errors='replace')[-2000:]}"
            )
        try:
            socket.create_connection(("127.0.0.1", port), 0.5).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"{name} does not listen on port {port} after {START_TIMEOUT} s")


def stop(process: subprocess.Popen) -> None:
    """Ends a process that this program started."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _where(violation: Dict[str, Any]) -> str:
    """The field that the violation is about. Of a missing one Prism's location names the object that lacks it."""
    missing = re.search(r"must have required property '([^']+)'", violation["message"])
    location = list(map(str, violation.get("location", [])))
    return without_indexes(location + [missing.group(1)] if missing else location)


class Prism:
    """A running Prism on the merged document. A context manager."""

    def __init__(self, document: Dict[str, Any]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="contract-prism-")
        self._connections = threading.local()
        folder = Path(self._folder.name)
        (folder / "merged.json").write_text(json.dumps(document))
        self.port = free_port()
        with (folder / "log").open("w") as log:
            command = [str(self._installed()), "mock", "--errors", "-p", str(self.port), str(folder / "merged.json")]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_until_listening(self.port, self._process, "Prism", folder / "log")

    def __enter__(self) -> "Prism":
        return self

    def __exit__(self, *_: Any) -> None:
        stop(self._process)
        self._folder.cleanup()

    @staticmethod
    def _installed() -> Path:
        binary = CACHE / "node_modules" / ".bin" / "prism"
        if not binary.exists():
            CACHE.mkdir(parents=True, exist_ok=True)
            subprocess.run(
                [
                    "npm",
                    "install",
                    "--silent",
                    "--no-audit",
                    "--no-fund",
                    "--prefix",
                    str(CACHE),
                    "@stoplight/prism-cli@5",
                ],
                check=True,
            )
        return binary

    def violations(self, method: str, target: str, body: Optional[bytes], headers: Dict[str, str]) -> List[Problem]:
        """What Prism finds wrong with the request."""
        passed_on = {
            name: value
            for name, value in headers.items()
            if name.lower() not in ("host", "content-length", "accept-encoding", "connection", "transfer-encoding")
        }
        status, answer = self._request(method, target, body, passed_on)
        if status < 400:
            return []
        try:
            found = json.loads(answer).get("validation") or []
        except ValueError:
            found = []
        problems = [Problem("prism", _where(each), each["message"]) for each in found]
        return problems or [Problem("prism", "", f"{status} {answer[:300].decode(errors='replace')}")]

    def _request(self, method: str, target: str, body: Optional[bytes], headers: Dict[str, str]) -> Any:
        """(status, answer). Each thread keeps a connection open; one that Prism closed meanwhile is replaced once."""
        for attempt in (1, 2):
            connection = getattr(self._connections, "it", None) or http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=60
            )
            self._connections.it = connection
            try:
                connection.request(method, target, body=body, headers=headers)
                answer = connection.getresponse()
                return answer.status, answer.read()
            except (http.client.HTTPException, ConnectionError):
                connection.close()
                self._connections.it = None
                if attempt == 2:
                    raise
