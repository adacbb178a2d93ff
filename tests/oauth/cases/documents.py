"""The two documents that clients read first, and the challenge that leads to them."""

import consent
import wire
from flow import ACCEPT, CALLBACK, Client, challenge, json_of, rpc, same, test, tokens_of
from gateway import LOCATION, TOKEN

PATHS = ["/mcp", "/mcp/readonly", "/mcp/x/contacts", "/mcp/x/contacts,calendars", "/mcp/x/contacts/readonly"]
RESOURCE = "/.well-known/oauth-protected-resource"
SERVER = "/.well-known/oauth-authorization-server"
ENDPOINTS = {
    RESOURCE: "GET",
    f"{RESOURCE}/mcp": "GET",
    SERVER: "GET",
    "/oauth/register": "POST",
    "/oauth/token": "POST",
}


def scopes_of(path: str) -> list[str]:
    return ["crm:read"] if path.endswith("/readonly") else ["crm:read", "crm:write"]


@test
def without_a_token_every_mcp_path_names_its_own_document_and_no_error(base):
    for path in PATHS:
        for slash in ("", "/"):
            told = challenge(rpc(base, None, "tools/list", path + slash))
            same(set(told), {"resource_metadata", "scope"}, path + slash)
            same(told["resource_metadata"].rstrip("/"), base + RESOURCE + path)
            same(told["scope"], " ".join(scopes_of(path)), path)


@test
def a_resource_document_says_the_url_that_was_asked_for(base):
    for path in ["", *PATHS]:
        for slash in ("", "/"):
            response = wire.request("GET", base + RESOURCE + path + slash)
            answer = json_of(response, 200, no_store=False)
            names = {
                "resource",
                "authorization_servers",
                "scopes_supported",
                "bearer_methods_supported",
                "resource_name",
            }
            same(set(answer), names, path + slash)
            same(answer["resource"].rstrip("/"), f"{base}{path or '/mcp'}")
            same(answer["authorization_servers"], [base])
            same(answer["bearer_methods_supported"], ["header"])
            assert "offline_access" not in answer["scopes_supported"], answer
            fresh = response.header("cache-control") or ""
            age = fresh.partition("max-age=")[2].partition(",")[0]
            assert "no-store" in fresh or age and int(age) <= 300, f"cache-control: {fresh}"


@test
def a_resource_document_of_no_resource_is_a_json_404(base):
    for path in (
        "/other",
        "/mcp/unknown",
        "/mcp/x",
        "/mcp/x/nosuchservice",
        "/mcp/readonly/readonly",
        "/mcpx",
        "/mcp/x/../y",
    ):
        json_of(wire.request("GET", base + RESOURCE + path), 404, no_store=False)


@test
def the_server_document_is_complete_and_names_nothing_that_is_not_there(base):
    for slash in ("", "/"):
        response = wire.request("GET", base + SERVER + slash)
        expected = {
            "issuer": base,
            "authorization_endpoint": f"{base}/oauth/authorize",
            "token_endpoint": f"{base}/oauth/token",
            "registration_endpoint": f"{base}/oauth/register",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
            "scopes_supported": ["crm:read", "crm:write", "offline_access"],
            "client_id_metadata_document_supported": True,
            "authorization_response_iss_parameter_supported": True,
        }
        same(json_of(response, 200, no_store=False), expected)


@test
def other_well_known_paths_and_the_old_endpoints_are_a_json_404(base):
    for path in ("openid-configuration", "openid-configuration/mcp", "oauth-authorization-server/mcp"):
        json_of(wire.request("GET", f"{base}/.well-known/{path}"), 404, no_store=False)
    for path in ("/authorize", "/token", "/register"):
        for method in ("GET", "POST"):
            json_of(wire.request(method, base + path, ACCEPT if method == "POST" else {}), 404, no_store=False)
    for path in ("/oauth", "/oauth/revoke", "/oauth/introspect", "/oauth/userinfo", "/oauth/jwks"):
        same(wire.request("POST", base + path, ACCEPT).status, 404, path)


@test
def the_documents_are_not_made_from_the_host_header(base):
    port = base.rpartition(":")[2]
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"}
    for path in (f"{RESOURCE}/mcp", SERVER):
        response = wire.request("GET", f"http://localhost:{port}{path}", headers)
        assert "evil.example" not in response.text and f"localhost:{port}" not in response.text, response.text[:300]
        assert base in response.text, response.text[:300]


@test
def head_is_like_get_and_other_methods_are_told_which_are_allowed(base):
    for path, method in ENDPOINTS.items():
        if method == "GET":
            got, head = wire.request("GET", base + path), wire.request("HEAD", base + path)
            same((head.status, head.body), (200, b""), path)
            same(head.header("content-type"), got.header("content-type"), path)
        wrong = ["DELETE", "PUT", "PATCH", "POST" if method == "GET" else "GET"]
        for other in wrong:
            response = wire.request(other, base + path)
            same(response.status, 405, f"{other} {path}")
            assert method in response.header("allow"), f"{other} {path}: {response.header('allow')}"
    for other in ("DELETE", "PUT"):
        response = wire.request(other, f"{base}/oauth/authorize")
        same(response.status, 405)
        allowed = {name.strip() for name in response.header("allow").split(",")}
        assert {"GET", "POST"} <= allowed, allowed


@test
def each_endpoint_is_served_with_a_trailing_slash_too(base):
    headers = {"Content-Type": "application/json"}
    answer = json_of(wire.request("POST", f"{base}/oauth/register/", headers, {"redirect_uris": [CALLBACK]}), 201)
    client = Client(base, answer["client_id"])
    shown = consent.open_page(client.url().replace("/oauth/authorize?", "/oauth/authorize/?"))
    same(shown.response.status, 200)
    code = client.answer(shown.press("allow", token=TOKEN, location=LOCATION))["code"]
    tokens_of(wire.request("POST", f"{base}/oauth/token/", {}, client.form(code)))
