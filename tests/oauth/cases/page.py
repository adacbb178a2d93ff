"""The consent page: what it shows, what it takes and where it leads."""

from urllib.parse import urlencode

import consent
import wire
from flow import CALLBACK, Client, register, same, test, tokens_of, works
from gateway import LOCATION, TOKEN

CONTACTS_TOKEN = "pit-sandbox-scope-contacts.readonly"


@test
def the_page_has_the_headers_that_protect_it_and_none_that_break_the_way_back(base):
    response = wire.request("GET", Client.registered(base).url())
    same(response.status, 200)
    policy = response.header("content-security-policy")
    directives = {part.split()[0]: part.split()[1:] for part in policy.split(";")}
    same(directives["default-src"], ["'none'"])
    same(directives["frame-ancestors"], ["'none'"])
    same(directives["base-uri"], ["'none'"])
    # A browser applies it to the whole chain of redirects after the form, and Claude's ends at `claude://`.
    assert "form-action" not in directives, policy
    assert "script-src" not in directives and "<script" not in response.text.lower(), policy
    assert all(source.startswith("'sha256-") for source in directives.get("style-src", [])), policy
    same(response.header("x-frame-options"), "DENY")
    same(response.header("referrer-policy"), "same-origin")
    same(response.header("x-content-type-options"), "nosniff")
    assert "no-store" in response.header("cache-control")
    assert "noindex" in response.header("x-robots-tag")
    same(response.header("access-control-allow-origin"), None)
    assert response.header("content-type").lower().startswith("text/html; charset=utf-8"), response.header(
        "content-type"
    )


@test
def the_page_is_asked_for_with_nothing_filled_in_but_what_hides_no_secret(base):
    form = consent.open_page(Client.registered(base).url()).form
    same(form.types["token"], "password")
    same(form.fields["token"], "")
    same(form.types["read_only"], "checkbox")
    same(form.buttons[0], ("decision", "allow"), "what Enter presses")
    assert ("decision", "deny") in form.buttons


@test
def the_page_names_the_client_and_where_the_answer_goes(base):
    answer = register(base, redirect_uris=[CALLBACK], client_name="Wanda's client")
    text = consent.open_page(Client(base, answer["client_id"]).url()).text
    assert "Wanda's client" in text and "unverified" in text.lower(), text[:400]
    assert "this computer" in text, "a program on this computer is not called one"


@test
def the_page_can_be_looked_at_twice(base):
    # FastMCP looks whether it is there before it opens it.
    client = Client.registered(base)
    consent.open_page(client.url())
    same(client.answer(consent.decide(client.url())).keys(), {"code"})


@test
def allow_leads_back_by_303_with_code_state_and_issuer(base):
    client = Client.registered(base)
    assert len(client.code()) <= 1024


@test
def deny_leads_back_by_303_without_a_token(base):
    client = Client.registered(base)
    answer = client.answer(consent.decide(client.url(), "deny"))
    same(answer["error"], "access_denied")
    assert "code" not in answer


def refused_on_the_page(base: str, field: str, canary: str = "canary", **given: str) -> str:
    """The page comes again, says why, and holds nothing of what was typed as token."""
    page = consent.open_page(Client.registered(base).url())
    again = page.press("allow", **({"token": TOKEN, "location": LOCATION} | given))
    assert isinstance(again, consent.Page), f"it leads to {again}"
    assert again.response.status in (200, 422), again.response.brief()
    same(again.form.fields["token"], "", "token")
    assert canary not in again.response.text or field != "token", "the page shows the token"
    assert TOKEN not in again.response.text, "the page shows the token"
    policy = again.response.header("content-security-policy")
    assert "form-action" not in policy and "no-store" in again.response.header("cache-control")
    return again.text


@test
def a_wrong_token_brings_the_page_again(base):
    first = refused_on_the_page(base, "token", token="pit-wrong-canary")
    assert "token" in first.lower(), first[:300]
    for token in ("", "pit-sandbox-expired", "pit-sandbox-agency"):
        refused_on_the_page(base, "token", token=token)


@test
def a_location_that_is_not_the_tokens_brings_the_page_again(base):
    text = refused_on_the_page(base, "location", location="anotherLOC0000000000")
    assert "location" in text.lower(), text[:300]


