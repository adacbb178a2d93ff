"""The drivers' side of the line protocol, for drivers in Python.

A driver is started as `driver VERSION TARGET...`: the protocol version to speak, and a URL or the command line of
a server on stdin and stdout. Token and location come in the environment; without a token the client authorizes by
OAuth, with what oauth.py or oauth.mjs adds. It prints one JSON line when it is connected and one for each request that
it reads, in any order, and it ends when stdin does:

    > {"version": "2025-11-25"}                          what was negotiated; null where there is nothing to negotiate
    < {"id": 1, "list": true}
    > {"id": 1, "tools": {"<name>": <input schema>, ...}}
    < {"id": 2, "tool": "<name>", "arguments": {...}}
    > {"id": 2, "error": false, "text": "<the text of the result>"}
    > {"id": 2, "failed": "<what the client raised>"}    in place of either answer
"""

import asyncio
import json
import os
import sys
from contextlib import AbstractAsyncContextManager
from typing import Protocol

VERSION, *TARGET = sys.argv[1:]
OAUTH = "LEADCONNECTOR_TOKEN" not in os.environ
HEADERS = {}
if not OAUTH:
    HEADERS["Authorization"] = f"Bearer {os.environ['LEADCONNECTOR_TOKEN']}"
    HEADERS["locationId"] = os.environ["LEADCONNECTOR_LOCATION_ID"]


class Connection(Protocol):
    version: str | None

    async def tools(self) -> dict[str, dict]: ...

    async def call(self, tool: str, arguments: dict) -> tuple[bool, str]:
        """Whether the result is an error, and its text."""
        ...


def main(connect: AbstractAsyncContextManager[Connection]) -> None:
    # What a library prints must not land between the answers.
    out, sys.stdout = sys.stdout, sys.stderr

    def say(message: dict) -> None:
        print(json.dumps(message), file=out, flush=True)

    asyncio.run(serve(connect, say))


async def serve(connect: AbstractAsyncContextManager[Connection], say) -> None:
    reader = asyncio.StreamReader(limit=1 << 24)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with connect as connection:
        say({"version": connection.version})
        async with asyncio.TaskGroup() as requests:
            while line := await reader.readline():
                requests.create_task(answer(connection, json.loads(line), say))


async def answer(connection: Connection, request: dict, say) -> None:
    try:
        if request.get("list"):
            say({"id": request["id"], "tools": await connection.tools()})
        else:
            error, text = await connection.call(request["tool"], request["arguments"])
            say({"id": request["id"], "error": error, "text": text})
    except Exception as problem:
        say({"id": request["id"], "failed": f"{type(problem).__name__}: {problem}"})
