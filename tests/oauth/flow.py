"""The steps that a client goes through, one request each, and what every answer of the gateway must be like."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from urllib.parse import urlencode

import consent
import wire
from gateway import LOCATION, TOKEN

CALLBACK = "http://127.0.0.1:8765/callback"
SCOPES = "crm:read crm:write"
WRITES = "contacts_create-contact"
READS = "contacts_get-contacts"
ACCEPT = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
SECRET_MEMBERS = {"client_secret", "client_secret_expires_at", "registration_access_token", "registration_client_uri"}


def test(function):
    """Marks a test. Its parameters say what it is given: `base`, a gateway's URL; `start`, which starts another."""
    function.is_test = True
    return function


def same(got, expected, what: str = "") -> None:
    assert got == expected, f"{what + ': ' if what else ''}got {got!r}, expected {expected!r}"


def walk(value):
    """A JSON value and all that it holds."""
    yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(part)


def json_of(response: wire.Response, status: int, no_store: bool = True) -> dict:
    """The object of a JSON answer; whatever clients stumble over is an error."""
    same(response.status, status, response.text[:300])
    kind = (response.header("content-type") or "").partition(";")[0]
    same(kind, "application/json", "content type")
    same(response.header("x-content-type-options"), "nosniff", "x-content-type-options")
    if no_store:
        assert "no-store" in (response.header("cache-control") or ""), (
            f"cache-control: {response.header('cache-control')}"
        )
    answer = response.json
    assert isinstance(answer, dict), answer
    assert all(part is not None for part in walk(answer)), f"null in {answer}"
    assert not SECRET_MEMBERS & answer.keys(), f"a secret in {sorted(answer)}"
    assert all(not isinstance(part, float) for part in walk(answer)), f"a fraction in {answer}"
    return answer


def error_of(response: wire.Response, status: int, code: str) -> dict:
    """An OAuth error (RFC 6749, 5.2): its code, and perhaps a description."""
    answer = json_of(response, status)
    same(answer.get("error"), code, answer.get("error_description", ""))
    assert answer.keys() <= {"error", "error_description", "error_uri"}, answer
    return answer


@dataclass
class Pkce:
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).decode().rstrip("=")


def register(base: str, **metadata) -> dict:
    """Registers; the answer, of which every member is checked."""
    response = wire.request("POST", f"{base}/oauth/register", {"Content-Type": "application/json"}, metadata)
    answer = json_of(response, 201)
    expected = {
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
    }
    names = {"client_id", "client_id_issued_at", "redirect_uris", *expected}
    same(set(answer), names | ({"client_name"} if "client_name" in metadata else set()), "members")
    same({name: answer[name] for name in expected}, expected)
    assert isinstance(answer["client_id"], str) and len(answer["client_id"]) <= 1024, answer["client_id"]
    assert type(answer["client_id_issued_at"]) is int, answer["client_id_issued_at"]
    return answer


