"""Reads a request as it arrived, and tells where it differs from the one expected."""

from __future__ import annotations

import email.parser
import email.policy
import json
import re
import urllib.parse
from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from calls import FORM, JSON, MULTIPART, Call, File, Request


@dataclass
class Problem:
    """One thing wrong with a call.

    `check`: refused, requests, method, path, query, body, version, headers, prism.
    `where`: the field, with `[]` for any element of an array: "query.limit", "body.items[].amount"; "" for the whole.
    """

    check: str
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.check} {self.where}: {self.text}" if self.where else f"{self.check}: {self.text}"


def decode(method: str, target: str, headers: Dict[str, str], body: Optional[bytes]) -> Request:
    """The request as read from the wire. `headers` has lower-case names."""
    url = urllib.parse.urlsplit(target)
    media_type = headers.get("content-type", "").split(";")[0].strip().lower() or None
    return Request(
        method,
        [urllib.parse.unquote(segment) for segment in url.path.split("/")],
        urllib.parse.parse_qs(url.query, keep_blank_values=True),
        media_type if body else None,
        _decode_body(media_type, headers.get("content-type", ""), body) if body else None,
        [headers["version"]] if headers.get("version") else [],
        headers,
    )


def _decode_body(media_type: Optional[str], content_type: str, body: bytes) -> Any:
    if media_type == JSON:
        try:
            return json.loads(body)
        except ValueError:
            return body.decode(errors="replace")
    if media_type == FORM:
        return urllib.parse.parse_qs(body.decode(errors="replace"), keep_blank_values=True)
    if media_type == MULTIPART:
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
            b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body
        )
        fields: Dict[str, list] = {}
        for part in message.iter_parts():
            content = part.get_payload(decode=True) or b""
            value = (
                File(part.get_filename() or "", part.get_content_type(), content)
                if part.get_filename()
                else content.decode(errors="replace")
            )
            fields.setdefault(part.get_param("name", header="content-disposition"), []).append(value)
        return fields
    return body.decode(errors="replace")


def differences(call: Call, sent: Request, token: str) -> List[Problem]:
    """What is wrong with the request that came out of the call."""
    expected, found = call.expected, []
    if sent.method != expected.method:
        found.append(Problem("method", "", f"sent {sent.method}, expected {expected.method}"))
    if sent.segments != expected.segments:
        found.append(Problem("path", "", f"sent {'/'.join(sent.segments)}, expected {'/'.join(expected.segments)}"))
    found += _fields("query", sent.query, expected.query)
    found += _body(call, sent)
    if not sent.versions or expected.versions and sent.versions[0] not in expected.versions:
        found.append(
            Problem(
                "version",
                "",
                f"sent {_shown(sent.versions)}, expected {_shown(expected.versions) if expected.versions else 'any'}",
            )
        )
    if sent.headers.get("authorization") != f"Bearer {token}":
        found.append(Problem("headers", "authorization", "the caller's token was not passed on"))
    return found


def _body(call: Call, sent: Request) -> List[Problem]:
    expected = call.expected
    if sent.body in (None, {}) and expected.body in (None, {}):
        if sent.body == expected.body or call.empty_body_optional:
            return []
    if sent.body is None:
        return [Problem("body", "", f"sent none, expected {_shown(expected.body)}")]
    if expected.body is None:
        return [Problem("body", "", f"sent {_shown(sent.body)}, expected none")]
    if sent.media_type != expected.media_type:
        return [Problem("body", "", f"sent as {sent.media_type}, expected {expected.media_type}")]
    if expected.media_type == JSON:
        return [Problem("body", where, text) for where, text in _json("body", sent.body, expected.body)]
    return _fields("body", sent.body, expected.body)


def _fields(check: str, sent: Dict[str, list], expected: Dict[str, list]) -> List[Problem]:
    """Differences of a query or a form: the values of a name in order, the names in any order."""
    return [
        Problem(check, f"{check}.{name}", _difference(sent.get(name), expected.get(name)))
        for name in sorted({*sent, *expected})
        if sent.get(name) != expected.get(name)
    ]


def _json(where: str, sent: Any, expected: Any) -> List[tuple]:
    """(where, text) of every difference of two JSON values. 1 and 1.0 are equal, 1 and true are not."""
    if isinstance(sent, dict) and isinstance(expected, dict):
        found = []
        for name in sorted({*sent, *expected}):
            if name in sent and name in expected:
                found += _json(f"{where}.{name}", sent[name], expected[name])
            else:
                found.append(
                    (
                        f"{where}.{name}",
                        f"sent {_shown(sent[name])}, expected none"
                        if name in sent
                        else f"missing, expected {_shown(expected[name])}",
                    )
                )
        return found
    if isinstance(sent, list) and isinstance(expected, list) and len(sent) == len(expected):
        return [each for a, b in zip(sent, expected) for each in _json(f"{where}[]", a, b)]
    same = sent == expected and isinstance(sent, bool) == isinstance(expected, bool)
    return [] if same else [(where, _difference(sent, expected))]


def _difference(sent: Any, expected: Any) -> str:
    if expected is None:
        return f"sent {_shown(sent)}, expected none"
    return (
        f"missing, expected {_shown(expected)}" if sent is None else f"sent {_shown(sent)}, expected {_shown(expected)}"
    )


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= 160 else text[:160] + "…"


def without_indexes(location: List[str]) -> str:
    """Prism's location of a violation as a `where`: ["body", "items", "0", "x"] is "body.items[].x"."""
    return re.sub(r"\.\d+(?=\.|$)", "[]", ".".join(map(str, location)))
