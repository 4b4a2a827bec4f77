"""What is new since somebody looked last, in words: from the change log, as far as they may know of it."""

from dataclasses import dataclass
from typing import Any, Final

import orjson

from relatum.changes.places import places_of
from relatum.session.feed import Following
from relatum.session.reader import Reader
from relatum.viewing import Desk
from relatum.viewing.columns import IDENTITY, named_in
from relatum.viewing.histories import FACTS, Line, line
from relatum_schemas.errors import BadValue
from relatum_schemas.selection import AcrossOutput, Changes, Many, RootField

LARGEST: Final = 1_000
"""Lines that are told at once at most."""

_FORM: Final = Many(outputs=(*FACTS, AcrossOutput(key="record", across="record", outputs=IDENTITY)))


@dataclass(frozen=True)
class News:
    """What came since a cursor.

    Attributes:
        lines: in the order in which it was recorded.
        cursor: from which what comes next is told.
        more: whether there is more at once.
    """

    lines: tuple[Line, ...]
    cursor: str
    more: bool


async def news(
    session: Reader,
    desk: Desk,
    *,
    since: str | None,
    types: tuple[str, ...],
    first: int,
    wait: float,
) -> News:
    """What came since a cursor.

    Args:
        session: of whoever asks.
        desk: at which it is told.
        since: the cursor; without one nothing is told but from where on.
        types: names of types and traits; none for all.
        first: how many lines at most, 1 to 1,000.
        wait: seconds to wait for something, where there is nothing yet.

    Raises:
        BadValue: so many lines are not told at once; the path is ``("first",)``.
        BadCursor: the cursor is damaged; the path is ``("since",)``.
        StartOver: more has left sight than is told one by one.
        UnknownType: there is no such type.
    """
    if not 1 <= first <= LARGEST:
        raise BadValue(f"From 1 to {LARGEST:,} lines are told at once.", path="first")
    root = RootField(key="news", source=Changes(types=types), form=_FORM)
    followed = Following(root, {}, since, most=first)
    batch = await followed.step(session)
    connections = session.storage.connections
    if not batch.rows and wait and await followed.wait(connections, seconds=wait):
        batch = await followed.step(session)
    places = await places_of(connections)
    told = (orjson.loads(each.data) for each in batch.rows)
    lines = tuple(_line(desk, each) for each in told)
    return News(lines, followed.cursor(places, session.principal.id), batch.more)


def _line(desk: Desk, shown: dict[str, Any]) -> Line:
    return line(desk, shown, named_in(shown["record"]) if shown["record"] else None)
