"""What an application adds to the `mcp` package, 1.x or 2.x, for OAuth: a store, a browser and a name.

The browser is the command CONSENT, which gets the authorization URL and prints the URL that it leads back to.
"""

import asyncio
import os
from urllib.parse import parse_qsl, urlsplit

import mcp.shared.auth
from mcp.client.auth import OAuthClientProvider
from mcp.shared.auth import OAuthClientMetadata

# Nobody listens there: what comes back is read from the command's output.
REDIRECT_URI = "http://localhost:8765/callback"


class MemoryStore:
    tokens = client_info = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens) -> None:
        self.tokens = tokens

    async def get_client_info(self):
        return self.client_info

    async def set_client_info(self, client_info) -> None:
        self.client_info = client_info


async def consent(url: str) -> dict[str, str]:
    """The parameters that come back to the redirect URI."""
    process = await asyncio.create_subprocess_exec(os.environ["CONSENT"], url, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError("the consent page did not lead back")
    answer = dict(parse_qsl(urlsplit(out.decode().strip()).query))
    if "error" in answer:
        raise RuntimeError(f"{answer['error']}: {answer.get('error_description')}")
    return answer


def provider(url: str) -> OAuthClientProvider:
    answer: dict[str, str] = {}

    async def redirect(authorization_url: str) -> None:
        answer.clear()
        answer.update(await consent(authorization_url))

    async def callback():
        # 1.x takes a pair, and looks at no `iss`.
        result = getattr(mcp.shared.auth, "AuthorizationCodeResult", None)
        if result is None:
            return answer["code"], answer.get("state")
        return result(code=answer["code"], state=answer.get("state"), iss=answer.get("iss"))

    metadata = OAuthClientMetadata(client_name="Python SDK", redirect_uris=[REDIRECT_URI])
    return OAuthClientProvider(url, metadata, MemoryStore(), redirect, callback)
