"""Invitations: administrators invite anybody, the holder of a role with `invites` to the firm acted for.

Whoever is no administrator gives only the roles that its own roles name, only at its firm, and never learns the secret:
that goes to the mailbox of the person invited. It cannot invite by a record whose rights reach beyond its firm, since
whoever opens the mail would then have them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ClauseElement, ColumnElement, not_, select, update

from relatum.access import SYSTEM, Principal
from relatum.access.principal import looking_on
from relatum.changes.accesses import note
from relatum.connections import Connection, prepare
from relatum.identity import holdings, sessions, tokens
from relatum.identity.accounts import accounts_of
from relatum.identity.addresses import read_address
from relatum.identity.letters import Letter
from relatum.identity.newcomers import Newcomer, rehearse, tie_to
from relatum.identity.room import Room
from relatum.identity.secrets import new_secret
from relatum.identity.standing import Standings
from relatum.identity.stored import ACCOUNT, RECORD, TICKET, add, given, rows, run
from relatum.identity.throttling import Attempt, Limit, count, refuse_too_many
from relatum.identity.tickets import as_ticket, ticket_row, tickets_where
from relatum.identity.values import Account, NewTicket, Ticket
from relatum.writing import End, Remove, Unit, run_unit
from relatum.writing.periods import today
from relatum_schemas.errors import BadReference, Conflict, Forbidden, NotFound, Required
from relatum_schemas.phrase import Phrase

INVITATIONS: Final = Limit(100, timedelta(hours=1))
"""Of one person."""


async def invite(
    room: Room,
    standings: Standings,
    by: Principal,
    email: str,
    *,
    record: UUID | None,
    person: Mapping[str, object] | None,
    tie: str | None,
    roles: Collection[str],
    firm: UUID | None,
) -> NewTicket:
    """Invite somebody to sign in.

    Raises:
        Forbidden: `by` may not invite, not here, not with these roles, or not by this record.
        Required: neither a record nor a person is given.
        BadValue, BadReference, Problems: what is given cannot be.
        Conflict: the address is that of another person.
        TooManyAttempts: this person has invited too many.
    """
    if by.looking is not None:
        raise looking_on()
    firm = firm if by.unrestricted else firm or by.firm
    _may_give(room, by, roles, firm)
    holdings.known_roles(room, roles)
    if (record is None) == (person is None):
        raise Required("Say whom: a record, or the person to make one of.", path="person")
    if not by.unrestricted:
        room.needed_mailer()
    newcomer = Newcomer(person, None if firm is None else await tie_to(room, firm, tie), firm)
    if record is None:
        await rehearse(room, standings, newcomer, replace(SYSTEM, id=by.id, firm=firm))
    invitation = _Invitation(by, *read_address(email), record, newcomer, tuple(sorted(roles)))

    async def work(connection: Connection) -> tuple[int, Ticket | None, Letter | None]:
        attempts = [Attempt("invite_by", str(by.id), INVITATIONS)]
        wait = 0 if by.unrestricted else await count(connection, attempts, now=room.now())
        if wait:
            return wait, None, None
        if record is not None:
            await _judge_record(connection, standings, invitation, record)
        return 0, *await _invited(connection, room, invitation)

    wait, made, letter = await room.write(work)
    refuse_too_many(wait)
    assert made is not None
    assert letter is not None
    if room.mailer is not None:
        room.send(letter)
    return NewTicket(made, letter.secret if by.unrestricted else None)


@dataclass(frozen=True)
class _Invitation:
    """Who invites whom, by what, and what for."""

    by: Principal
    address: str
    key: str
    record: UUID | None
    newcomer: Newcomer
    roles: tuple[str, ...]


async def _invited(
    connection: Connection, room: Room, invitation: _Invitation
) -> tuple[Ticket, Letter]:
    """Write an invitation; return it, and the letter that takes it to the person."""
    now, secret, by = room.now(), new_secret("ticket"), invitation.by
    firm, person = invitation.newcomer.firm, invitation.newcomer.person
    expires_at = now + room.lifetimes.invitation
    row = {
        **ticket_row("invitation", invitation.address, invitation.key, secret, now, expires_at),
        "record_id": invitation.record,
        "person": None if person is None else dict(person),
        "tie": invitation.newcomer.tie,
        "firm_id": firm,
        "roles": invitation.roles,
        "created_by": by.id,
    }
    await add(connection, TICKET, row)
    details = _said(invitation.roles, firm)
    await note(connection, by, "invited", at=now, record=invitation.record, details=details)
    (made,) = await rows(connection, _one, key=row["id"], now=now)
    labels = dict(await rows(connection, _labels, firm=firm, sender=by.id))
    letter = Letter(
        to=invitation.address,
        use="invitation",
        secret=secret,
        expires_at=expires_at,
        firm=labels.get(firm),
        sender=labels.get(by.id),
    )
    return as_ticket(made), letter


async def invitations(room: Room, by: Principal, *, firm: UUID | None) -> tuple[Ticket, ...]:
    """The invitations that wait to be accepted: all, or those to a firm; newest first.

    Raises:
        Forbidden: `by` may not invite, or not here.
    """
    firm = firm if by.unrestricted else firm or by.firm
    _may_give(room, by, (), firm)
    async with room.reading() as connection:
        found = [as_ticket(row) for row in await rows(connection, _open, now=room.now())]
    return tuple(each for each in found if firm in (None, each.firm))


async def users(
    room: Room, standings: Standings, by: Principal, *, firm: UUID | None
) -> tuple[Account, ...]:
    """The accounts of those who may act for a firm now, by address.

    Raises:
        Forbidden: `by` may not invite, or not there.
        Required: no firm is named or acted for.
    """
    firm = firm or by.firm
    if firm is None:
        raise Required("Say of which firm.", path="firm")
    _may_give(room, by, (), firm)
    return await accounts_of(room, await standings.representatives(firm))


async def withdraw(room: Room, by: Principal, ticket: UUID) -> None:
    """Take an invitation back: its link opens nothing any more.

    Raises:
        NotFound: there is none that waits, or none that `by` may know of.
    """

    async def work(connection: Connection) -> None:
        now = room.now()
        found = await rows(connection, _one, key=ticket, now=now)
        known = as_ticket(found[0]) if found else None
        if known is None or not _manages(room, by, known.firm):
            raise NotFound("There is no such invitation, or none of yours.", path="ticket")
        await run(connection, _withdraw, key=ticket, now=now)
        await note(connection, by, "invitation_withdrawn", at=now, record=known.record)

    await room.write(work)


async def remove_user(
    room: Room, standings: Standings, by: Principal, record: UUID, *, firm: UUID | None
) -> None:
    """End what lets a person act for a firm: ties, roles held there, sessions and tokens for it.

    Invitations of the person to the firm, and those to it that the person has made, are withdrawn.

    Raises:
        Forbidden: `by` may not remove people, not here, or not one of this person's roles.
        NotFound: the person does not act for the firm.
    """
    if by.looking is not None:
        raise looking_on()
    firm = firm or by.firm
    if firm is None:
        raise Required("Say from which firm.", path="firm")
    _may_give(room, by, (), firm)
    host = replace(SYSTEM, id=by.id, firm=firm)

    async def work(unit: Unit) -> None:
        connection, now = unit.connection, room.now()
        ties = (await standings.ties_on(connection, record)).get(firm, ())
        roles = await holdings.held_at_firm(connection, record, firm)
        if not ties and not roles:
            raise NotFound("There is no such person at the firm.", path="record")
        if by.id != record:
            _may_give(room, by, roles, firm)
        for tie in ties:
            await _let_go(unit, room, tie)
        await holdings.end_at_firm(connection, by, record, firm, now)
        await run(connection, _withdraw_made, maker=record, firm=firm, now=now)
        for account, key in await rows(connection, _accounts_of, record=record):
            await sessions.end_at_firm(connection, account, firm, now)
            await tokens.end_at_firm(connection, account, firm, now)
            await run(connection, _withdraw_at_firm, email=key, firm=firm, now=now)
        await note(connection, by, "user_removed", at=now, record=record, details=_said((), firm))

    await run_unit(work, room.storage, host, reason="Removed from the firm's users")


async def _let_go(unit: Unit, room: Room, tie: UUID) -> None:
    """Let a tie hold no longer, from today on; one that began today never was."""
    type_name, since = await _tie_of(unit.connection, room, tie)
    relationship = room.catalogue.relationship(type_name)
    if relationship.validity == "day":
        day = today(room.now(), room.catalogue.zone)
        await unit.apply([Remove(tie) if since == day else End(tie, day)])
    elif relationship.validity == "instant":
        await unit.apply([End(tie, room.now())])
    else:
        await unit.apply([Remove(tie)])


async def _tie_of(connection: Connection, room: Room, tie: UUID) -> tuple[str, Any]:
    ((type_name,),) = await rows(connection, _type_of, id=tie)
    table = room.storage.tables.current[type_name]
    if "valid_from" not in table.c:
        return type_name, None
    statement = select(table.c.valid_from).where(table.c.id == tie)
    ((since,),) = await connection.rows(prepare(statement, connection.dialect), {})
    return type_name, since


def _given_roles(room: Room, by: Principal) -> frozenset[str] | None:
    """The roles that somebody may give at its firm; None for who invites nobody."""
    rules = [room.catalogue.roles[role] for role in by.roles if role in room.catalogue.roles]
    inviting = [rule.invites for rule in rules if rule.invites]
    return frozenset().union(*inviting) if inviting else None


def _manages(room: Room, by: Principal, firm: UUID | None) -> bool:
    """Whether somebody manages the users of a firm."""
    if by.unrestricted:
        return True
    return firm is not None and firm == by.firm and _given_roles(room, by) is not None


def _may_give(room: Room, by: Principal, roles: Collection[str], firm: UUID | None) -> None:
    """Refuse what is not within somebody's power.

    Raises:
        Forbidden: it is not.
    """
    if by.unrestricted:
        return
    if not _manages(room, by, firm):
        raise Forbidden(Phrase("You do not manage the users of this firm."), path="firm")
    beyond = sorted(set(roles) - (_given_roles(room, by) or frozenset()))
    if beyond:
        message = Phrase("You may not give or take the role '{role}'.", role=beyond[0])
        raise Forbidden(message, path="roles")


async def _judge_record(
    connection: Connection, standings: Standings, invitation: _Invitation, record: UUID
) -> None:
    """Whether somebody may be invited by a record that is there."""
    if invitation.by.unrestricted:
        if not await rows(connection, _type_of, id=record):
            raise BadReference(f"There is no record {record}.", path="record")
        owners = await rows(connection, _owner, key=invitation.key)
        if owners and owners[0][0] != record:
            raise Conflict(Phrase("The e-mail address is that of another person."), path="email")
        return
    firm = invitation.newcomer.firm
    ties = await standings.ties_on(connection, record)
    elsewhere = await holdings.held_at_firm(connection, record, None)
    accounts = await rows(connection, _accounts_of, record=record)
    if firm is None or set(ties) != {firm} or elsewhere or accounts:
        raise Forbidden(
            Phrase(
                "Only people who act for your firm alone and cannot sign in yet are invited by their record."
            ),
            path="record",
            hint=Phrase("Invite by name and e-mail address instead."),
        )


def _said(roles: Collection[str], firm: UUID | None) -> dict[str, object]:
    said: dict[str, object] = {"roles": sorted(roles)} if roles else {}
    return said if firm is None else {**said, "firm": str(firm)}


def _open() -> ClauseElement:
    return tickets_where(TICKET.c.use == "invitation")


def _one() -> ClauseElement:
    return tickets_where(TICKET.c.id == given("key", TICKET.c.id), TICKET.c.use == "invitation")


def _labels() -> ClauseElement:
    ids = (given("firm", RECORD.c.id), given("sender", RECORD.c.id))
    return select(RECORD.c.id, RECORD.c.label).where(
        (RECORD.c.id == ids[0]) | (RECORD.c.id == ids[1])
    )


def _type_of() -> ClauseElement:
    return select(RECORD.c.type).where(
        RECORD.c.id == given("id", RECORD.c.id), not_(RECORD.c.deleted)
    )


def _owner() -> ClauseElement:
    return select(ACCOUNT.c.record_id).where(
        ACCOUNT.c.email__key == given("key", ACCOUNT.c.email__key)
    )


def _accounts_of() -> ClauseElement:
    return select(ACCOUNT.c.id, ACCOUNT.c.email__key).where(
        ACCOUNT.c.record_id == given("record", ACCOUNT.c.record_id)
    )


def _withdrawing(*which: ColumnElement[bool]) -> ClauseElement:
    columns = TICKET.c
    return (
        update(TICKET)
        .where(*which, columns.used_at.is_(None), columns.withdrawn_at.is_(None))
        .values(withdrawn_at=given("now", columns.withdrawn_at))
    )


def _withdraw() -> ClauseElement:
    return _withdrawing(TICKET.c.id == given("key", TICKET.c.id))


def _withdraw_at_firm() -> ClauseElement:
    return _withdrawing(
        TICKET.c.email__key == given("email", TICKET.c.email__key),
        TICKET.c.firm_id == given("firm", TICKET.c.firm_id),
    )


def _withdraw_made() -> ClauseElement:
    return _withdrawing(
        TICKET.c.created_by == given("maker", TICKET.c.created_by),
        TICKET.c.firm_id == given("firm", TICKET.c.firm_id),
    )
