"""The runner's side of the line protocol; drivers/lines.py describes it."""

import asyncio
import json
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

ANSWER_SECONDS = 90
CLOSE_SECONDS = 10
LINE_BYTES = 1 << 24


class ClientFailed(Exception):
    """The client raised, or ended; the message is its own."""


class Driver:
    """A running driver. Calls may overlap."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self.process, self.log = process, log
        self.version: str | None = None
        self.ids = count(1)
        self.waiting: dict[int, asyncio.Future] = {}

    async def tools(self) -> dict[str, dict]:
        return (await self.request({"list": True}))["tools"]

    async def call(self, tool: str, arguments: dict) -> tuple[bool, str]:
        answer = await self.request({"tool": tool, "arguments": arguments})
        return answer["error"], answer["text"]

    async def request(self, request: dict) -> dict:
        number = next(self.ids)
        answered = self.waiting[number] = asyncio.get_running_loop().create_future()
        if self.process.returncode is not None:
            raise ClientFailed(f"it ended: {self.last_words()}")
        self.process.stdin.write(json.dumps(request | {"id": number}).encode() + b"\n")
        answer = await asyncio.wait_for(answered, ANSWER_SECONDS)
        if "failed" in answer:
            raise ClientFailed(answer["failed"])
        return answer

    async def read_answers(self) -> None:
        while line := await self.process.stdout.readline():
            answer = json.loads(line)
            self.waiting.pop(answer["id"]).set_result(answer)
        for answered in self.waiting.values():
            if not answered.done():
                answered.set_exception(ClientFailed(f"it ended: {self.last_words()}"))

    def last_words(self) -> str:
        """The end of what the client wrote to stderr: the line that names the error, as a rule."""
        lines = [line.strip() for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        errors = [line for line in lines if "rror" in line]
        return " / ".join((errors or lines)[-2:])[:600] or "without a word"


@asynccontextmanager
async def start(command: list[str], environment: dict[str, str], log: Path):
    """Starts a driver, waits until it is connected, and stops it in the end."""
    with log.open("wb") as stderr:
        process = await asyncio.create_subprocess_exec(
            *command,
            env=environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
            limit=LINE_BYTES,
        )
    driver = Driver(process, log)
    answers = None
    try:
        first = await asyncio.wait_for(process.stdout.readline(), ANSWER_SECONDS)
        if not first:
            await process.wait()
            raise ClientFailed(f"it did not connect: {driver.last_words()}")
        driver.version = json.loads(first)["version"]
        answers = asyncio.create_task(driver.read_answers())
        yield driver
    finally:
        if answers is not None:
            answers.cancel()
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), CLOSE_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
