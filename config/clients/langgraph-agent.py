"""The tools in a LangGraph agent, by `langchain-mcp-adapters`. The calls come from this machine.

Needs `pip install langchain langchain-openai langchain-mcp-adapters`, and OPENAI_API_KEY in the environment.
"""

import asyncio

from langchain.agents import create_agent
from langchain_mcp_adapters.client import MultiServerMCPClient


async def main() -> None:
    client = MultiServerMCPClient(
        {
            "leadconnector": {
                "transport": "streamable_http",
                "url": "http://127.0.0.1:8080/mcp",
                "headers": {
                    "Authorization": "Bearer YOUR_TOKEN",
                    "locationId": "YOUR_LOCATION_ID",
                },
            }
        }
    )
    agent = create_agent("openai:gpt-5", await client.get_tools())
    state = await agent.ainvoke({"messages": [("user", "Which contacts are called Rosa?")]})
    print(state["messages"][-1].text)


asyncio.run(main())
