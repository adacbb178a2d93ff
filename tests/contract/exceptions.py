"""The exceptions in exceptions.json: what may differ from the documents, and why."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Optional

from calls import Call
from compare import Problem
from documents import Operation
from examples import LARGEST, OMIT, SMALLEST

CHECKS = ("refused", "requests", "method", "path", "query", "body", "version", "headers", "prism", "value")


@dataclass
class Rule:
    """One exception for one operation.

    `path` tells apart operations of one name. `call`: only this size; None: both. `where`: only this field and what is
    inside it; None: the whole check. With the check `value` the generated value of `where` is replaced by `value`, or
    left out if it is OMIT. `used`: whether a call needed it.
    """

    name: str
    check: str
    reason: str
    path: Optional[str] = None
    call: Optional[str] = None
    where: Optional[str] = None
    value: Any = OMIT
    used: bool = False

    def is_for(self, operation: Operation, size: str) -> bool:
        return self.name == operation.name and self.path in (None, operation.path) and self.call in (None, size)

    def covers(self, problem: Problem) -> bool:
        if self.check != problem.check:
            return False
        return (
            self.where is None
            or problem.where == self.where
            or problem.where.startswith((self.where + ".", self.where + "["))
        )

    def __str__(self) -> str:
        return " ".join(filter(None, [self.name, self.path, self.call, self.check, self.where]))


def _is_well_formed(entry: Dict[str, Any]) -> bool:
    """Whether it has a reason and a known check; `value` needs a place, and a value or `omit`."""
    replaces = bool(entry.get("where")) and ("value" in entry or entry.get("omit") is True)
    return (
        bool(entry.get("reason"))
        and entry.get("check") in CHECKS
        and (replaces if entry["check"] == "value" else "value" not in entry)
    )


class Exceptions:
    """All rules. An entry of the file with `names` is one rule for each name."""

    def __init__(self, file: Path) -> None:
        self.rules: List[Rule] = []
        for entry in json.loads(file.read_text(encoding="utf-8")):
            if not _is_well_formed(entry):
                raise SystemExit(f"{file.name} has an exception that is not well-formed: {json.dumps(entry)}")
            keys = {key: entry[key] for key in ("check", "reason", "path", "call", "where", "value") if key in entry}
            self.rules += [Rule(name=name, **keys) for name in entry.get("names", [entry.get("name")])]

    def unknown(self, operations: List[Operation]) -> List[Rule]:
        """The rules that no operation has."""
        return [
            rule
            for rule in self.rules
            if not any(rule.is_for(each, size) for each in operations for size in (SMALLEST, LARGEST))
        ]

    def values(self, operation: Operation, size: str) -> Dict[str, Any]:
        """The values that replace generated ones, by where."""
        return {rule.where: rule.value for rule in self.value_rules(operation, size) if rule.where}

    def value_rules(self, operation: Operation, size: str) -> List[Rule]:
        return [rule for rule in self.rules if rule.check == "value" and rule.is_for(operation, size)]

    def uncovered(self, call: Call, problems: List[Problem]) -> List[Problem]:
        """The problems that no rule covers. Marks the rules that cover one as used."""
        left = []
        for problem in problems:
            covering = [rule for rule in self.rules if rule.is_for(call.operation, call.size) and rule.covers(problem)]
            for rule in covering:
                rule.used = True
            if not covering:
                left.append(problem)
        return left

    def unused(self, checks: List[str], operations: List[Operation]) -> List[Rule]:
        """The rules of these checks, for these operations, that no call needed."""
        return [
            rule
            for rule in self.rules
            if rule.check in checks
            and not rule.used
            and any(rule.is_for(each, size) for each in operations for size in (SMALLEST, LARGEST))
        ]
