"""How much principals see of the types that a plan weighs: little enough to be gathered first, or more.

It is counted no further than the bound, when a principal first asks, and believed for some minutes. Nothing but time
hangs on it: a principal that sees more than it did gets right answers more slowly, until it is counted again.
"""

from collections import OrderedDict
from collections.abc import Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, cast
from uuid import UUID

from sqlalchemy import func, select

from relatum.access import AccessView, Principal, view_of
from relatum.catalogue.model import Catalogue
from relatum.connections.interface import Connection
from relatum.connections.prepared import Prepared, prepare
from relatum.connections.types import DialectName
from relatum.reading.binds import Binds, Moment
from relatum.reading.compiling import beginning
from relatum.reading.context import Context
from relatum.reading.reach import gathered
from relatum.reading.sql import Sql, raw
from relatum.tables import Tables
from relatum_schemas.policy import AGGREGATE, HISTORY, READ

LARGE: Final = 10_000
"""Records of a type from which on they are judged one by one."""

BELIEVED: Final = timedelta(minutes=5)
"""How long a count is believed."""

KEPT: Final = 10_000
"""How many principals are known at a time; the one not seen for longest goes first."""

_COUNTS_KEPT: Final = 200
_ANY_SIGHT: Final = READ | AGGREGATE | HISTORY

_Known = tuple[UUID | None, UUID | None, AccessView]


@dataclass
class _Size:
    """What is known of a principal: since when, for which types, and of which of them it sees much."""

    counted_at: datetime
    types: frozenset[str] = frozenset()
    large: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Count:
    """A statement that counts what is seen of some types: one row, a column per type."""

    types: tuple[str, ...]
    prepared: Prepared
    binds: Binds


@dataclass
class Sizes:
    """What is known of the principals of one catalogue."""

    catalogue: Catalogue
    tables: Tables
    dialect: DialectName
    bound: int = LARGE
    _known: OrderedDict[_Known, _Size] = field(default_factory=OrderedDict)
    _counts: OrderedDict[tuple[AccessView, frozenset[str]], _Count] = field(
        default_factory=OrderedDict
    )

    def known(
        self, principal: Principal, types: Set[str], *, now: datetime
    ) -> frozenset[str] | None:
        """Return of which types a principal sees much; None where some of these have not been counted lately."""
        size = self._known.get(_key(principal))
        if size is None or not types <= size.types or now - size.counted_at > BELIEVED:
            return None
        return size.large

    async def count(
        self, principal: Principal, types: Set[str], *, now: datetime, connection: Connection
    ) -> frozenset[str]:
        """Count what a principal sees of some types, and return of which it sees much."""
        counting = self._counting(view_of(principal), frozenset(types))
        values = counting.binds.arguments(Moment({}, now, principal))
        (numbers,) = await connection.rows(counting.prepared, values)
        found = zip(counting.types, numbers, strict=True)
        large = frozenset(name for name, number in found if cast(int, number) > self.bound)
        self._keep(principal, _Size(now, frozenset(types), large))
        return self._known[_key(principal)].large

    def _keep(self, principal: Principal, size: _Size) -> None:
        key = _key(principal)
        before = self._known.pop(key, None)
        if before is not None and size.counted_at - before.counted_at <= BELIEVED:
            size = _Size(before.counted_at, before.types | size.types, before.large | size.large)
        while len(self._known) >= KEPT:
            self._known.popitem(last=False)
        self._known[key] = size

    def _counting(self, access: AccessView, types: frozenset[str]) -> _Count:
        key = (access, types)
        counting = self._counts.pop(key, None) or self._compiled(access, sorted(types))
        while len(self._counts) >= _COUNTS_KEPT:
            self._counts.popitem(last=False)
        self._counts[key] = counting
        return counting

    def _compiled(self, access: AccessView, types: list[str]) -> _Count:
        context = beginning(
            catalogue=self.catalogue, tables=self.tables, access=access, dialect=self.dialect
        )
        numbers = [self._number(name, context) for name in types]
        return _Count(tuple(types), prepare(select(*numbers), self.dialect), context.binds)

    def _number(self, type_name: str, context: Context) -> Sql:
        """How many ids the grants on a type find, each way on which they are found up to the bound."""
        grants = context.access.grants(self.catalogue, type_name, _ANY_SIGHT)
        open_to_all = any(grant.unconditional for grant in grants)
        ways = [] if open_to_all else gathered(type_name, grants, context=context)
        # Where no grant begins at few ids, any record of the type may be seen.
        ways = ways or [select(self.tables.current[type_name].c.id)]
        numbers = [
            select(func.count())
            .select_from(ids.limit(raw(str(self.bound + 1))).subquery("found"))
            .scalar_subquery()
            for ids in ways
        ]
        return sum(numbers[1:], start=numbers[0]).label(type_name)


def _key(principal: Principal) -> _Known:
    return principal.id, principal.firm, view_of(principal)
