"""Rules as they stand in the database, each version of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import ClauseElement, Select, select, update

from relatum.connections import FOREVER, Connection
from relatum.identity.stored import RULE, given, rows, run
from relatum.identity.values import Kind, StoredRule


async def rules_on(connection: Connection) -> list[StoredRule]:
    """The rules in force, as a connection sees them, by kind and name."""
    return [_stored(row) for row in await rows(connection, _in_force)]


async def rules_at(connection: Connection, moment: datetime) -> list[StoredRule]:
    """The rules that were in force at a recorded time."""
    return [_stored(row) for row in await rows(connection, _at, moment=moment)]


async def end_rule(
    connection: Connection, kind: Kind, name: str, *, now: datetime, by: UUID | None
) -> int:
    """Put a rule out of force, and return how many that were: one, or none of the name."""
    return await run(connection, _end, kind=kind, name=name, now=now, by=by)


def rules_of(connection: sqlalchemy.Connection) -> list[StoredRule]:
    """The rules in force, as a connection of SQLAlchemy sees them."""
    return [_stored(tuple(row)) for row in connection.execute(_in_force())]


def end_rule_of(
    connection: sqlalchemy.Connection, rule: StoredRule, *, now: datetime, by: UUID | None
) -> None:
    """Put a rule out of force, over a connection of SQLAlchemy."""
    there = update(RULE).where(RULE.c.id == rule.id)
    connection.execute(there.values(recorded_to=now, ended_by=by))


def _stored(row: tuple[Any, ...]) -> StoredRule:
    rule, kind, name, definition, recorded_from, recorded_to, made_by = row
    return StoredRule(
        id=rule,
        kind=kind,
        name=name,
        definition=definition,
        recorded_from=recorded_from,
        recorded_to=recorded_to,
        made_by=made_by,
    )


def _rules() -> Select[Any]:
    columns = RULE.c
    return select(
        columns.id, columns.kind, columns.name, columns.definition,
        columns.recorded_from, columns.recorded_to, columns.made_by,
    ).order_by(columns.kind, columns.name, columns.id)  # fmt: skip


def _in_force() -> Select[Any]:
    return _rules().where(RULE.c.recorded_to == FOREVER)


def _at() -> ClauseElement:
    moment = given("moment", RULE.c.recorded_from)
    return _rules().where(RULE.c.recorded_from <= moment, RULE.c.recorded_to > moment)


def _end() -> ClauseElement:
    columns = RULE.c
    return (
        update(RULE)
        .where(
            columns.kind == given("kind", columns.kind),
            columns.name == given("name", columns.name),
            columns.recorded_to == FOREVER,
        )
        .values(
            recorded_to=given("now", columns.recorded_to), ended_by=given("by", columns.ended_by)
        )
    )
