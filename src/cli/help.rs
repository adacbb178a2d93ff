//! What each command's help says after its arguments: the environment variables that it reads, and examples.

/// Of the program, and of `serve`.
pub const SERVE: &str = "\
Environment variables:
  LEADCONNECTOR_MCP_READ_ONLY=true, LEADCONNECTOR_MCP_LISTEN, LEADCONNECTOR_MCP_CONFIG and so on, as shown with the flags
  LEADCONNECTOR_MCP_<SECTION>_<NAME> for every setting of config/default.toml:
    LEADCONNECTOR_MCP_TOOLS_SERVICES=contacts,calendars   only the tools of these services
    LEADCONNECTOR_MCP_TOOLS_LOCATIONS=ID                  only this location
  A flag overrides its variable, and a variable the settings file. A misspelt variable is an error.
  Clients send their token and location with each request: LEADCONNECTOR_TOKEN is for stdio and check.

Examples:
  leadconnector-mcp serve --sandbox
  leadconnector-mcp serve --read-only --listen 127.0.0.1:8090";

/// Of `stdio`.
pub const STDIO: &str = "\
Environment variables:
  LEADCONNECTOR_TOKEN             the Private Integration Token; or --token-file
  LEADCONNECTOR_LOCATION_ID       the location; or --location. Without it each call must name a location
  LEADCONNECTOR_MCP_READ_ONLY     like --read-only
  LEADCONNECTOR_MCP_LOG_FORMAT    text, json or auto
  LEADCONNECTOR_MCP_<SECTION>_<NAME> for every setting of config/default.toml; a misspelt variable is an error

Examples:
  leadconnector-mcp stdio --sandbox
  LEADCONNECTOR_TOKEN=pit-... leadconnector-mcp stdio --location ID --read-only";

/// Of `check`.
pub const CHECK: &str = "\
Environment variables:
  LEADCONNECTOR_TOKEN             the Private Integration Token; or --token-file. Without both you are asked for it
  LEADCONNECTOR_LOCATION_ID       the location; or --location
  LEADCONNECTOR_MCP_READ_ONLY     like --read-only
  LEADCONNECTOR_MCP_<SECTION>_<NAME> for every setting of config/default.toml; a misspelt variable is an error

Exit code: 0 if all tools work as far as reads can show, 1 if not, 64 for an invalid setting or a missing token or location.

Examples:
  leadconnector-mcp check --sandbox
  LEADCONNECTOR_TOKEN=pit-... leadconnector-mcp check --location ID";

/// Of `connect`.
pub const CONNECT: &str = "\
Environment variables:
  LEADCONNECTOR_TOKEN             the token that --token-from-env fills in

Examples:
  leadconnector-mcp connect
  leadconnector-mcp connect --client cursor --location ID    (add the entry to ~/.cursor/mcp.json)

The configurations send headers. A client that connects by OAuth (Claude, ChatGPT) needs only the URL: docs/oauth.md.";

/// Of `sandbox`, before its tokens.
pub const SANDBOX: &str = "\
Environment variables: none.

Examples:
  leadconnector-mcp sandbox --listen 127.0.0.1:8081
  leadconnector-mcp serve --upstream http://127.0.0.1:8081";

/// Of `tools`.
pub const TOOLS: &str = "\
Environment variables: none. The list is that of all tools, whatever the settings select.

Examples:
  leadconnector-mcp tools
  leadconnector-mcp tools --json | jq '.[0].inputSchema'";

/// Of `operations`.
pub const OPERATIONS: &str = "\
Environment variables: none. The list is that of all operations, whatever the settings select.

Examples:
  leadconnector-mcp operations send an invoice
  leadconnector-mcp operations --describe contacts_create-note";

/// Of `oauth`.
pub const OAUTH: &str = "\
Environment variables: none. The gateway reads its keys from LEADCONNECTOR_MCP_OAUTH_KEYS, or from the file that
LEADCONNECTOR_MCP_OAUTH_KEYS_FILE names.

Example:
  (umask 077; leadconnector-mcp oauth key > oauth-keys.txt)";

/// Of `health`.
pub const HEALTH: &str = "\
Environment variables: those of the gateway that it checks, above all
  LEADCONNECTOR_MCP_LISTEN, LEADCONNECTOR_MCP_CONFIG

Example:
  leadconnector-mcp health --listen 127.0.0.1:8090";
