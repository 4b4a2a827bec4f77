"""One attempt to tell an app of something, and what follows from it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from relatum.access import SYSTEM
from relatum.apps.courier import Courier, Receipt, Undeliverable
from relatum.apps.signing import secrets_of, signed
from relatum.apps.stored import App, Delivery, DeliveryState, keep_outcome, set_app
from relatum.apps.telling import message_of
from relatum.changes.accesses import note
from relatum.connections import Connection
from relatum.session.database import Database
from relatum_schemas.errors import RelatumError

SCHEDULE: Final = tuple(
    timedelta(seconds=each)
    for each in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""How long it is waited after each failed attempt, as Standard Webhooks advises; then no more attempt is made."""

LONGEST_ERROR: Final = 500


@dataclass(frozen=True)
class Outcome:
    """What became of an attempt.

    Attributes:
        delivery: as it stands now.
        pause: why the app is to be told of nothing more for now; None where it goes on.
    """

    delivery: Delivery
    pause: str | None = None


async def deliver(
    database: Database, app: App, delivery: Delivery, courier: Courier, *, patience: timedelta
) -> Outcome:
    """Try once, and write down what became of it.

    Args:
        database: in use.
        app: that is told.
        delivery: of what.
        courier: what brings messages.
        patience: how long nothing may arrive before the app is paused.
    """
    began = monotonic()
    tried = replace(delivery, tried_at=database.clock(), attempts=delivery.attempts + 1)
    receipt: Receipt | None = None
    try:
        receipt = await _bring(database, app, delivery, courier)
        error = None if receipt is None or receipt.taken else f"It answered {receipt.status}."
    except (Undeliverable, RelatumError) as wrong:
        error = str(wrong)[:LONGEST_ERROR]
    now = database.clock()
    tried = replace(
        tried,
        error=error,
        status=None if receipt is None else receipt.status,
        milliseconds=round((monotonic() - began) * 1_000),
    )
    if error is not None:
        return await _failed(database, app, tried, receipt, now, patience)
    state: DeliveryState = "withheld" if receipt is None else "delivered"
    return await _arrived(database, app, replace(tried, state=state, due_at=None))


async def _bring(
    database: Database, app: App, delivery: Delivery, courier: Courier
) -> Receipt | None:
    """What the app answered; None where there is nothing that it may be told."""
    body = await message_of(database, app, delivery)
    if body is None:
        return None
    if app.manifest.webhook is None:
        raise Undeliverable("It has no address any more.")
    now = database.clock()
    headers = signed(delivery.id, body, secrets_of(app, database.keys, now), now)
    return await courier.bring(app.manifest.webhook, headers, body)


async def _arrived(database: Database, app: App, delivery: Delivery) -> Outcome:
    async with database.connections.writing() as connection:
        await keep_outcome(connection, delivery)
        if app.failing is not None and delivery.state == "delivered":
            await set_app(connection, app.id, failing=None)
    return Outcome(delivery)


async def _failed(
    database: Database,
    app: App,
    delivery: Delivery,
    receipt: Receipt | None,
    now: datetime,
    patience: timedelta,
) -> Outcome:
    failed = _put_off(delivery, receipt, now)
    failing = app.failing or now
    pause = _reason(receipt, failing, now, patience)
    async with database.connections.writing() as connection:
        await keep_outcome(connection, failed)
        if app.failing is None:
            await set_app(connection, app.id, failing=failing)
        if pause is not None:
            await _pause(connection, app, pause, now)
    return Outcome(failed, pause)


def _put_off(delivery: Delivery, receipt: Receipt | None, now: datetime) -> Delivery:
    """The delivery as it is tried again later, if it is."""
    if delivery.attempts > len(SCHEDULE):
        return replace(delivery, state="failed", due_at=None)
    wait = SCHEDULE[delivery.attempts - 1]
    if receipt is not None and receipt.after is not None:
        wait = max(wait, min(timedelta(seconds=receipt.after), SCHEDULE[-1]))
    return replace(delivery, state="waiting", due_at=now + wait)


def _reason(
    receipt: Receipt | None, failing: datetime, now: datetime, patience: timedelta
) -> str | None:
    """Why an app is to be told of nothing more; None where it goes on."""
    if receipt is not None and receipt.gone:
        return "It answered 410: it wants to be told of nothing more."
    if now - failing >= patience:
        return f"Nothing has arrived there since {failing:%Y-%m-%d %H:%M} UTC."
    return None


async def _pause(connection: Connection, app: App, why: str, now: datetime) -> None:
    changed = {"changed_at": now, "changed_by": None}
    await set_app(connection, app.id, state="paused", why=why, **changed)
    details = {"app": app.name, "why": why}
    await note(connection, SYSTEM, "app_paused", at=now, details=details)
