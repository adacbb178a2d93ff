"""Which clients authorize by OAuth, by what command, and what each has to be told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import packages
from matrix import DRIVERS, bin_of, issue, npm, pypi, rmcp_version


@dataclass(frozen=True)
class Client:
    """One row of the table."""

    name: str
    command: Callable[[str], list]
    """From the URL to a driver's command line."""
    variables: dict[str, str] = field(default_factory=dict)
    told: str = "the URL"
    """What a user has to tell it."""
    quirk: str | None = None
    """What it does that a user or a server notices."""


# Documents that gateways know, so that none is fetched.
CLAUDE_CODE = "https://claude.ai/oauth/claude-code-client-metadata"
CODEX = "https://chatgpt.com/oauth/codex/client.json"


def real_clients(drivers: Path) -> list[Client]:
    """All of them, their packages installed. `drivers` holds the drivers in JavaScript beside their packages."""
    node, modules = packages.node(), packages.node_modules()
    python_2, python_1 = packages.python("python-2"), packages.python("python-1")
    rmcp = packages.rmcp()
    typescript_1 = [node, drivers / "typescript_1.mjs", "2025-11-25"]
    typescript_2 = [node, drivers / "typescript_2.mjs", "2026-07-28"]
    inspector = modules / "@modelcontextprotocol" / "inspector"
    application = "the URL; the rest is the application's"
    own_clock = (
        "refreshes by its own clock only: a 401 before that, or after a restart with a stored token, sends the user to "
        "the page again " + issue("modelcontextprotocol/python-sdk", 1318)
    )

    def after(*command) -> Callable[[str], list]:
        return lambda url: [*command, url]

    return [
        Client(f"TypeScript SDK {npm('@modelcontextprotocol/sdk')}", after(*typescript_1), told=application),
        Client(f"TypeScript SDK {npm('@modelcontextprotocol/client')}", after(*typescript_2), told=application),
        Client(
            f"TypeScript SDK {npm('@modelcontextprotocol/client')} as Claude Code",
            after(*typescript_2),
            variables={"CLIENT_METADATA_URL": CLAUDE_CODE},
            told=application,
        ),
        Client(
            f"Python SDK {pypi('mcp', 'python-1')}",
            after(python_1, DRIVERS / "python_sdk_1.py", "2025-11-25"),
            told=application,
            quirk=own_clock,
        ),
        Client(
            f"Python SDK {pypi('mcp')}",
            after(python_2, DRIVERS / "python_sdk.py", "2026-07-28"),
            told=application,
            quirk=own_clock,
        ),
        Client(
            f"FastMCP {pypi('fastmcp-slim')}",
            after(python_2, DRIVERS / "fastmcp_client.py", "2026-07-28"),
            told='the URL and `auth="oauth"`',
            quirk=own_clock,
        ),
        Client(f"rmcp {rmcp_version()}", after(rmcp, "2026-07-28"), told=application),
        Client(
            f"rmcp {rmcp_version()} as Codex",
            after(rmcp, "2026-07-28"),
            variables={"CLIENT_METADATA_URL": CODEX},
            told=application,
        ),
        Client(
            f"mcp-remote {npm('mcp-remote')}",
            after(*typescript_1, node, bin_of(modules / "mcp-remote")),
        ),
        Client(
            f"MCP Inspector {npm('@modelcontextprotocol/inspector')} `--cli`",
            after(python_2, DRIVERS / "inspector.py", "2026-07-28", node, bin_of(inspector)),
            # Without a terminal it opens no browser on its own, and without a keychain it forgets its tokens.
            variables={"MCP_AUTO_OPEN_ENABLED": "true", "MCP_INSPECTOR_SECRET_STORE": "file"},
            told="the URL; `MCP_AUTO_OPEN_ENABLED=true` if there is no terminal, `MCP_INSPECTOR_SECRET_STORE=file` if "
            "there is no keychain",
        ),
    ]
