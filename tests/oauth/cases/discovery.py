"""How a client finds the gateway from its URL, and its way from the page to a call."""

from urllib.parse import urlsplit

import wire
from flow import Client, challenge, json_of, rpc, same, works


def discover(base: str, path: str = "/mcp", **headers: str) -> dict:
    """The metadata, as clients find it from the URL alone."""
    told = challenge(rpc(base, None, "initialize", path, headers))
    same(set(told), {"resource_metadata", "scope"}, "challenge without a token")
    document = told["resource_metadata"]
    assert document.startswith(f"{base}/.well-known/oauth-protected-resource"), document
    resource = json_of(wire.request("GET", document, headers), 200, no_store=False)
    # Claude Code compares it with the URL as the user typed it (claude-code issue 76096).
    same(resource["resource"], base + path, "resource")
    same(resource["scopes_supported"], ["crm:read", "crm:write"], "scopes of the resource")
    # claude.ai takes the first and no other.
    issuer = resource["authorization_servers"][0]
    assert urlsplit(issuer).path == "", f"an issuer with a path: {issuer}"
    metadata = json_of(
        wire.request("GET", f"{issuer}/.well-known/oauth-authorization-server", headers), 200, no_store=False
    )
    # ChatGPT and Codex compare the issuer as text.
    same(metadata["issuer"], issuer, "issuer")
    for name in ("authorization_endpoint", "token_endpoint", "registration_endpoint"):
        # claude.ai does not follow endpoints to another origin.
        assert metadata[name].startswith(f"{issuer}/"), metadata[name]
    return metadata


def takes_documents(metadata: dict) -> None:
    """What Claude and ChatGPT look for before they use the URL of a document as client id."""
    same(metadata["client_id_metadata_document_supported"], True)
    assert "none" in metadata["token_endpoint_auth_methods_supported"], metadata
    assert "offline_access" in metadata["scopes_supported"], "without it ChatGPT asks for no refresh token"
    same(metadata["authorization_response_iss_parameter_supported"], True)


def whole_life(client: Client, path: str = "/mcp") -> dict:
    """From the page to a call, a refresh and a call."""
    tokens = client.connect()
    works(client.base, tokens["access_token"], path)
    renewed = client.tokens(client.refresh_form(tokens["refresh_token"]))
    assert renewed["access_token"] != tokens["access_token"]
    works(client.base, renewed["access_token"], path)
    return renewed


def refuses(client: Client, redirect_uri: str) -> None:
    page = client.page_error(redirect_uri=redirect_uri)
    assert "redirect" in page.text.lower(), page.text[:300]
