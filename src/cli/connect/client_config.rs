//! The clients that `connect` supports.

/// A client and its configuration.
#[derive(Debug, Clone, Copy)]
pub struct ClientConfig {
    /// The value of `--client`.
    pub name: &'static str,
    /// The display name.
    pub title: &'static str,
    /// Where the configuration belongs.
    pub destination: &'static str,
    /// The configuration, with the placeholders of [`super::template`].
    pub text: &'static str,
    /// Whether the vendor's servers make the calls, so that the gateway needs a public URL.
    pub public: bool,
}

const fn client(
    name: &'static str,
    title: &'static str,
    destination: &'static str,
    text: &'static str,
) -> ClientConfig {
    ClientConfig { name, title, destination, text, public: false }
}

const fn hosted(client: ClientConfig) -> ClientConfig {
    ClientConfig { public: true, ..client }
}

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
pub const CLIENTS: [ClientConfig; 16] = [
    client("cursor", "Cursor", "~/.cursor/mcp.json, or a project's .cursor/mcp.json", CURSOR),
    client("windsurf", "Windsurf", "~/.codeium/windsurf/mcp_config.json", file!("windsurf.json")),
    client("vscode", "VS Code", ".vscode/mcp.json; VS Code prompts for the token", VSCODE),
    client("claude-code", "Claude Code", "a command to run, or a project's .mcp.json", file!("claude-code.md")),
    client(
        "claude-desktop",
        "Claude Desktop, through mcp-remote",
        "claude_desktop_config.json; needs Node.js",
        file!("claude-desktop.json"),
    ),
    client(
        "claude-desktop-stdio",
        "Claude Desktop, without a gateway",
        "claude_desktop_config.json",
        file!("claude-desktop-stdio.json"),
    ),
    client("zed", "Zed", "its settings.json", file!("zed.json")),
    client("gemini-cli", "Gemini CLI", "~/.gemini/settings.json", file!("gemini-cli.json")),
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
