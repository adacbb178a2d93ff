"""curl, one process a request, with what each protocol version asks for in headers and body."""

import asyncio
import json
from contextlib import asynccontextmanager
from itertools import count

import lines

FIRST_WITHOUT_INITIALIZE = "2026-07-28"
CLIENT = {"name": "curl", "version": "1"}


class Connection:
    def __init__(self) -> None:
        self.version = None
        self.ids = count(1)

    async def open(self) -> None:
        if lines.VERSION >= FIRST_WITHOUT_INITIALIZE:
            offered = (await self.request("server/discover", {}))["supportedVersions"]
            self.version = lines.VERSION if lines.VERSION in offered else f"one of {offered}"
            return
        params = {"protocolVersion": lines.VERSION, "capabilities": {}, "clientInfo": CLIENT}
        self.version = (await self.request("initialize", params))["protocolVersion"]
        await self.post({"jsonrpc": "2.0", "method": "notifications/initialized"}, [], "202")

    async def tools(self) -> dict[str, dict]:
        return {tool["name"]: tool["inputSchema"] for tool in (await self.request("tools/list", {}))["tools"]}

    async def call(self, tool: str, arguments: dict) -> tuple[bool, str]:
        result = await self.request("tools/call", {"name": tool, "arguments": arguments})
        return result.get("isError", False), result["content"][0]["text"]

    async def request(self, method: str, params: dict) -> dict:
        headers = []
        if lines.VERSION >= FIRST_WITHOUT_INITIALIZE:
            headers = [f"Mcp-Method: {method}"]
            if "name" in params:
                headers.append(f"Mcp-Name: {params['name']}")
            prefix = "io.modelcontextprotocol/"
            meta = {"protocolVersion": lines.VERSION, "clientInfo": CLIENT, "clientCapabilities": {}}
            params = params | {"_meta": {prefix + name: value for name, value in meta.items()}}
        number = next(self.ids)
        body = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        answer = json.loads(await self.post(body, headers, "200"))
        if "error" in answer or answer.get("id") != number:
            raise RuntimeError(f"{method}: {answer}")
        return answer["result"]

    async def post(self, body: dict, headers: list[str], status: str) -> str:
        headers = [f"{name}: {value}" for name, value in lines.HEADERS.items()] + headers
        headers += ["Content-Type: application/json", "Accept: application/json, text/event-stream"]
        # Versions before 2025-06-18 know no such header, and `initialize` is what settles it.
        if lines.VERSION >= "2025-06-18" and body["method"] != "initialize":
            headers.append(f"MCP-Protocol-Version: {lines.VERSION}")
        command = ["curl", "-sS", "--noproxy", "*", "-m", "60", "-w", "\n%{http_code}", "--data-binary", "@-"]
        command += [argument for header in headers for argument in ("-H", header)]
        process = await asyncio.create_subprocess_exec(
            *command, lines.TARGET[0], stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        out, _ = await process.communicate(json.dumps(body, ensure_ascii=False).encode())
        text, _, got = out.decode().rpartition("\n")
        if got != status:
            raise RuntimeError(f"{body['method']}: HTTP {got} in place of {status}: {text[:500]}")
        return text


@asynccontextmanager
async def connect():
    connection = Connection()
    await connection.open()
    yield connection


lines.main(connect())
