//! The clients that `connect` supports.

/// A client and its configuration.
#[derive(Debug, Clone, Copy)]
pub struct ClientConfig {
    /// The value of `--client`.
    pub name: &'static str,
    /// A former name, also accepted.
    pub alias: Option<&'static str>,
    /// The display name.
    pub title: &'static str,
    /// Where the configuration belongs.
    pub destination: &'static str,
    /// The configuration, with the placeholders of `cli/connect/template.rs`.
    pub text: &'static str,
    /// What a user should know besides, as a sentence.
    pub note: Option<&'static str>,
    /// Whether the vendor's servers make the calls, so that the gateway needs a public URL.
    pub public: bool,
}

impl ClientConfig {
    /// Whether `--client` may name it so.
    pub fn is_named(&self, name: &str) -> bool {
        self.name == name || self.alias == Some(name)
    }

    /// With what a user should know besides.
    const fn note(self, note: &'static str) -> Self {
        Self { note: Some(note), ..self }
    }

    /// With a former name.
    const fn formerly(self, alias: &'static str) -> Self {
        Self { alias: Some(alias), ..self }
    }
}

const fn client(
    name: &'static str,
    title: &'static str,
    destination: &'static str,
    text: &'static str,
) -> ClientConfig {
    ClientConfig { name, alias: None, title, destination, text, note: None, public: false }
}

const fn hosted(client: ClientConfig) -> ClientConfig {
    ClientConfig { public: true, note: Some(TUNNEL), ..client }
}

/// When the paths, keys and notes were last compared with the clients' documentation.
pub const AS_OF: &str = "November 2026";

/// How OpenAI reaches a gateway without a public URL.
const TUNNEL: &str = "OpenAI's Secure MCP Tunnel reaches a private gateway too: its tunnel-client runs beside the gateway \
                      (https://developers.openai.com/api/docs/guides/secure-mcp-tunnels)";

macro_rules! file {
    ($name:literal) => {
        include_str!(concat!("../../../config/clients/", $name))
    };
}

/// Cursor's configuration, which its install links contain as well.
pub const CURSOR: &str = file!("cursor.json");
/// VS Code's configuration, which its install links contain as well.
pub const VSCODE: &str = file!("vscode.json");

/// All clients, in the order of `config/clients/README.md`.
pub const CLIENTS: [ClientConfig; 19] = [
    client("cursor", "Cursor", "~/.cursor/mcp.json, or a project's .cursor/mcp.json", CURSOR),
    client(
        "devin-desktop",
        "Devin Desktop, formerly Windsurf",
        "~/.config/devin/mcp_config.json (Windows: %APPDATA%\\devin\\mcp_config.json), or a project's .devin/mcp_config.json",
        file!("devin-desktop.json"),
    )
    .formerly("windsurf")
    .note(
        "Windsurf before its new name (June 2026) reads ~/.codeium/windsurf/mcp_config.json, with `serverUrl` instead of `url` \
         and without `transport`",
    ),
    client("vscode", "VS Code", ".vscode/mcp.json; VS Code prompts for the token", VSCODE).note(
        "Copilot sessions in VS Code may not get a server with ${input:...}; for them print --client copilot-cli into the \
         project's .mcp.json or ~/.copilot/mcp-config.json",
    ),
    client(
        "copilot-cli",
        "GitHub Copilot CLI, and Copilot sessions in VS Code",
        "~/.copilot/mcp-config.json, or a project's .mcp.json",
        file!("copilot-cli.json"),
    )
    .note("a project's .mcp.json is usually committed: do not commit the token"),
    client(
        "jetbrains",
        "JetBrains AI Assistant",
        "Settings > Tools > AI Assistant > Model Context Protocol (MCP) > Add, as JSON",
        file!("jetbrains.json"),
    ),
    client("claude-code", "Claude Code", "a command to run, or a project's .mcp.json", file!("claude-code.md")),
    client(
        "claude-desktop",
        "Claude Desktop, through mcp-remote",
        "claude_desktop_config.json; needs Node.js",
        file!("claude-desktop.json"),
    )
    .note(
        "Claude's custom connectors have a beta of request headers. An account that has it needs no mcp-remote, but a public \
         https gateway; if `locationId` is not an allowed header, put it into the URL: /mcp?locationId=ID",
    ),
    client(
        "claude-desktop-stdio",
        "Claude Desktop, without a gateway",
        "claude_desktop_config.json",
        file!("claude-desktop-stdio.json"),
    ),
    client("zed", "Zed", "its settings.json", file!("zed.json")),
    client(
        "antigravity",
        "Antigravity",
        "a command to run, or ~/.gemini/config/mcp_config.json",
        file!("antigravity.md"),
    ),
    client("gemini-cli", "Gemini CLI", "~/.gemini/settings.json", file!("gemini-cli.json")).note(
        "Gemini CLI serves no personal Google accounts since June 2026, only API keys and companies: use --client antigravity",
    ),
    client(
        "codex",
        "Codex CLI",
        "~/.codex/config.toml; Codex reads the token from LEADCONNECTOR_TOKEN",
        file!("codex.toml"),
    ),
    hosted(client("openai-responses", "OpenAI Responses API", "a Python script", file!("openai-responses.py"))),
    hosted(client(
        "openai-responses-url",
        "OpenAI Responses API, without headers",
        "a Python script",
        file!("openai-responses-url.py"),
    )),
    client("openai-agents", "OpenAI Agents SDK", "a Python script", file!("openai-agents.py")),
    client("n8n", "n8n", "paste it on a workflow's canvas; the token is a Bearer Auth credential", file!("n8n.json")),
    client("langgraph", "LangGraph", "a Python script", file!("langgraph-agent.py")),
    client("curl", "curl", "a terminal", file!("curl.sh")),
    client("plain-call", "a call without MCP", "a Python script", file!("plain_call.py")),
];
