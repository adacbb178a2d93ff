"""The tools in OpenAI's Responses API.

Needs `pip install openai`, OPENAI_API_KEY in the environment, and a gateway that OpenAI's servers can reach: a public
https URL. On a private address like http://127.0.0.1:8080 the call fails.
"""

from openai import OpenAI

response = OpenAI().responses.create(
    model="gpt-5",
    input="Which contacts are called Rosa, and what is open in the pipeline for each of them?",
    tools=[
        {
            "type": "mcp",
            "server_label": "leadconnector",
            "server_url": "https://YOUR_HOST/mcp",
            "headers": {
                "Authorization": "Bearer YOUR_TOKEN",
                "locationId": "YOUR_LOCATION_ID",
            },
            # The tools it may use. Without this line: all of them.
            "allowed_tools": ["contacts_get-contacts", "opportunities_search-opportunity"],
            # These two only read. Leave it out for tools that write: you are then asked before each call.
            "require_approval": "never",
        }
    ],
)
print(response.output_text)
