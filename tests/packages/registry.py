"""An npm registry on loopback that has the packed packages and nothing else, so that `npx` runs as its users run it."""

import base64
import hashlib
import json
import tarfile
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote


class Registry(ThreadingHTTPServer):
    def __init__(self, files: list[Path]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.files = {file.name: file for file in files}
        self.packages = {package["name"]: package for package in map(self.describe, files)}
        self.fetched: set[str] = set()
        """The names of the package files that were downloaded."""

    def describe(self, file: Path) -> dict:
        """A package as the registry's API has it."""
        with tarfile.open(file) as archive:
            package = json.load(archive.extractfile("package/package.json"))
        digest = base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode()
        package["dist"] = {"tarball": f"{self.url}/{file.name}", "integrity": f"sha512-{digest}"}
        version = package["version"]
        return {"name": package["name"], "dist-tags": {"latest": version}, "versions": {version: package}}


class Handler(BaseHTTPRequestHandler):
    server: Registry

    def do_GET(self) -> None:
        name = unquote(self.path.lstrip("/"))
        if name in self.server.packages:
            self.respond(200, "application/json", json.dumps(self.server.packages[name]).encode())
        elif name in self.server.files:
            self.server.fetched.add(name)
            self.respond(200, "application/octet-stream", self.server.files[name].read_bytes())
        else:
            self.respond(404, "application/json", b'{"error": "not found"}')

    def respond(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        pass


@contextmanager
def serving(files: list[Path]):
    """Yields a running registry."""
    with Registry(files) as registry:
        thread = threading.Thread(target=registry.serve_forever)
        thread.start()
        try:
            yield registry
        finally:
            registry.shutdown()
            thread.join()
