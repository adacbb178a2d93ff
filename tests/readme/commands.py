"""Runs a page's commands and connects with its configurations, in the order of the page."""

import json
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from markdown import Block, Page

TOKEN = "pit-sandbox-00000000-0000-4000-8000-000000000000"
LOCATION = "sbxLOC0000000000DEMO"
PROGRAM = "leadconnector-mcp"
COMMAND_SECONDS, START_SECONDS, STOP_SECONDS = 60, 30, 40

# What is not run, and why. Each is at the start of a command.
SKIPPED = {
    "git clone ": "fetches from the network; this checkout is what it would fetch",
    "cd ": "belongs to the line above",
    "cargo install --path . --locked": "takes minutes; BINARY stands for what it installs",
    "cargo run -p xtask -- catalogue": "needs the API's documents; a step of its own in .ci/run",
    "cargo test": "a step of its own in .ci/run",
    "cargo fuzz ": "needs cargo-fuzz, and hours",
    "docker ": "needs Docker; the CI workflow builds and starts the image",
    "claude mcp add ": "needs Claude Code",
    "codex mcp ": "needs Codex",
    "npx -y @modelcontextprotocol/inspector@2 ": "needs the network, and a person at the page; tests/oauth/clients drives it",
}
# Commands that fail, as their page says, and their exit codes.
FAILING = {f"{PROGRAM} serve --upstream http://example.com": 64}
# In the checkout, this builds and runs the program: BINARY is what it builds.
CARGO_RUN = "cargo run --release --locked -- "

_used: set[str] = set()


def unused() -> list[str]:
    """The exceptions above that no page needs any more."""
    return [f"{start!r} is in no page" for start in [*SKIPPED, *FAILING, CARGO_RUN] if start not in _used]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A running server of the program. Leaving its `with` stops it."""

    def __init__(self, command: list[str | Path], port: int, log: Path, environment: dict[str, str] | None = None):
        self.port, self.log = port, log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment, cwd=log.parent
            )
        try:
            self.wait()
        except BaseException:
            self.stop()
            raise

    def wait(self) -> None:
        """Until it accepts connections."""
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    log = self.log.read_text(errors="replace")
                    raise AssertionError(f"it did not start: {log[-2000:]}") from None
                time.sleep(0.05)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Api:
    """The standalone sandbox, in place of the LeadConnector API."""

    def __init__(self, binary: Path):
        self.binary = binary

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="readme-api-")
        self.port = free_port()
        command = [self.binary, "sandbox", "--listen", f"127.0.0.1:{self.port}"]
        self.server = Server(command, self.port, Path(self.folder.name) / "log")
        return self

    def __exit__(self, *_):
        self.server.stop()
        self.folder.cleanup()


class Reader:
    """Somebody who follows a page: a clean folder and home, the program on PATH, and what runs in other terminals."""

    def __init__(self, binary: Path, folder: Path, api: Api):
        self.folder = folder
        programs = folder / "bin"
        programs.mkdir()
        (programs / PROGRAM).symlink_to(binary)
        (programs / "curl").symlink_to(shutil.which("curl") or "/usr/bin/curl")
        self.ports = {"127.0.0.1:8080": free_port(), "127.0.0.1:8081": free_port()}
        self.servers: dict[int, Server] = {}
        self.environment = {
            "PATH": f"{programs}:/usr/bin:/bin",
            "HOME": str(folder),
            "NO_PROXY": "127.0.0.1",
            "LEADCONNECTOR_MCP_LISTEN": f"127.0.0.1:{self.ports['127.0.0.1:8080']}",
            "LEADCONNECTOR_MCP_UPSTREAM": f"http://127.0.0.1:{api.port}",
        }

    def fill(self, text: str) -> str:
        """The reader's own values in place of the page's."""
        for address, port in self.ports.items():
            text = text.replace(address, f"127.0.0.1:{port}")
        text = text.replace("/path/to/leadconnector-mcp", str(self.folder / "bin" / PROGRAM))
        text = text.replace("${input:leadconnector-token}", TOKEN)
        return text.replace("YOUR_TOKEN", TOKEN).replace("YOUR_LOCATION_ID", LOCATION)

    def unfill(self, text: str) -> str:
        for address, port in self.ports.items():
            text = text.replace(f"127.0.0.1:{port}", address)
        return text

    def run(self, command: str) -> str:
        """Runs a command to its end, or a server until the next one takes its port. Returns what it printed."""
        expected = FAILING.get(command, 0)
        if command in FAILING:
            _used.add(command)
        elif match := re.match(rf"{PROGRAM} (serve|sandbox)\b", command):
            self.serve(command, "127.0.0.1:8081" if match[1] == "sandbox" else "127.0.0.1:8080")
            return ""
        done = subprocess.run(
            ["bash", "-c", self.fill(command)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=COMMAND_SECONDS, cwd=self.folder, env=self.environment,
        )  # fmt: skip
        assert done.returncode == expected, f"{command}: exit code {done.returncode}: {done.stdout[-2000:]}"
        return self.unfill(done.stdout).strip()

    def serve(self, command: str, address: str) -> None:
        port = self.ports[address]
        if running := self.servers.pop(port, None):
            running.stop()
        # Without a shell between, so that a signal reaches the program.
        arguments = [self.folder / "bin" / PROGRAM, *self.fill(command).split()[1:]]
        self.servers[port] = Server(arguments, port, self.folder / f"server-{port}.log", self.environment)

    def connect(self, configuration) -> None:
        """Lists the tools as a client with this configuration would, at whatever depth it has a server's URL or command."""
        if not isinstance(configuration, dict):
            return
        url = configuration.get("url") or configuration.get("serverUrl") or configuration.get("httpUrl") or ""
        request = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
        if url.startswith("http://127.0.0.1:"):
            headers = configuration["headers"] | {"Content-Type": "application/json", "Accept": "application/json"}
            post = urllib.request.Request(url, json.dumps(request).encode(), headers)
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(post, timeout=COMMAND_SECONDS) as response:
                assert json.load(response)["result"]["tools"], url
        elif configuration.get("command", "").endswith(PROGRAM):
            done = subprocess.run(
                [configuration["command"], *configuration["args"]],
                input=json.dumps(request) + "\n", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                timeout=COMMAND_SECONDS, cwd=self.folder, env=self.environment | configuration["env"],
            )  # fmt: skip
            assert done.returncode == 0, f"{configuration['command']}: exit code {done.returncode}: {done.stderr[-2000:]}"
            assert json.loads(done.stdout.splitlines()[0])["result"]["tools"], done.stdout
        for part in configuration.values():
            self.connect(part)

    def stop(self) -> None:
        for server in self.servers.values():
            server.stop()


