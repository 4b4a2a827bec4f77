"""Clearing away what nobody needs any more: it says where people were, and that is kept no longer than it is of use."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ClauseElement, delete, or_

from relatum.connections import Connection
from relatum.identity.stored import ANSWER, SESSION, THROTTLE, TICKET, given, run

COUNTS_KEPT: Final = timedelta(days=1)
"""Counts of attempts that began longer ago say nothing any more."""

ANSWERS_KEPT: Final = timedelta(days=1)
"""How long a request that comes again is given its first answer."""

KEPT: Final = timedelta(days=30)
"""How long sessions and links that open nothing any more are kept. The access log outlives them."""


async def sweep(connection: Connection, now: datetime) -> None:
    """Delete what is long over."""
    await run(connection, _counts, before=now - COUNTS_KEPT)
    await run(connection, _answers, before=now - ANSWERS_KEPT)
    await run(connection, _sessions, before=now - KEPT)
    await run(connection, _tickets, before=now - KEPT)


def _counts() -> ClauseElement:
    return delete(THROTTLE).where(THROTTLE.c.began_at < given("before", THROTTLE.c.began_at))


def _answers() -> ClauseElement:
    return delete(ANSWER).where(ANSWER.c.created_at < given("before", ANSWER.c.created_at))


def _sessions() -> ClauseElement:
    columns, before = SESSION.c, given("before", SESSION.c.expires_at)
    return delete(SESSION).where(or_(columns.expires_at < before, columns.ended_at < before))


def _tickets() -> ClauseElement:
    return delete(TICKET).where(TICKET.c.expires_at < given("before", TICKET.c.expires_at))
