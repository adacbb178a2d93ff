"""Registration: what is kept of a request, and which are refused."""

import json

import consent
import wire
from flow import CALLBACK, Client, error_of, json_of, register, same, test


@test
def a_registration_ignores_what_it_does_not_know_and_fetches_nothing(base):
    answer = register(
        base,
        redirect_uris=[CALLBACK],
        client_name="A client",
        logo_uri="http://127.0.0.1:9/logo.png",
        jwks_uri="http://127.0.0.1:9/jwks.json",
        client_uri="https://app.example.com",
        software_id="x",
        contacts=["a@example.com"],
        default_max_age=0,
        unknown={"a": [None]},
    )
    same(answer["client_name"], "A client")


@test
def members_that_are_null_count_as_absent_in_a_registration(base):
    body = (
        '{"redirect_uris": ["http://127.0.0.1:8765/callback"], "client_name": null, "grant_types": null, "scope": null}'
    )
    answer = json_of(wire.request("POST", f"{base}/oauth/register", {"Content-Type": "application/json"}, body), 201)
    assert "client_name" not in answer, answer


@test
def any_auth_method_is_answered_with_none(base):
    for method in ("none", "client_secret_post", "client_secret_basic", "private_key_jwt", "something"):
        register(base, redirect_uris=[CALLBACK], token_endpoint_auth_method=method)


@test
def a_registered_redirect_uri_of_an_unknown_site_is_refused_with_what_the_operator_can_do(base):
    body = {"redirect_uris": ["https://app.example.com/callback"]}
    response = wire.request("POST", f"{base}/oauth/register", {"Content-Type": "application/json"}, body)
    answer = error_of(response, 400, "invalid_redirect_uri")
    assert "allowed_redirects" in answer["error_description"], answer


@test
def bad_registrations_are_refused(base):
    def post(body) -> wire.Response:
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        return wire.request("POST", f"{base}/oauth/register", {"Content-Type": "application/json"}, text)

    for uris in (
        [],
        ["not a uri"],
        ["/callback"],
        ["https://evil.example/callback"],
        ["http://evil.example/callback"],
        ["javascript:alert(1)"],
        ["data:text/html,x"],
        ["http://127.0.0.1:8765/callback#part"],
        ["http://user:pass@127.0.0.1:8765/callback"],
        ["http://127.0.0.1@evil.example/callback"],
        ["http://localhost.evil.example/callback"],
        ["http://192.168.0.1/callback"],
        ["https://claude.ai/api/mcp/auth_callback/../x"],
        ["https://chatgpt.com/connector/oauth/a/b"],
        ["https://chatgpt.com/connector/oauth/"],
        [f"https://chatgpt.com/connector/oauth/{'x' * 129}"],
        ["cursor://evil/oauth/callback"],
        ["urn:ietf:wg:oauth:2.0:oob"],
        ["http://127.0.0.1:8765/" + "x" * 512],
    ):
        answer = post({"redirect_uris": uris})
        same(answer.status, 400, str(uris)[:100])
        assert answer.json["error"] in ("invalid_redirect_uri", "invalid_client_metadata"), answer.brief()
        json_of(answer, 400)
    for body in (
        "",
        "{",
        "[]",
        "null",
        '"text"',
        b"\xff\xfe",
        {},
        {"redirect_uris": CALLBACK},
        {"redirect_uris": [1]},
        {"redirect_uris": [None]},
        {"redirect_uris": {}},
        {"redirect_uris": None},
        {"redirect_uris": [CALLBACK], "client_name": 5},
        {"redirect_uris": [CALLBACK], "grant_types": "authorization_code"},
        {"redirect_uris": [CALLBACK], "grant_types": ["client_credentials"]},
    ):
        answer = json_of(post(body), 400)
        assert answer["error"] in ("invalid_client_metadata", "invalid_redirect_uri"), (body, answer)
    same(
        post({"redirect_uris": [f"http://127.0.0.1:{port}/" for port in range(1000, 2000)]}).status in (400, 413), True
    )
    error_of(post({"redirect_uris": ["http://127.0.0.1/" + str(n) for n in range(21)]}), 400, "invalid_redirect_uri")
    json_of(post({"redirect_uris": [f"http://127.0.0.1/{n}" for n in range(20)]}), 201)


@test
def a_name_is_text_on_the_page_and_is_cut(base):
    names = [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "\u202egnp.exe\u2066x\u200f",
        "N" * 10_000,
        "a\r\nb\x00c",
        "  ",
    ]
    for name in names:
        body = {"redirect_uris": [CALLBACK], "client_name": name}
        answer = json_of(
            wire.request("POST", f"{base}/oauth/register", {"Content-Type": "application/json"}, body), 201
        )
        assert len(answer["client_id"]) <= 1024, len(answer["client_id"])
        page = consent.open_page(Client(base, answer["client_id"]).url())
        html = page.response.text
        assert "<script" not in html.lower() and "<img" not in html.lower(), "not escaped"
        assert "N" * 65 not in html, "not cut"
        bad = [character for character in "\u202e\u2066\u200f\x00" if character in html]
        same(bad, [], "control characters")
