#!/usr/bin/env python3
"""The person at the consent page, as a script.

    tests/oauth/consent.py [--deny] [--follow] URL

Opens the authorization URL, fills in the sandbox's token and location, presses Allow or Deny, and prints the URL that
the browser is sent to. With --follow it goes there too, as a browser does: to the listener of a client on this machine.

CONSENT_DECISION=deny is --deny, for clients that start a browser by its name alone. CONSENT_LOG is a file that gets a
line for every page that is opened.
"""

import argparse
import os
import sys
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "clients"))

# After the two settings above.
import wire  # noqa: E402
from gateway import LOCATION, TOKEN  # noqa: E402

FOLLOW_SECONDS = 20


class PageError(Exception):
    """The page is not what a person could use, or it did not lead on."""


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    """What a browser would send if nothing were changed."""
    types: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    """Name and value, in the order of the document: the first is what Enter presses."""


class Parser(HTMLParser):
    """Forms, and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.hidden = 0
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag in ("style", "script"):
            self.hidden += 1
        if tag == "form":
            self.open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self.open)
        if self.open is None or "name" not in given:
            return
        name, kind = given["name"], given.get("type", "submit" if tag == "button" else "text").lower()
        if kind == "submit":
            self.open.buttons.append((name, given.get("value", "")))
        elif tag == "input":
            self.open.types[name] = kind
            if kind != "checkbox" or "checked" in given:
                self.open.fields[name] = given.get("value", "on" if kind == "checkbox" else "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script"):
            self.hidden -= 1
        if tag == "form":
            self.open = None

    def handle_data(self, data: str) -> None:
        if not self.hidden and data.strip():
            self.words.append(" ".join(data.split()))


@dataclass
class Page:
    """A page as the browser shows it: its URL, its one form and its text."""

    url: str
    response: wire.Response
    forms: list[Form]
    text: str
    origin: str
    """What the browser sends as `Origin`."""

    @classmethod
    def of(cls, url: str, response: wire.Response, origin: str | None = None) -> "Page":
        kind = response.header("content-type") or ""
        if not kind.startswith("text/html"):
            raise PageError(f"no page: {response.brief()}")
        parser = Parser()
        parser.feed(response.text)
        parser.close()
        origin = origin or "{0.scheme}://{0.netloc}".format(urlsplit(url))
        return cls(url, response, parser.forms, " ".join(parser.words), origin)

    @property
    def form(self) -> Form:
        if len(self.forms) != 1:
            raise PageError(f"{self.response.status}, {len(self.forms)} forms: {self.text[:400]}")
        return self.forms[0]

    def press(self, decision: str, **fields: str) -> "Page | str":
        """Fills in fields and presses a button. The next page, or the URL of the redirect."""
        if ("decision", decision) not in self.form.buttons:
            raise PageError(f"no button {decision!r} among {self.form.buttons}")
        if self.form.method != "post":
            raise PageError(f"the form's method is {self.form.method}")
        unknown = fields.keys() - self.form.types.keys()
        if unknown:
            raise PageError(f"no field {sorted(unknown)} among {sorted(self.form.types)}")
        action = urljoin(self.url, self.form.action)
        headers = {"Origin": self.origin, "Referer": self.url, "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
        sent = self.form.fields | fields | {"decision": decision}
        response = wire.request("POST", action, headers | {"Content-Type": wire.FORM}, sent)
        if response.status != 303:
            return Page.of(action, response, self.origin)
        return response.location


def open_page(url: str, origin: str | None = None) -> Page | str:
    """What the browser shows at a URL; a URL if it is sent on at once. `origin` is that of the gateway's public URL,
    where a proxy would stand before this one."""
    headers = {
        "Accept": "text/html,application/xhtml+xml",
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
    }
    response = wire.request("GET", url, headers)
    return response.location if 300 <= response.status < 400 else Page.of(url, response, origin)


def decide(url: str, decision: str = "allow", token: str = TOKEN, location: str = LOCATION, **fields: str) -> str:
    """Goes through the page; the URL of the redirect."""
    page = open_page(url)
    if isinstance(page, str):
        return page
    if decision == "allow":
        fields |= {"token": token, "location": location}
    page = page.press(decision, **fields)
    if isinstance(page, Page):
        raise PageError(f"the page again, {page.response.status}: {page.text[:400]}")
    return page


def follow(url: str) -> int:
    """Goes to a client's listener, once it listens; the status of what it answers."""
    end = time.monotonic() + FOLLOW_SECONDS
    while True:
        try:
            return wire.request("GET", url, {"Accept": "text/html"}).status
        except ConnectionRefusedError:
            # A person takes seconds on the page, and some clients use them to open their port.
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--deny", action="store_true", default=os.environ.get("CONSENT_DECISION") == "deny")
    parser.add_argument("--follow", action="store_true")
    options = parser.parse_args()

    def log(line: str) -> None:
        if path := os.environ.get("CONSENT_LOG"):
            with open(path, "a") as file:
                print(line, file=file)

    log(f"opened {options.url}")
    try:
        redirect = decide(options.url, "deny" if options.deny else "allow")
        print(redirect)
        if options.follow:
            log(f"followed: {follow(redirect)}")
    except (PageError, AssertionError, OSError) as problem:
        log(f"failed: {problem}")
        print(f"consent.py: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
