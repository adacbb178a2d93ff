"""The mistakes, and what the gateway must make of each: an error that names the next step, or what was meant."""

import json
import re

from agent import brief, hits_of, same
from driver import ClientFailed, Driver
from recorder import Request

HOSTED, READ_ONLY = "/mcp/v2", "/mcp/readonly"
ENDPOINTS = ["/mcp", HOSTED, READ_ONLY]
ROSA = "ocQHyuzHvysMo5N5VsXc"
FOREIGN = "foreignLOC0000000001"
NOTE, NOTES = "contacts_create-note", "contacts_get-all-notes"


class Caller:
    """A model that calls, and what comes of it."""

    def __init__(self, connected: dict[str, Driver], requests: list[Request]) -> None:
        self.connected, self.requests = connected, requests
        self.calls: list[tuple[str, dict, str]] = []

    async def call(self, tool: str, arguments: dict, path: str = "/mcp") -> tuple[bool, str]:
        try:
            error, text = await self.connected[path].call(tool, arguments)
        except ClientFailed as problem:
            # A JSON-RPC error: the tool is none, or none of this endpoint.
            error, text = True, json.dumps({"error": {"message": str(problem)}})
        self.calls.append((f"{path} {tool}", arguments, text))
        return error, text

    async def ok(self, tool: str, path: str = "/mcp", **arguments) -> dict:
        """The whole answer of a success."""
        error, text = await self.call(tool, arguments, path)
        assert not error, f"{tool} {brief(arguments)}: {text}"
        answer = json.loads(text)
        assert answer["success"] is True, text
        return answer

    async def refused(self, tool: str, *words: str, path: str = "/mcp", **arguments) -> str:
        """The message and hint of an error before which nothing was sent, with all of these words."""
        before = len(self.requests)
        error, text = await self.call(tool, arguments, path)
        assert error, f"{tool} {brief(arguments)} is no error: {text}"
        same(self.requests[before:], [])
        answer = json.loads(text)["error"]
        message = f"{answer['message']} {answer.get('hint', '')}"
        for word in words:
            assert word in message, f"`{word}` is not in: {message}"
        return message

    async def sent(self, tool: str, path: str = "/mcp", **arguments) -> tuple[Request, dict]:
        """The one request of a success, and the answer."""
        before = len(self.requests)
        answer = await self.ok(tool, path, **arguments)
        (request,) = self.requests[before:]
        return request, answer

    async def notes(self) -> list[str]:
        """The texts of Rosa's notes: the state that several mistakes must not change."""
        answer = await self.ok("operations_read", operation=NOTES, params={"contactId": ROSA})
        return sorted(note["body"] for note in answer["data"]["notes"])


async def wrong_tier(caller: Caller) -> None:
    before = await caller.notes()
    note = {"operation": NOTE, "params": {"contactId": ROSA, "body": "by the wrong tool"}}
    for tool in ("operations_read", "operations_change"):
        await caller.refused(tool, "operations_add", **note)
    removal = {"operation": "contacts_delete-contact", "params": {"contactId": ROSA}}
    for tool in ("operations_read", "operations_add"):
        await caller.refused(tool, "operations_change", **removal)
    await caller.refused("operations_change", "operations_read", operation=NOTES, params={"contactId": ROSA})
    same(await caller.notes(), before)
    await caller.ok("operations_add", **note)
    same(await caller.notes(), sorted([*before, "by the wrong tool"]))


async def misspelt_operation(caller: Caller) -> None:
    for wrong in ("contacts_creat-note", "contacts_add-note", "notes_create"):
        message = await caller.refused(
            "operations_add", NOTE, "body", operation=wrong, params={"contactId": ROSA, "body": "misspelt"}
        )
        # The second call takes what the message says.
        name, kind = re.search(r"(contacts_\S*note\S*) \[(read|add|change)", message).groups()
        same((name, kind), (NOTE, "add"))
        await caller.ok(f"operations_{kind}", operation=name, params={"contactId": ROSA, "body": f"after {wrong}"})
    notes = await caller.notes()
    assert "misspelt" not in notes and "after contacts_add-note" in notes, notes


