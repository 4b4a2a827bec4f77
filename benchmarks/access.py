"""What access rules cost partners who see little, some or most of a million deals.

A partner whose own deals are 50, 500 or 5,000 asks for pages, counts and words under four OR-ed policies, one of them over
two hops; in turn with it the system principal asks the same of the same ids, given by hand. Every question is asked often
enough beforehand that PostgreSQL may take the plan that serves all values. ``python -m benchmarks access --deals 1000000``.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.deal_rows import OWN, SHARES, Deals, fill
from benchmarks.deals import catalogue
from benchmarks.servers import database_server
from relatum.access import SYSTEM
from relatum.connections import DialectName
from relatum.session import Session, open_database
from relatum_schemas.selection import (
    Aggregate,
    Compare,
    Condition,
    Connection,
    EdgesItem,
    FieldOutput,
    FieldPath,
    Function,
    GroupKey,
    KeyOutput,
    Many,
    Measure,
    MeasureOutput,
    Operator,
    Order,
    Page,
    Parameter,
    Request,
    RootField,
    Rows,
    Search,
    SelfOutput,
    TotalCountItem,
)

BEFORE: Final = 20
ASKED: Final = 100
SLOW: Final = 1_000.0
"""Milliseconds from which on a question is asked a few times only."""

BY_HAND: Final = Compare(
    path=FieldPath(field="id"), operator=Operator.IN, value=Parameter(parameter="ids")
)
_SHOWN: Final = tuple(
    FieldOutput(key=name, field=name) for name in ("id", "title", "state", "worth", "chance")
)


def _page(order: str, condition: Condition | None, *, counted: bool = False) -> Request:
    edges = EdgesItem(key="edges", outputs=(SelfOutput(key="node", outputs=_SHOWN),))
    total = (TotalCountItem(key="total"),) if counted else ()
    return _request(
        Rows(type="Deal", filter=condition), Connection(items=(edges, *total)), order=order
    )


def _request(
    source: Rows | Search, form: Connection | Aggregate | Many, *, order: str | None = None
) -> Request:
    orders = () if order is None else (Order(path=FieldPath(field=order)),)
    page = None if isinstance(form, Aggregate) else Page(first=20)
    return Request(
        fields=(RootField(key="deals", source=source, form=form, order=orders, page=page),)
    )


def _sums(condition: Condition | None) -> Request:
    worth = Measure(function=Function.SUM, path=FieldPath(field="worth"))
    form = Aggregate(
        group_by=(GroupKey(path=FieldPath(field="state")),),
        outputs=(KeyOutput(key="state", index=0), MeasureOutput(key="worth", measure=worth)),
    )
    return _request(Rows(type="Deal", filter=condition), form)


def questions(restriction: Condition | None = None) -> Mapping[str, Request]:
    """What is asked, by its name; of the deals that a restriction leaves."""
    is_open = Compare(path=FieldPath(field="state"), operator=Operator.EQ, value="open")
    both = is_open if restriction is None else restriction & is_open
    asked = {
        "a page, in order of an indexed field": _page("worth", restriction),
        "a page, in order of another field": _page("chance", restriction),
        "a filtered page": _page("title", both),
        "a page and how many there are": _page("worth", restriction, counted=True),
        "sums by state": _sums(restriction),
    }
    if restriction is None:
        words = Search(text="pumps", types=("Deal",))
        asked["a page of a search"] = _request(words, Many(outputs=_SHOWN[:1]))
    return asked


@dataclass(frozen=True)
class Access:
    """What a question takes.

    Attributes:
        deals: of other partners.
        seen: how many deals the partner sees.
        median: milliseconds.
        slowest: milliseconds that 95 of 100 take at most.
        by_hand: milliseconds of the median of the same by the system principal, restricted to the same ids.
        ratio: the median by that by hand.
    """

    database: DialectName
    deals: int
    seen: int
    question: str
    median: float
    slowest: float
    by_hand: float | None
    ratio: float | None


def measure(dialect: DialectName, deals: int) -> list[Access]:
    """Fill a database and ask everything of it."""
    with (
        tempfile.TemporaryDirectory(prefix="relatum-access-") as folder,
        database_server(dialect, Path(folder)) as url,
    ):
        return asyncio.run(_filled(url, dialect, Deals(deals)))


async def _filled(url: str, dialect: DialectName, world: Deals) -> list[Access]:
    await fill(url, world)
    return await ask(url, dialect, world)


async def ask(url: str, dialect: DialectName, world: Deals) -> list[Access]:
    """Ask everything of a database that holds a world.

    Raises:
        ValueError: a partner is not answered what the restriction by hand is.
    """
    found: list[Access] = []
    async with open_database(url, catalogue()) as database:
        system = database.as_(SYSTEM)
        by_hand = questions(BY_HAND)
        for place, seen in enumerate((*OWN, *(world.others * share // 1_000 for share in SHARES))):
            partner = database.as_(world.partner(place))
            for name, asked in questions().items():
                if place >= len(OWN):
                    (times,) = await _timed(_asking(partner, asked))
                    found.append(_access(dialect, world, seen, name, times, None))
                    continue
                hand: list[float] | None = None
                if name in by_hand:
                    given = {"ids": [str(each) for each in world.own(place)]}
                    restricted = _asking(system, by_hand[name], given)
                    times, hand = await _timed(_asking(partner, asked), restricted)
                else:
                    (times,) = await _timed(_asking(partner, asked))
                found.append(_access(dialect, world, seen, name, times, hand))
    return found


def _asking(
    session: Session, asked: Request, given: Mapping[str, object] | None = None
) -> Callable[[], Awaitable[bytes]]:
    return lambda: session.read(asked, given)


async def _timed(*asking: Callable[[], Awaitable[bytes]]) -> list[list[float]]:
    """The milliseconds that each takes, in ascending order; they are asked in turn, and have to answer alike."""
    times: list[list[float]] = [[] for _ in asking]
    for turn in range(BEFORE + ASKED):
        answers = set()
        for each, taken in zip(asking, times, strict=True):
            begun = time.perf_counter()
            answers.add(await each())
            taken.append(1_000 * (time.perf_counter() - begun))
        if len(answers) > 1:
            raise ValueError(f"A partner and the restriction by hand differ: {answers}")
        if turn >= 4 and times[0][-1] > SLOW:
            return [sorted(taken[2:]) for taken in times]
    return [sorted(taken[BEFORE:]) for taken in times]


def _access(
    dialect: DialectName,
    world: Deals,
    seen: int,
    name: str,
    times: list[float],
    hand: list[float] | None,
) -> Access:
    median, slowest = statistics.median(times), times[len(times) * 95 // 100]
    by_hand = None if hand is None else statistics.median(hand)
    ratio = None if by_hand is None else median / by_hand
    return Access(dialect, world.others, seen, name, median, slowest, by_hand, ratio)
