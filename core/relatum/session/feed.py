"""Following changes: what a principal is told of them, step by step, over reconnections, and which records left its sight.

::

    followed = Following(root, {}, since=cursor)
    while ...:
        batch = await followed.step(database.as_(principal))
        ...  # each row has its cursor, from which another `Following` goes on
        if not batch.more:
            await followed.wait(database.connections)

A step reads one snapshot. First it tells which records left between the position where all had been told (the base) and
the end of the log, then the lines in between. Both are functions of these positions: whoever goes on from the cursor of a
row misses nothing and is told nothing twice. Rights are those of the session given: what was revoked is told no more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import bindparam, literal_column, not_, select

from relatum.changes.places import Place, Places, place_of, places_of
from relatum.changes.reader import wait_for_changes
from relatum.changes.sequencer import CHANGE, UNIT_OF_WORK, end_of_log
from relatum.connections import Connection, Connections
from relatum.connections.expressions import any_of
from relatum.connections.prepared import Prepared, prepare
from relatum.connections.types import DialectName
from relatum.reading.binds import Moment
from relatum.reading.following import LEFT, FollowPlan, Span
from relatum.reading.plan import Bound
from relatum.session.reader import Reader
from relatum_schemas.errors import BadCursor, StartOver
from relatum_schemas.selection import (
    CursorOutput,
    FieldOutput,
    Many,
    Output,
    Request,
    RootField,
    TextOutput,
)

PAGE: Final = 200
"""Lines that a step tells at most, unless it is said how many."""

MOST_LEFT: Final = 1_000
"""Records that are told one by one to have left, in one step."""

ADDING: Final = ("created", "related", "restored")
"""What is done when something comes to be there."""

_BETWEEN_ROWS: Final = b"\0"
"""What no JSON has inside."""

_LOOKED_THROUGH: Final = 10_000
"""In a longer part of the log it is not looked for what may have made records leave: all that was in sight is."""


@dataclass(frozen=True, slots=True)
class Told:
    """One change as a principal is told of it.

    Attributes:
        cursor: where it stands; another `Following` goes on from here.
        data: a JSON object of what was asked.
    """

    cursor: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """What one step tells.

    Attributes:
        rows: the changes in order.
        more: whether there is more at once.
    """

    rows: tuple[Told, ...]
    more: bool


_NOTHING: Final = Batch((), more=False)


class Following:
    """One reader's place in the log, and what it asks there.

    Attributes:
        root: a `Changes` source in the form `Many`. Its cursor is left out of account.
        position: the last position that was looked at.
    """

    def __init__(
        self,
        root: RootField,
        parameters: Mapping[str, object],
        since: str | None = None,
        *,
        most: int = PAGE,
    ) -> None:
        """Begin at a cursor; without one at the end of the log as it is when the first step is made.

        Args:
            root: what is asked.
            parameters: of what is asked.
            since: the cursor.
            most: how many lines a step tells at most.
        """
        self.root = root
        self.position = 0
        self._parameters = parameters
        self._since = since
        self._most = most
        self._place: Place | None = None

    def asked(self, other: "Following") -> "Following":
        """What another one asks, at this one's place: for the same question under other types."""
        other.position, other._since, other._place = self.position, self._since, self._place
        return other

    async def step(self, session: Reader) -> Batch:
        """Tell what came since the last step, as far as the session's principal may know of it now.

        Raises:
            BadCursor: the cursor that was begun with is damaged; the path is ``("since",)``.
            StartOver: more records left its sight than are told one by one.
            RelatumError: what is asked has no meaning.
        """
        await session.certify()
        storage, who = session.storage, session.principal
        if self._place is None and self._since is not None:
            self._place = await _begun(storage.connections, self._since, who.id)
        then = None if self._place is None or self._place.line is not None else self._place.roles
        plan = storage.plans.following(self.root, who, then)
        places = await places_of(storage.connections)
        async with storage.connections.snapshot() as connection:
            end, _ = await end_of_log(connection)
            place = Place(end) if self._place is None else self._place
            if place.until is None:
                place = replace(place, until=max(end, place.base))
            self.position = end
            moment = Moment(self._parameters, storage.clock(), who, storage.keys)
            step = _Step(connection, plan, moment, place, end, places, self._most)
            await step.take()
        rows = (
            step.told if step.bound is None else await self._opened(step.told, step.bound, session)
        )
        self._place = after = step.after
        whole = after.until is None and after.base >= end and after.roles == who.roles
        return Batch(rows, more=not whole)

    def cursor(self, places: Places, who: UUID | None) -> str:
        """The cursor after what the last step told, for whoever it was told to."""
        assert self._place is not None
        return places.cursor(self._place, who)

    async def wait(self, connections: Connections, *, seconds: float = 30.0) -> bool:
        """Wait until there are changes after those that were looked at; false when there came none."""
        return await wait_for_changes(connections, self.position, seconds=seconds)

    async def _opened(
        self, rows: tuple[Told, ...], bound: Bound, session: Reader
    ) -> tuple[Told, ...]:
        """Rows with their private values, when it is written down that they were read."""
        if bound.private is None:
            return rows
        request = Request(fields=(self.root,))
        whole = await session.opened(_BETWEEN_ROWS.join(each.data for each in rows), bound, request)
        shown = whole.split(_BETWEEN_ROWS)
        return tuple(replace(each, data=data) for each, data in zip(rows, shown, strict=True))