async def unknown_body_field(caller: Caller) -> None:
    message = await caller.refused(
        "operations_add", "`bodyy`", "body", "extra", operation=NOTE, params={"contactId": ROSA, "bodyy": "x"}
    )
    assert "nearest" in message, message
    params = {"contactId": ROSA, "body": "with an extra", "extra": {"newField": 1}}
    answer = await caller.ok("operations_add", operation=NOTE, params=params, dry_run=True)
    same(answer["data"]["body"], {"body": "with an extra", "newField": 1})
    assert "newField" in json.dumps(answer.get("notes")), answer
    # It is really sent: the sandbox, which knows no such field, refuses it.
    before = len(caller.requests)
    error, text = await caller.call("operations_add", {"operation": NOTE, "params": params})
    (request,) = caller.requests[before:]
    same(request.body, {"body": "with an extra", "newField": 1})
    assert error and json.loads(text)["status"] == 422 and "newField" in text, text


async def forgotten_params(caller: Caller) -> None:
    request, _ = await caller.sent("operations_add", operation=NOTE, contactId=ROSA, body="flat")
    same((request.method, request.path, request.body), ("POST", f"/contacts/{ROSA}/notes", {"body": "flat"}))
    assert "flat" in await caller.notes()


async def params_as_json_text(caller: Caller) -> None:
    params = json.dumps({"contactId": ROSA, "body": "as text"})
    request, _ = await caller.sent("operations_add", operation=NOTE, params=params)
    same(request.body, {"body": "as text"})
    await caller.refused("operations_add", "params", operation=NOTE, params='{"contactId": ')


async def dates_without_offset(caller: Caller) -> None:
    calendars = await caller.ok("operations_read", operation="calendars_get-calendars")
    calendar = calendars["data"]["calendars"][0]["id"]
    window = {"startDate": "2026-11-17T09:00:00", "endDate": "2026-11-18T09:00:00"}
    slots = {"operation": "calendars_get-slots"}
    await caller.refused(
        "operations_read", "startDate", "endDate", "offset", **slots, params={"calendarId": calendar, **window}
    )
    window = {name: f"{time}-05:00" for name, time in window.items()}
    request, _ = await caller.sent("operations_read", **slots, params={"calendarId": calendar, **window})
    assert "startDate=1794924000000" in request.path, request
    # A date that the API takes as a text: whoever refuses it, the message names the offset.
    booking = {"calendarId": calendar, "contactId": ROSA, "startTime": "2026-11-17T09:00:00"}
    error, text = await caller.call(
        "operations_change", {"operation": "calendars_create-appointment", "params": booking}
    )
    assert error and "startTime" in text and "offset" in text, text


async def foreign_location(caller: Caller) -> None:
    before = await caller.notes()
    listing = {"operation": "calendars_get-calendars"}
    note = {"contactId": ROSA, "body": "foreign"}
    await caller.refused("operations_read", "locationId", **listing, params={"locationId": FOREIGN})
    await caller.refused("operations_read", "locationId", **listing, locationId=FOREIGN)
    await caller.refused("operations_read", "location", **listing, params={"location_id": FOREIGN})
    await caller.refused(
        "operations_add", "locationId", operation=NOTE, params={**note, "extra": {"locationId": FOREIGN}}
    )
    page = {"altId": FOREIGN, "limit": 1, "offset": 0}
    await caller.refused("operations_read", "altId", operation="invoices_list-invoices", params=page)
    await caller.refused("contacts_get-contacts", "locationId", query="Rosa", locationId=FOREIGN)
    same(await caller.notes(), before)


async def name_in_place_of_an_id(caller: Caller) -> None:
    params = {"contactId": "Rosa Deo", "body": "x"}
    await caller.refused("operations_add", "contactId", "contacts_get-contacts", operation=NOTE, params=params)
    await caller.refused(
        "operations_read", "calendarId", operation="calendars_get-calendar", params={"calendarId": "Roof inspections"}
    )


