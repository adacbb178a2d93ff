"""What an access token opens: its location, its scopes, its path and its time."""

import time

import consent
import wire
from cases.documents import PATHS
from flow import (
    ACCEPT,
    READS,
    SCOPES,
    WRITES,
    Client,
    challenge,
    error_of,
    rejected,
    rpc,
    same,
    test,
    tokens_of,
    tools,
    works,
)
from gateway import LOCATION, TOKEN


@test
def a_token_works_for_what_was_allowed_and_its_location_cannot_be_changed(base):
    token = Client.registered(base).connect()["access_token"]
    works(base, token)
    response = rpc(base, token, "tools/list", headers={"locationId": "anotherLOC0000000000"})
    same(response.status, 403)
    assert "insufficient_scope" not in (response.header("www-authenticate") or ""), "clients would ask for more scopes"
    same(rpc(base, token, "tools/list", "/mcp?locationId=anotherLOC0000000000").status, 403)
    same(rpc(base, token, "tools/list", headers={"locationId": LOCATION}).status, 200)


@test
def tokens_of_other_kinds_are_no_access_tokens(base):
    client = Client.registered(base)
    code, form = client.code(), consent.open_page(client.url()).form.fields["form"]
    tokens = tokens_of(client.post(client.form(code)))
    wrong = [
        tokens["refresh_token"],
        code,
        client.client_id,
        form,
        "lcm_",
        "lcm_x",
        tokens["access_token"][:-1],
        "lcm_" + "A" * 5000,
    ]
    texts = {rejected(base, token) for token in wrong}
    same(len(texts), 1, f"different words for different faults: {texts}")
    error_of(client.post(client.refresh_form(tokens["access_token"])), 400, "invalid_grant")
    error_of(client.post(client.form(tokens["access_token"])), 400, "invalid_grant")


@test
def a_token_of_the_crm_itself_is_still_taken(base):
    response = rpc(base, TOKEN, "tools/call", headers={"locationId": LOCATION}, name=READS, arguments={"query": "rosa"})
    same(response.status, 200)
    assert not response.json["result"].get("isError")


