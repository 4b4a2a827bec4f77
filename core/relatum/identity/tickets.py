"""Links that are sent by mail: one-time secrets to sign in, to choose a new password, to accept an invitation."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import ClauseElement, ColumnElement, Select, select, update

from relatum.access import SYSTEM, Principal
from relatum.changes.accesses import note
from relatum.connections import Connection
from relatum.identifiers import new_id
from relatum.identity import sessions
from relatum.identity.accounts import account_on, account_row, put_password
from relatum.identity.addresses import key_of, read_address
from relatum.identity.force import Force
from relatum.identity.holdings import give
from relatum.identity.letters import Letter
from relatum.identity.newcomers import Newcomer, take_in
from relatum.identity.passwords import hash_password, judge_password
from relatum.identity.room import Room, for_administrators
from relatum.identity.secrets import hashed, kind_of, new_secret
from relatum.identity.signing_in import (
    Entrance,
    Visitor,
    admit,
    chosen_firm,
    entrance,
    welcome,
)
from relatum.identity.standing import Standings
from relatum.identity.stored import RECORD, TICKET, add, given, rows, run
from relatum.identity.throttling import LINKS, Attempt, count, refuse_too_many
from relatum.identity.values import NewSession, NewTicket, Ticket, Use
from relatum.writing import Unit, run_unit
from relatum_schemas.errors import Required, SpentLink

LinkUse = Literal["sign_in", "reset"]
"""What somebody may have a link sent for."""

REASONS: Final[dict[Use, str]] = {
    "invitation": "An invitation was accepted",
    "sign_in": "A sign-in link was used",
    "reset": "A new password was chosen",
}


async def send_link(room: Room, email: str, *, use: LinkUse) -> None:
    """Send a link to whoever has an account of this address. Who asks is not told whether there is one.

    Raises:
        BadValue: the address is none.
        BadSetting: the installation sends no mail.
        TooManyAttempts: too many links were asked for.
    """
    room.needed_mailer()
    _, key = read_address(email)
    secret = new_secret("ticket")

    async def work(connection: Connection) -> tuple[int, Letter | None]:
        now = room.now()
        wait = await count(connection, [Attempt("link_to", key, LINKS)], now=now)
        found = await entrance(connection, key, now)
        if wait or found is None or found.closed:
            return wait, None
        expires_at = now + room.lifetimes.of_ticket(use)
        row = ticket_row(use, found.email, key, secret, now, expires_at)
        await add(connection, TICKET, {**row, "account_id": found.account})
        await note(connection, Principal(), f"{use}_link_sent", at=now, record=found.record)
        return 0, Letter(to=found.email, use=use, secret=secret, expires_at=expires_at)

    wait, letter = await room.write(work)
    refuse_too_many(wait)
    if letter is not None:
        room.send(letter)


async def make_link(room: Room, by: Principal, account_id: UUID, *, use: LinkUse) -> NewTicket:
    """Make a link for an account, and tell its secret to whoever makes it.

    Raises:
        Forbidden: `by` is no administrator.
        NotFound: there is no such account.
    """
    for_administrators(by, "make links for others")
    secret = new_secret("ticket")

    async def work(connection: Connection) -> Ticket:
        now = room.now()
        found = await account_on(connection, account_id)
        expires_at = now + room.lifetimes.of_ticket(use)
        row = ticket_row(use, found.email, key_of(found.email), secret, now, expires_at)
        await add(connection, TICKET, {**row, "account_id": account_id, "created_by": by.id})
        await note(connection, by, f"{use}_link_made", at=now, record=found.record)
        return as_ticket((await rows(connection, _usable, hash=hashed(secret), now=now))[0])

    return NewTicket(await room.write(work), secret)


def ticket_row(
    use: Use, address: str, key: str, secret: str, now: datetime, expires_at: datetime
) -> dict[str, object]:
    """Return the row of a new ticket that is for nobody yet."""
    return {
        "id": new_id(),
        "use": use,
        "email": address,
        "email__key": key,
        "roles": (),
        "secret_hash": hashed(secret),
        "created_at": now,
        "expires_at": expires_at,
    }


async def ticket(room: Room, secret: str) -> Ticket | None:
    """What a link is for, without using it; None when it opens nothing (any more)."""
    if kind_of(secret) != "ticket":
        return None
    async with room.reading() as connection:
        found = await rows(connection, _usable, hash=hashed(secret), now=room.now())
        if not found:
            return None
        looked_at = as_ticket(found[0])
        labels = await rows(connection, _label, id=looked_at.firm) if looked_at.firm else []
    return replace(looked_at, firm_label=labels[0][0] if labels else None)


async def redeem(
    room: Room,
    force: Force,
    standings: Standings,
    secret: str,
    *,
    password: str | None,
    visitor: Visitor,
) -> NewSession:
    """Use a link: the person is signed in; by an invitation it is taken in first.

    Args:
        room: the room.
        force: what is in force.
        standings: asks what persons are entitled to.
        secret: of the ticket.
        password: the new one; needed by a link for a new password, welcome with an invitation of somebody new.
        visitor: where it comes from.

    Raises:
        SpentLink: the link was used, withdrawn, has expired, or never was.
        Required, BadValue: the password is missing, or too easy; the link can still be used.
    """
    known = await ticket(room, secret)
    if known is None:
        raise spent()
    if known.use == "reset" and password is None:
        raise Required("Choose a new password.", path="password")
    if password is not None:
        judge_password(password, email=known.email)
    stored = None if password is None else await hash_password(password)
    await force.refresh()
    host = replace(SYSTEM, id=known.created_by, firm=known.firm)

    async def work(unit: Unit) -> tuple[Entrance, tuple[UUID, str, datetime]]:
        connection, now = unit.connection, room.now()
        used = await rows(connection, _use, hash=hashed(secret), now=now)
        if not used:
            raise spent()
        if known.use == "invitation":
            await _accept(unit, room, standings, known, newcomer_of(used[0]), stored, now)
        found = await entrance(connection, key_of(known.email), now)
        if found is None or found.closed:
            raise spent()
        if known.use == "reset":
            await run(connection, put_password, key=found.account, stored=stored)
            await sessions.end_of_account(connection, found.account, now)
        coming = replace(visitor, firm=known.firm)
        return found, await admit(connection, room, found, coming, known.use, now)

    found, begun = await run_unit(work, room.storage, host, reason=REASONS[known.use])
    firm = await _settled_firm(standings, found.record, known.firm or visitor.firm)
    if firm != known.firm:
        await room.write(lambda connection: sessions.put_firm(connection, begun[0], firm))
    return await welcome(room, standings, found, begun, firm)


async def _settled_firm(standings: Standings, record: UUID, asked: UUID | None) -> UUID | None:
    """The firm that the session acts for; whoever came by a link comes in, whatever firm was asked."""
    _, firm = await standings.judge(record, asked)
    return firm or await chosen_firm(standings, record, None)


async def _accept(
    unit: Unit,
    room: Room,
    standings: Standings,
    known: Ticket,
    newcomer: Newcomer,
    password: str | None,
    now: datetime,
) -> None:
    """Give the person invited its record, account, tie and roles, as far as they are not there."""
    connection = unit.connection
    address, key = read_address(known.email)
    found = await entrance(connection, key, now)
    record = found.record if found else known.record
    record = await take_in(unit, room, standings, newcomer, known=record)
    if found is None:
        await account_row(connection, record, address, key, password=password, now=now)
    by = Principal(id=known.created_by, firm=known.firm)
    for role in sorted(known.roles):
        await give(connection, by, record, role, firm=known.firm, now=now)
    await note(connection, by, "invitation_accepted", at=now, record=record)


def spent() -> SpentLink:
    """The one answer to whoever has a link that opens nothing."""
    return SpentLink(
        "This link was used already, was withdrawn, or has expired.",
        hint="Have a new one sent. Links in newer mails replace those in older ones.",
    )


def as_ticket(row: tuple[Any, ...]) -> Ticket:
    """Return a ticket from its row."""
    ticket_id, use, email, record, firm, roles, created_at, created_by, expires_at, *_ = row
    return Ticket(
        id=ticket_id,
        use=use,
        email=email,
        record=record,
        firm=firm,
        roles=frozenset(roles),
        created_at=created_at,
        created_by=created_by,
        expires_at=expires_at,
    )


def newcomer_of(row: tuple[Any, ...]) -> Newcomer:
    """Return who an invitation takes in, from the ticket's row."""
    *_, person, tie = row
    return Newcomer(person=person, tie=tie, firm=row[4])


