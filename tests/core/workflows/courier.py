"""A plugin whose work has effects outside of the database, and a program that does it until it is killed.

    python -m tests.core.workflows.courier DATABASE MAIL_PORT HOOK_PORT PARCELS_PER_SECOND

It says ``ready`` when it works, then the id of each parcel that it has created.
"""

# ruff: noqa: F403, F405 (a plugin may be written so)

import asyncio
import smtplib
import sys
from email.message import EmailMessage
from random import random

from httpx2 import AsyncClient

from relatum import *
from relatum.access import SYSTEM
from relatum.catalogue import build_catalogue
from relatum.changes.sequencer import keep_sequencing
from relatum.session import Session, open_database
from relatum.workflows.working import working

EFFECTS = ("announced", "picked up", "delivered", "seen")
"""What has to happen outside for each parcel."""

ports = {"mail": 0, "hook": 0}


class Parcel(Entity):
    """Something to be delivered."""

    number: Annotated[str, Label]


@on(Parcel, "created", elevated={Parcel: READ})
async def send_off(ctx: Context, change: Change) -> None:
    """Begin the delivery."""
    await call(ctx, "seen", change.record)
    await ctx.start(deliver, parcel=change.record)


@workflow(elevated={Parcel: READ})
async def deliver(ctx: WorkflowContext, parcel: Parcel) -> None:
    """Deliver a parcel, and tell everybody."""
    await ctx.step(mail, "announced", parcel.id)
    await ctx.step(call, "picked up", parcel.id)
    await ctx.sleep(timedelta(milliseconds=300))
    await ctx.step(mail, "delivered", parcel.id)


async def mail(ctx: Context, effect: str, parcel: UUID) -> None:
    """Send a mail."""
    message = EmailMessage()
    message["From"], message["To"] = "courier@relatum.example", "customer@relatum.example"
    message["Subject"], message["X-Parcel"], message["X-Key"] = effect, str(parcel), ctx.key
    await asyncio.to_thread(_hand_over, message)
    await asyncio.sleep(random() / 20)


def _hand_over(message: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", ports["mail"], timeout=10) as server:
        server.send_message(message)


async def call(ctx: Context, effect: str, parcel: UUID) -> None:
    """Call a webhook."""
    async with AsyncClient() as client:
        said = {"effect": effect, "parcel": str(parcel), "key": ctx.key}
        answer = await client.post(f"http://127.0.0.1:{ports['hook']}/", json=said)
        answer.raise_for_status()
    await asyncio.sleep(random() / 20)


plugin = Plugin("courier", version="1.0")


def say(text: str) -> None:
    """Tell whoever started this program something."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


async def main(url: str, mail_port: int, hook_port: int, per_second: float) -> None:
    """Work, and create parcels."""
    from tests.core.workflows import courier  # by the name by which others know it

    courier.ports.update(mail=mail_port, hook=hook_port)
    catalogue = build_catalogue([courier])
    async with open_database(url, catalogue) as database, asyncio.TaskGroup() as group:
        group.create_task(keep_sequencing(database.connections))
        async with working(database, url):
            say("ready")
            await create(database.as_(SYSTEM), per_second)


async def create(db: Session, per_second: float) -> None:
    """Create parcels, and say which, until this program is killed."""
    if not per_second:
        await asyncio.Event().wait()
    while True:
        parcel = await db.create(Parcel(number="P"))
        say(str(parcel.id))
        await asyncio.sleep(1 / per_second)


if __name__ == "__main__":
    address, mail_at, hook_at, rate = sys.argv[1:]
    asyncio.run(main(address, int(mail_at), int(hook_at), float(rate)))
