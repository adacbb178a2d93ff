"""The Python SDK 1.x (`mcp`), over HTTP."""

from contextlib import asynccontextmanager

import httpx
import mcp.types
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

import lines
import oauth

# No option sets the version that `initialize` offers (python-sdk issue 2307).
mcp.types.LATEST_PROTOCOL_VERSION = lines.VERSION


class Connection:
    def __init__(self, session: ClientSession, version: str) -> None:
        self.session = session
        self.version = version

    async def tools(self) -> dict[str, dict]:
        return {tool.name: tool.inputSchema for tool in (await self.session.list_tools()).tools}

    async def call(self, tool: str, arguments: dict) -> tuple[bool, str]:
        result = await self.session.call_tool(tool, arguments)
        return result.isError, result.content[0].text


@asynccontextmanager
async def connect():
    auth = oauth.provider(lines.TARGET[0]) if lines.OAUTH else None
    async with (
        httpx.AsyncClient(headers=lines.HEADERS, timeout=60, auth=auth) as http,
        streamable_http_client(lines.TARGET[0], http_client=http) as (read, write, *_),
        ClientSession(read, write) as session,
    ):
        initialized = await session.initialize()
        yield Connection(session, initialized.protocolVersion)


lines.main(connect())
