"""The day of the jobs, and what several of them look up."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent import Agent

# The sandbox's day, a Monday, and its hour of start: what a model takes from its own clock.
TODAY = "2026-11-16"


async def contact_id(agent: Agent, name: str) -> str:
    """The id of the one contact with this first name."""
    found = await agent.use("contacts_get-contacts", query=name, limit=5, fields=["contacts.id", "contacts.firstName"])
    return the_one([each["id"] for each in found["contacts"] if each["firstName"] == name], name)


async def user_id(agent: Agent, name: str) -> str:
    """The id of the one user with this first name."""
    listing = await agent.find("list users of the location", "get-user-by-location")
    users = (await agent.run(listing, ["users.id", "users.firstName"]))["users"]
    return the_one([user["id"] for user in users if user["firstName"] == name], name)


async def now(agent: Agent) -> datetime:
    """9:00 of the day, in the location's time zone."""
    data = await agent.use("locations_get-location", fields=["location.timezone"])
    return datetime.fromisoformat(f"{TODAY}T09:00:00").replace(tzinfo=ZoneInfo(data["location"]["timezone"]))


def next_week(today: datetime) -> tuple[str, str]:
    """From Monday to Monday."""
    monday = today.replace(hour=0) + timedelta(days=7 - today.weekday())
    return monday.isoformat(), (monday + timedelta(days=7)).isoformat()


def the_one(found: list[str], name: str) -> str:
    assert len(found) == 1, f"{len(found)} are called {name}"
    return found[0]
