"""What editors, terminals and the Inspector in a browser are documented to send."""

import wire
from cases.discovery import discover, refuses, takes_documents, whole_life
from cases.hosted_clients import PORTS
from flow import SCOPES, Client, json_of, register, same, test, tokens_of

CURSOR = [
    "cursor://anysphere.cursor-mcp/oauth/callback",
    "https://www.cursor.com/agents/mcp/oauth/callback",
    "http://localhost:8787/callback",
]
VSCODE = "https://vscode.dev/oauth/client-metadata.json"


@test
def cursor_registers_a_list_and_keeps_what_is_known_of_it(base):
    # A server that refused one of the list would refuse all of them (bytebase pull request 20510).
    new = ["https://www.cursor.com/agents/new/oauth/callback", "cursor://anysphere.new/oauth/callback"]
    answer = register(
        base, client_name="Cursor", redirect_uris=[new[0], *CURSOR, new[1]], token_endpoint_auth_method="none"
    )
    same(answer["redirect_uris"], CURSOR)
    for redirect_uri in CURSOR:
        whole_life(Client(base, answer["client_id"], redirect_uri))
    for redirect_uri in new:
        refuses(Client(base, answer["client_id"]), redirect_uri)


@test
def cursor_connects_by_its_document(base):
    takes_documents(discover(base))
    whole_life(Client(base, "https://cursor.com/oauth/mcp-client.json", CURSOR[0]))


@test
def vscode_connects_by_its_document(base):
    takes_documents(discover(base))
    for redirect_uri in ["https://vscode.dev/redirect", *(f"http://127.0.0.1:{port}/" for port in [33418, *PORTS])]:
        whole_life(Client(base, VSCODE, redirect_uri))


@test
def vscode_connects_by_registration(base):
    uris = [
        "https://insiders.vscode.dev/redirect",
        "https://vscode.dev/redirect",
        "http://127.0.0.1/",
        "http://127.0.0.1:33418/",
    ]
    answer = register(
        base,
        client_name="Visual Studio Code",
        client_uri="https://code.visualstudio.com",
        redirect_uris=uris,
        grant_types=["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
        response_types=["code"],
        token_endpoint_auth_method="none",
        application_type="native",
    )
    same(answer["redirect_uris"], uris)
    for redirect_uri in [*uris, "http://127.0.0.1:51234/"]:
        whole_life(Client(base, answer["client_id"], redirect_uri))


@test
def gemini_cli_connects_by_registration(base):
    # It refuses an answer without `iss` once that is advertised; every answer is checked for it.
    discover(base)
    answer = register(
        base,
        client_name="Gemini CLI MCP Client",
        redirect_uris=["http://localhost:7777/oauth/callback"],
        grant_types=["authorization_code", "refresh_token"],
        response_types=["code"],
        token_endpoint_auth_method="none",
        scope=SCOPES,
    )
    whole_life(Client(base, answer["client_id"], "http://localhost:7777/oauth/callback"))


@test
def zed_and_opencode_connect_by_their_documents(base):
    whole_life(Client(base, "https://zed.dev/oauth/client-metadata.json", "http://127.0.0.1:51234/callback"))
    whole_life(Client(base, "https://opencode.ai/oauth/opencode/client.json", "http://127.0.0.1:51234/callback"))
    whole_life(Client.registered(base, "http://127.0.0.1:19876/mcp/oauth/callback"))


@test
def the_inspector_in_a_browser_reads_the_metadata_and_registers_across_origins(base):
    page = {"Origin": "http://localhost:6274"}
    asked = page | {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    paths = {
        "/.well-known/oauth-protected-resource/mcp": "GET",
        "/.well-known/oauth-authorization-server": "GET",
        "/oauth/register": "POST",
        "/oauth/token": "POST",
    }
    for path, method in paths.items():
        preflight = wire.request("OPTIONS", base + path, asked | {"Access-Control-Request-Method": method})
        same(preflight.status, 204, path)
        same(preflight.header("access-control-allow-origin"), "*", path)
        assert method in preflight.header("access-control-allow-methods"), path
        allowed = {name.strip().lower() for name in preflight.header("access-control-allow-headers").split(",")}
        # The SDK sends the second with discovery. The star does not stand for Authorization.
        assert "*" in allowed or {"content-type", "mcp-protocol-version"} <= allowed, f"{path}: {allowed}"
        same(preflight.header("access-control-allow-credentials"), None, path)
    for path in list(paths)[:2]:
        same(wire.request("GET", base + path, page).header("access-control-allow-origin"), "*", path)
    uri = "http://localhost:6274/oauth/callback"
    body = {"redirect_uris": [uri], "token_endpoint_auth_method": "none"}
    answer = wire.request("POST", f"{base}/oauth/register", page | {"Content-Type": "application/json"}, body)
    same(answer.header("access-control-allow-origin"), "*")
    client = Client(base, json_of(answer, 201)["client_id"], uri)
    tokens = client.post(client.form(client.code()), **page)
    same(tokens.header("access-control-allow-origin"), "*")
    tokens_of(tokens)
