"""A plugin whose work has effects outside of the database: it calls a web server, and mail goes out.

Where that web server is stands in the environment, as `SINK`.
"""

# ruff: noqa: F403, F405 (a plugin may be written so)

import asyncio
import os
from random import random

from httpx2 import AsyncClient

from relatum import *
from relatum_base import Person

CALLED = ("seen", "picked up", "handed over")
"""What the web server is told of each parcel: by the reaction, and by two steps of the workflow."""

MAILED = "delivered"
TOLD = "Parcel.created"
EFFECTS = (*CALLED, MAILED, TOLD)
"""All that has to happen outside for each parcel: calls, a mail, and a webhook to an app."""


class Parcel(Entity):
    """Something to be delivered."""

    number: Annotated[str, Label]


roles = [Role("dispatcher", title="Dispatcher", of=Person)]
policies = [Policy("dispatcher", Parcel, READ | CREATE)]

delivered = Template("{{ record.number }}", "Dear {{ person.name }}, it is delivered.\n")


@on(Parcel, "created", elevated={Parcel: READ})
async def send_off(ctx: Context, change: Change) -> None:
    """Begin the delivery."""
    await call(ctx, "seen", change.record)
    await ctx.start(deliver, parcel=change.record)


@workflow(elevated={Parcel: READ})
async def deliver(ctx: WorkflowContext, parcel: Parcel) -> None:
    """Deliver a parcel, and tell who has to know."""
    await ctx.step(call, "picked up", parcel.id)
    await ctx.sleep(timedelta(milliseconds=300))
    await ctx.step(call, "handed over", parcel.id)
    await ctx.notify(role="dispatcher", template=MAILED, record=parcel)


async def call(ctx: Context, effect: str, parcel: UUID) -> None:
    """Tell the web server, and take a moment, in which one may be killed."""
    said = {"effect": effect, "parcel": str(parcel), "key": ctx.key}
    async with AsyncClient() as client:
        (await client.post(os.environ["SINK"], json=said)).raise_for_status()
    await asyncio.sleep(random() / 20)


plugin = Plugin("courier", version="1.0", requires=["base"])