async def _begun(connections: Connections, since: str, who: UUID | None) -> Place:
    """The place of the cursor that was given to begin with."""
    try:
        return await place_of(connections, since, who)
    except BadCursor as error:
        error.at("since")
        raise


class _Step:
    """A step under way: in a snapshot, from a place."""

    def __init__(
        self,
        connection: Connection,
        plan: FollowPlan,
        moment: Moment,
        place: Place,
        end: int,
        places: Places,
        most: int,
    ) -> None:
        assert place.until is not None
        self.told: tuple[Told, ...] = ()
        self.after = place
        self.bound: Bound | None = None
        self._connection = connection
        self._plan = plan
        self._moment = moment
        self._place = place
        self._until = place.until
        self._end = end
        self._places = places
        self._most = most
        self._roles = frozenset[str]()
        self._times: tuple[datetime | None, datetime | None] = (None, None)

    async def take(self) -> None:
        """Take the step."""
        place = self._place
        roles = self._moment.principal.roles
        if place.line is None:
            self._roles = roles
        else:
            self._roles = roles | (place.roles or frozenset())
        if self._until <= place.base and not self._other_roles:
            self.after = Place(place.base, roles=self._roles)
            return
        span = await self._span()
        if place.line is None:
            left = await self._left(span)
            self.told = tuple(self._left_told(each, name) for each, name in left)
        lines = await self._lines(span, place.base if place.line is None else place.line)
        self.told += tuple(self._line_told(*each) for each in lines)
        whole = len(lines) < self._most
        last = None if whole else lines[-1][1]
        self.after = (
            Place(self._until, roles=self._roles)
            if whole
            else replace(place, left=None, line=last, roles=self._roles)
        )

    async def _span(self) -> Span:
        """Between which positions the step tells, with the times of their lines."""
        place = self._place
        given = {"positions": [place.base, self._until]}
        rows: list[Any] = await self._rows(_times, given)
        times: dict[int, datetime] = dict(rows)
        self._times = (times.get(place.base), times.get(self._until))
        base_time, until_time = (None if each is None else each.isoformat() for each in self._times)
        return Span(place.base, self._until, base_time, until_time)

    async def _left(self, span: Span) -> list[tuple[UUID, str]]:
        """The records that left between the two positions, with their types.

        Raises:
            StartOver: they are too many.
        """
        if not span.base or not self._plan.leaving:
            return []
        everywhere = self._other_roles or await self._may_leave_anywhere(span)
        if not everywhere and not await self._lines_about(span, self._near):
            return []
        bound = self._plan.left(
            self._moment,
            span,
            after=self._place.left,
            most=MOST_LEFT + 1,
            everywhere=everywhere,
        )
        if bound is None:
            return []
        found: list[Any] = await self._connection.rows(bound.prepared, bound.values)
        if len(found) > MOST_LEFT:
            raise StartOver(
                f"More than {MOST_LEFT} records left your sight since.",
                hint="Read anew what you keep, and follow changes from a new cursor.",
            )
        return found

    @property
    def _other_roles(self) -> bool:
        """Whether what is known was told by other rights than those that are held now."""
        return self._plan.then != self._plan.access

    async def _may_leave_anywhere(self, span: Span) -> bool:
        """Whether something came to pass by which records far from it may have left."""
        if span.until - span.base > _LOOKED_THROUGH:
            return True
        far = frozenset().union(*(each.far for each in self._plan.leaving.values()))
        if far and await self._lines_about(span, far):
            return True
        return await self._time_passed(far | self._near)

    @property
    def _near(self) -> frozenset[str]:
        """The types of records that may leave, and of the ties on them that may be why."""
        leaving = self._plan.leaving
        return frozenset(leaving).union(*(each.near for each in leaving.values()))

    async def _lines_about(self, span: Span, types: frozenset[str]) -> bool:
        growing = all(each.growing for each in self._plan.leaving.values())
        given = {
            "base": span.base,
            "until": span.until,
            "types": list(types),
            "operations": list(ADDING) if growing else [],
        }
        return bool(await self._rows(_about, given))

    async def _time_passed(self, types: frozenset[str]) -> bool:
        """Whether ties of some types may have begun or ended to hold, without a line, between the two times."""
        since, until = self._times
        if since is None or until is None:
            return False
        catalogue = self._plan.catalogue
        ties = (catalogue.relationships.get(name) for name in types)
        valid = {tie.validity for tie in ties if tie is not None}
        if "instant" in valid:
            return True
        zone = ZoneInfo(catalogue.zone)
        return "day" in valid and since.astimezone(zone).date() != until.astimezone(zone).date()

    async def _lines(self, span: Span, since: int) -> list[tuple[str, int, bytes]]:
        settled = span.until == self._end and not await self._rows(_waiting, {})
        bound = self._plan.lines(self._moment, span, since=since, most=self._most, settled=settled)
        if bound is None:
            return []
        self.bound = bound
        rows: Any = await self._connection.rows(bound.prepared, bound.values)
        return list(rows)

    async def _rows(self, statement: Any, given: Mapping[str, object]) -> list[Any]:
        return await self._connection.rows(statement(self._connection.dialect), given)

    def _line_told(self, plain: str, position: int, data: bytes) -> Told:
        place = Place(self._place.base, self._until, line=position, roles=self._roles)
        cursor = self._places.cursor(place, self._moment.principal.id)
        return Told(cursor, data.replace(plain.encode(), cursor.encode()))

    def _left_told(self, record: UUID, type_name: str) -> Told:
        place = Place(self._place.base, self._until, left=record, roles=self._place.roles)
        cursor = self._places.cursor(place, self._moment.principal.id)
        facts = {
            "cursor": cursor,
            "type": type_name,
            "record_id": str(record),
            "operation": LEFT.upper(),
        }
        form = self._plan.root.form
        assert isinstance(form, Many)
        shown = {each.key: _left_shown(each, facts) for each in form.outputs}
        return Told(cursor, orjson.dumps(shown))


def _left_shown(output: Output, facts: Mapping[str, str]) -> str | None:
    """What an output shows of a record that left: which it is, and nothing else."""
    match output:
        case FieldOutput(field=name):
            return facts.get(name)
        case CursorOutput():
            return facts["cursor"]
        case TextOutput(text=text):
            return text
    return None


@cache
def _times(dialect: DialectName) -> Prepared:
    line, unit = CHANGE.c, UNIT_OF_WORK.c
    found = select(line.position, unit.recorded_at).join(UNIT_OF_WORK, unit.id == line.unit_id)
    return prepare(found.where(any_of(line.position, "positions")), dialect)


@cache
def _about(dialect: DialectName) -> Prepared:
    line = CHANGE.c
    spanned = (
        line.position > bindparam("base", type_=line.position.type),
        line.position <= bindparam("until", type_=line.position.type),
    )
    adding = any_of(line.operation, "operations")
    found = select(line.position).where(*spanned, any_of(line.type, "types"), not_(adding))
    return prepare(found.limit(literal_column("1")), dialect)


@cache
def _waiting(dialect: DialectName) -> Prepared:
    line = CHANGE.c
    found = select(line.id).where(line.position.is_(None))
    return prepare(found.limit(literal_column("1")), dialect)
