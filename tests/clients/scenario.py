"""What every client has to do: the steps, each over a connected driver.

A step raises `AssertionError` with what it saw; anything else that is raised is a failure too.
"""

import asyncio
import json
import uuid
from dataclasses import dataclass

from driver import Driver

ROSA = "ocQHyuzHvysMo5N5VsXc"
GET, SEARCH = "contacts_get-contact", "contacts_get-contacts"
CREATE, ADD_TAGS = "contacts_create-contact", "contacts_add-tags"
READ_ONLY_PATH = "/mcp/x/contacts/readonly"
# The hand-written ones, and the service's other operations that read.
READ_ONLY_TOOLS = {GET, SEARCH, "contacts_get-all-tasks"} | {
    "contacts_" + name
    for name in ("get-all-notes", "get-appointments-for-contact", "get-contacts-by-businessId", "get-duplicate-contact")
} | {"contacts_" + name for name in ("get-note", "get-task", "search-contacts-advanced")}
TOOLS = 26
PARALLEL = 20
PAGE = 100  # the API's largest


class Left(Exception):
    """A step that is left out, and why."""


@dataclass
class Run:
    """One client at one version."""

    driver: Driver
    """Connected to all tools."""
    selected: Driver
    """Connected to what `READ_ONLY_PATH` selects."""
    lists: bool
    """Whether the client has a list of tools."""
    has_fields: bool
    """Whether the gateway's tools take `fields`."""

    async def ok(self, tool: str, **arguments) -> dict:
        """The `data` of a success."""
        error, answer = await self.answer(self.driver, tool, arguments)
        assert not error and answer["success"] is True, f"{tool} {arguments}: {brief(answer)}"
        return answer["data"]

    async def error(self, tool: str, **arguments) -> dict:
        """The `error` of a failure."""
        error, answer = await self.answer(self.driver, tool, arguments)
        assert error and answer["success"] is False, f"{tool} {arguments} is no error: {brief(answer)}"
        return answer["error"]

    @staticmethod
    async def answer(driver: Driver, tool: str, arguments: dict) -> tuple[bool, dict]:
        error, text = await driver.call(tool, arguments)
        return error, json.loads(text)


def brief(value) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 600 else text[:600] + "…"


def same(got, expected) -> None:
    assert got == expected, f"got {brief(got)}, expected {brief(expected)}"


def unique() -> str:
    return uuid.uuid4().hex[:12]


async def list_(run: Run) -> None:
    if not run.lists:
        raise Left("its form has no list of tools")
    tools = await run.driver.tools()
    same(len(tools), TOOLS)
    for name, schema in tools.items():
        assert schema.get("type") == "object" and "properties" in schema, f"{name}: {brief(schema)}"


async def read(run: Run) -> None:
    by_id = (await run.ok(GET, contactId=ROSA))["contact"]
    same((by_id["id"], by_id["email"]), (ROSA, "rosa@example.com"))
    found = await run.ok(SEARCH, query="rosa")
    assert ROSA in [contact["id"] for contact in found["contacts"]], brief(found)


async def write(run: Run) -> None:
    email, tag = f"{unique()}@example.com", f"tag-{unique()}"
    created = (await run.ok(CREATE, firstName="Wanda", lastName="Writer", email=email))["contact"]
    await run.ok(ADD_TAGS, contactId=created["id"], tags=[tag])
    contact = (await run.ok(GET, contactId=created["id"]))["contact"]
    same((contact["email"], contact["tags"]), (email, [tag]))


async def error(run: Run) -> None:
    same((await run.error(GET, contactId="0000000000000nobody0"))["kind"], "not_found")
    wrong = await run.error(SEARCH, querry="rosa")
    same(wrong["kind"], "invalid_arguments")
    assert "`querry`" in wrong["message"] and "`query`" in wrong["message"], brief(wrong)


async def non_ascii(run: Run) -> None:
    company, last = f"Söhne & Çelik {unique()} 🏠", f"Ångström 東京 {unique()}"
    email = f"{unique()}@example.com"
    created = await run.ok(CREATE, firstName="Zoë", lastName=last, companyName=company, email=email)
    contact = (await run.ok(GET, contactId=created["contact"]["id"]))["contact"]
    same((contact["firstName"], contact["lastName"], contact["companyName"]), ("Zoë", last, company))
    for query in (last, company):
        found = (await run.ok(SEARCH, query=query))["contacts"]
        same([contact["id"] for contact in found], [created["contact"]["id"]])


async def page(run: Run) -> None:
    found = await run.ok(SEARCH, limit=PAGE)
    same(len({contact["id"] for contact in found["contacts"]}), min(PAGE, found["meta"]["total"]))


async def fields(run: Run) -> None:
    if not run.has_fields:
        raise Left("this gateway's tools take no `fields` yet")
    found = await run.ok(SEARCH, query="rosa", fields=["contacts.id", "contacts.email", "meta.total"])
    rosa = {"id": ROSA, "email": "rosa@example.com"}
    assert rosa in found["contacts"], brief(found)
    for contact in found["contacts"]:
        same(set(contact), {"id", "email"})
    same((set(found), set(found["meta"])), ({"contacts", "meta"}, {"total"}))


async def selection(run: Run) -> None:
    if run.lists:
        same(set(await run.selected.tools()), READ_ONLY_TOOLS)
        return
    reads, answer = await run.answer(run.selected, GET, {"contactId": ROSA})
    assert not reads, brief(answer)
    hidden, answer = await run.answer(run.selected, ADD_TAGS, {"contactId": ROSA, "tags": ["hidden"]})
    assert hidden and "hidden by the URL" in answer["error"]["message"], brief(answer)


async def parallel(run: Run) -> None:
    contacts = (await run.ok(SEARCH, limit=PARALLEL))["contacts"]
    same(len(contacts), PARALLEL)
    answers = await asyncio.gather(*(run.ok(GET, contactId=contact["id"]) for contact in contacts))
    for contact, answer in zip(contacts, answers, strict=True):
        got = answer["contact"]
        same((got["id"], got.get("email")), (contact["id"], contact.get("email")))


STEPS = {
    "list": list_,
    "read": read,
    "write": write,
    "error": error,
    "non-ASCII": non_ascii,
    "page": page,
    "fields": fields,
    "selection": selection,
    "parallel": parallel,
}