@dataclass
class Client:
    """One client and one authorization of it."""

    base: str
    client_id: str
    redirect_uri: str = CALLBACK
    resource: str | None = ""
    """Sent as it is; empty stands for the gateway's, and None for no parameter."""
    scope: str | None = SCOPES
    pkce: Pkce = field(default_factory=Pkce)
    state: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    def __post_init__(self) -> None:
        if self.resource == "":
            self.resource = f"{self.base}/mcp"

    @classmethod
    def registered(cls, base: str, redirect_uri: str = CALLBACK, **options) -> "Client":
        return cls(base, register(base, redirect_uris=[redirect_uri])["client_id"], redirect_uri, **options)

    def parameters(self, **changed) -> dict[str, str]:
        """Of the authorization request. None takes a parameter out."""
        parameters = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "code_challenge": self.pkce.challenge,
            "code_challenge_method": "S256",
            "state": self.state,
            "scope": self.scope,
            "resource": self.resource,
        }
        return {name: value for name, value in (parameters | changed).items() if value is not None}

    def url(self, **changed) -> str:
        return f"{self.base}/oauth/authorize?{urlencode(self.parameters(**changed))}"

    def answer(self, url: str, redirect_uri: str | None = None, state: str | None = "") -> dict[str, str]:
        """The parameters of a redirect: it goes to the client's own address, with its state and the issuer."""
        redirect_uri = self.redirect_uri if redirect_uri is None else redirect_uri
        assert url.startswith(redirect_uri + ("&" if "?" in redirect_uri else "?")), url
        answer = wire.query(url)
        same(answer.pop("iss", None), self.base, "iss")
        same(answer.pop("state", None), self.state if state == "" else state, "state")
        return answer

    def code(self, **fields: str) -> str:
        """The person allows it."""
        answer = self.answer(consent.decide(self.url(), **fields))
        same(set(answer), {"code"}, "members of the redirect")
        return answer["code"]

    def form(self, code: str, **changed) -> dict[str, str]:
        """Of the token request with a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "client_id": self.client_id,
            "code_verifier": self.pkce.verifier,
            "resource": self.resource,
        }
        return {name: value for name, value in (form | changed).items() if value is not None}

    def refresh_form(self, token: str, **changed) -> dict[str, str]:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": token,
            "client_id": self.client_id,
            "resource": self.resource,
        }
        return {name: value for name, value in (form | changed).items() if value is not None}

    def post(self, form: dict[str, str], **headers: str) -> wire.Response:
        return wire.request("POST", f"{self.base}/oauth/token", headers, form)

    def tokens(self, form: dict[str, str], scope: str | None = None, **headers: str) -> dict:
        return tokens_of(self.post(form, **headers), scope or granted(self.scope))

    def connect(self, **fields: str) -> dict:
        """From the page to the tokens."""
        scope = granted(self.scope).replace(" crm:write", "") if fields.get("read_only") else None
        return self.tokens(self.form(self.code(**fields)), scope)

    def refused(self, **changed) -> dict[str, str]:
        """The error that a changed authorization request is sent back with, without a page."""
        shown = consent.open_page(self.url(**changed))
        assert isinstance(shown, str), f"a page in place of a redirect: {shown.text[:300]}"
        answer = self.answer(shown, state=changed.get("state", ""))
        assert answer.keys() - {"error_description"} == {"error"}, answer
        return answer

    def page_error(self, **changed) -> consent.Page:
        """The error page that a changed authorization request leads to, without a redirect."""
        return error_page(self.url(**changed))


def error_page(url: str, status: int = 400) -> consent.Page:
    shown = consent.open_page(url)
    assert not isinstance(shown, str), f"it redirects to {shown}"
    same(shown.response.status, status, shown.text[:300])
    same(shown.forms, [], "forms")
    assert shown.text, "an empty page"
    return shown


def granted(asked: str | None) -> str:
    """The `scope` of a token: what the client asked for and the gateway has; reading and writing if it named neither."""
    names = (asked or "").split()
    crm = [name for name in SCOPES.split() if name in names] or SCOPES.split()
    return " ".join(crm + [name for name in ["offline_access"] if name in names])


def tokens_of(response: wire.Response, scope: str = SCOPES) -> dict:
    answer = json_of(response, 200)
    same(set(answer), {"access_token", "token_type", "expires_in", "refresh_token", "scope"}, "members")
    same((answer["token_type"], answer["scope"]), ("Bearer", scope))
    assert type(answer["expires_in"]) is int and answer["expires_in"] > 0, answer["expires_in"]
    for name in ("access_token", "refresh_token"):
        token = answer[name]
        assert token.startswith("lcm_") and len(token) <= 4096, f"{name}: {token[:20]}… of {len(token)} characters"
        assert TOKEN not in token and LOCATION not in token, f"{name} shows what it holds"
    assert answer["access_token"] != answer["refresh_token"]
    return answer


def rpc(
    base: str, token: str | None, method: str, path: str = "/mcp", headers: dict | None = None, **params
) -> wire.Response:
    """An MCP request without a handshake."""
    headers = ACCEPT | ({"Authorization": f"Bearer {token}"} if token else {}) | (headers or {})
    return wire.request("POST", base + path, headers, {"jsonrpc": "2.0", "id": 1, "method": method, "params": params})


def tools(base: str, token: str, path: str = "/mcp") -> set[str]:
    response = rpc(base, token, "tools/list", path)
    same(response.status, 200, response.text[:300])
    return {tool["name"] for tool in response.json["result"]["tools"]}


def works(base: str, token: str, path: str = "/mcp") -> None:
    """A tool reads with this token, without a location: the token has it."""
    response = rpc(base, token, "tools/call", path, name=READS, arguments={"query": "rosa"})
    same(response.status, 200, response.text[:300])
    result = response.json["result"]
    assert not result.get("isError"), result["content"][0]["text"][:300]
    assert "rosa@example.com" in result["content"][0]["text"]


def challenge(response: wire.Response) -> dict[str, str]:
    """The parameters of a 401's one Bearer challenge."""
    same(response.status, 401, response.text[:300])
    scheme, _, rest = (response.header("www-authenticate") or "").partition(" ")
    same(scheme, "Bearer", "challenge")
    parameters = {}
    for part in rest.split('", '):
        name, _, value = part.partition('="')
        assert name not in parameters, f"{name} stands twice in {rest}"
        parameters[name] = value.rstrip('"')
    return parameters


def rejected(base: str, token: str | None, path: str = "/mcp", **headers: str) -> str:
    """The description with which a token is refused."""
    told = challenge(rpc(base, token, "tools/list", path, headers))
    same(told.get("error"), "invalid_token", str(told))
    return told["error_description"]
