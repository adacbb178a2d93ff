"""Defects planted into correct requests: the comparison, or Prism, must find every one."""

from __future__ import annotations

import copy
from typing import Callable, Iterator, List, Optional, Tuple

from calls import JSON, MULTIPART, Call, File, Request, encode
from compare import decode, differences
from prism import Prism

TOKEN = "pit-contract-planted"
ANY_VERSION = ["any"]


def _wrong_version(request: Request) -> bool:
    changed = request.versions != ANY_VERSION
    request.versions = ["1999-01-01"]
    return changed


def _no_version(request: Request) -> bool:
    request.versions = []
    return True


def _wrong_method(request: Request) -> bool:
    request.method = "PUT" if request.method == "POST" else "POST"
    return True


def _body_field_in_the_query(request: Request) -> bool:
    if not isinstance(request.body, dict) or not request.body:
        return False
    name = next(iter(request.body))
    value = request.body.pop(name)
    request.query[name] = [str(value)]
    return True


def _query_field_in_the_body(request: Request) -> bool:
    if not request.query or request.media_type not in (None, JSON) or isinstance(request.body, list):
        return False
    name = next(iter(request.query))
    request.media_type, request.body = JSON, {**(request.body or {}), name: request.query.pop(name)[0]}
    return True


def _body_field_missing(request: Request) -> bool:
    if not isinstance(request.body, dict) or not request.body:
        return False
    request.body.popitem()
    return True


def _query_field_missing(request: Request) -> bool:
    return bool(request.query) and request.query.popitem() is not None


def _nested_field_missing(request: Request) -> bool:
    for holder in _objects(request.body) if request.media_type == JSON else []:
        if holder is not request.body and holder:
            holder.popitem()
            return True
    return False


def _comma_list(request: Request) -> bool:
    for name, values in request.query.items():
        if len(values) > 1:
            request.query[name] = [",".join(values)]
            return True
    return False


def _element_missing(request: Request) -> bool:
    for holder in _objects(request.body) if request.media_type == JSON else []:
        for value in holder.values():
            if isinstance(value, list) and value:
                value.pop()
                return True
    return False


def _number_as_text(request: Request) -> bool:
    for holder in _objects(request.body) if request.media_type == JSON else []:
        for name, value in holder.items():
            if isinstance(value, (int, float)):
                holder[name] = str(value)
                return True
    return False


def _two_texts_exchanged(request: Request) -> bool:
    for holder in _objects(request.body) if request.media_type == JSON else []:
        texts = [name for name, value in holder.items() if isinstance(value, str)]
        if len(texts) > 1 and holder[texts[0]] != holder[texts[1]]:
            holder[texts[0]], holder[texts[1]] = holder[texts[1]], holder[texts[0]]
            return True
    return False


def _path_segment_exchanged(request: Request) -> bool:
    long = [index for index, segment in enumerate(request.segments) if len(segment) == 20]
    if len(long) < 2 or request.segments[long[0]] == request.segments[long[1]]:
        return False
    request.segments[long[0]], request.segments[long[1]] = request.segments[long[1]], request.segments[long[0]]
    return True


def _trailing_slash(request: Request) -> bool:
    request.segments = request.segments[:-1] if request.segments[-1] == "" else request.segments + [""]
    return True


def _file_lost(request: Request) -> bool:
    return _change_file(request, None)


def _file_content_lost(request: Request) -> bool:
    return _change_file(request, File("a.txt", "text/plain", b""))


def _file_name_lost(request: Request) -> bool:
    return _change_file(request, File("file", "text/plain", b"hello"))


def _change_file(request: Request, to: Optional[File]) -> bool:
    for name, values in (request.body or {}).items() if request.media_type == MULTIPART else []:
        if any(isinstance(value, File) for value in values):
            request.body[name] = [to] if to else []
            return True
    return False


def _multipart_as_json(request: Request) -> bool:
    if request.media_type != MULTIPART or not request.body:
        return False
    request.media_type = JSON
    request.body = {
        name: [value if isinstance(value, str) else value.name for value in values]
        for name, values in request.body.items()
    }
    return True


def _objects(node: object) -> Iterator[dict]:
    """Every object of a JSON value, outermost first."""
    if isinstance(node, dict):
        yield node
        for value in list(node.values()):
            yield from _objects(value)
    elif isinstance(node, list):
        for value in node:
            yield from _objects(value)


# Each changes the request and returns True, or returns False where the request has nothing to plant it in.
DEFECTS: List[Callable[[Request], bool]] = [
    _wrong_version, _no_version, _wrong_method, _body_field_in_the_query, _query_field_in_the_body, _body_field_missing,
    _query_field_missing, _nested_field_missing, _comma_list, _element_missing, _number_as_text, _two_texts_exchanged,
    _path_segment_exchanged, _trailing_slash, _file_lost, _file_content_lost, _file_name_lost, _multipart_as_json,
]  # fmt: skip


def unnoticed(calls: List[Call]) -> Tuple[int, List[str]]:
    """Plants every defect into every call where it fits. Returns how many were planted, and those that stayed unnoticed.

    A kind of defect that fits into no call, and a correct request in which a difference is seen, count as unnoticed too.
    """
    planted, missed = 0, []
    found_place = set()
    for call in calls:
        correct = copy.deepcopy(call.expected)
        if _seen(call, _with_version(correct)):
            missed.append(f"{call}: the correct request differs from itself")
        for defect in DEFECTS:
            request = _with_version(copy.deepcopy(call.expected))
            if not defect(request):
                continue
            planted += 1
            found_place.add(defect)
            if not _seen(call, request):
                missed.append(f"{call}: nobody sees {_title(defect)}")
        if not differences(call, _over_the_wire(correct), "another token"):
            missed.append(f"{call}: nobody sees another token")
    missed += [f"no call has a place for {_title(defect)}" for defect in DEFECTS if defect not in found_place]
    return planted, missed


def _with_version(request: Request) -> Request:
    """The request with some version where its document declares none."""
    request.versions = request.versions or ANY_VERSION
    return request


def _seen(call: Call, request: Request) -> bool:
    return bool(differences(call, _over_the_wire(request), TOKEN))


def _over_the_wire(request: Request) -> Request:
    method, target, body, headers = encode(request, TOKEN)
    if not request.versions:
        headers.pop("Version")
    return decode(method, target, {name.lower(): value for name, value in headers.items()}, body)


def _title(defect: Callable[[Request], bool]) -> str:
    return defect.__name__.strip("_").replace("_", " ")


def accepted_by_prism(prism: Prism, call: Call) -> List[str]:
    """Wrong requests of an operation that Prism accepts: without it, a schema that Prism silently cannot read would pass."""
    wrong = []
    if call.operation.versions:
        request = copy.deepcopy(call.expected)
        request.versions = ["1999-01-01"]
        wrong.append(("a wrong version", request))
    for name, schema in call.operation.body.get("properties", {}).items() if call.expected.media_type == JSON else []:
        if schema.get("type") in ("string", "number", "integer", "boolean", "array") and not schema.get("readOnly"):
            request = copy.deepcopy(call.expected)
            request.body[name] = {"wrong": "type"}
            wrong.append((f"an object as {name}", request))
            break
    return [f"{call}: Prism accepts {what}" for what, request in wrong if not prism.violations(*encode(request, TOKEN))]
