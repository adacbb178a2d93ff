"""The gateway with OAuth, on its sandbox."""

import os
from contextlib import contextmanager
from pathlib import Path

from gateway import server


@contextmanager
def oauth_gateway(binary: Path, log: Path, *options: str, **settings: str):
    """Runs it; yields its base URL. `settings` are variables without their prefix, like OAUTH_ACCESS_LIFETIME="5s"."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("LEADCONNECTOR_")}
    variables |= {f"LEADCONNECTOR_MCP_{name}": value for name, value in settings.items()}
    upstream = options or ("--sandbox", "--sandbox-rate-limit", "0")
    command = [binary, "serve", "--oauth", *upstream]
    with server(command, log, variables) as base:
        yield base
