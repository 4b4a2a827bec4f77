"""Who holds which role: given and taken by administrators, and by those who may invite, each with its period."""

from collections.abc import Collection
from datetime import datetime
from difflib import get_close_matches
from typing import Any
from uuid import UUID

from sqlalchemy import ClauseElement, ColumnElement, Select, not_, select, update

from relatum.access import Principal
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.changes.accesses import note
from relatum.connections import FOREVER, Connection
from relatum.identifiers import new_id
from relatum.identity.room import Room, for_administrators
from relatum.identity.stored import HOLDING, RECORD, add, given, rows, run
from relatum.identity.values import Holding
from relatum_schemas.errors import BadReference, BadValue, NotFound


def known_roles(room: Room, roles: Collection[str]) -> None:
    """Refuse roles that no declaration, no rule and no policy speaks of.

    Raises:
        BadValue: there is such a one.
    """
    catalogue = room.catalogue
    known = {ADMINISTRATOR, *catalogue.roles, *(policy.role for policy in catalogue.policies)}
    for role in sorted(set(roles) - known):
        nearest = get_close_matches(role, known, n=1)
        hint = (
            f"Did you mean {nearest[0]!r}?"
            if nearest
            else f"There are: {', '.join(sorted(known))}."
        )
        raise BadValue(f"There is no role {role!r}.", path="roles", hint=hint)


async def hold(room: Room, by: Principal, record: UUID, role: str, *, firm: UUID | None) -> Holding:
    """Give a role to a record, everywhere or only while it acts for a firm.

    Raises:
        Forbidden: `by` is no administrator.
        BadValue: there is no such role.
        BadReference: there is no such record or firm.
    """
    for_administrators(by, "give roles")
    known_roles(room, [role])

    async def work(connection: Connection) -> Holding:
        for path, each in (("record", record), ("firm", firm)):
            if each is not None and not await rows(connection, _living, id=each):
                raise BadReference(f"There is no record {each}.", path=path)
        now = room.now()
        await give(connection, by, record, role, firm=firm, now=now)
        return next(
            each
            for each in await _holdings(connection, record)
            if each.role == role and each.firm == firm
        )

    return await room.write(work)


async def give(
    connection: Connection,
    by: Principal,
    record: UUID,
    role: str,
    *,
    firm: UUID | None,
    now: datetime,
) -> None:
    """Write that a record holds a role, unless it does already."""
    held = await _holdings(connection, record)
    if any(each.role == role and each.firm == firm for each in held):
        return
    row = {
        "id": new_id(),
        "record_id": record,
        "role": role,
        "firm_id": firm,
        "recorded_from": now,
        "recorded_to": FOREVER,
        "granted_by": by.id,
    }
    await add(connection, HOLDING, row)
    await note(connection, by, "role_given", at=now, record=record, details=_said(role, firm))


async def let_go(room: Room, by: Principal, record: UUID, role: str, *, firm: UUID | None) -> None:
    """Take a role from a record: from the next request on it has it no more.

    Raises:
        Forbidden: `by` is no administrator.
        NotFound: it does not hold the role.
    """
    for_administrators(by, "take roles")

    async def work(connection: Connection) -> None:
        now = room.now()
        held = [
            each
            for each in await _holdings(connection, record)
            if each.role == role and each.firm == firm
        ]
        if not held:
            raise NotFound(f"The record does not hold the role {role!r}.", path="role")
        for each in held:
            await run(connection, _end_one, key=each.id, now=now, by=by.id)
        await note(connection, by, "role_taken", at=now, record=record, details=_said(role, firm))

    await room.write(work)


async def end_at_firm(
    connection: Connection, by: Principal, record: UUID, firm: UUID, now: datetime
) -> None:
    """Take all roles from a record that it holds while acting for a firm."""
    for each in await _holdings(connection, record):
        if each.firm == firm:
            await run(connection, _end_one, key=each.id, now=now, by=by.id)
            said = _said(each.role, firm)
            await note(connection, by, "role_taken", at=now, record=record, details=said)


async def held_at_firm(connection: Connection, record: UUID, firm: UUID | None) -> frozenset[str]:
    """The roles that a record holds while acting for a firm, and nowhere else; for None, everywhere."""
    return frozenset(each.role for each in await _holdings(connection, record) if each.firm == firm)


async def holdings(room: Room, *, record: UUID | None, role: str | None) -> tuple[Holding, ...]:
    """Who holds what now: of a record, of a role, of both, or all."""
    async with room.reading() as connection:
        if record is not None:
            found = await _holdings(connection, record)
        elif role is not None:
            found = [_holding(row) for row in await rows(connection, _of_role, role=role)]
        else:
            found = [_holding(row) for row in await rows(connection, _now_held)]
    return tuple(each for each in found if role in (None, each.role))


async def _holdings(connection: Connection, record: UUID) -> list[Holding]:
    return [_holding(row) for row in await rows(connection, _of_record, record=record)]


def _said(role: str, firm: UUID | None) -> dict[str, object]:
    return {"role": role} if firm is None else {"role": role, "firm": str(firm)}


def _holding(row: tuple[Any, ...]) -> Holding:
    holding, record, label, role, firm, recorded_from, recorded_to, granted_by = row
    return Holding(
        id=holding,
        record=record,
        name=label or "",
        role=role,
        firm=firm,
        recorded_from=recorded_from,
        recorded_to=recorded_to,
        granted_by=granted_by,
    )


def _now_held(*which: ColumnElement[Any]) -> Select[Any]:
    columns = HOLDING.c
    return (
        select(
            columns.id, columns.record_id, RECORD.c.label, columns.role, columns.firm_id,
            columns.recorded_from, columns.recorded_to, columns.granted_by,
        )
        .select_from(HOLDING.join(RECORD, RECORD.c.id == columns.record_id))
        .where(columns.recorded_to == FOREVER, *which)
        .order_by(columns.role, RECORD.c.label, columns.id)
    )  # fmt: skip


def _of_record() -> ClauseElement:
    return _now_held(HOLDING.c.record_id == given("record", HOLDING.c.record_id))


def _of_role() -> ClauseElement:
    return _now_held(HOLDING.c.role == given("role", HOLDING.c.role))


def _living() -> ClauseElement:
    return select(RECORD.c.id).where(
        RECORD.c.id == given("id", RECORD.c.id),
        not_(RECORD.c.deleted),
        RECORD.c.merged_into.is_(None),
    )


def _end_one() -> ClauseElement:
    columns = HOLDING.c
    return (
        update(HOLDING)
        .where(columns.id == given("key", columns.id), columns.recorded_to == FOREVER)
        .values(
            recorded_to=given("now", columns.recorded_to),
            ended_by=given("by", columns.ended_by),
        )
    )
