"""Makes values that agree with a schema: the smallest (required fields only) or the largest (every documented field)."""

from __future__ import annotations

import hashlib
import re
from typing import Any, Dict, List, Optional, Set

SMALLEST, LARGEST = "smallest", "largest"
LOCATION = "ve9EPM428h8vShlRW1KT"
OMIT = object()  # in place of a value: the field is left out
LOCATION_NAMES = ("locationId", "location_id", "altId")

# The patterns that occur in request schemas, each with a template of a matching text (see Examples.made).
PATTERNS = {
    r"^([01]?[0-9]|2[0-3]):[0-5][0-9]$": "{h:02d}:{m:02d}",
    r"^[A-Za-z_]+/[A-Za-z_]+$": "America/New_York",
    r"^\d{4}-\d{2}-\d{2}$": "2026-11-{d:02d}",
}

MOMENT = "2026-11-03T{h:02d}:{m:02d}:00-05:00"  # RFC 3339, with an offset

# Texts for field names whose values a reader checks. The first expression that is found in the name counts.
# `{n}` is a number that no other field of the call has.
TEXTS = [
    (r"time_?zone$", "America/New_York"),
    (r"e-?mail", "person{n}@example.com"),
    (r"phone|^(from|to)number$", "+1555{n:07d}"),
    (r"url|uri|website|link$|^avatar$", "https://example.com/{name}/{n}"),
    (r"colou?r", "#0a{n:04x}"),
    (r"currency", "USD"),
    (r"^country(code)?$", "US"),
    (r"(date|time|_at|At|until)$|^(date|start|end)", MOMENT),
]


def is_id(name: str) -> bool:
    """Whether a field holds an id (or ids): `id`, `contactId`, `contact_ids`, `_id`, and `followers`, who are users."""
    return re.search(r"(^|_)ids?$|[a-z]Ids?$|^followers$", name) is not None


def name_of(where: str) -> str:
    """The field's own name: that of "body.items[]" is `items`."""
    return where.split(".")[-1].replace("[]", "")


def enum_of(schema: Dict[str, Any]) -> List[Any]:
    """The enum's values; two documents have the list of values as the only value."""
    choices = schema.get("enum")
    if not isinstance(choices, list):
        return []
    return [each for choice in choices for each in (choice if isinstance(choice, list) else [choice])]


def type_of(schema: Dict[str, Any]) -> Optional[str]:
    """The declared type, or the one that the other keys imply. None: any value."""
    declared = schema.get("type")
    if declared in ("string", "number", "integer", "boolean", "object", "array"):
        return declared
    if "properties" in schema:
        return "object"
    return "array" if "items" in schema else None


def agrees(value: Any, schema: Dict[str, Any]) -> bool:
    """Whether the value has the schema's type and holds its bounds. (Prism is the judge of the rest.)"""
    kind = type_of(schema)
    if kind == "string":
        return (
            isinstance(value, str)
            and schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
            and re.search(schema.get("pattern", ""), value) is not None
        )
    if kind in ("number", "integer"):
        numeric = (
            isinstance(value, (int, float))
            and not isinstance(value, bool)
            and (kind == "number" or value == int(value))
        )
        return numeric and schema.get("minimum", value) <= value <= schema.get("maximum", value)
    types = {"boolean": bool, "object": dict, "array": list}
    return kind is None or isinstance(value, types[kind])


