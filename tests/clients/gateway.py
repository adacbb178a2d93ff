"""The gateway as a process on its sandbox, for tests that drive it with real clients."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

TOKEN = "pit-sandbox-00000000-0000-4000-8000-000000000000"
LOCATION = "sbxLOC0000000000DEMO"
START_SECONDS = 30


@contextmanager
def gateway(binary: Path, work: Path, *options: str):
    """Runs the gateway on its sandbox; yields its base URL."""
    command = [binary, "serve", "--sandbox", "--sandbox-rate-limit", "0", *options]
    with server(command, work / "gateway.log") as base:
        yield base


@contextmanager
def server(command: list, log: Path, variables: dict[str, str] | None = None):
    """Runs a subcommand that listens on a free port, until the block ends; yields its base URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    with log.open("wb") as file:
        process = subprocess.Popen([*command, "--listen", address], stdout=file, stderr=file, env=variables)
    try:
        end = time.monotonic() + START_SECONDS
        while not healthy(f"http://{address}/healthz"):
            if process.poll() is not None or time.monotonic() > end:
                raise SystemExit("\n".join([f"{log.stem} did not come up:", *log_end(log)]))
            time.sleep(0.1)
        yield f"http://{address}"
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def healthy(url: str) -> bool:
    """Whether a server answers. The standalone sandbox has no such path, and is up when it says so."""
    try:
        return open_directly(url).status == 200
    except urllib.error.HTTPError as error:
        return error.code == 404
    except OSError:
        return False


def open_directly(request):
    """Without a proxy from the environment."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10)


def log_end(log: Path) -> list[str]:
    return log.read_text(errors="replace").splitlines()[-30:]


def environment(work: Path) -> dict[str, str]:
    """The drivers' environment: the caller's tokens, a home to leave files in, and no word to anybody outside."""
    home = work / "home"
    home.mkdir(exist_ok=True)
    return os.environ | {
        "HOME": str(home),
        "LEADCONNECTOR_TOKEN": TOKEN,
        "LEADCONNECTOR_LOCATION_ID": LOCATION,
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
        "OPENAI_AGENTS_DISABLE_TRACING": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONWARNINGS": "ignore",
    }
