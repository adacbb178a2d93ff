"""One call without MCP: the form that HighLevel's help article shows. Needs `pip install requests`."""

import requests

url = "http://127.0.0.1:8080/mcp/"
headers = {
    "Authorization": "Bearer YOUR_TOKEN",
    "locationId": "YOUR_LOCATION_ID",
}
payload = {
    "tool": "contacts_get-contact",
    "input": {"contactId": "abc123"},
}

response = requests.post(url, headers=headers, json=payload, timeout=60)
print(response.status_code)
print(response.json())