@test
def a_token_beside_the_header_counts_as_none(base):
    token = Client.registered(base).connect()["access_token"]
    # URLs are logged on their way, so it is told rather than ignored.
    same(rpc(base, None, "tools/list", f"/mcp?access_token={token}").status, 400, "in the query")
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "access_token": token}
    assert "error" not in challenge(wire.request("POST", f"{base}/mcp", ACCEPT, body))
    twice = [*ACCEPT.items(), ("Authorization", f"Bearer {token}"), ("Authorization", f"Bearer {token}")]
    status = wire.request("POST", f"{base}/mcp", twice, {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).status
    assert status in (400, 401), status
    lower = {"Authorization": f"bearer {token}"}
    same(rpc(base, None, "tools/list", headers=lower).status, 200, "a scheme in lower case")


@test
def read_only_is_what_the_client_asked_for_or_the_person_ticked(base):
    asked = Client.registered(base, scope="crm:read")
    form = consent.open_page(asked.url()).form
    assert "read_only" not in form.types, "a box for what is settled"
    ticked = Client.registered(base)
    for tokens in (asked.connect(), ticked.connect(read_only="true")):
        listed = tools(base, tokens["access_token"])
        assert READS in listed and WRITES not in listed, sorted(listed)
        response = rpc(base, tokens["access_token"], "tools/call", name=WRITES, arguments={"firstName": "No"})
        same(response.status, 200, response.text[:300])
        text = str(response.json)
        assert "not selected" in text or "hidden" in text, text[:400]
        renewed = ticked.post(ticked.refresh_form(tokens["refresh_token"]))
        if tokens["refresh_token"] and renewed.status == 200:
            same(tokens_of(renewed, "crm:read")["scope"], "crm:read")
    same(ticked.post(ticked.refresh_form(tokens["refresh_token"], scope=SCOPES)).status, 400, "a scope came back")


@test
def unknown_scopes_are_ignored_and_no_scope_means_both(base):
    for scope, granted in {
        None: SCOPES,
        "": SCOPES,
        f"{SCOPES} offline_access claudeai": f"{SCOPES} offline_access",
        "claudeai": SCOPES,
        "crm:write crm:read": SCOPES,
        "crm:read offline_access": "crm:read offline_access",
        "crm:read openid profile": "crm:read",
    }.items():
        client = Client.registered(base, scope=scope)
        tokens_of(client.post(client.form(client.code())), granted)


@test
def all_forms_of_the_gateways_own_url_mean_the_same_resource(base):
    upper = base.replace("http://", "HTTP://")
    for resource in (f"{base}/mcp", f"{base}/mcp/", base, f"{base}/", f"{upper}/mcp", f"{base}/mcp?x=1", None):
        client = Client.registered(base, resource=resource)
        works(base, client.connect()["access_token"])


@test
def the_forms_may_differ_between_the_two_requests(base):
    client = Client.registered(base)
    for resource in (f"{base}/mcp/", base, None):
        tokens = client.tokens(client.form(client.code(), resource=resource))
        client.tokens(client.refresh_form(tokens["refresh_token"], resource=resource))


@test
def a_resource_that_is_not_here_is_refused(base):
    client = Client.registered(base)
    for resource in (
        "https://other.example/mcp",
        f"{base}/other",
        f"{base}/mcp/x/nosuchservice",
        f"{base}/mcp#part",
        f"{base}.evil.example/mcp",
        base.replace("http://", "http://user@") + "/mcp",
        base.replace("http:", "https:") + "/mcp",
        f"{base}/MCP",
        f"{base}/mcp//",
        "mcp",
    ):
        same(client.refused(resource=resource)["error"], "invalid_target", resource)
    code = client.code()
    for resource in ("https://other.example/mcp", f"{base}/mcp/readonly", f"{base}/mcp#part"):
        error_of(client.post(client.form(code, resource=resource)), 400, "invalid_target")
    tokens = client.connect()
    error_of(client.post(client.refresh_form(tokens["refresh_token"], resource=f"{base}/other")), 400, "invalid_target")


@test
def a_token_serves_its_path_and_deeper_ones_only(base):
    contacts = Client.registered(base, resource=f"{base}/mcp/x/contacts").connect()["access_token"]
    for path in ("/mcp/x/contacts", "/mcp/x/contacts/", "/mcp/x/contacts/readonly"):
        works(base, contacts, path)
    assert WRITES not in tools(base, contacts, "/mcp/x/contacts/readonly")
    for path in ("/mcp", "/mcp/readonly", "/mcp/x/contacts,calendars", "/mcp/x/calendars", "/mcp/x/contactsx"):
        response = rpc(base, contacts, "tools/list", path)
        same(response.status, 400 if path.endswith("sx") else 401, path)
    for path in ("/mcp", "/mcp/readonly", "/mcp/x/contacts,calendars"):
        rejected(base, contacts, path)
    everything = Client.registered(base).connect()["access_token"]
    for path in PATHS:
        works(base, everything, path)
    reading = Client.registered(base, resource=f"{base}/mcp/readonly", scope="crm:read").connect()["access_token"]
    works(base, reading, "/mcp/readonly")
    rejected(base, reading, "/mcp")


@test
def a_token_lives_at_least_as_long_as_it_says(start):
    # The Python SDK refreshes by its own clock only: on a 401 before that it sends the person to the page again.
    with start(OAUTH_ACCESS_LIFETIME="3s") as base:
        client = Client.registered(base)
        for _ in range(2):
            tokens = client.connect()
            received = time.monotonic()
            while rpc(base, tokens["access_token"], "tools/list").status == 200:
                assert time.monotonic() < received + 15, "a token of 3 s is taken after 15 s"
                time.sleep(0.05)
            lived = time.monotonic() - received
            assert lived >= tokens["expires_in"], f"refused {lived:.2f} s after an expires_in of {tokens['expires_in']}"


@test
def an_expired_token_is_told_apart_and_a_refresh_mends_it(start):
    with start(OAUTH_ACCESS_LIFETIME="2s") as base:
        client = Client.registered(base)
        tokens = client.connect()
        assert tokens["expires_in"] <= 2, tokens["expires_in"]
        end = time.monotonic() + 15
        while rpc(base, tokens["access_token"], "tools/list").status == 200:
            assert time.monotonic() < end, "a token of 2 s is taken after 15 s"
            time.sleep(0.1)
        assert "expired" in rejected(base, tokens["access_token"])
        assert "expired" not in rejected(base, "lcm_x")
        works(base, client.tokens(client.refresh_form(tokens["refresh_token"]))["access_token"])
