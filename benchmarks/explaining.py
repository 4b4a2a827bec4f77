"""What it costs to explain access, in the world of deals of the measurement of access.

A partner who sees 5,000 deals is explained: a deal that it registered, one that lies in a region that its firm covers, one
that it may not see, a tie that is open by both of its records. And of a deal it is asked who can read it. Explanations are
asked about ever other deals, so that what is kept is the statements, not the answers.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Final
from uuid import UUID

from benchmarks.deal_rows import OTHERS, OWN, Deals, fill, identity
from benchmarks.deals import PARTNER, catalogue
from benchmarks.servers import database_server
from relatum.access import SYSTEM
from relatum.connections import DialectName
from relatum.explaining import explain_access, who_can
from relatum.session import Database, open_database
from relatum_schemas.policy import READ

BEFORE: Final = 20
ASKED: Final = 200
PLACE: Final = len(OWN) - 1
"""Which of the partners is explained: the one that sees most."""

Ask = Callable[[], Awaitable[int]]
"""Puts a question; returns the statements that it took."""


@dataclass(frozen=True)
class Explaining:
    """What a question takes.

    Attributes:
        deals: of other partners.
        statements: to the database.
        median: milliseconds.
        slowest: milliseconds that 95 of 100 take at most.
    """

    database: DialectName
    deals: int
    question: str
    statements: int
    median: float
    slowest: float


def measure(dialect: DialectName, deals: int) -> list[Explaining]:
    """Fill a database and ask everything of it."""
    with (
        tempfile.TemporaryDirectory(prefix="relatum-explaining-") as folder,
        database_server(dialect, Path(folder)) as url,
    ):
        return asyncio.run(_filled(url, dialect, Deals(deals)))


async def _filled(url: str, dialect: DialectName, world: Deals) -> list[Explaining]:
    await fill(url, world)
    async with open_database(url, catalogue()) as database:
        await database.identity.hold(SYSTEM, identity("Person", OTHERS + PLACE), PARTNER)
    return await ask(url, dialect, world)


async def ask(url: str, dialect: DialectName, world: Deals) -> list[Explaining]:
    """Ask everything of a database that holds a world."""
    async with open_database(url, catalogue()) as database:
        found = []
        for question, asking in _questions(database, world).items():
            times, statements = await _timed(asking)
            median, slowest = statistics.median(times), times[len(times) * 95 // 100]
            found.append(Explaining(dialect, world.others, question, statements, median, slowest))
        return found


def _questions(database: Database, world: Deals) -> Mapping[str, Ask]:
    """What is asked, by its name."""
    own = world.own(PLACE)
    others = [each for each in world.own(0) if each not in own]
    registered = _in_turn([own[at] for at in range(0, len(own), 10)])
    places = _in_turn([own[at] for at in range(8, len(own), 10)])
    closed = _in_turn(others)
    ties = _in_turn([_place_of(own[at]) for at in range(8, len(own), 10)])
    shown = _in_turn(own)
    return {
        "yes, by one tie": _explained(database, world, registered, allowed=True),
        "yes, by two ties": _explained(database, world, places, allowed=True),
        "no, and the four nearest rules": _explained(database, world, closed, allowed=False),
        "yes, a tie by both of its records": _explained(database, world, ties, allowed=True),
        "who can read a deal": _who(database, shown),
    }


def _in_turn(ids: list[UUID]) -> Iterator[UUID]:
    return cycle(ids)


def _place_of(deal: UUID) -> UUID:
    """The tie by which a deal lies in a region: each deal has one, of its own number."""
    return identity("LiesIn", deal.int & 0xFFFFFFFF)


def _explained(database: Database, world: Deals, records: Iterator[UUID], *, allowed: bool) -> Ask:
    session, partner = database.as_(SYSTEM), world.partner(PLACE)

    async def asking() -> int:
        with database.connections.count_statements() as statements:
            found = await explain_access(session, partner, next(records), READ)
        if found.allowed is not allowed:
            raise ValueError(f"Not as expected: {found}")
        return len(statements)

    return asking


def _who(database: Database, records: Iterator[UUID]) -> Ask:
    session = database.as_(SYSTEM)

    async def asking() -> int:
        with database.connections.count_statements() as statements:
            await who_can(session, next(records), READ, among="Person")
        return len(statements)

    return asking


async def _timed(asking: Ask) -> tuple[list[float], int]:
    """The milliseconds that a question takes, in ascending order, and how many statements."""
    times: list[float] = []
    statements = 0
    for _ in range(BEFORE + ASKED):
        begun = time.perf_counter()
        statements = await asking()
        times.append(1_000 * (time.perf_counter() - begun))
    return sorted(times[BEFORE:]), statements
