"""HTTP as it is sent and received: one connection a request, no redirect followed, no proxy, nothing added."""

import http.client
import json
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

SECONDS = 20
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Response:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    @property
    def json(self):
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        """The header's one value; more than one is an error."""
        values = self.headers.get_all(name) or []
        assert len(values) <= 1, f"{name} stands {len(values)} times"
        return values[0] if values else None

    @property
    def location(self) -> str:
        """Where a redirect leads."""
        assert self.status == 303, f"{self.status} in place of 303: {self.text[:300]}"
        location = self.header("location")
        assert location, "303 without a Location"
        return location

    def brief(self) -> str:
        return f"{self.status} {self.header('content-type')} {self.text[:300]}"


def request(method: str, url: str, headers: dict[str, str] | list[tuple[str, str]] = (), body=None) -> Response:
    """`body` is bytes or text as it is, or a dict: JSON with a JSON content type, else a form."""
    headers = list(headers.items() if isinstance(headers, dict) else headers)
    kind = next((value for name, value in headers if name.lower() == "content-type"), None)
    if isinstance(body, dict | list):
        if kind is None:
            kind = FORM
            headers.append(("Content-Type", FORM))
        body = json.dumps(body) if "json" in kind else urlencode(body)
    if isinstance(body, str):
        body = body.encode()
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=SECONDS)
    try:
        connection.putrequest(method, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        for name, value in headers:
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        return Response(response.status, response.headers, response.read())
    finally:
        connection.close()


def query(url: str) -> dict[str, str]:
    """The parameters of a URL, of which none may be repeated."""
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True, strict_parsing=bool(urlsplit(url).query))
    assert len(dict(pairs)) == len(pairs), f"a parameter is repeated: {[name for name, _ in pairs]}"
    return dict(pairs)