_COLUMNS: Final = (
    TICKET.c.id, TICKET.c.use, TICKET.c.email, TICKET.c.record_id, TICKET.c.firm_id,
    TICKET.c.roles, TICKET.c.created_at, TICKET.c.created_by, TICKET.c.expires_at,
    TICKET.c.person, TICKET.c.tie,
)  # fmt: skip


def unused(now: ColumnElement[Any]) -> tuple[ColumnElement[bool], ...]:
    """Return what a ticket fulfils that can be used."""
    columns = TICKET.c
    return (columns.used_at.is_(None), columns.withdrawn_at.is_(None), columns.expires_at > now)


def tickets_where(*which: ColumnElement[bool]) -> Select[Any]:
    """Return the statement for the tickets that can be used and fulfil this, newest first."""
    now = given("now", TICKET.c.expires_at)
    order = (TICKET.c.created_at.desc(), TICKET.c.id)
    return select(*_COLUMNS).where(*unused(now), *which).order_by(*order)


def _label() -> ClauseElement:
    return select(RECORD.c.label).where(RECORD.c.id == given("id", RECORD.c.id))


def _usable() -> ClauseElement:
    return tickets_where(TICKET.c.secret_hash == given("hash", TICKET.c.secret_hash))


def _use() -> ClauseElement:
    columns, now = TICKET.c, given("now", TICKET.c.expires_at)
    return (
        update(TICKET)
        .where(columns.secret_hash == given("hash", columns.secret_hash), *unused(now))
        .values(used_at=now)
        .returning(*_COLUMNS)
    )
