"""The tools in the OpenAI Agents SDK. The calls come from this machine, so a local gateway will do.

Needs `pip install openai-agents`, and OPENAI_API_KEY in the environment.
"""

import asyncio

from agents import Agent, Runner
from agents.mcp import MCPServerStreamableHttp


async def main() -> None:
    async with MCPServerStreamableHttp(
        name="leadconnector",
        params={
            "url": "http://127.0.0.1:8080/mcp",
            "headers": {
                "Authorization": "Bearer YOUR_TOKEN",
                "locationId": "YOUR_LOCATION_ID",
            },
        },
        # The gateway answers within 55 s; the SDK's own limit is 5 s, which a write may exceed.
        client_session_timeout_seconds=60,
        # The list does not change while the gateway runs.
        cache_tools_list=True,
    ) as server:
        agent = Agent(name="CRM", instructions="Answer from the CRM.", model="gpt-5", mcp_servers=[server])
        result = await Runner.run(agent, "Which contacts are called Rosa?")
        print(result.final_output)


asyncio.run(main())
