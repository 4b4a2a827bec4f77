"""How often the same may be tried: counted in the database, so that all processes count together."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network
from typing import Final

from sqlalchemy import ClauseElement, Insert, case, update
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

from relatum.connections import Connection
from relatum.identity.stored import THROTTLE, given, rows, run
from relatum.identity.sweeping import sweep
from relatum_schemas.errors import TooManyAttempts
from relatum_schemas.phrase import Phrase

_LONG_IN_SECONDS: Final = 91
"""From how many seconds on a wait is told in minutes."""

_GIVEN_WHOLE: Final = 64
"""Bits of the networks of version 6 in which whoever has one chooses addresses as he likes."""

_SWEPT: Final = 0.01
"""The share of attempts that clear away what is long over."""


@dataclass(frozen=True)
class Limit:
    """So many attempts in so long a time."""

    attempts: int
    within: timedelta


BY_ADDRESS: Final = Limit(60, timedelta(minutes=5))
"""From one network address, which a whole office may share. Successful sign-ins are not counted."""

BY_ACCOUNT: Final = Limit(10, timedelta(minutes=15))
"""At one e-mail address, whether there is such an account or not. Successful sign-ins are not counted."""

LINKS: Final = Limit(5, timedelta(hours=1))
"""Mails to one e-mail address."""


@dataclass(frozen=True)
class Attempt:
    """What is counted: something tried, at something."""

    what: str
    at: str
    limit: Limit

    @property
    def key(self) -> str:
        """Under which it is counted. What people type by mistake is not kept, only a hash."""
        return f"{self.what}:{sha256(self.at.encode('utf-8', 'surrogatepass')).hexdigest()}"


def network_of(address: str) -> str:
    """What is counted as one sender: an address of version 4; of version 6 the network that one sender is given whole.

    Args:
        address: of the network, as a server has it; what is none counts as it is written.
    """
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if known.version == 6 and known.ipv4_mapped is None:
        return str(ip_network((int(known), _GIVEN_WHOLE), strict=False))
    return str(known)


async def count(connection: Connection, attempts: Sequence[Attempt], *, now: datetime) -> int:
    """Count attempts, and return in how many seconds they may be made: 0 for at once.

    The transaction has to be committed, whatever the answer.
    """
    wait = 0.0
    for attempt in sorted(attempts, key=lambda each: each.key):
        since = now - attempt.limit.within
        build = _counted_postgresql if connection.dialect == "postgresql" else _counted_sqlite
        ((counted, began_at),) = await rows(
            connection, build, key=attempt.key, now=now, since=since
        )
        if counted > attempt.limit.attempts:
            wait = max(wait, (began_at + attempt.limit.within - now).total_seconds(), 1)
    if random.random() < _SWEPT:  # noqa: S311
        await sweep(connection, now)
    return int(wait + 0.999)


async def forgive(connection: Connection, attempts: Sequence[Attempt]) -> None:
    """Take back what was counted for an attempt that succeeded."""
    for attempt in sorted(attempts, key=lambda each: each.key):
        await run(connection, _uncounted, key=attempt.key)


def refuse_too_many(seconds: int) -> None:
    """Refuse an attempt that has to wait.

    Raises:
        TooManyAttempts: it has.
    """
    if seconds:
        raise TooManyAttempts(
            Phrase("There were too many attempts. Try again in {time}.", time=_said(seconds)),
            retry_after=seconds,
        )


def _said(seconds: int) -> str:
    """How long that is, as people say it."""
    if seconds < _LONG_IN_SECONDS:
        return Phrase("{count} seconds", count=seconds) if seconds > 1 else Phrase("a second")
    return Phrase("{count} minutes", count=-(-seconds // 60))


def _counted_postgresql() -> ClauseElement:
    return _counted(PostgresqlInsert(THROTTLE))


def _counted_sqlite() -> ClauseElement:
    return _counted(SqliteInsert(THROTTLE))


def _counted(insert: Insert) -> ClauseElement:
    columns = THROTTLE.c
    now, since = given("now", columns.began_at), given("since", columns.began_at)
    anew = columns.began_at <= since
    assert isinstance(insert, PostgresqlInsert | SqliteInsert)
    return (
        insert.values(key=given("key", columns.key), began_at=now, count=1)
        .on_conflict_do_update(
            index_elements=[columns.key],
            set_={
                "count": case((anew, 1), else_=columns.count + 1),
                "began_at": case((anew, now), else_=columns.began_at),
            },
        )
        .returning(columns.count, columns.began_at)
    )


def _uncounted() -> ClauseElement:
    columns = THROTTLE.c
    return (
        update(THROTTLE)
        .where(columns.key == given("key", columns.key), columns.count > 0)
        .values(count=columns.count - 1)
    )
