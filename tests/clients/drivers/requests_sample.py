"""The sample of HighLevel's help article: `requests`, and a body of `{"tool": ..., "input": ...}`."""

import asyncio
import json
from contextlib import asynccontextmanager

import requests

import lines


def post(tool: str, arguments: dict) -> tuple[bool, str]:
    payload = {"tool": tool, "input": arguments}
    response = requests.post(lines.TARGET[0], headers=lines.HEADERS, json=payload, timeout=60)
    answer = response.json()
    assert response.ok == answer["success"], f"status {response.status_code} with {response.text[:500]}"
    return not response.ok, json.dumps(answer)


class Connection:
    version = None

    async def tools(self) -> dict[str, dict]:
        raise NotImplementedError("the plain form has no list")

    async def call(self, tool: str, arguments: dict) -> tuple[bool, str]:
        return await asyncio.to_thread(post, tool, arguments)


@asynccontextmanager
async def connect():
    yield Connection()


lines.main(connect())
