"""Keys, replicas and the end of a grant."""

import base64
import http.client
import http.server
import os
import re
import threading
from contextlib import contextmanager
from urllib.parse import urlsplit

import consent
import wire
from cases.hosted_clients import CLAUDE, CLAUDE_CALLBACK
from flow import CALLBACK, READS, Client, error_of, json_of, rejected, rpc, same, test, tokens_of, works
from gateway import LOCATION, TOKEN, server

# Of gateways that must survive a restart or be several: nobody listens there, the tests are the proxy before them.
PUBLIC = "http://127.0.0.1:1"


def allow(client: Client, base: str | None = None) -> consent.Page | str:
    """Opens the page at the client's gateway and sends the form to `base`."""
    page = consent.open_page(client.url(), PUBLIC)
    page.url = f"{base or client.base}/oauth/authorize"
    return page.press("allow", token=TOKEN, location=LOCATION)


def code_of(redirect: str) -> str:
    answer = wire.query(redirect)
    same(answer["iss"], PUBLIC, "iss")
    return answer["code"]


def key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


@test
def replicas_with_the_same_keys_are_one_server_and_keys_can_be_changed(start):
    old, new = key(), key()

    def replica(*keys: str):
        return start(OAUTH_KEYS=",".join(keys), SERVER_PUBLIC_URL=PUBLIC)

    def at(base: str, client: Client) -> Client:
        client.base = base
        return client

    def connect(first: str, second: str) -> tuple[Client, dict]:
        """Registered and shown at the first, allowed at the second, with tokens from the first."""
        body, kind = {"redirect_uris": [CALLBACK]}, {"Content-Type": "application/json"}
        registered = json_of(wire.request("POST", f"{first}/oauth/register", kind, body), 201)
        client = Client(first, registered["client_id"], resource=f"{PUBLIC}/mcp")
        return client, tokens_of(client.post(client.form(code_of(allow(client, second)))))

    with replica(old) as first, replica(old) as second, replica(new, old) as third:
        client, tokens = connect(first, second)
        for base in (first, second, third):
            works(base, tokens["access_token"])
        connect(third, third)
        newer = tokens_of(at(third, client).post(client.refresh_form(tokens["refresh_token"])))
        rejected(first, newer["access_token"])
        with replica(new) as fourth:
            works(fourth, newer["access_token"])
            rejected(fourth, tokens["access_token"])
            # The old key sealed this client's id too, so one whose id is not sealed asks.
            error_of(at(fourth, client).post(client.refresh_form(tokens["refresh_token"])), 401, "invalid_client")
            known = Client(fourth, CLAUDE, CLAUDE_CALLBACK, resource=f"{PUBLIC}/mcp")
            error_of(known.post(known.refresh_form(tokens["refresh_token"])), 400, "invalid_grant")


@test
def a_grant_that_the_operator_revoked_is_no_grant_and_the_log_has_its_id_and_no_secret(start, work):
    secret = key()
    with start(OAUTH_KEYS=secret, SERVER_PUBLIC_URL=PUBLIC, LOG_FORMAT="json") as base:
        client = Client(base, CLAUDE, CLAUDE_CALLBACK, resource=f"{PUBLIC}/mcp")
        code = code_of(allow(client))
        tokens = tokens_of(client.post(client.form(code)))
        works(base, tokens["access_token"])
    newest = max(work.glob("gateway-*.log"), key=lambda file: int(file.stem.partition("-")[2]))
    log = newest.read_text()
    # The sandbox's greeting names its token; what it logs must not.
    events = [line for line in log.splitlines() if line.startswith('{"timestamp')]
    grant = re.search(r'"grant":"([0-9a-f]{8,32})"', "\n".join(events))
    assert grant, "the log shows no grant"
    for hidden in (TOKEN, tokens["access_token"], tokens["refresh_token"], code, client.state, client.pkce.verifier):
        assert not any(hidden in line for line in events), "the log shows a secret"
    with start(OAUTH_KEYS=secret, SERVER_PUBLIC_URL=PUBLIC, OAUTH_REVOKED_GRANTS=grant[1]) as base:
        client.base = base
        rejected(base, tokens["access_token"])
        error_of(client.post(client.refresh_form(tokens["refresh_token"])), 400, "invalid_grant")


class Upstream:
    """The CRM's API, as the sandbox, that can go down or forget a token."""

    mode = "up"


@contextmanager
def upstream(binary, work):
    state = Upstream()
    with server([binary, "sandbox"], work / "sandbox.log") as sandbox:

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def forward(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                if state.mode == "down":
                    return self.respond(503, b"{}")
                if state.mode == "revoked":
                    return self.respond(401, b'{"statusCode":401,"message":"Invalid JWT"}')
                connection = http.client.HTTPConnection(urlsplit(sandbox).netloc, timeout=30)
                connection.request(self.command, self.path, body or None, dict(self.headers.items()))
                response = connection.getresponse()
                self.respond(response.status, response.read())
                connection.close()

            def respond(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = forward

            def log_message(self, *_) -> None:
                pass

        proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        proxy.daemon_threads = True
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        try:
            yield state, f"http://127.0.0.1:{proxy.server_address[1]}"
        finally:
            proxy.shutdown()
            proxy.server_close()


@test
def a_refresh_fails_when_the_crm_has_revoked_the_token_and_not_when_it_is_down(start, binary, work):
    with (
        upstream(binary, work) as (crm, url),
        start("--upstream", url, OAUTH_KEYS=key(), SERVER_PUBLIC_URL=PUBLIC) as base,
    ):
        client = Client(base, CLAUDE, CLAUDE_CALLBACK, resource=f"{PUBLIC}/mcp")
        crm.mode = "down"
        again = allow(client)
        assert isinstance(again, consent.Page) and again.form and TOKEN not in again.response.text, again
        crm.mode = "up"
        tokens = tokens_of(client.post(client.form(code_of(allow(client)))))
        works(base, tokens["access_token"])
        crm.mode = "down"
        tokens = tokens_of(client.post(client.refresh_form(tokens["refresh_token"])))
        crm.mode = "revoked"
        error_of(client.post(client.refresh_form(tokens["refresh_token"])), 400, "invalid_grant")
        # The gateway itself still takes its access token; the CRM's error is the tool's.
        response = rpc(base, tokens["access_token"], "tools/call", name=READS, arguments={})
        same(response.status, 200)
        assert response.json["result"]["isError"], response.text[:300]