@test
def the_page_that_came_again_leads_on_with_the_right_token(base):
    client = Client.registered(base)
    again = consent.open_page(client.url()).press("allow", token="pit-wrong-canary", location=LOCATION)
    code = client.answer(again.press("allow", token=TOKEN, location=LOCATION))["code"]
    tokens_of(client.post(client.form(code)))


@test
def what_cannot_be_a_token_is_shown_at_its_field(base):
    for token in ("", " ", "pit-a b", "pit-a\nb", "eyJhbGciOiJub25lIn0.e30.", "x" * 10_240, "ü", "lcm_x", "YOUR_TOKEN"):
        refused_on_the_page(base, "token", canary=token if len(token) > 5 else "canary", token=token)
    for location in ("a/b", "", "../x", "x" * 300, "a b", "<b>"):
        refused_on_the_page(base, "location", location=location)


@test
def spaces_around_a_pasted_token_are_no_fault(base):
    client = Client.registered(base)
    page = consent.open_page(client.url()).press("allow", token=f" {TOKEN}\n", location=f" {LOCATION} ")
    # Either is sensible: it is taken, or the field is named. It must not end in an error page.
    if isinstance(page, str):
        client.tokens(client.form(client.answer(page)["code"]))
    else:
        same(page.form.fields["token"], "")


@test
def a_token_that_lacks_scopes_is_told_so_and_may_go_on(base):
    client = Client.registered(base)
    page = consent.open_page(client.url()).press("allow", token=CONTACTS_TOKEN, location=LOCATION)
    assert isinstance(page, consent.Page), "nothing was said of the scopes that it lacks"
    assert CONTACTS_TOKEN not in page.response.text, "the page shows the token"
    assert "opportunities.readonly" in page.text and "contacts.readonly" not in page.text, page.text[:400]
    back = page.press("back")
    assert back.form.fields["token"] == "" and CONTACTS_TOKEN not in back.response.text, "the page shows the token"
    code = client.answer(page.press("allow"))["code"]
    works(base, tokens_of(client.post(client.form(code)))["access_token"])


@test
def a_form_can_be_tried_ten_times_and_no_more(base):
    page = consent.open_page(Client.registered(base).url())
    statuses = []
    for number in range(12):
        again = page.press("allow", token=f"pit-wrong-{number}", location=LOCATION)
        statuses.append(again.response.status)
    same(statuses[10:], [429, 429], str(statuses))
    assert 429 not in statuses[:10], statuses
    # Another form is not concerned.
    Client.registered(base).code()


@test
def a_form_of_another_page_is_refused(base):
    client = Client.registered(base)
    page = consent.open_page(client.url())
    sent = page.form.fields | {"decision": "allow", "token": TOKEN, "location": LOCATION}

    def status(headers: dict[str, str], fields: dict[str, str] = sent) -> int:
        return wire.request("POST", f"{base}/oauth/authorize", headers, fields).status

    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": base.replace("http:", "https:")},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        same(status(headers), 403, str(headers))
    same(status({}), 303, "no header of a browser")
    same(status({"Sec-Fetch-Site": "same-origin"}), 303)
    for form in ("", "lcm_x", sent["form"][:-4], sent["form"][:-1] + ("A" if sent["form"][-1] != "A" else "B")):
        response = wire.request("POST", f"{base}/oauth/authorize", {"Origin": base}, sent | {"form": form})
        same(response.status, 400, form)
        assert response.header("content-type").startswith("text/html"), response.brief()


@test
def a_decision_that_is_none_is_refused(base):
    client = Client.registered(base)
    form = consent.open_page(client.url()).form.fields["form"]
    sent = {"form": form, "token": TOKEN, "location": LOCATION}
    for fields in (sent, sent | {"decision": "perhaps"}, sent | {"decision": ""}):
        response = wire.request("POST", f"{base}/oauth/authorize", {"Origin": base}, fields)
        assert response.status in (200, 400, 422), response.brief()
        assert TOKEN not in response.text, "the page shows the token"
    body = f"{urlencode(sent)}&decision=allow&decision=deny"
    response = wire.request("POST", f"{base}/oauth/authorize", {"Origin": base, "Content-Type": wire.FORM}, body)
    same(response.status, 400, "two decisions")