class Examples:
    """Values for one call. Texts and numbers differ where the schema leaves a choice, so that a mix-up is seen.

    `where` names a field's place: "body.items[].amount". `replaced` holds values to use instead, by where.
    """

    def __init__(self, size: str, replaced: Optional[Dict[str, Any]] = None) -> None:
        self.size = size
        self.replaced = replaced or {}
        self.used: Set[Any] = set()
        self.number = 0

    def value(self, where: str, schema: Dict[str, Any]) -> Any:
        """A value for the field, or OMIT. `schema` is expanded (see documents.Document.expand)."""
        if where in self.replaced:
            return self.replaced[where]
        kind, name = type_of(schema), name_of(where)
        choices = enum_of(schema)
        if choices and kind not in ("array", "object"):
            return choices[0 if self.size == SMALLEST else -1]
        if kind == "object":
            return self.object(where, schema)
        if kind == "array":
            return self.array(where, schema)
        if kind in ("number", "integer"):
            return self.numeric(schema)
        if kind == "boolean":
            return hashlib.sha256(name.encode()).digest()[0] % 2 == 0
        return self.text(name, schema)

    def object(self, where: str, schema: Dict[str, Any]) -> Dict[str, Any]:
        """The object with its required or all of its properties; one of any fields has its example or one field."""
        properties = schema.get("properties") or {}
        required = schema.get("required") if isinstance(schema.get("required"), list) else []
        wanted = [each for each in properties if self.size == LARGEST or each in required]
        wanted += [each for each in required if each not in properties]
        out = {each: self.nested(f"{where}.{each}", properties.get(each, {})) for each in wanted}
        if self.size == LARGEST and not properties:
            if isinstance(schema.get("example"), dict) and schema["example"]:
                return schema["example"]
            more, name = schema.get("additionalProperties"), name_of(where) + "Key"
            out[name] = self.value(f"{where}.{name}", more if isinstance(more, dict) else {})
        return {each: value for each, value in out.items() if value is not OMIT}

    def nested(self, where: str, schema: Dict[str, Any]) -> Any:
        """A property's value. A location that stands inside an object is the caller's too: another one is refused."""
        if name_of(where) in LOCATION_NAMES and type_of(schema) in ("string", None) and where not in self.replaced:
            return LOCATION
        return self.value(where, schema)

    def array(self, where: str, schema: Dict[str, Any]) -> List[Any]:
        """One element (smallest) or two (largest), or as many as the schema demands."""
        count = max(1 if self.size == SMALLEST else 2, schema.get("minItems", 0))
        count = min(count, schema.get("maxItems", count))
        items = schema.get("items") if isinstance(schema.get("items"), dict) else {}
        if name_of(where) == "locationIds":
            return [LOCATION]
        if not items and isinstance(schema.get("example"), list) and schema["example"]:
            return schema["example"]
        choices = enum_of(items)
        if choices:
            count = min(count, len(choices))
            return choices[:count] if self.size == SMALLEST else choices[-count:]
        return [self.nested(f"{where}[]", items) for _ in range(count)]

    def numeric(self, schema: Dict[str, Any]) -> Any:
        """The example if no other field has it, or a number that none has, within the bounds."""
        example = schema.get("example")
        if example is not None and agrees(example, schema) and example not in self.used:
            self.used.add(example)
            return example
        self.number += 1
        least = schema.get("minimum", 0)
        if "maximum" in schema:
            return least + self.number % (int(schema["maximum"] - least) + 1)
        return least + self.number + 10

    def text(self, name: str, schema: Dict[str, Any]) -> str:
        """The example if no other field has it, or a text made of the field's name."""
        if "pattern" in schema:
            return self.made(name, PATTERNS[schema["pattern"]], schema)
        if schema.get("format") == "date-time":
            return self.made(name, MOMENT, schema)
        if is_id(name):
            return self.id(name)[: schema.get("maxLength", 20)]
        example = schema.get("example")
        if isinstance(example, str) and example and not schema.get("deprecated"):
            example = self.unlike_others(example)
            if example is not None and agrees(example, schema):
                self.used.add(example)
                return example
        template = next((text for found, text in TEXTS if re.search(found, name)), "{name} text {n}")
        return self.made(name, template, schema)

    def unlike_others(self, example: str) -> Optional[str]:
        """The example, or one of its form that no other field has; None where its form is not known."""
        if example == "mm-dd-yyyy":  # not a date, but the form of one
            example = "01-01-2026"
        if example not in self.used:
            return example
        self.number += 1
        day = f"{self.number % 28 + 1:02d}"
        if re.match(r"\d{4}-\d{2}-\d{2}", example):
            other = example[:8] + day + example[10:]
        elif re.match(r"\d{2}-\d{2}-\d{4}", example):
            other = example[:3] + day + example[5:]
        elif re.fullmatch(r"[A-Za-z0-9,_-]{8,}", example):  # ids, points in time as digits
            other = example[: -len(str(self.number))] + str(self.number)
        else:
            return None
        return other if other not in self.used else None

    def made(self, name: str, template: str, schema: Dict[str, Any]) -> str:
        """The template filled in with a new number, cut to the longest length allowed."""
        self.number += 1
        hour, minute, day = self.number // 60 % 24, self.number % 60, self.number % 28 + 1
        made = template.format(name=name, n=self.number, h=hour, m=minute, d=day)
        made = made.ljust(schema.get("minLength", 0), "x")
        return made[-schema["maxLength"] :] if "maxLength" in schema else made

    def id(self, name: str) -> str:
        """An id of 20 letters and digits that starts with the field's name and is unique in the call."""
        self.number += 1
        letters = re.sub(r"[^A-Za-z0-9]", "", name)[:12]
        return letters + hashlib.sha256(f"{name} {self.number}".encode()).hexdigest()[: 20 - len(letters)]
