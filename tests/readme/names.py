"""The names that a page may mention: flags, environment variables, settings."""

import functools
import json
import re
import subprocess
import tomllib
from pathlib import Path

from markdown import Page

COMMANDS = ["serve", "stdio", "check", "connect", "sandbox", "tools", "operations", "health", "oauth"]
# Flags of other programs.
OTHERS = {
    "--stop-timeout", "--build-arg", "--rm",  # docker
    "--path", "--locked", "--git", "--release", "--check", "--nocapture", "--bench", "--lib", "--test",  # cargo
    "--protocol", "--cli", "--protocol-era",  # clients of the tested matrix
}  # fmt: skip
# Scopes of HighLevel, which look like settings.
SCOPES = {"oauth.readonly", "oauth.write"}
PREFIX = "LEADCONNECTOR_MCP_"


def unknown(page: Page, binary: Path, root: Path) -> list[str]:
    """The flags, variables and settings in a page's inline code that do not exist."""
    help_text = help_of(binary)
    settings = tomllib.loads((root / "config" / "default.toml").read_text())
    known = {f"{section}.{name}" for section, names in settings.items() for name in names}
    known |= set(re.findall(r'"(server\.[a-z_]+)"', (root / "src" / "config" / "layers.rs").read_text()))  # deprecated
    variables = {PREFIX + name.replace(".", "_").upper() for name in known}
    variables |= set(re.findall(rf"{PREFIX}[A-Z_]*[A-Z]", help_text))
    flags = set(re.findall(r"--[a-z][a-z-]*[a-z]", help_text)) | OTHERS
    problems = []
    for code in re.findall(r"`([^`\n]+)`", page.prose):
        problems += [f"{flag}: no such flag" for flag in re.findall(r"(?<![\w-])--[a-z][a-z-]*[a-z]", code) if flag not in flags]
        names = re.findall(rf"{PREFIX}[A-Z_]*[A-Z]\b", code)
        problems += [f"{name}: no such variable" for name in names if name not in variables]
        names = re.findall(r"(?<![\w./-])(?:server|upstream|tools|oauth|marketplace|log)\.[a-z]+(?:_[a-z]+)*\b(?![./(])", code)
        problems += [f"{name}: no such setting" for name in names if name not in known | SCOPES and not name.endswith((".rs", ".md", ".json"))]
    return sorted(set(problems))


@functools.cache
def help_of(binary: Path) -> str:
    return "".join(output(binary, *command, "--help") for command in [[], *([name] for name in COMMANDS)])


@functools.cache
def tools(binary: Path) -> list[dict]:
    # Those for any operation have no endpoint, and no scope.
    return [tool for tool in json.loads(output(binary, "tools", "--json")) if "scope" in tool]


def output(*command: str | Path) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=30).stdout
