"""The client of FastMCP 4.x (`fastmcp`)."""

from contextlib import asynccontextmanager

import mcp.client.session
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

import lines

# As for the Python SDK, which it is built on: no option sets the version that `initialize` offers.
mcp.client.session.LATEST_HANDSHAKE_VERSION = lines.VERSION


class Connection:
    def __init__(self, client: Client) -> None:
        self.client = client
        self.version = client.session.protocol_version

    async def tools(self) -> dict[str, dict]:
        return {tool.name: tool.input_schema for tool in await self.client.list_tools()}

    async def call(self, tool: str, arguments: dict) -> tuple[bool, str]:
        result = await self.client.call_tool(tool, arguments, raise_on_error=False)
        return result.is_error, result.content[0].text


@asynccontextmanager
async def connect():
    # By OAuth it is complete: it opens a browser, and listens for what comes back.
    auth = "oauth" if lines.OAUTH else None
    transport = StreamableHttpTransport(lines.TARGET[0], headers=lines.HEADERS, auth=auth)
    mode = lines.VERSION if lines.VERSION in MODERN_PROTOCOL_VERSIONS else "legacy"
    async with Client(transport, mode=mode) as client:
        yield Connection(client)


lines.main(connect())
