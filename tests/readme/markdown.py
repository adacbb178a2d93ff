"""What is read of a Markdown page: its blocks of code, its headings and its links."""

import json
import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

FENCE = re.compile(r"^```(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
# Shown, and neither run nor parsed. YAML is not among them: nothing here could parse it.
SHOWN = {"text", "caddyfile", "nginx"}


@dataclass
class Block:
    """A block of code."""

    language: str
    text: str
    line: int
    output: str | None = None
    """The `text` block directly after it: what it prints."""


class Page:
    """A Markdown page."""

    def __init__(self, file: Path):
        self.file = file
        self.text = file.read_text(encoding="utf-8")

    @cached_property
    def blocks(self) -> list[Block]:
        blocks, end = [], 0
        for match in FENCE.finditer(self.text):
            block = Block(match[1], match[2], self.text.count("\n", 0, match.start()) + 1)
            follows = blocks and not self.text[end : match.start()].strip()
            if follows and block.language == "text" and blocks[-1].language == "sh":
                blocks[-1].output = block.text
            blocks.append(block)
            end = match.end()
        return blocks

    @cached_property
    def prose(self) -> str:
        """The page without its blocks of code."""
        return FENCE.sub("", self.text)

    @cached_property
    def anchors(self) -> set[str]:
        """The anchors of its headings, as GitHub makes them."""
        anchors: set[str] = set()
        for heading in HEADING.findall(self.prose):
            words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
            anchor = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
            number = 0
            while (name := f"{anchor}-{number}" if number else anchor) in anchors:
                number += 1
            anchors.add(name)
        return anchors


def broken_links(page: Page) -> list[str]:
    """The relative links that lead nowhere. Others need a network."""
    problems = []
    for target in LINK.findall(page.prose):
        if re.match(r"[a-z][a-z+.-]*:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.file.parent / path).resolve() if path else page.file
        if not file.exists():
            problems.append(f"{target}: there is no such file")
        elif anchor and file.suffix == ".md" and anchor not in Page(file).anchors:
            problems.append(f"{target}: there is no such heading")
    return problems


def unparsable_blocks(page: Page) -> list[str]:
    """The blocks that are not what their language says. `sh` blocks are run instead."""
    parsers = {"json": json.loads, "toml": tomllib.loads, "python": lambda text: compile(text, "block", "exec")}
    problems = []
    for block in page.blocks:
        if block.language in parsers:
            try:
                parsers[block.language](block.text)
            except (ValueError, SyntaxError) as problem:
                problems.append(f"line {block.line}: {problem}")
        elif block.language not in SHOWN | {"sh"}:
            problems.append(f"line {block.line}: teach tests/readme to read `{block.language}`")
    fences = page.text.count("\n```") + page.text.startswith("```")
    return problems if fences == 2 * len(page.blocks) else [*problems, "a block is not closed, or is indented"]
