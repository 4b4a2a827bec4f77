"""Sessions: sign-ins that last. A person sees its own and ends them, administrators everybody's."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ClauseElement, ColumnElement, select, update

from relatum.access import Principal
from relatum.changes.accesses import note
from relatum.connections import Connection
from relatum.identifiers import new_id
from relatum.identity.room import Room
from relatum.identity.secrets import hashed, new_secret
from relatum.identity.stored import (
    ACCOUNT,
    RECORD,
    SESSION,
    add,
    given,
    rows,
    run,
    survivor,
)
from relatum.identity.values import SessionInfo
from relatum_schemas.errors import NotFound

_SHOWN = 200
"""Characters of what a browser says it is that are kept."""


async def begin(
    connection: Connection,
    room: Room,
    account: UUID,
    *,
    firm: UUID | None,
    agent: str,
    address: str,
    now: datetime,
) -> tuple[UUID, str, datetime]:
    """Write a session; return its id, its secret, and until when it lasts at most."""
    session_id, secret = new_id(), new_secret("session")
    expires_at = now + room.lifetimes.session
    row = {
        "id": session_id,
        "account_id": account,
        "secret_hash": hashed(secret),
        "firm_id": firm,
        "agent": shown(agent),
        "address": shown(address),
        "created_at": now,
        "used_at": now,
        "expires_at": expires_at,
    }
    await add(connection, SESSION, row)
    return session_id, secret, expires_at


def shown(text: str) -> str:
    """Return what is kept of a text that a browser sent: whatever it is, it can be stored."""
    return text[:_SHOWN].encode("utf-8", "replace").decode().replace("\0", "")


async def sessions(room: Room, by: Principal, account: UUID) -> tuple[SessionInfo, ...]:
    """The sessions of an account that last, the one used last first.

    Raises:
        NotFound: there is no such account, or none that `by` may know of.
    """
    async with room.reading() as connection:
        await _owned(connection, by, account)
        now = room.now()
        found = await rows(
            connection, _lasting, account=account, now=now, idle=now - room.lifetimes.idle
        )
    return tuple(
        SessionInfo(
            id=session,
            firm=firm,
            agent=agent,
            address=address,
            created_at=created_at,
            used_at=used_at,
            expires_at=expires_at,
        )
        for session, firm, agent, address, created_at, used_at, expires_at in found
    )


async def end_session(room: Room, by: Principal, session: UUID) -> None:
    """End a session: from now on it opens nothing.

    Raises:
        NotFound: there is no such session, or none that `by` may know of.
    """

    async def work(connection: Connection) -> None:
        found = await rows(connection, _account_of, id=session)
        if not found:
            raise _no_session()
        record = await _owned(connection, by, found[0][0])
        now = room.now()
        await run(connection, _end, key=session, now=now)
        await note(connection, by, "session_ended", at=now, record=record)

    await room.write(work)


async def end_all(room: Room, by: Principal, account: UUID, *, but: UUID | None) -> None:
    """End all sessions of an account, except one.

    Raises:
        NotFound: there is no such account, or none that `by` may know of.
    """

    async def work(connection: Connection) -> None:
        record = await _owned(connection, by, account)
        now = room.now()
        await end_of_account(connection, account, now, but=but)
        await note(connection, by, "sessions_ended", at=now, record=record)

    await room.write(work)


async def end_of_account(
    connection: Connection, account: UUID, now: datetime, *, but: UUID | None = None
) -> None:
    """End the sessions of an account, except one."""
    await run(connection, _end_others, account=account, but=but or account, now=now)


async def end_at_firm(connection: Connection, account: UUID, firm: UUID, now: datetime) -> None:
    """End the sessions of an account that act for a firm."""
    await run(connection, _end_at_firm, account=account, firm=firm, now=now)


async def put_firm(connection: Connection, session: UUID, firm: UUID | None) -> None:
    """Let a session act for another firm."""
    await run(connection, _put_firm, key=session, firm=firm)


async def touch(connection: Connection, session: UUID, now: datetime, since: datetime) -> None:
    """Say that a session was used now, unless that was said since a moment."""
    await run(connection, _touch, key=session, now=now, since=since)


async def _owned(connection: Connection, by: Principal, account: UUID) -> UUID:
    """The record of an account that `by` may see."""
    found = await rows(connection, _record_of, id=account)
    if not found or not (by.unrestricted or found[0][0] == by.id):
        raise _no_session()
    record: UUID = found[0][0]
    return record


def _no_session() -> NotFound:
    return NotFound("There is no such session, or none of yours.")


def _lasting() -> ClauseElement:
    columns = SESSION.c
    return (
        select(
            columns.id, columns.firm_id, columns.agent, columns.address,
            columns.created_at, columns.used_at, columns.expires_at,
        )
        .where(
            columns.account_id == given("account", columns.account_id),
            columns.ended_at.is_(None),
            columns.expires_at > given("now", columns.expires_at),
            columns.used_at > given("idle", columns.used_at),
        )
        .order_by(columns.used_at.desc())
    )  # fmt: skip


def _account_of() -> ClauseElement:
    return select(SESSION.c.account_id).where(SESSION.c.id == given("id", SESSION.c.id))


def _record_of() -> ClauseElement:
    return (
        select(survivor())
        .select_from(ACCOUNT.join(RECORD, RECORD.c.id == ACCOUNT.c.record_id))
        .where(ACCOUNT.c.id == given("id", ACCOUNT.c.id))
    )


def _ending(*which: ColumnElement[Any]) -> ClauseElement:
    ended = given("now", SESSION.c.ended_at)
    return update(SESSION).where(SESSION.c.ended_at.is_(None), *which).values(ended_at=ended)


def _end() -> ClauseElement:
    return _ending(SESSION.c.id == given("key", SESSION.c.id))


def _end_others() -> ClauseElement:
    return _ending(
        SESSION.c.account_id == given("account", SESSION.c.account_id),
        SESSION.c.id != given("but", SESSION.c.id),
    )


def _end_at_firm() -> ClauseElement:
    return _ending(
        SESSION.c.account_id == given("account", SESSION.c.account_id),
        SESSION.c.firm_id == given("firm", SESSION.c.firm_id),
    )


def _put_firm() -> ClauseElement:
    return (
        update(SESSION)
        .where(SESSION.c.id == given("key", SESSION.c.id))
        .values(firm_id=given("firm", SESSION.c.firm_id))
    )


def _touch() -> ClauseElement:
    return (
        update(SESSION)
        .where(
            SESSION.c.id == given("key", SESSION.c.id),
            SESSION.c.used_at < given("since", SESSION.c.used_at),
        )
        .values(used_at=given("now", SESSION.c.used_at))
    )
