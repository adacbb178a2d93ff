"""What Claude, ChatGPT and others of their makers' clients are documented to send."""

import consent
from cases.discovery import discover, refuses, takes_documents, whole_life
from flow import SCOPES, Client, error_of, register, same, test, works

# Several of one vendor are used in turn: the port of a listener is free, whatever was registered (RFC 8252, 7.3).
PORTS = [3118, 51234]
FROM_CLAUDE = {"User-Agent": "python-httpx/0.28.1"}
CLAUDE = "https://claude.ai/oauth/mcp-oauth-client-metadata"
CLAUDE_CODE = "https://claude.ai/oauth/claude-code-client-metadata"
CLAUDE_CALLBACK = "https://claude.ai/api/mcp/auth_callback"
CLAUDE_COM_CALLBACK = "https://claude.com/api/mcp/auth_callback"
# It adds `offline_access` if the server lists it, and `claudeai` has been seen where a server names no scopes.
CLAUDE_SCOPES = f"{SCOPES} offline_access claudeai"
CHATGPT = "https://chatgpt.com/oauth/client.json"
CHATGPT_CALLBACK = "https://chatgpt.com/connector_platform_oauth_redirect"
CODEX = "https://chatgpt.com/oauth/codex/client.json"


@test
def claude_web_connects_by_its_document(base):
    takes_documents(discover(base, **FROM_CLAUDE))
    client = Client(base, CLAUDE, CLAUDE_CALLBACK, scope=CLAUDE_SCOPES)
    page = consent.open_page(client.url())
    assert "claude.ai" in page.text, "the page does not say where the answer goes"
    whole_life(client)


@test
def claude_web_connects_by_registration_and_gets_none_where_it_asks_for_a_secret(base):
    discover(base)
    # Anthropic on claude-ai-mcp issue 82: the method that is answered is the one that is used.
    answer = register(
        base,
        client_name="Claude",
        redirect_uris=[CLAUDE_CALLBACK],
        grant_types=["authorization_code", "refresh_token"],
        response_types=["code"],
        token_endpoint_auth_method="client_secret_post",
        scope=CLAUDE_SCOPES,
        application_type="web",
    )
    same(answer["redirect_uris"], [CLAUDE_CALLBACK])
    same(answer["client_name"], "Claude")
    whole_life(Client(base, answer["client_id"], CLAUDE_CALLBACK, scope=CLAUDE_SCOPES))


@test
def claude_web_may_call_back_to_claude_com(base):
    whole_life(Client.registered(base, CLAUDE_COM_CALLBACK))


@test
def claude_is_told_when_its_refresh_token_or_its_client_id_is_dead(base):
    client = Client(base, CLAUDE, CLAUDE_CALLBACK)
    error_of(client.post(client.refresh_form("lcm_dead")), 400, "invalid_grant")
    # On this one it registers anew.
    error_of(client.post(client.refresh_form("lcm_dead", client_id="forgotten")), 401, "invalid_client")


@test
def claude_code_listens_on_any_port_of_localhost_and_of_the_loopback_address(base):
    takes_documents(discover(base))
    for port in PORTS:
        for host in ("localhost", "127.0.0.1"):
            whole_life(Client(base, CLAUDE_CODE, f"http://{host}:{port}/callback", scope=CLAUDE_SCOPES))
    refuses(Client(base, CLAUDE_CODE), "http://localhost:3118/callback/")
    refuses(Client(base, CLAUDE_CODE), "http://localhost:3118/other")
    refuses(Client(base, CLAUDE_CODE), "http://192.168.0.1:3118/callback")


@test
def claude_code_connects_by_registration(base):
    answer = register(
        base,
        client_name="Claude Code (leadconnector)",
        redirect_uris=["http://localhost:3118/callback"],
        grant_types=["authorization_code", "refresh_token"],
        response_types=["code"],
        token_endpoint_auth_method="none",
    )
    whole_life(Client(base, answer["client_id"], "http://localhost:3118/callback"))


@test
def chatgpt_connects_by_its_document_though_that_names_a_second_method(base):
    # The document names `private_key_jwt` first and `none` second; where a server offers `none` only, that is used.
    takes_documents(discover(base))
    whole_life(Client(base, CHATGPT, CHATGPT_CALLBACK, scope=f"{SCOPES} offline_access"))


@test
def chatgpt_connects_by_the_document_of_one_connector(base):
    for name in ("abc123", "g-68f0_A-b", "x" * 128):
        client = Client(
            base, f"https://chatgpt.com/oauth/{name}/client.json", f"https://chatgpt.com/connector/oauth/{name}"
        )
        whole_life(client)
        refuses(client, "https://chatgpt.com/connector/oauth/another")


@test
def chatgpt_connects_by_registration(base):
    uri = "https://chatgpt.com/connector/oauth/abc123"
    answer = register(base, client_name="ChatGPT", redirect_uris=[uri, CHATGPT_CALLBACK], application_type="web")
    same(answer["redirect_uris"], [uri, CHATGPT_CALLBACK])
    for redirect_uri in answer["redirect_uris"]:
        whole_life(Client(base, answer["client_id"], redirect_uri))


@test
def an_assertion_of_chatgpt_is_not_trusted_and_does_not_harm(base):
    client = Client(base, CHATGPT, CHATGPT_CALLBACK)
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    client.tokens(client.form(client.code(), client_assertion="e30.e30.e30", client_assertion_type=kind))


@test
def codex_listens_on_any_port_and_refreshes_without_a_resource(base):
    takes_documents(discover(base))
    one = "https://chatgpt.com/oauth/codex/c0de-X/client.json"
    for client_id, path in [(CODEX, "/callback"), (one, "/callback/c0de-X")]:
        for port in PORTS:
            client = Client(base, client_id, f"http://127.0.0.1:{port}{path}")
            tokens = client.connect()
            # codex issue 33403
            renewed = client.tokens(client.refresh_form(tokens["refresh_token"], resource=None))
            works(base, renewed["access_token"])


@test
def hosted_clients_without_a_document_register_their_own_address(base):
    for redirect_uri in (
        "https://antigravity.google/oauth-callback",
        "https://grok.com/connectors-oauth-exchange-code/",
        "https://www.perplexity.ai/rest/connections/oauth_callback",
    ):
        whole_life(Client.registered(base, redirect_uri))
