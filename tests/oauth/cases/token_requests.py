"""Requests for tokens: codes, verifiers, refresh tokens, and how clients name themselves."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlencode

import wire
from flow import CALLBACK, SCOPES, Client, Pkce, error_of, json_of, register, same, test, tokens_of, works


@test
def a_code_is_taken_once(base):
    client = Client.registered(base)
    code = client.code()
    tokens_of(client.post(client.form(code)))
    error_of(client.post(client.form(code)), 400, "invalid_grant")


@test
def a_code_of_another_client_or_redirect_is_no_grant(base):
    client, other = Client.registered(base), Client.registered(base, "http://127.0.0.1:8765/other")
    error_of(other.post(client.form(client.code(), client_id=other.client_id)), 400, "invalid_grant")
    error_of(client.post(client.form(client.code(), redirect_uri="http://127.0.0.1:8765/other")), 400, "invalid_grant")
    error_of(
        client.post(client.form(client.code(), redirect_uri="http://127.0.0.1:9999/callback")), 400, "invalid_grant"
    )
    error_of(client.post(client.form("lcm_x")), 400, "invalid_grant")


@test
def a_verifier_must_be_the_right_one_in_the_right_shape(base):
    client = Client.registered(base)
    for verifier in (Pkce().verifier, client.pkce.challenge, "x" * 43, "x" * 128):
        error_of(client.post(client.form(client.code(), code_verifier=verifier)), 400, "invalid_grant")
    for verifier in ("x" * 42, "x" * 129, "", None, " " * 43, "ü" * 43):
        error_of(client.post(client.form(client.code(), code_verifier=verifier)), 400, "invalid_request")


@test
def the_shortest_and_the_longest_verifier_are_taken(base):
    for verifier in ("x" * 43, "-._~" * 32):
        client = Client.registered(base, pkce=Pkce(verifier))
        client.tokens(client.form(client.code()))


@test
def a_token_request_that_lacks_or_repeats_something_is_invalid(base):
    client = Client.registered(base)
    form = client.form(client.code())
    for name in ("grant_type", "code", "code_verifier"):
        error_of(client.post({n: v for n, v in form.items() if n != name}), 400, "invalid_request")
    without = {name: value for name, value in form.items() if name != "client_id"}
    answer = client.post(without)
    # 5.1 has both: it is missing, and it is unknown.
    assert (answer.status, answer.json["error"]) in [(400, "invalid_request"), (401, "invalid_client")], answer.brief()
    for name in form:
        kind = {"Content-Type": wire.FORM}
        body = f"{urlencode(form)}&{urlencode({name: form[name]})}"
        answer = wire.request("POST", f"{base}/oauth/token", kind, body)
        error_of(
            answer,
            400,
            "invalid_target" if name == "resource" and answer.json["error"] != "invalid_request" else "invalid_request",
        )
    refresh = client.refresh_form("lcm_x", refresh_token=None)
    error_of(client.post(refresh), 400, "invalid_request")


@test
def other_grants_are_not_supported(base):
    client = Client.registered(base)
    for grant in (
        "password",
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:device_code",
        "implicit",
        "refresh",
    ):
        form = {"grant_type": grant, "client_id": client.client_id, "username": "a", "password": "b"}
        error_of(client.post(form), 400, "unsupported_grant_type")


@test
def bodies_of_the_wrong_kind_or_size_are_refused(base):
    client = Client.registered(base)
    form = client.form(client.code())
    sent_as_json = wire.request("POST", f"{base}/oauth/token", {"Content-Type": "application/json"}, json.dumps(form))
    assert sent_as_json.status in (400, 415), sent_as_json.brief()
    if sent_as_json.status == 400:
        error_of(sent_as_json, 400, "invalid_request")
    sent_as_form = wire.request("POST", f"{base}/oauth/register", {}, {"redirect_uris": CALLBACK})
    assert sent_as_form.status in (400, 415), sent_as_form.brief()
    sent_as_nothing = wire.request("POST", f"{base}/oauth/token", [], urlencode(form))
    assert sent_as_nothing.status in (400, 415), sent_as_nothing.brief()
    same(client.post(form | {"padding": "x" * 17_000}).status, 413)
    big = {"redirect_uris": [CALLBACK], "padding": "x" * 17_000}
    same(wire.request("POST", f"{base}/oauth/register", {"Content-Type": "application/json"}, big).status, 413)
    page = {"Origin": base, "Content-Type": wire.FORM}
    same(wire.request("POST", f"{base}/oauth/authorize", page, f"form=x&padding={'x' * 17_000}").status, 413)
    # A charset is not another kind.
    client.tokens(client.form(client.code()), **{"Content-Type": f"{wire.FORM}; charset=UTF-8"})
    register_kind = {"Content-Type": "application/json; charset=utf-8"}
    json_of(wire.request("POST", f"{base}/oauth/register", register_kind, {"redirect_uris": [CALLBACK]}), 201)


@test
def a_client_that_authenticates_is_taken_by_its_id(base):
    client = Client.registered(base)

    def basic(client_id: str) -> dict[str, str]:
        return {"Authorization": "Basic " + base64.b64encode(f"{quote(client_id, safe='')}:secret".encode()).decode()}

    client.tokens(client.form(client.code(), client_secret="secret"))
    client.tokens(client.form(client.code()), **basic(client.client_id))
    client.tokens(client.form(client.code(), client_id=None), **basic(client.client_id))
    other = register(base, redirect_uris=[CALLBACK, "http://127.0.0.1:8765/other"])["client_id"]
    error_of(client.post(client.form(client.code()), **basic(other)), 400, "invalid_request")
    error_of(client.post(client.form(client.code(), client_id=None), **basic("unknown")), 401, "invalid_client")


@test
def a_refresh_gives_new_tokens_and_the_old_one_still_works(base):
    client = Client.registered(base)
    first = client.connect()
    second = client.tokens(client.refresh_form(first["refresh_token"]))
    again = client.tokens(client.refresh_form(first["refresh_token"]))
    names = [tokens[kind] for tokens in (first, second, again) for kind in ("access_token", "refresh_token")]
    same(len(set(names)), 6, "different tokens")
    works(base, client.tokens(client.refresh_form(second["refresh_token"]))["access_token"])


@test
def a_refresh_may_ask_for_less_and_not_for_more(base):
    client = Client.registered(base)
    token = client.connect()["refresh_token"]
    same(tokens_of(client.post(client.refresh_form(token, scope="crm:read")), "crm:read")["scope"], "crm:read")
    tokens_of(client.post(client.refresh_form(token, scope=f"{SCOPES} offline_access")))
    reading = Client.registered(base, scope="crm:read")
    token = reading.connect()["refresh_token"]
    error_of(reading.post(reading.refresh_form(token, scope=SCOPES)), 400, "invalid_scope")


@test
def a_refresh_token_is_its_clients_own(base):
    token = Client.registered(base).connect()["refresh_token"]
    other = Client.registered(base, "http://127.0.0.1:8765/other")
    error_of(other.post(other.refresh_form(token)), 400, "invalid_grant")


@test
def many_clients_behind_one_address_are_all_served(base):
    # All users of a hosted client come from its few addresses, and some clients refresh with many requests at once.
    client = Client.registered(base)
    token = client.connect()["refresh_token"]
    with ThreadPoolExecutor(16) as threads:
        registered = [threads.submit(register, base, redirect_uris=[CALLBACK]) for _ in range(100)]
        refreshed = [threads.submit(client.tokens, client.refresh_form(token)) for _ in range(100)]
        tokens = {answer.result()["access_token"] for answer in refreshed}
        ids = {answer.result()["client_id"] for answer in registered}
    same((len(tokens), len(ids)), (100, 100))


@test
def no_error_says_what_was_sent(base):
    canary = "canary-5ec2e7"
    client = Client.registered(base)
    form = client.form(client.code())
    answers = [
        client.post(form | {"code": canary}),
        client.post(form | {"client_id": canary}),
        client.post(form | {"code_verifier": canary}),
        client.post(client.refresh_form(canary)),
        client.post(form | {"grant_type": canary}),
        wire.request("POST", f"{base}/mcp", {"Authorization": f"Bearer lcm_{canary}"}, "{}"),
    ]
    for answer in answers:
        assert answer.status in (400, 401) and canary not in answer.text, answer.brief()
        assert canary not in str(answer.headers), answer.headers
