"""What a model would do with the tools, and no more: it knows of an operation only what an answer told it.

Names and kinds of operations come from the text of `operations_search`, ids from results, names of arguments from the
signature in that text or, where it is cut, from `operations_describe`.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from driver import Driver

# A hit begins a line of its own, or is one of those after "Also:".
DETAILED = re.compile(r"(\S+_\S+) \[(read|add|change)[;\]]")
ALSO = re.compile(r"(\S+_\S+) \[(read|add|change)[;\]]")
FIRST_HITS = 5


@dataclass(frozen=True)
class Hit:
    """An operation as a search shows it."""

    name: str
    kind: str
    signature: str
    """Its arguments as far as they are shown; empty for a hit that is only named."""


@dataclass
class Call:
    tool: str
    arguments: dict
    error: bool
    text: str
    proof: bool
    """Whether it only checks the job's effect. Such calls are not part of the job."""


@dataclass
class Agent:
    driver: Driver
    schemas: dict[str, dict]
    """What `tools/list` answers."""
    calls: list[Call] = field(default_factory=list)
    proving: bool = False
    described: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def proof(self) -> Iterator[None]:
        """Calls in the block check the job's effect."""
        self.proving = True
        try:
            yield
        finally:
            self.proving = False

    async def call(self, tool: str, arguments: dict) -> tuple[bool, str]:
        """Whether the result is an error, and its text."""
        error, text = await self.driver.call(tool, arguments)
        self.calls.append(Call(tool, arguments, error, text, self.proving))
        return error, text

    async def use(self, tool: str, **arguments) -> dict:
        """The `data` of a call of a hand-written tool, or of one for operations."""
        unknown = set(arguments) - set(self.schemas[tool]["properties"])
        assert not unknown, f"the definition of {tool} has no {', '.join(unknown)}"
        error, text = await self.call(tool, arguments)
        answer = json.loads(text)
        assert not error and answer["success"] is True, f"{tool} {brief(arguments)}: {text[:900]}"
        return answer["data"]

    async def find(self, words: str, *expected: str) -> Hit:
        """The first hit of a search whose name ends with one of the expected operationIds."""
        error, text = await self.call("operations_search", {"queries": [words]})
        assert not error, text
        hits = hits_of(text)
        for hit in hits[:FIRST_HITS]:
            if any(hit.name.endswith(f"_{one}") for one in expected):
                return hit
        shown = ", ".join(hit.name for hit in hits) or text
        raise AssertionError(f'"{words}" finds none of {", ".join(expected)} in its first {FIRST_HITS}: {shown}')

    async def run(self, hit: Hit, fields: list[str] | None = None, **params) -> dict:
        """The `data` of a run of an operation, by the tool of its kind."""
        await self.learn(hit, names_in(params))
        masked = {} if fields is None else {"fields": fields}
        return await self.use(f"operations_{hit.kind}", operation=hit.name, params=params, **masked)

    async def learn(self, hit: Hit, names: set[str]) -> None:
        """Reads the whole description if the search did not show all of these arguments."""
        if not missing(names, hit.signature):
            return
        if hit.name not in self.described:
            error, text = await self.call("operations_describe", {"operations": [hit.name]})
            assert not error, text
            self.described[hit.name] = text
        unknown = missing(names, self.described[hit.name])
        assert not unknown, f"no answer tells of {', '.join(unknown)} of {hit.name}: {self.described[hit.name]}"


def hits_of(text: str) -> list[Hit]:
    """The hits of the text of `operations_search`, best first."""
    hits, lines = [], text.splitlines()
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if detailed := DETAILED.match(line):
            hits.append(Hit(detailed[1], detailed[2], after.strip()))
        elif line.startswith("Also: "):
            hits.extend(Hit(also[1], also[2], "") for also in ALSO.finditer(line))
    return hits


def names_in(value) -> set[str]:
    """The names of all fields of a value, nested ones too."""
    if isinstance(value, dict):
        return set(value).union(*(names_in(part) for part in value.values()))
    if isinstance(value, list):
        return set().union(*(names_in(part) for part in value))
    return set()


def missing(names: set[str], text: str) -> list[str]:
    """The names that a text does not hold. Where in a signature they stand is not looked at."""
    return sorted(name for name in names if not re.search(rf"\b{re.escape(name)}\b", text))


def brief(value) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 600 else text[:600] + "…"


def same(got, expected) -> None:
    assert got == expected, f"got {brief(got)}, expected {brief(expected)}"
