"""The tools that `langchain-mcp-adapters` makes, invoked as an agent would."""

from contextlib import asynccontextmanager

import mcp.types
from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_mcp_adapters.tools import load_mcp_tools

import lines

# No option sets the version that `initialize` offers (python-sdk issue 2307).
mcp.types.LATEST_PROTOCOL_VERSION = lines.VERSION


class Connection:
    def __init__(self, tools: list, version: str) -> None:
        self.by_name = {tool.name: tool for tool in tools}
        self.version = version

    async def tools(self) -> dict[str, dict]:
        return {name: tool.args_schema for name, tool in self.by_name.items()}

    async def call(self, tool: str, arguments: dict) -> tuple[bool, str]:
        call = {"type": "tool_call", "id": "1", "name": tool, "args": arguments}
        message = await self.by_name[tool].ainvoke(call)
        return message.status == "error", message.text


@asynccontextmanager
async def connect():
    server = {"transport": "streamable_http", "url": lines.TARGET[0], "headers": lines.HEADERS}
    client = MultiServerMCPClient({"leadconnector": server})
    async with client.session("leadconnector", auto_initialize=False) as session:
        initialized = await session.initialize()
        yield Connection(await load_mcp_tools(session), initialized.protocolVersion)


lines.main(connect())
