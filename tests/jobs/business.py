"""Jobs with deals, invoices and settings."""

from agent import Agent, same
from office import TODAY, contact_id, user_id


async def move_won_deals(agent: Agent) -> None:
    pipeline = await pipeline_called(agent, "Roofing projects")
    target = stage(pipeline, "Scheduled")
    fields = ["opportunities.id", "opportunities.pipelineStageId", "meta.total"]

    async def won() -> list[dict]:
        found = await agent.use(
            "opportunities_search-opportunity", pipeline_id=pipeline["id"], status="won", limit=100, fields=fields
        )
        same(len(found["opportunities"]), found["meta"]["total"])
        return found["opportunities"]

    deals = await won()
    elsewhere = [deal["id"] for deal in deals if deal["pipelineStageId"] != target]
    for deal in elsewhere:
        await agent.use(
            "opportunities_update-opportunity", id=deal, pipelineId=pipeline["id"], pipelineStageId=target
        )
    with agent.proof():
        assert elsewhere, "the sandbox has won deals in another stage"
        same({deal["id"] for deal in await won()}, {deal["id"] for deal in deals})
        same({deal["pipelineStageId"] for deal in await won()}, {target})


async def invoice_a_customer(agent: Agent) -> None:
    rosa = await agent.use(
        "contacts_get-contacts",
        query="Rosa",
        limit=5,
        fields=["contacts.id", "contacts.contactName", "contacts.email", "contacts.phone"],
    )
    (rosa,) = rosa["contacts"]
    data = await agent.use("locations_get-location", fields=["location.name"])
    sender = await user_id(agent, "Marta")
    creating = await agent.find("create an invoice", "create-invoice")
    created = await agent.run(
        creating,
        name="Roof inspection",
        businessDetails={"name": data["location"]["name"]},
        currency="USD",
        items=[{"name": "Roof inspection", "currency": "USD", "amount": 150, "qty": 1}],
        discount={"type": "fixed", "value": 0},
        contactDetails={
            "id": rosa["id"],
            "name": rosa["contactName"],
            "phoneNo": rosa["phone"],
            "email": rosa["email"],
        },
        issueDate=TODAY,
        sentTo={"email": [rosa["email"]]},
        liveMode=True,
    )
    sending = await agent.find("send an invoice", "send-invoice")
    await agent.run(sending, invoiceId=created["_id"], userId=sender, action="email", liveMode=True)
    with agent.proof():
        getting = await agent.find("get an invoice", "get-invoice")
        invoice = await agent.run(getting, invoiceId=created["_id"])
        shown = (invoice["status"], invoice["total"], invoice["contactDetails"]["id"])
        same(shown, ("sent", 150, rosa["id"]))


async def create_a_deal(agent: Agent) -> None:
    # Rosa has an open deal in the other pipeline, and a contact has one in each.
    rosa, pipeline = await contact_id(agent, "Rosa"), await pipeline_called(agent, "Maintenance plans")
    first = stage(pipeline, "Offered")
    creating = await agent.find("create an opportunity", "create-opportunity")
    created = await agent.run(
        creating,
        name="Deo maintenance plan",
        pipelineId=pipeline["id"],
        pipelineStageId=first,
        status="open",
        contactId=rosa,
        monetaryValue=480,
    )
    with agent.proof():
        got = (await agent.use("opportunities_get-opportunity", id=created["opportunity"]["id"]))["opportunity"]
        shown = (got["name"], got["contactId"], got["pipelineStageId"], got["monetaryValue"])
        same(shown, ("Deo maintenance plan", rosa, first, 480))


async def add_a_custom_value(agent: Agent) -> None:
    creating = await agent.find("add a custom value", "create-custom-value")
    created = await agent.run(creating, name="Slate supplier", value="Quarry Lane 4")
    with agent.proof():
        values = await agent.run(await agent.find("list custom values", "get-custom-values"))
        shown = [(each["id"], each["name"], each["value"]) for each in values["customValues"]]
        assert (created["customValue"]["id"], "Slate supplier", "Quarry Lane 4") in shown, shown


async def pipeline_called(agent: Agent, name: str) -> dict:
    """A pipeline with its stages."""
    fields = ["pipelines.id", "pipelines.name", "pipelines.stages.id", "pipelines.stages.name"]
    pipelines = (await agent.use("opportunities_get-pipelines", fields=fields))["pipelines"]
    return next(pipeline for pipeline in pipelines if pipeline["name"] == name)


def stage(pipeline: dict, name: str) -> str:
    return next(stage["id"] for stage in pipeline["stages"] if stage["name"] == name)