async def dry_run(caller: Caller) -> None:
    before, count = await caller.notes(), len(caller.requests)
    params = {"contactId": ROSA, "body": "dry"}
    answer = await caller.ok("operations_add", operation=NOTE, params=params, dry_run=True)
    shown = answer["data"]
    same((shown["method"], shown["path"], shown["body"]), ("POST", f"/contacts/{ROSA}/notes", {"body": "dry"}))
    removal = {"operation": "contacts_delete-contact", "params": {"contactId": ROSA}}
    await caller.ok("operations_change", **removal, dry_run="true")
    same(len(caller.requests), count)
    same(await caller.notes(), before)


async def fields_of_a_response(caller: Caller) -> None:
    listing = {"operation": "calendars_get-calendars"}
    answer = await caller.ok("operations_read", **listing, fields=["calendars.id", "calendars.name"])
    assert answer["data"]["calendars"], answer
    for calendar in answer["data"]["calendars"]:
        same(set(calendar), {"id", "name"})
    # In `params`, where models put it too.
    answer = await caller.ok("operations_read", **listing, params={"fields": ["calendars.id"]})
    same(set(answer["data"]["calendars"][0]), {"id"})
    answer = await caller.ok("operations_read", **listing, fields=["calendars.nme"])
    same((answer["unmatched"], "calendars" in answer["shape"]), (["calendars.nme"], True))


async def outside_the_sandbox(caller: Caller) -> None:
    error, text = await caller.call("operations_read", {"operation": "calendars_get-groups"})
    answer = json.loads(text)
    assert error and answer["status"] == 501, text
    message = f"{answer['error']['message']} {answer['error'].get('hint', '')}"
    assert "sandbox" in message and "dry_run" in message, message
    # To retry, or to look for a wrong id, is no help.
    assert "Retry" not in message, message
    schema = (await caller.connected["/mcp"].tools())["operations_read"]
    assert "dry_run" in schema["properties"], "operations_read does not say that it takes dry_run"
    shown = (await caller.ok("operations_read", operation="calendars_get-groups", dry_run=True))["data"]
    same((shown["method"], shown["path"]), ("GET", "/calendars/groups"))


async def not_available(caller: Caller) -> None:
    sign_in = "social-media-posting_start-facebook-oauth"
    words = (f"{sign_in} cannot be run here: ", "Social Planner")
    await caller.refused("operations_read", *words, operation=sign_in, params={"userId": ROSA})
    error, text = await caller.call("operations_search", {"queries": ["start facebook sign-in"]})
    assert not error and sign_in in [hit.name for hit in hits_of(text)] and "not available here: " in text, text
    token = {"operation": "oauth_get-location-access-token", "params": {"companyId": "c" * 20}}
    await caller.refused("operations_add", "cannot be run here", **token)
    # Hidden unless the operator shows it.
    config = {"operation": "payments_fetch-config", "params": {}}
    await caller.refused("operations_read", "hidden by the operator's setting tools.flags", **config)


async def hosted_arguments(caller: Caller) -> None:
    query = {"query": "create contact note", "domains": ["contacts"], "limit": 3}
    error, text = await caller.call("search_operations", query, HOSTED)
    assert not error, text
    same((hits_of(text)[0].name, len(hits_of(text))), (NOTE, 3))
    error, text = await caller.call("describe_operation", {"operationId": NOTE}, HOSTED)
    assert not error and "body: str" in text, text
    arguments = {
        "operationId": NOTE,
        "params": {"contactId": ROSA, "body": "hosted"},
        "reason": "asked for",
        "idempotencyKey": "k-1",
    }
    before = len(caller.requests)
    shown = (await caller.ok("execute_operation", HOSTED, **arguments, dryRun=True))["data"]
    same((shown["body"], len(caller.requests)), ({"body": "hosted"}, before))
    request, answer = await caller.sent("execute_operation", HOSTED, **arguments)
    same(request.body, {"body": "hosted"})
    assert "idempotencyKey" in json.dumps(answer["notes"]) and "reason" in json.dumps(answer["notes"]), answer
    # Arguments in groups.
    value = {"name": "Slate supplier", "value": "Quarry Lane 4"}
    request, _ = await caller.sent(
        "execute_operation", HOSTED, operationId="create-custom-value", params={"body": value}
    )
    same(request.body, value)


