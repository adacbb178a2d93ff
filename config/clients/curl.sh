#!/bin/sh
# One call of MCP by hand. `initialize` is answered, and not needed; nor is any header but these.
curl -sS 'http://127.0.0.1:8080/mcp' \
  -H 'Content-Type: application/json' \
  -H 'Authorization: Bearer YOUR_TOKEN' \
  -H 'locationId: YOUR_LOCATION_ID' \
  -d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"contacts_get-contacts","arguments":{"query":"rosa","limit":1}}}'
