"""What a person is entitled to by what the graph says of it now: firms it may act for, and roles it holds.

One statement for all of it, however many role rules there are: rows of what was found, each with its kind. Or a text of
these rows, which stands beside what another statement tells.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import CompoundSelect, FromClause, Select, func, select, union_all

from relatum.access import PRINCIPAL_FIRM, PRINCIPAL_ID, UNGUARDED, Principal
from relatum.catalogue.model import Catalogue
from relatum.connections.prepared import Prepared, prepare
from relatum.connections.types import FOREVER, DialectName, Identifier
from relatum.reading.binds import Binds, Moment
from relatum.reading.compiling import beginning
from relatum.reading.conditions import predicate
from relatum.reading.context import Context
from relatum.reading.guards import type_row
from relatum.reading.plan import Bound
from relatum.reading.sql import Json, Predicate, Sql, rows_of
from relatum.reading.times import holding
from relatum.tables import Tables
from relatum_schemas.kinds import Identity
from relatum_schemas.selection import Clock

HELD: Final = "held"
RULED: Final = "ruled"
FIRM: Final = "firm"
"""The kinds of rows: a role held (with the firm it is confined to), a role by a rule, a firm that may be acted for."""

_IDS: Final = ("firm", "by")


@dataclass(frozen=True)
class Standing:
    """What was found.

    Attributes:
        ties: by which it may act for firms: the firm, its label, the tie.
        ruled: roles by rules.
        held: roles held, each with the firm that it is confined to.
    """

    ties: tuple[tuple[UUID, str, UUID], ...] = ()
    ruled: frozenset[str] = frozenset()
    held: tuple[tuple[str, UUID | None], ...] = ()

    @property
    def firms(self) -> dict[UUID, str]:
        """The firms that it may act for, with their labels and sorted by them."""
        return {firm: label for firm, label, _ in sorted(self.ties, key=lambda tie: tie[1:])}

    def roles(self, firm: UUID | None) -> frozenset[str]:
        """The roles while acting for a firm, or for none."""
        return self.ruled | {role for role, only in self.held if only is None or only == firm}


@dataclass(frozen=True)
class StandingPlan:
    """The statement that tells the standing of any one record."""

    prepared: Prepared
    binds: Binds = field(compare=False)

    def bind(self, record: UUID, firm: UUID | None, *, now: datetime) -> Bound:
        """Return the statement with its values.

        Args:
            record: whose standing is asked.
            firm: for which it acts; conditions of role rules may ask for it.
            now: at which ties have to hold.
        """
        moment = Moment({}, now, Principal(id=record, firm=firm))
        return Bound(self.prepared, self.binds.arguments(moment))


def standing_of_rows(rows: list[Any]) -> Standing:
    """Return what the rows of the statement say."""
    return Standing(
        ties=tuple((firm, name or "", tie) for kind, name, firm, tie in rows if kind == FIRM),
        ruled=frozenset(name for kind, name, _, _ in rows if kind == RULED),
        held=tuple((name, firm) for kind, name, firm, _ in rows if kind == HELD),
    )


def standing_plan(
    *, catalogue: Catalogue, tables: Tables, dialect: DialectName, at: datetime | None = None
) -> StandingPlan:
    """Compile the statement.

    Args:
        catalogue: whose role rules and representing ties count.
        tables: of the catalogue.
        dialect: the database that it is for.
        at: a recorded time at which all is judged, as it was known and held then; None for now.
    """
    context = beginning(catalogue=catalogue, tables=tables, access=UNGUARDED, dialect=dialect)
    if at is not None:
        moment = at.isoformat()
        context = replace(context, clock=Clock(valid_at=moment, recorded_at=moment))
    return StandingPlan(prepare(_found(at, context), dialect), context.binds)


def standing_text(context: Context, *, brief: bool = False) -> Json:
    """Return what was found of the principal as JSON: the same text for the same, in whatever order it was found.

    Args:
        context: of the statement in which the text stands; unguarded, and now.
        brief: whether the firms of roles held are not followed to what they became. Where no role is held for a firm,
            the text is the same.
    """
    found = _found(None, context, brief=brief).subquery(context.aliases.name("found"))
    entries = [
        (name, context.dialect.id_text(column) if name in _IDS else column)
        for name, column in found.c.items()
    ]
    rows = rows_of(found).order_by(*found.c)
    return context.dialect.list_of_objects(rows, entries)


def standing_of_text(text: bytes) -> Standing:
    """Return what the text says."""
    return standing_of_rows(
        [
            tuple(UUID(value) if name in _IDS and value else value for name, value in row.items())
            for row in orjson.loads(text)
        ]
    )


def _found(at: datetime | None, context: Context, *, brief: bool = False) -> CompoundSelect[Any]:
    """What is found of the principal: kind, name, firm, and the tie or holding by which it has it."""
    record = context.binds.add(PRINCIPAL_ID, lambda run: run.principal.id, Identifier())
    held = _held(record, at, context, brief=brief)
    return union_all(held, *_ruled(record, context), *_firms(record, context))


def _held(record: Sql, at: datetime | None, context: Context, *, brief: bool) -> Select[Any]:
    """Roles held, also by records that became this one, for firms and, unless in brief, what they became."""
    held = context.aliases.of(context.tables.holding, "holding")
    merged = context.aliases.of(context.tables.record, "merged")
    became = select(merged.c.id).select_from(merged).where(merged.c.merged_into == record)
    # Not one condition or the other: PostgreSQL would then read what everybody holds.
    holders = union_all(select(record), became)
    since, until = held.c.recorded_from, held.c.recorded_to
    source, only = (held, held.c.firm_id) if brief else _firm_followed(held, context)
    return (
        select(
            context.dialect.constant(HELD).label("kind"),
            held.c.role.label("name"),
            only.label("firm"),
            held.c.id.label("by"),
        )
        .select_from(source)
        .where(
            held.c.record_id.in_(holders),
            *([until == FOREVER] if at is None else [since <= at, until > at]),
        )
    )


def _firm_followed(held: FromClause, context: Context) -> tuple[FromClause, Sql]:
    """Holdings with the firms that they are for, or what these became."""
    firm = context.aliases.of(context.tables.record, "firm")
    became = func.coalesce(firm.c.merged_into, held.c.firm_id, type_=Identifier())
    return held.outerjoin(firm, firm.c.id == held.c.firm_id), became


def _ruled(record: Sql, context: Context) -> Iterator[Select[Any]]:
    """Roles by rules whose condition the record fulfils."""
    for rule in context.catalogue.roles.values():
        if rule.type is None:
            continue
        for type_name in context.catalogue.concrete(rule.type):
            row = type_row(type_name, context=context)
            fulfilled: list[Predicate] = [*row.where, row.id == record]
            if rule.condition is not None:
                fulfilled.append(predicate(rule.condition, row, context=context))
            kind, name = context.dialect.constant(RULED), context.dialect.constant(rule.name)
            nobody = context.dialect.missing(Identity())
            yield select(kind, name, nobody, nobody).select_from(row.columns).where(*fulfilled)


def _firms(record: Sql, context: Context) -> Iterator[Select[Any]]:
    """Firms at the far end of ties by which the record may act for them."""
    for relationship in context.catalogue.relationships.values():
        if not relationship.represents:
            continue
        tie = type_row(relationship.name, context=context)
        firm = context.aliases.of(context.tables.record, "firm")
        held = holding(tie.columns, relationship, None, context=context)
        yield (
            select(context.dialect.constant(FIRM), firm.c.label, firm.c.id, tie.id)
            .select_from(tie.columns.join(firm, firm.c.id == tie.columns.c.target_id))
            .where(tie.columns.c.source_id == record, *tie.where, *held)
        )


@dataclass(frozen=True)
class RepresentativesPlan:
    """The statement that tells who may act for a firm: the ids of records, one per row."""

    prepared: Prepared
    binds: Binds = field(compare=False)

    def bind(self, firm: UUID, *, now: datetime) -> Bound:
        """Return the statement with its values.

        Args:
            firm: that is acted for.
            now: at which ties have to hold.
        """
        moment = Moment({}, now, Principal(firm=firm))
        return Bound(self.prepared, self.binds.arguments(moment))


def representatives_plan(
    *, catalogue: Catalogue, tables: Tables, dialect: DialectName
) -> RepresentativesPlan | None:
    """Compile the statement; None where no tie lets anybody act for another.

    Args:
        catalogue: whose representing ties count.
        tables: of the catalogue.
        dialect: the database that it is for.
    """
    context = beginning(catalogue=catalogue, tables=tables, access=UNGUARDED, dialect=dialect)
    firm = context.binds.add(PRINCIPAL_FIRM, lambda run: run.principal.firm, Identifier())
    parts: list[Select[Any]] = []
    for relationship in catalogue.relationships.values():
        if relationship.represents:
            tie = type_row(relationship.name, context=context)
            held = holding(tie.columns, relationship, None, context=context)
            reached = (tie.columns.c.target_id == firm, *tie.where, *held)
            parts.append(select(tie.columns.c.source_id).select_from(tie.columns).where(*reached))
    if not parts:
        return None
    return RepresentativesPlan(prepare(union_all(*parts), dialect), context.binds)