async def tools_of_other_endpoints(caller: Caller) -> None:
    tools = await caller.connected[HOSTED].tools()
    same(set(tools), {"search_operations", "describe_operation", "execute_operation"})
    note = {"contactId": ROSA, "body": "by its own name"}
    wrong = []
    for path, tool, arguments in [
        (HOSTED, "search_operations", {"query": "create contact note"}),
        (HOSTED, "describe_operation", {"operationId": NOTE}),
        (HOSTED, "describe_operation", {"operationId": "zzzz"}),
        (HOSTED, "execute_operation", {"operationId": "zzzz"}),
        (HOSTED, NOTE, note),
        (HOSTED, "operations_add", {"operation": NOTE, "params": note}),
        (READ_ONLY, "operations_search", {"queries": ["list contact notes"]}),
    ]:
        _, text = await caller.call(tool, arguments, path)
        own = {*await caller.connected[path].tools(), tool}
        named = set(re.findall(r"operations_(?:search|describe|read|add|change)", text))
        wrong += [f"{path} {tool} {brief(arguments)} names {', '.join(sorted(named - own))}"] if named - own else []
    assert not wrong, "tools that the endpoint has not: " + "; ".join(wrong)


async def hosted_kinds(caller: Caller) -> None:
    query = {"query": "create contact note", "kind": "write"}
    error, text = await caller.call("search_operations", query, HOSTED)
    assert not error and NOTE in [hit.name for hit in hits_of(text)], f"to create a note is a write: {text}"


async def read_only(caller: Caller) -> None:
    tools = set(await caller.connected[READ_ONLY].tools())
    assert {"operations_search", "operations_describe", "operations_read"} <= tools, tools
    assert not {"operations_add", "operations_change", "contacts_create-contact"} & tools, tools
    before = await caller.notes()
    note = {"operation": NOTE, "params": {"contactId": ROSA, "body": "read-only"}}
    for tool in ("operations_add", "operations_change", "operations_read"):
        await caller.refused(tool, "hidden by the URL", path=READ_ONLY, **note)
    await caller.refused("execute_operation", "not a tool of this endpoint", path=READ_ONLY, **note)
    error, text = await caller.call("operations_search", {"queries": ["create contact note"]}, READ_ONLY)
    assert not error and {hit.kind for hit in hits_of(text)} == {"read"} and "readonly" in text, text
    same(await caller.notes(), before)
    await caller.ok("operations_read", READ_ONLY, operation=NOTES, params={"contactId": ROSA})


async def operation_as_a_tool(caller: Caller) -> None:
    before = await caller.notes()
    await caller.refused(NOTE, "operations_add", NOTE, contactId=ROSA, body="by its own name")
    await caller.refused("calendars_get-calendars", "operations_read")
    await caller.refused("create_note", "operations_add", contactId=ROSA, body="by its own name")
    same(await caller.notes(), before)


MISTAKES = {
    "the wrong tier": wrong_tier,
    "a misspelt operation": misspelt_operation,
    "an unknown field of the body": unknown_body_field,
    "params forgotten": forgotten_params,
    "params as JSON text": params_as_json_text,
    "dates without offset": dates_without_offset,
    "a foreign location": foreign_location,
    "a name in place of an id": name_in_place_of_an_id,
    "a dry run": dry_run,
    "fields": fields_of_a_response,
    "an operation outside the sandbox": outside_the_sandbox,
    "an operation that is not available": not_available,
    "the hosted endpoint's arguments": hosted_arguments,
    "tools of other endpoints": tools_of_other_endpoints,
    "the hosted endpoint's kinds": hosted_kinds,
    "a read-only endpoint": read_only,
    "an operation called as a tool": operation_as_a_tool,
}
