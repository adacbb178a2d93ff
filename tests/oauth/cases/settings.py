"""Gateways with other settings: what is off, and what the operator adds."""

import wire
from cases.documents import SERVER
from cases.hosted_clients import CLAUDE, CLAUDE_CALLBACK
from cases.page import refused_on_the_page
from flow import CALLBACK, Client, error_of, json_of, rejected, same, test, works
from gateway import LOCATION, TOKEN


@test
def without_direct_tokens_a_token_of_the_crm_is_refused(start):
    with start(OAUTH_DIRECT_TOKENS="false") as base:
        rejected(base, TOKEN, locationId=LOCATION)
        works(base, Client.registered(base).connect()["access_token"])


@test
def what_is_off_is_not_advertised_and_not_there(start):
    with start(OAUTH_REGISTRATION="false") as base:
        assert "registration_endpoint" not in json_of(wire.request("GET", base + SERVER), 200, no_store=False)
        body = {"redirect_uris": [CALLBACK]}
        response = wire.request("POST", f"{base}/oauth/register", {"Content-Type": "application/json"}, body)
        same(response.status, 404)
        Client(base, CLAUDE, CLAUDE_CALLBACK).connect()
    with start(OAUTH_CLIENT_METADATA="false") as base:
        metadata = json_of(wire.request("GET", base + SERVER), 200, no_store=False)
        assert metadata.get("client_id_metadata_document_supported", False) is False, metadata
        Client(base, CLAUDE, CLAUDE_CALLBACK).page_error()
        Client.registered(base).connect()
    with start(OAUTH_LOOPBACK="false") as base:
        body = {"redirect_uris": [CALLBACK, CLAUDE_CALLBACK]}
        response = wire.request("POST", f"{base}/oauth/register", {"Content-Type": "application/json"}, body)
        same(json_of(response, 201)["redirect_uris"], [CLAUDE_CALLBACK])
    with start(OAUTH_KNOWN_CLIENTS="false") as base:
        Client(base, CLAUDE, CLAUDE_CALLBACK).page_error()
        body = {"redirect_uris": [CLAUDE_CALLBACK]}
        response = wire.request("POST", f"{base}/oauth/register", {"Content-Type": "application/json"}, body)
        error_of(response, 400, "invalid_redirect_uri")


@test
def the_operators_own_redirect_uris_and_clients_are_taken_exactly(start):
    own = "https://app.example.com/callback"
    with start(OAUTH_ALLOWED_REDIRECTS=own, OAUTH_CLIENTS="my-app https://app.example.com/other") as base:
        Client.registered(base, own).connect()
        Client.registered(base, own).page_error(redirect_uri=own + "/")
        static = Client(base, "my-app", "https://app.example.com/other")
        static.connect()
        static.page_error(redirect_uri=own)


@test
def only_the_operators_locations_can_be_connected(start):
    with start(OAUTH_LOCATIONS="anotherLOC0000000000") as base:
        refused_on_the_page(base, "location")
