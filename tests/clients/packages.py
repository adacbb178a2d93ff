"""The clients' packages: which versions, and their installation into a cache folder.

What the clients depend on is not pinned but where it is a client too: it is the newest that fits at the first run.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "leadconnector-mcp" / "clients"

# `fastmcp` is these parts under another name; its server half would come with it.
PYTHON = {
    # The SDK 2.x and what is built on it.
    "python-2": ["mcp==2.3.0", "fastmcp-slim[client]==4.1.6", "openai-agents==0.24.0", "requests==2.34.2"],
    # langchain-mcp-adapters stays on the SDK 1.x; openai-agents takes both.
    "python-1": ["mcp==1.30.0", "langchain-mcp-adapters==0.3.2", "openai-agents==0.24.0"],
}
NPM = [
    "@modelcontextprotocol/sdk@1.32.2",
    "@modelcontextprotocol/client@2.4.0",
    "@modelcontextprotocol/inspector@2.12.0",
    "mcp-remote@0.15.1",
    "supergateway@4.0.0",
]
NODE = "node@22.23.3"
# What the Inspector asks for.
OLDEST_NODE = (22, 19)


def run(*command: str | Path) -> None:
    # The last line on stdout is the count.
    subprocess.run([str(part) for part in command], check=True, stdout=sys.stderr)


def installed(name: str, packages: list[str], install) -> Path:
    """The folder with these packages. One that is incomplete or holds others is made anew."""
    pins = "\n".join(packages)
    folder = CACHE / f"{name}-{hashlib.sha256(pins.encode()).hexdigest()[:8]}"
    complete = folder / ".complete"
    if not complete.exists():
        print(f"installing {', '.join(packages)}", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        install(folder, packages)
        complete.write_text(pins)
    return folder


def python(name: str) -> Path:
    """The interpreter of a virtual environment."""

    def install(folder: Path, packages: list[str]) -> None:
        run(sys.executable, "-m", "venv", folder)
        run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages)

    return installed(name, PYTHON[name], install) / "bin" / "python"


def npm(folder: Path, packages: list[str]) -> None:
    run("npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel=error", *packages)


def node_modules() -> Path:
    return installed("npm", NPM, npm) / "node_modules"


def node() -> Path:
    """The Node on PATH if it is new enough, else one from npm."""
    found = shutil.which("node")
    if found is not None:
        version = subprocess.run([found, "--version"], check=True, capture_output=True, text=True).stdout
        if tuple(int(part) for part in version.strip().lstrip("v").split(".")[:2]) >= OLDEST_NODE:
            return Path(found)
    return installed("node", [NODE], npm) / "node_modules" / ".bin" / "node"


def rmcp() -> Path:
    """The driver that is written in Rust, built; cargo sees whether there is anything to do."""
    package = Path(__file__).parent / "drivers" / "rmcp"
    target = CACHE / "rmcp"
    run("cargo", "build", "--quiet", "--locked", "--manifest-path", package / "Cargo.toml", "--target-dir", target)
    return target / "debug" / "rmcp-driver"
