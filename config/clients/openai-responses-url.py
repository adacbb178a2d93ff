"""The tools in OpenAI's Responses API, where no headers can be sent.

The location is in the URL, and the token in `authorization`, which OpenAI sends as `Authorization: Bearer …` and does
not keep: it goes with every request.

Needs `pip install openai`, OPENAI_API_KEY in the environment, and a gateway that OpenAI's servers can reach: a public
https URL. On a private address like http://127.0.0.1:8080 the call fails.
"""

from openai import OpenAI

response = OpenAI().responses.create(
    model="gpt-5",
    input="Which contacts are called Rosa?",
    tools=[
        {
            "type": "mcp",
            "server_label": "leadconnector",
            "server_url": "https://YOUR_HOST/mcp?locationId=YOUR_LOCATION_ID",
            "authorization": "YOUR_TOKEN",
            # The tools it may use. Without this line: all of them.
            "allowed_tools": ["contacts_get-contacts"],
            # It only reads. Leave it out for tools that write: you are then asked before each call.
            "require_approval": "never",
        }
    ],
)
print(response.output_text)
