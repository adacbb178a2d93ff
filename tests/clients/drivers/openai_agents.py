"""`MCPServerStreamableHttp` of `openai-agents`, without a model.

It takes either major version of the `mcp` package. On 2.x it always asks for the newest protocol first; the
versions before that are spoken on 1.x.
"""

from contextlib import asynccontextmanager
from importlib.metadata import version

from agents.mcp import MCPServerStreamableHttp

import lines

if version("mcp").startswith("1."):
    import mcp.types

    # No option sets the version that `initialize` offers (python-sdk issue 2307).
    mcp.types.LATEST_PROTOCOL_VERSION = lines.VERSION


def either(thing, new: str, old: str):
    """A field by its name in `mcp` 2.x or in 1.x."""
    return getattr(thing, new) if hasattr(thing, new) else getattr(thing, old)


class Connection:
    def __init__(self, server: MCPServerStreamableHttp) -> None:
        self.server = server
        initialized = server.server_initialize_result
        if initialized is not None:
            self.version = either(initialized, "protocol_version", "protocolVersion")
        else:
            self.version = server.session.protocol_version

    async def tools(self) -> dict[str, dict]:
        return {tool.name: either(tool, "input_schema", "inputSchema") for tool in await self.server.list_tools()}

    async def call(self, tool: str, arguments: dict) -> tuple[bool, str]:
        result = await self.server.call_tool(tool, arguments)
        return bool(either(result, "is_error", "isError")), result.content[0].text


@asynccontextmanager
async def connect():
    params = {"url": lines.TARGET[0], "headers": lines.HEADERS, "timeout": 60}
    async with MCPServerStreamableHttp(params, client_session_timeout_seconds=60) as server:
        yield Connection(server)


lines.main(connect())
