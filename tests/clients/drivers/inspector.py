"""The command line of the MCP Inspector, one process a request.

VERSION is the one that the era's name must lead to; TARGET is the Inspector's command line, with the URL last.
"""

import asyncio
import json
from contextlib import asynccontextmanager

import lines

*COMMAND, URL = lines.TARGET
ERA = "modern" if lines.VERSION >= "2026-07-28" else "legacy"
# The Inspector's own exit status for a result with `isError`.
TOOL_ERROR = 5


async def inspector(method: str, *arguments: str) -> dict:
    options = ["--transport", "http", "--server-url", URL, "--protocol-era", ERA, "--format", "json", "--quiet"]
    options += ["--connect-timeout", "60000"]
    for name, value in lines.HEADERS.items():
        options += ["--header", f"{name}: {value}"]
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        "--cli",
        *options,
        "--method",
        method,
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, error = await process.communicate()
    if process.returncode not in (0, TOOL_ERROR):
        raise RuntimeError(f"exit {process.returncode}: {error.decode()[-500:]}")
    result = json.loads(out)["result"]
    if (process.returncode == TOOL_ERROR) != result.get("isError", False):
        raise RuntimeError(f"exit {process.returncode} with isError {result.get('isError')}")
    return result


class Connection:
    def __init__(self, version: str) -> None:
        self.version = version

    async def tools(self) -> dict[str, dict]:
        return {tool["name"]: tool["inputSchema"] for tool in (await inspector("tools/list"))["tools"]}

    async def call(self, tool: str, arguments: dict) -> tuple[bool, str]:
        text = json.dumps(arguments, ensure_ascii=False)
        result = await inspector("tools/call", "--tool-name", tool, "--tool-args-json", text)
        return result.get("isError", False), result["content"][0]["text"]


@asynccontextmanager
async def connect():
    yield Connection((await inspector("initialize"))["protocolVersion"])


lines.main(connect())
