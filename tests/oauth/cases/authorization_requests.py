"""The other parameters of an authorization request: what is wrong with them goes back to the client."""

from urllib.parse import quote, urlencode

import consent
import wire
from flow import CALLBACK, Client, error_page, register, same, test, tokens_of


@test
def a_request_without_s256_is_sent_back(base):
    client = Client.registered(base)
    for changed in (
        {"code_challenge": None},
        {"code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": "s256"},
        {"code_challenge": client.pkce.challenge[:-1]},
        {"code_challenge": client.pkce.challenge + "A"},
        {"code_challenge": client.pkce.challenge[:-1] + "="},
        {"code_challenge": client.pkce.challenge[:-1] + "+"},
        {"code_challenge": ""},
    ):
        same(client.refused(**changed)["error"], "invalid_request", str(changed))


@test
def another_response_type_is_sent_back(base):
    client = Client.registered(base)
    for response_type in ("token", "id_token", "code token", "CODE"):
        same(client.refused(response_type=response_type)["error"], "unsupported_response_type")
    same(client.refused(response_type=None)["error"], "invalid_request")


@test
def an_error_without_a_state_comes_back_without_one(base):
    client = Client.registered(base)
    shown = consent.open_page(client.url(code_challenge=None, state=None))
    same(client.answer(shown, state=None)["error"], "invalid_request")


@test
def scopes_of_which_none_is_known_count_as_none(base):
    # Some clients name only scopes of their own. The user sees what is asked for, and decides.
    client = Client.registered(base)
    for scope in ("claudeai", "crm:admin openid"):
        assert not isinstance(consent.open_page(client.url(scope=scope)), str), f"{scope}: no page"


@test
def a_parameter_that_stands_twice_is_refused(base):
    client = Client.registered(base)
    url = client.url()
    for name, value in {"client_id": client.client_id, "redirect_uri": client.redirect_uri}.items():
        error_page(f"{url}&{urlencode({name: value})}")
    for name in ("response_type", "scope", "code_challenge", "code_challenge_method"):
        shown = consent.open_page(f"{url}&{urlencode({name: client.parameters()[name]})}")
        assert isinstance(shown, str), f"{name}: a page"
        same(client.answer(shown)["error"], "invalid_request", name)
    shown = consent.open_page(f"{url}&{urlencode({'resource': client.resource})}")
    same(client.answer(shown)["error"], "invalid_target")


@test
def a_state_that_stands_twice_or_is_too_long_is_refused(base):
    client = Client.registered(base)
    shown = consent.open_page(f"{client.url()}&state=other")
    if isinstance(shown, str):
        # Which of the two would be the client's own?
        answer = wire.query(shown)
        same(answer.get("error"), "invalid_request")
        assert "state" not in answer, answer
    else:
        same(shown.response.status, 400)
    client.page_error(state="x" * 8192)


@test
def parameters_that_are_no_text_are_refused(base):
    client = Client.registered(base)
    for raw in ("%00", "%ff%fe", "%c3%28"):
        shown = consent.open_page(f"{client.url(state=None)}&state={raw}")
        if isinstance(shown, str):
            same(wire.query(shown).get("error"), "invalid_request", raw)
        else:
            same(shown.response.status, 400, raw)
        error_page(f"{client.url(client_id=None)}&client_id={raw}")
        error_page(f"{client.url(redirect_uri=None)}&redirect_uri={quote(CALLBACK)}{raw}")


@test
def no_state_is_answered_with_no_state(base):
    client = Client.registered(base)
    answer = client.answer(consent.decide(client.url(state=None)), state=None)
    same(set(answer), {"code"})


@test
def a_state_comes_back_as_it_was(base):
    for state in ("a b+c%20d&e=f#g", "ünïcode 東京 🏠", "x" * 2048, '"><script>'):
        client = Client.registered(base, state=state)
        same(client.answer(consent.decide(client.url(), "deny"))["error"], "access_denied")


@test
def the_only_redirect_uri_of_a_client_may_be_left_out(base):
    client = Client.registered(base)
    code = client.answer(consent.decide(client.url(redirect_uri=None)))["code"]
    tokens_of(client.post(client.form(code, redirect_uri=None)))
    two = register(base, redirect_uris=[CALLBACK, "http://127.0.0.1:8765/other"])
    Client(base, two["client_id"]).page_error(redirect_uri=None)


@test
def a_redirect_uri_keeps_its_own_query(base):
    uri = "http://127.0.0.1:8765/callback?from=here"
    client = Client.registered(base, uri)
    answer = client.answer(consent.decide(client.url()))
    same(set(answer), {"code", "from"})
