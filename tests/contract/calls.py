"""The two calls of an operation: arguments for the gateway, and the request that must come out of them."""

from __future__ import annotations

import base64
import json
import urllib.parse
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Tuple, Set

from documents import Operation
from examples import LARGEST, LOCATION, LOCATION_NAMES, OMIT, SMALLEST, Examples

FORM, MULTIPART, JSON = "application/x-www-form-urlencoded", "multipart/form-data", "application/json"
BOUNDARY = "contract-check-boundary"


@dataclass
class File:
    """A file part of a multipart body."""

    name: str
    type: str
    content: bytes

    def __eq__(self, other: object) -> bool:
        return isinstance(other, File) and (self.name, self.type, self.content) == (
            other.name,
            other.type,
            other.content,
        )


THE_FILE = File("a.txt", "text/plain", b"hello")


@dataclass
class Request:
    """A request to the API, read or expected.

    `segments`: the path's decoded segments. `query` and the fields of a form: lists of values by name, in order; a
    value is text or a File. `body`: None (no body), the JSON value, or the form's fields. `versions`: the allowed
    values of the `Version` header (expected), or the one that was sent; empty: any.
    """

    method: str
    segments: List[str]
    query: Dict[str, List[str]] = field(default_factory=dict)
    media_type: Optional[str] = None
    body: Any = None
    versions: List[str] = field(default_factory=list)
    headers: Dict[str, str] = field(default_factory=dict)


@dataclass
class Call:
    """One call of an operation. `empty_body_optional`: without fields the body may be left out."""

    operation: Operation
    size: str
    arguments: Dict[str, Any]
    expected: Request
    empty_body_optional: bool = False

    def __str__(self) -> str:
        return f"{self.operation.name} {self.size}"


@dataclass
class _Field:
    """A top-level field: where it stands, what it is, and the name of its argument."""

    name: str
    place: str
    required: bool
    schema: Dict[str, Any]
    explode: bool = True
    argument: str = ""

    @property
    def where(self) -> str:
        return "body" if self.place == "whole body" else f"{self.place}.{self.name}"


def calls_of(operation: Operation, replaced: Optional[Dict[str, Any]] = None) -> List[Call]:
    """The smallest and the largest call. `replaced`: see examples.Examples."""
    return [call_of(operation, size, replaced) for size in (SMALLEST, LARGEST)]


def call_of(operation: Operation, size: str, replaced: Optional[Dict[str, Any]] = None) -> Call:
    """The call of one size. A field in `replaced` is given in both sizes, unless it is to be left out."""
    examples = Examples(size, replaced)
    arguments: Dict[str, Any] = {}
    path: Dict[str, str] = {}
    query: Dict[str, List[str]] = {}
    body: Any = {} if operation.media_type else None
    fields = _fields(operation)
    names = {each.name for each in fields}
    for each in fields:
        filled_in = _filled_in(each, names)
        given = each.where in examples.replaced
        if size == SMALLEST and not each.required and not filled_in and not given:
            continue
        value = filled_in if filled_in and not given else _generated(each, examples)
        if value is OMIT:
            continue
        if size == LARGEST or given or not filled_in:
            arguments[each.argument] = value
        if each.place == "path":
            path[each.name] = _text(value)
        elif each.place == "query":
            query[each.name] = _texts(value, each.explode)
        elif each.place == "whole body":
            body = value
        elif operation.media_type == JSON:
            body[each.name] = value
        else:
            body[each.name] = [THE_FILE] if _is_file(each.schema) else _texts(value, True)
            if _is_file(each.schema):
                arguments[each.argument] = {
                    "name": THE_FILE.name,
                    "type": THE_FILE.type,
                    "base64": base64.b64encode(THE_FILE.content).decode(),
                }
    segments = [_filled_template(segment, path) for segment in operation.path.split("/")]
    expected = Request(operation.method, segments, query, operation.media_type, body, operation.versions or [])
    # A form without fields is no body at all; a JSON body that is required is `{}`.
    optional = not operation.body_required or operation.media_type != JSON
    return Call(operation, size, arguments, expected, empty_body_optional=optional)


