"""The Python SDK 2.x (`mcp`), over HTTP or over stdin and stdout."""

import os
from contextlib import asynccontextmanager

import httpx2
import mcp.client.session
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

import lines
import oauth

# The client offers the newest version of the `initialize` era and takes any older one; no option makes it offer that
# (python-sdk issue 2307), so the constant is set.
mcp.client.session.LATEST_HANDSHAKE_VERSION = lines.VERSION


class Connection:
    def __init__(self, client: Client) -> None:
        self.client = client
        self.version = client.protocol_version

    async def tools(self) -> dict[str, dict]:
        return {tool.name: tool.input_schema for tool in (await self.client.list_tools()).tools}

    async def call(self, tool: str, arguments: dict) -> tuple[bool, str]:
        result = await self.client.call_tool(tool, arguments)
        return bool(result.is_error), result.content[0].text


@asynccontextmanager
async def connect():
    auth = oauth.provider(lines.TARGET[0]) if lines.OAUTH else None
    async with httpx2.AsyncClient(headers=lines.HEADERS, timeout=60, auth=auth) as http:
        if lines.TARGET[0].startswith("http"):
            server = streamable_http_client(lines.TARGET[0], http_client=http)
        else:
            server = StdioServerParameters(command=lines.TARGET[0], args=lines.TARGET[1:], env=dict(os.environ))
        mode = lines.VERSION if lines.VERSION in MODERN_PROTOCOL_VERSIONS else "legacy"
        async with Client(server, mode=mode) as client:
            yield Connection(client)


lines.main(connect())
