"""Jobs with people: appointments, notes, tasks, messages, users, workflows."""

from datetime import timedelta

from agent import Agent, same
from office import contact_id, next_week, now, user_id


async def book_the_next_free_slot(agent: Agent) -> None:
    rosa, marta = await contact_id(agent, "Rosa"), await user_id(agent, "Marta")
    today = await now(agent)
    listing = await agent.find("list calendars", "get-calendars")
    fields = ["calendars.id", "calendars.teamMembers.userId"]
    calendars = (await agent.run(listing, fields))["calendars"]
    calendar = next(each["id"] for each in calendars if marta in [member["userId"] for member in each["teamMembers"]])
    slots = await agent.find("free slots of a calendar", "get-slots")
    begin, end = today.isoformat(), (today + timedelta(days=7)).isoformat()

    async def free() -> list[str]:
        days = await agent.run(slots, calendarId=calendar, startDate=begin, endDate=end)
        return sorted(slot for day in days.values() if isinstance(day, dict) for slot in day["slots"])

    start = (await free())[0]
    booking = await agent.find("book an appointment for a contact", "create-appointment")
    wanted = {"calendarId": calendar, "contactId": rosa, "assignedUserId": marta, "startTime": start}
    booked = await agent.run(booking, **wanted)
    with agent.proof():
        assert start not in await free(), f"{start} is still free"
        found = await agent.use(
            "calendars_get-calendar-events", calendarId=calendar, startTime=begin, endTime=end
        )
        event = next(event for event in found["events"] if event["id"] == booked["id"])
        same((event["contactId"], event["assignedUserId"]), (rosa, marta))


async def add_a_note_and_a_task(agent: Agent) -> None:
    rosa = await contact_id(agent, "Rosa")
    due = (await now(agent) + timedelta(days=3)).isoformat()
    noting = await agent.find("add a note to a contact", "create-note")
    note = await agent.run(noting, contactId=rosa, body="Wants slate")
    tasking = await agent.find("create a task for a contact", "create-task")
    task = await agent.run(tasking, contactId=rosa, title="Send samples", dueDate=due, completed=False)
    with agent.proof():
        notes = await agent.run(await agent.find("list notes of a contact", "get-all-notes"), contactId=rosa)
        assert (note["note"]["id"], "Wants slate") in [(each["id"], each["body"]) for each in notes["notes"]], notes
        tasks = (await agent.use("contacts_get-all-tasks", contactId=rosa))["tasks"]
        assert (task["task"]["id"], "Send samples") in [(each["id"], each["title"]) for each in tasks], tasks


async def unread_messages(agent: Agent) -> None:
    fields = ["conversations.id", "conversations.contactName", "conversations.lastMessageBody", "total"]
    found = await agent.use("conversations_search-conversation", status="unread", limit=20, fields=fields)
    with agent.proof():
        unread = found["conversations"]
        same(len(unread), found["total"])
        every = await agent.use("conversations_search-conversation", status="all", limit=100)
        waiting = {each["id"] for each in every["conversations"] if each["unreadCount"]}
        same({each["id"] for each in unread}, waiting)
        assert waiting and len(waiting) < len(every["conversations"]), "the sandbox has both"
        for each in unread:
            messages = await agent.use("conversations_get-messages", conversationId=each["id"], limit=1)
            same(messages["messages"]["messages"][0]["body"], each["lastMessageBody"])


async def find_a_user(agent: Agent) -> None:
    jonah = await user_id(agent, "Jonah")
    with agent.proof():
        user = await agent.run(await agent.find("get a user by id", "get-user"), userId=jonah)
        same((user["id"], user["name"]), (jonah, "Jonah Pike"))


async def events_of_next_week(agent: Agent) -> None:
    start, end = next_week(await now(agent))
    listing = await agent.find("list calendars", "get-calendars")
    calendars = (await agent.run(listing, ["calendars.id", "calendars.name", "calendars.groupId"]))["calendars"]
    fields = ["events.id", "events.title", "events.startTime", "events.calendarId"]
    seen = {}
    for calendar in calendars:
        found = await agent.use(
            "calendars_get-calendar-events", calendarId=calendar["id"], startTime=start, endTime=end, fields=fields
        )
        seen |= {event["id"]: event["calendarId"] for event in found.get("events", [])}
    with agent.proof():
        assert seen, "the sandbox has events next week"
        groups = {calendar["groupId"] for calendar in calendars}
        by_group = {}
        for group in groups:
            found = await agent.use("calendars_get-calendar-events", groupId=group, startTime=start, endTime=end)
            by_group |= {event["id"]: event["calendarId"] for event in found["events"]}
        same(seen, by_group)


async def put_into_a_workflow(agent: Agent) -> None:
    rosa = await contact_id(agent, "Rosa")
    listing = await agent.find("list workflows", "get-workflow")
    fields = ["workflows.id", "workflows.name", "workflows.status"]
    workflows = (await agent.run(listing, fields))["workflows"]
    published = [each["id"] for each in workflows if each["status"] == "published"]
    adding = await agent.find("add a contact to a workflow", "add-contact-to-workflow")
    await agent.run(adding, contactId=rosa, workflowId=published[0])
    with agent.proof():
        # No operation lists who is in a workflow. One who is not cannot be removed: here from the second, and in
        # the first she is back in the end.
        removing = await agent.find("remove a contact from a workflow", "delete-contact-from-workflow")
        arguments = {"operation": removing.name, "params": {"contactId": rosa, "workflowId": published[1]}}
        error, text = await agent.call(f"operations_{removing.kind}", arguments)
        assert error and "not in this workflow" in text, text
        await agent.run(removing, contactId=rosa, workflowId=published[0])
        await agent.run(adding, contactId=rosa, workflowId=published[0])
