"""Conflicts with what a principal may not see: each is noted in the access log, and so many of them make it wait.

That something is in conflict has to be told, and tells that something is there (`docs/access.md`). Whoever meets more
such conflicts than happen by chance writes nothing for a while.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from relatum.access import Principal
from relatum.changes.accesses import note
from relatum.identity.throttling import Attempt, Limit, count, refuse_too_many
from relatum.session.storage import Storage
from relatum.writing import Unit
from relatum_schemas.errors import RelatumError

KIND: Final = "hidden_conflict"
"""What lines of the access log about such conflicts are called."""

LIMIT: Final = Limit(30, timedelta(minutes=10))
"""How many may happen to one principal."""


def refuse_waiting(storage: Storage, principal: Principal) -> None:
    """Refuse a unit of work of a principal that met too many.

    Raises:
        TooManyAttempts: it has to wait.
    """
    if not storage.waiting:
        return
    until, now = storage.waiting.get(_who(principal)), storage.clock()
    if until is not None and until > now:
        refuse_too_many(int((until - now).total_seconds() + 0.999))


@contextmanager
def few_hidden(unit: Unit) -> Iterator[None]:
    """Around what a unit of work does: refuse all of it, whatever it would tell, when it met too many conflicts.

    Raises:
        TooManyAttempts: it did. A unit may try many values at once, and would tell of each.
    """
    try:
        yield
    except RelatumError:
        _refuse_more(unit)
        raise
    _refuse_more(unit)


def _refuse_more(unit: Unit) -> None:
    if unit.hidden_conflicts > LIMIT.attempts:
        refuse_too_many(int(LIMIT.within.total_seconds()))


async def note_hidden(storage: Storage, principal: Principal, times: int) -> None:
    """Note conflicts, and let their principal wait when they are too many."""
    now = storage.clock()
    attempt = Attempt(KIND, _who(principal), LIMIT)
    async with storage.connections.writing() as connection:
        await note(connection, principal, KIND, at=now, details={"times": times})
        seconds = await count(connection, [attempt] * min(times, LIMIT.attempts + 1), now=now)
    _forget(storage.waiting, now)
    if seconds:
        storage.waiting[attempt.at] = now + timedelta(seconds=seconds)


def _forget(waiting: dict[str, datetime], now: datetime) -> None:
    for who in [each for each, until in waiting.items() if until <= now]:
        del waiting[who]


def _who(principal: Principal) -> str:
    return str(principal.id or principal.client or "")
