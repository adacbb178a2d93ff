"""Which client is driven at which protocol version, by what command, and what it cannot do for a reason of its own."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import packages
from scenario import READ_ONLY_PATH

VERSIONS = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"]
HANDSHAKE, MODERN = VERSIONS[:4], VERSIONS[4:]
UNVERSIONED = "no version"
DRIVERS = Path(__file__).parent / "drivers"

# From the version and the URL to a driver's command line.
Command = Callable[[str, str], list]


@dataclass(frozen=True)
class Client:
    """One row of the table."""

    name: str
    command: Command
    versions: list[str] = field(default_factory=lambda: VERSIONS)
    limits: dict[str, str] = field(default_factory=dict)
    """By version: why the client cannot speak it."""
    attempted: frozenset[str] = frozenset()
    """The limits that are tried all the same: a client that passes has lost its limit, which fails the run."""
    note: str | None = None
    """How the row is to be read, where its name does not say all."""
    local_version: str | None = None
    """What a client in front of a bridge negotiates, where the bridge speaks another version to the gateway."""
    lists: bool = True
    """Whether it has a list of tools."""
    stdio: bool = False
    """Whether it needs the gateway's stdio mode."""


def clients(binary: Path, drivers: Path, token: str, location: str) -> list[Client]:
    """All of them, their packages installed. `drivers` holds the drivers in JavaScript beside their packages."""
    node, modules = packages.node(), packages.node_modules()
    python_2, python_1 = packages.python("python-2"), packages.python("python-1")
    rmcp = packages.rmcp()
    headers = ["--header", f"Authorization:Bearer {token}", "--header", f"locationId:{location}"]

    def python(name: str, interpreter: Path = python_2) -> Command:
        return lambda version, url: [interpreter, DRIVERS / name, version, url]

    def javascript(name: str) -> Command:
        return lambda version, url: [node, drivers / name, version, url]

    def sdk_of(version: str) -> list:
        """The TypeScript SDK that speaks a version to a bridge."""
        return [node, drivers / ("typescript_2.mjs" if version in MODERN else "typescript_1.mjs"), version]

    def mcp_remote(version: str, url: str, *options: str) -> list:
        # Without the strategy a first failure would lead to the transport before streamable HTTP.
        return [node, bin_of(modules / "mcp-remote"), url, *headers, "--transport", "http-only", *options]

    def supergateway(version: str, url: str) -> list:
        return [node, bin_of(modules / "supergateway"), "--streamableHttp", url, *headers, "--logLevel", "none"]

    def inspector(version: str, url: str) -> list:
        package = modules / "@modelcontextprotocol" / "inspector"
        return [python_2, DRIVERS / "inspector.py", version, node, bin_of(package), url]

    settings = drivers / "read-only.toml"
    settings.write_text('[tools]\nservices = ["contacts"]\nread_only = true\n')

    def stdio(url: str) -> list:
        """The gateway's stdio mode with the tools that a URL selects."""
        options = ["--config", settings] if url.endswith(READ_ONLY_PATH) else []
        return [binary, "stdio", "--sandbox", *options]

    def openai_agents(version: str, url: str) -> list:
        return [python_2 if version in MODERN else python_1, DRIVERS / "openai_agents.py", version, url]

    by_settings = "`selection` by a settings file in place of a URL"
    return [
        Client(
            f"TypeScript SDK {npm('@modelcontextprotocol/sdk')}",
            javascript("typescript_1.mjs"),
            limits={"2026-07-28": "this version came with the SDK 2.x; 1.x knows those that begin with `initialize`"},
        ),
        Client(f"TypeScript SDK {npm('@modelcontextprotocol/client')}", javascript("typescript_2.mjs")),
        Client(f"Python SDK {pypi('mcp')}", python("python_sdk.py")),
        Client(f"FastMCP {pypi('fastmcp-slim')}", python("fastmcp_client.py")),
        Client(
            f"openai-agents {pypi('openai-agents')}",
            openai_agents,
            note=f"on the `mcp` package {pypi('mcp')} at 2026-07-28 and on {pypi('mcp', 'python-1')} before: it takes "
            "both, and on 2.x it asks for the newest version, with no option for another "
            + issue("openai/openai-agents-python", 4014),
        ),
        Client(
            f"langchain-mcp-adapters {pypi('langchain-mcp-adapters', 'python-1')}",
            python("langchain_adapters.py", python_1),
            limits={
                "2026-07-28": "it needs the `mcp` package 1.x; the newer `langchain.mcp` is built on FastMCP "
                + issue("langchain-ai/langchain-mcp-adapters", 578)
            },
        ),
        Client(
            f"mcp-remote {npm('mcp-remote')}",
            lambda version, url: [*sdk_of(version), *mcp_remote(version, url)],
            note="a bridge, behind the TypeScript SDK of the version",
        ),
        Client(
            f"mcp-remote {npm('mcp-remote')} `--protocol auto`",
            lambda version, url: [*sdk_of("2025-11-25"), *mcp_remote(version, url, "--protocol", "auto")],
            versions=MODERN,
            limits=dict.fromkeys(HANDSHAKE, "with this option it speaks the newest version that it finds"),
            local_version="2025-11-25",
            note="a bridge from a client at 2025-11-25 to the gateway at 2026-07-28",
        ),
        Client(
            f"supergateway {npm('supergateway')}",
            lambda version, url: [*sdk_of(version), *supergateway(version, url)],
            limits={
                "2026-07-28": "from streamable HTTP to stdio it uses the TypeScript SDK 1.30, which does not know this "
                "version; fixed for its other direction only " + issue("supercorp-ai/supergateway", 156)
            },
            attempted=frozenset(MODERN),
            note="a bridge, behind the TypeScript SDK of the version",
        ),
        Client(
            f"MCP Inspector {npm('@modelcontextprotocol/inspector')} `--cli`",
            inspector,
            limits=dict.fromkeys(
                HANDSHAKE[:-1],
                "its option chooses the era, not the version " + issue("modelcontextprotocol/inspector", 2208),
            ),
            note="one process a call; `--protocol-era` legacy and modern",
        ),
        Client(f"rmcp {rmcp_version()}", lambda version, url: [rmcp, version, url]),
        Client(
            f"stdio mode, Python SDK {pypi('mcp')}",
            lambda version, url: [python_2, DRIVERS / "python_sdk.py", version, *stdio(url)],
            note=by_settings,
            stdio=True,
        ),
        Client(
            f"stdio mode, TypeScript SDK {npm('@modelcontextprotocol/client')}",
            lambda version, url: [node, drivers / "typescript_2.mjs", version, *stdio(url)],
            note=by_settings,
            stdio=True,
        ),
        Client(
            f"requests {pypi('requests')}, the help article's sample",
            python("requests_sample.py"),
            versions=[UNVERSIONED],
            note='a POST of `{"tool": …, "input": …}`: no MCP, so no version and no list',
            lists=False,
        ),
        Client(f"curl {curl_version()}", python("curl.py")),
    ]


def issue(repository: str, number: int) -> str:
    return f"([issue {number}](https://github.com/{repository}/issues/{number}))"


def pypi(package: str, environment: str = "python-2") -> str:
    """The pinned version of a package."""
    pins = (pin.partition("==") for pin in packages.PYTHON[environment])
    return next(version for name, _, version in pins if name.partition("[")[0] == package)


def npm(package: str) -> str:
    pins = (pin.rpartition("@") for pin in packages.NPM)
    return next(version for name, _, version in pins if name == package)


def rmcp_version() -> str:
    manifest = (DRIVERS / "rmcp" / "Cargo.toml").read_text()
    return manifest.partition('rmcp = { version = "=')[2].partition('"')[0]


def curl_version() -> str:
    return subprocess.run(["curl", "--version"], check=True, capture_output=True, text=True).stdout.split()[1]


def bin_of(package: Path) -> Path:
    """A package's first command."""
    commands = json.loads((package / "package.json").read_text())["bin"]
    return package / (commands if isinstance(commands, str) else next(iter(commands.values())))