def run(page: Page, binary: Path, folder: Path, api: Api, starts_nothing: bool) -> list[str]:
    """The problems of a page's commands. A page other than the README expects a running sandbox."""
    reader = Reader(binary, folder, api)
    problems = []
    try:
        if not starts_nothing and any("127.0.0.1:8080" in block.text for block in page.blocks):
            reader.run(f"{PROGRAM} serve --sandbox")
        for block in page.blocks:
            try:
                follow(reader, block)
            except (AssertionError, OSError, ValueError, LookupError, subprocess.SubprocessError) as problem:
                problems.append(f"line {block.line}: {problem}")
    finally:
        reader.stop()
    return problems


def follow(reader: Reader, block: Block) -> None:
    if block.language == "json":
        reader.connect(json.loads(reader.fill(block.text)))
    # A settings file: its first line names it.
    if block.language == "toml" and (name := re.match(r"# ([\w-]+\.toml)\n", block.text)):
        (reader.folder / name[1]).write_text(block.text)
    if block.language != "sh":
        return
    printed = []
    for command in lines(block.text):
        if skipped := next((start for start in SKIPPED if command.startswith(start)), None):
            _used.add(skipped)
            continue
        if command.startswith(CARGO_RUN):
            _used.add(CARGO_RUN)
            command = f"{PROGRAM} {command.removeprefix(CARGO_RUN)}"
        printed.append(reader.run(command))
    if block.output is not None:
        output = "\n".join(filter(None, printed))
        # `…` stands for anything.
        expected = ".*".join(map(re.escape, block.output.strip().split("…")))
        assert re.fullmatch(expected, output, re.DOTALL), f"it prints\n{output}\nand not\n{block.output}"


def lines(text: str) -> list[str]:
    """The commands of a block, without comments."""
    joined = text.replace("\\\n", " ").splitlines()
    return [line.strip() for line in joined if line.strip() and not line.startswith("#")]
