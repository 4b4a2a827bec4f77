"""Following the change log: what a principal is told between two positions, and which records left its sight meanwhile.

Two statements, kept like other plans. `lines` gives the lines of changes up to a position, of records that may be read now
and could be in the state at that position. `left` compares two states of the log: what could be read and was meant in the
one, and is not in the other. Both states are judged alike, so that following from any position, in steps of any length,
tells each record that left once.

What may make records leave is known from the rules: a line about the record itself or about a tie at it (`near`), or one
about what the rules pass further on (`far`); only then all that was in sight is looked at.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, or_, select, union_all
from sqlalchemy.types import TypeEngine

from relatum.access import AccessView
from relatum.catalogue.model import Catalogue
from relatum.connections.expressions import document
from relatum.connections.prepared import Prepared, prepare
from relatum.connections.types import DialectName, Identifier
from relatum.reading.binds import Binds, Moment
from relatum.reading.changelog import (
    gone_of,
    gone_told,
    in_scope,
    line_row,
    position_name,
    types_of,
)
from relatum.reading.compiling import beginning
from relatum.reading.conditions import predicate
from relatum.reading.context import Context, Cut, Private, within
from relatum.reading.dependence import Dependence, dependence
from relatum.reading.guards import open_to_all, type_row
from relatum.reading.outputs import entries_of
from relatum.reading.plan import Bound
from relatum.reading.rows import TypeRow
from relatum.reading.sql import ONE, Predicate, Sql, rows_of
from relatum.tables import Tables
from relatum.tables.columns import BIG_INTEGER
from relatum_schemas.selection import Changes, Clock, Many, Parameter, RootField

SINCE: Final = "followed"
"""The cursor of the source: its position is given as `position_name` says."""

LEFT: Final = "left_scope"
"""What is told of a record that may not be seen any more, among the operations that a source asks for."""

_UNTIL, _BASE, _MOST, _AFTER = "until_position", "base_position", "most_rows", "after_record"
_UNTIL_TIME: Final = "until_time"
_BASE_TIME: Final = "base_time"


@dataclass(frozen=True)
class Span:
    """What lies between two positions of the log, and at what time ties held at either.

    Attributes:
        base: the position from which records may leave.
        until: the last position that counts.
        base_time: when the line at the base was recorded, in wire form.
        until_time: likewise of the last.
    """

    base: int
    until: int
    base_time: str | None
    until_time: str | None


@dataclass(frozen=True, eq=False)
class FollowPlan:
    """How changes are followed by whoever has some rights.

    Attributes:
        root: what is asked: a `Changes` source as a list.
        access: the rights by which changes are told.
        then: the rights by which was told what is known already.
        leaving: the types of which records may leave, each with what makes them.
    """

    root: RootField
    catalogue: Catalogue
    tables: Tables
    access: AccessView
    then: AccessView
    dialect: DialectName
    leaving: dict[str, Dependence]

    def lines(
        self, moment: Moment, span: Span, *, since: int, most: int, settled: bool
    ) -> Bound | None:
        """Return the statement of the lines after a position; None where no lines are asked for.

        Each of its rows is a line: cursor, position, and the JSON of what it shows.

        Args:
            moment: parameters and principal.
            span: up to where.
            since: the position after which to begin.
            most: how many lines at most.
            settled: whether all that is committed has a position, and the last is that of the span.
        """
        if self._operations == ():
            return None
        prepared, binds, private = self._settled if settled else self._unsettled
        given = {position_name(SINCE): since, _MOST: most, **_of(span)}
        run = replace(moment, parameters={**moment.parameters, **given})
        return Bound(prepared, binds.arguments(run), private)

    def left(
        self, moment: Moment, span: Span, *, after: UUID | None, most: int, everywhere: bool
    ) -> Bound | None:
        """Return the statement of the records that left, as rows of id and type in the order of their ids.

        Args:
            moment: parameters and principal.
            span: between which positions.
            after: the id after which to begin.
            most: how many at most.
            everywhere: whether all that was in sight is looked at, or what lines of the span are about.
        """
        found = self._left_of_all if everywhere else self._left_of_lines
        if found is None:
            return None
        prepared, binds = found
        given = {_MOST: most, _AFTER: after or UUID(int=0), **_of(span)}
        run = replace(moment, parameters={**moment.parameters, **given})
        return Bound(prepared, binds.arguments(run))

    @property
    def source(self) -> Changes:
        """What is followed."""
        assert isinstance(self.root.source, Changes)
        return self.root.source

    @property
    def _operations(self) -> tuple[str, ...] | None:
        """The operations of lines that are asked for; None for all."""
        asked = self.source.operations
        return tuple(each for each in asked if each != LEFT) if asked else None

    @cached_property
    def _settled(self) -> tuple[Prepared, Binds, Private | None]:
        return self._lines(settled=True)

    @cached_property
    def _unsettled(self) -> tuple[Prepared, Binds, Private | None]:
        return self._lines(settled=False)

    def _lines(self, *, settled: bool) -> tuple[Prepared, Binds, Private | None]:
        context = self._context(replace(self.access, large=frozenset(self.catalogue.types)))
        source = self.source.model_copy(
            update={"operations": self._operations or (), "since": Parameter(parameter=SINCE)}
        )
        with within(self.root.key):
            row = line_row(source, context=context)
            until = _bind(_UNTIL, BIG_INTEGER, context)
            where = [*row.where, row.columns.c.position <= until]
            if not settled:
                scope = in_scope(source, row, context=context.at(_state(_UNTIL, context)))
                where.append(or_(scope, *gone_told(source, row, context=context)))
            form = self.root.form
            assert isinstance(form, Many)
            shown = context.dialect.object_of(entries_of(row, form.outputs, context=context))
        line = row.columns.c
        rows = rows_of(row.source, *where).order_by(line.position)
        cursor = context.dialect.line_cursor(line.unit_id, line.digest)
        page = rows.limit(_bind(_MOST, BIG_INTEGER, context)).add_columns(
            cursor.label("cursor"), line.position, document(shown)
        )
        private = context.private if context.private.met else None
        return prepare(page, self.dialect), context.binds, private

    @cached_property
    def _left_of_all(self) -> tuple[Prepared, Binds] | None:
        return self._left(everywhere=True)

    @cached_property
    def _left_of_lines(self) -> tuple[Prepared, Binds] | None:
        return self._left(everywhere=False)

    def _left(self, *, everywhere: bool) -> tuple[Prepared, Binds] | None:
        asked = self.source.operations
        if not self.leaving or (asked and LEFT not in asked):
            return None
        # The few records of lines are judged one by one.
        few = frozenset[str]() if everywhere else frozenset(self.catalogue.types)
        context = replace(self._context(replace(self.access, large=few)), gathers=everywhere)
        with within(self.root.key):
            parts = [
                self._left_of(name, everywhere=everywhere, context=context) for name in self.leaving
            ]
        found = (parts[0] if len(parts) == 1 else union_all(*parts)).subquery("found")
        rows = (
            select(found.c.id, found.c.type)
            .where(found.c.id > _bind(_AFTER, Identifier(), context))
            .order_by(found.c.id)
            .limit(_bind(_MOST, BIG_INTEGER, context))
        )
        return prepare(rows, self.dialect), context.binds

    def _left_of(self, type_name: str, *, everywhere: bool, context: Context) -> Select[Any]:
        """The records of a type that were in scope at the base, and are not any more."""
        earlier = replace(self.then, large=context.access.large)
        then = replace(context, access=earlier).at(_state(_BASE, context))
        later = replace(context, gathers=False).at(_state(_UNTIL, context))
        row = type_row(type_name, entry="begun", context=then)
        still = type_row(type_name, entry="judged" if everywhere else "begun", context=later)
        kept = rows_of(still.source, still.id == row.id, *still.where, *self._meant(still, later))
        there = context.dialect.by_itself(kept.add_columns(ONE)).exists()
        where = [*row.where, *self._meant(row, then), ~there]
        if not everywhere:
            ids = _touched(self.leaving[type_name], type_name, context)
            where.insert(0, context.dialect.one_of_few(row.id, ids))
        if self.source.filter is None:
            gone = gone_of(type_name, row.id, context=context)
            where += [] if gone is None else [~gone]
        name = context.dialect.constant(type_name).label("type")
        return rows_of(row.source, *where).add_columns(row.id.label("id"), name)

    def _meant(self, row: TypeRow, context: Context) -> list[Predicate]:
        if self.source.filter is None:
            return []
        with within("filter"):
            return [predicate(self.source.filter, row, context=context)]

    def _context(self, access: AccessView) -> Context:
        return beginning(
            catalogue=self.catalogue, tables=self.tables, access=access, dialect=self.dialect
        )


def follow_plan(
    root: RootField,
    *,
    catalogue: Catalogue,
    tables: Tables,
    access: AccessView,
    then: AccessView,
    dialect: DialectName,
) -> FollowPlan:
    """Return the plan by which changes are followed.

    Args:
        root: what is asked.
        catalogue: the types in force.
        tables: of the catalogue.
        access: the rights by which changes are told.
        then: the rights by which was told what is known already.
        dialect: the database it is for.

    Raises:
        RelatumError: the source names what is not there, or has no meaning.
    """
    context = beginning(catalogue=catalogue, tables=tables, access=access, dialect=dialect)
    source = root.source
    assert isinstance(source, Changes)
    with within(root.key):
        leaving = {
            name: dependence(name, source.filter, context=context)
            for name in types_of(source, context=replace(context, access=then))
            if source.filter is not None or not open_to_all(name, context=context)
        }
    return FollowPlan(root, catalogue, tables, access, then, dialect, leaving)


def _touched(depends: Dependence, type_name: str, context: Context) -> Select[Any]:
    """The records that lines of the span are about, and those at the ends of ties that they are about."""
    line = context.aliases.of(context.tables.change, "line")
    spanned = (
        line.c.position > _bind(_BASE, BIG_INTEGER, context),
        line.c.position <= _bind(_UNTIL, BIG_INTEGER, context),
    )
    parts = [
        select(line.c.record_id)
        .where(*spanned, line.c.type == context.dialect.constant(type_name))
        .correlate_except(line)
    ]
    for name in sorted(depends.near):
        tie = context.aliases.of(context.tables.version[name], "tie")
        named = (line.c.type == context.dialect.constant(name), tie.c.id == line.c.record_id)
        parts += [
            select(tie.c[end])
            .select_from(line.join(tie, tie.c.id == line.c.record_id))
            .where(*spanned, *named)
            .correlate_except(line, tie)
            for end in ("source_id", "target_id")
        ]
    whole: Any = parts[0] if len(parts) == 1 else union_all(*parts)
    return select(whole.subquery(context.aliases.name("touched")).c[0])


def _state(name: str, context: Context) -> Cut:
    time = _BASE_TIME if name == _BASE else _UNTIL_TIME
    return Cut(_bind(name, BIG_INTEGER, context), Clock(valid_at=Parameter(parameter=time)))


def _bind(name: str, stored: TypeEngine[Any], context: Context) -> Sql:
    return context.binds.add(name, lambda moment: moment.parameters[name], stored)


def _of(span: Span) -> dict[str, object]:
    return {
        _UNTIL: span.until,
        _BASE: span.base,
        _BASE_TIME: span.base_time,
        _UNTIL_TIME: span.until_time,
    }