def _fields(operation: Operation) -> List[_Field]:
    """All top-level fields. A name that stands in two places has its place before it in the argument's name."""
    fields = [_Field(each.name, each.place, each.required, each.schema, each.explode) for each in operation.parameters]
    if operation.media_type and not operation.body_is_object:
        fields.append(_Field("body", "whole body", operation.body_required, operation.body))
    elif operation.media_type:
        required = operation.body.get("required", [])
        fields += [
            _Field(name, "body", name in required, schema)
            for name, schema in operation.body.get("properties", {}).items()
        ]
        undeclared = [name for name in required if name not in operation.body.get("properties", {})]
        fields += [_Field(name, "body", True, {"type": "string"}) for name in undeclared]
    places = Counter(each.name for each in fields)
    for each in fields:
        each.argument = f"{each.place}_{each.name}" if places[each.name] > 1 else each.name
    return fields


def _filled_in(each: _Field, names: Set[str]) -> Optional[str]:
    """What the gateway puts into this field from the caller's location; None if it leaves it to the arguments.

    An `altId` is the location's only beside an `altType`: that of an imported message is another system's id.
    """
    if each.name == "altId" and "altType" not in names:
        return LOCATION if each.required else None
    if each.name in LOCATION_NAMES:
        return LOCATION
    return "location" if each.name == "altType" else None


def _generated(each: _Field, examples: Examples) -> Any:
    if (
        each.place == "path"
        and "enum" not in each.schema
        and each.schema.get("type") == "string"
        and "pattern" not in each.schema
    ):
        return examples.replaced.get(each.where) or examples.id(each.name)
    return examples.value(each.where, each.schema)


def _is_file(schema: Dict[str, Any]) -> bool:
    return schema.get("format") == "binary"


def _text(value: Any) -> str:
    """A value as it stands in a path, a query or a form."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value == int(value):
        value = int(value)
    return json.dumps(value, ensure_ascii=False)


def _texts(value: Any, explode: bool) -> List[str]:
    """The values of a query or form field: an array is a repeated key, or one comma-separated text without `explode`."""
    if not isinstance(value, list):
        return [_text(value)]
    return [_text(each) for each in value] if explode else [",".join(map(_text, value))]


def _filled_template(segment: str, path: Dict[str, str]) -> str:
    for name, value in path.items():
        segment = segment.replace("{" + name + "}", value)
    return segment


def encode(request: Request, token: str) -> Tuple[str, str, Optional[bytes], Dict[str, str]]:
    """The request on the wire: method, target, body, headers. The version is the first that is allowed."""
    target = "/".join(urllib.parse.quote(segment, safe="") for segment in request.segments)
    if request.query:
        target += "?" + urllib.parse.urlencode(
            [(name, each) for name, values in request.query.items() for each in values]
        )
    headers = {"Authorization": f"Bearer {token}", "Version": (request.versions or ["2021-07-28"])[0]}
    body = None
    if request.media_type == JSON and request.body is not None:
        body, headers["Content-Type"] = json.dumps(request.body).encode(), JSON
    elif request.media_type == FORM and request.body:
        pairs = [(name, each) for name, values in request.body.items() for each in values]
        body, headers["Content-Type"] = urllib.parse.urlencode(pairs).encode(), FORM
    elif request.media_type == MULTIPART and request.body:
        body, headers["Content-Type"] = _multipart(request.body), f"{MULTIPART}; boundary={BOUNDARY}"
    return request.method, target, body, headers


def _multipart(fields: Dict[str, list]) -> bytes:
    """RFC 7578."""
    out = b""
    for name, values in fields.items():
        for value in values:
            out += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'.encode()
            if isinstance(value, File):
                out += f'; filename="{value.name}"\r\nContent-Type: {value.type}'.encode()
            out += b"\r\n\r\n" + (value.content if isinstance(value, File) else value.encode()) + b"\r\n"
    return out + f"--{BOUNDARY}--\r\n".encode()
