"""Signing in by password, or on the word of another authority, and what every way of signing in ends with: a session.

Nobody learns here which addresses have accounts: whatever is wrong, one message says so, after the same work. The same
may be tried only so often, by address of the network and by e-mail address; an account at which passwords failed is
closed for a while that grows with each further failure.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ClauseElement, Select, func, not_, select, update

from relatum.access import Principal
from relatum.changes.accesses import note
from relatum.connections import Connection
from relatum.identity import sessions
from relatum.identity.accounts import COUNTED, put_password
from relatum.identity.addresses import key_of
from relatum.identity.authenticating import signed_in
from relatum.identity.force import Force
from relatum.identity.passwords import fits, hash_password, is_outdated
from relatum.identity.room import Room
from relatum.identity.standing import Standings
from relatum.identity.stored import ACCOUNT, LINKED, RECORD, add, given, rows, run
from relatum.identity.testimony import Bearer
from relatum.identity.throttling import (
    BY_ACCOUNT,
    BY_ADDRESS,
    Attempt,
    count,
    forgive,
    network_of,
    refuse_too_many,
)
from relatum.identity.values import NewSession, SignedIn
from relatum_schemas.errors import Forbidden, SignInRefused

FIRST_LOCK: Final = timedelta(minutes=1)
LONGEST_LOCK: Final = timedelta(hours=1)
"""For how long an account is closed after `COUNTED` failures, doubled after each further one, and at most."""


@dataclass(frozen=True)
class Entrance:
    """An account as somebody stands before it."""

    account: UUID
    email: str
    password: str | None
    record: UUID
    label: str
    closed: bool
    locked: bool

    @property
    def open(self) -> bool:
        """Whether a password may open it now."""
        return not (self.closed or self.locked)


@dataclass(frozen=True)
class Visitor:
    """What is kept of where a sign-in comes from, and for which firm it is."""

    firm: UUID | None = None
    agent: str = ""
    address: str = ""


def refused() -> SignInRefused:
    """The one answer to whoever cannot sign in."""
    return SignInRefused(
        "This address and password do not sign you in.",
        hint="Check both. After several failures wait some minutes, or have a sign-in link sent.",
    )


async def sign_in(
    room: Room, force: Force, standings: Standings, email: str, password: str, visitor: Visitor
) -> NewSession:
    """Sign in by password.

    Raises:
        SignInRefused: for whatever reason.
        TooManyAttempts: this was tried too often.
        Forbidden: the person may not act for the firm asked.
    """
    key = key_of(email)
    attempts = [Attempt("sign_in_at", key, BY_ACCOUNT)]
    if visitor.address:
        attempts.append(Attempt("sign_in_from", network_of(visitor.address), BY_ADDRESS))

    async def look(connection: Connection) -> tuple[int, Entrance | None]:
        now = room.now()
        wait = await count(connection, attempts, now=now)
        return wait, await entrance(connection, key, now)

    wait, found = await room.write(look)
    refuse_too_many(wait)
    right = await fits(password, found.password if found else None)
    if found is None or not found.open or not right:
        await room.write(lambda connection: _fail(connection, room, key, found, visitor))
        raise refused()
    outdated = is_outdated(found.password or "")
    anew = await hash_password(password) if outdated else None

    async def settle(connection: Connection) -> None:
        await forgive(connection, attempts)
        if anew is not None:
            await run(connection, put_password, key=found.account, stored=anew)

    return await _enter(room, force, standings, found, visitor, "password", settle)


@dataclass(frozen=True)
class Voucher:
    """What another authority says of whoever signs in.

    Attributes:
        issuer: the authority.
        subject: under which name it knows the person for good; None where it has none.
        email: an address of which it has made sure; None where it has not.
    """

    issuer: str
    subject: str | None
    email: str | None


async def sign_in_vouched(
    room: Room, force: Force, standings: Standings, voucher: Voucher, visitor: Visitor
) -> NewSession:
    """Sign in on the word of another authority.

    The first time the address tells whose account it is; from then on the authority's name for the person does, and an
    address that has come to belong to somebody else opens nothing.

    Raises:
        SignInRefused: no open account is meant.
        Forbidden: the person may not act for the firm asked.
    """
    key = key_of(voucher.email or "")

    async def look(connection: Connection) -> Entrance | None:
        return await _vouched(connection, voucher, key, room.now())

    found = await room.write(look)
    if found is None or found.closed:
        await room.write(lambda connection: _fail(connection, room, key, None, visitor))
        raise refused()
    return await _enter(room, force, standings, found, visitor, voucher.issuer)


async def _vouched(
    connection: Connection, voucher: Voucher, key: str, now: datetime
) -> Entrance | None:
    """The account that is meant, which from now on is known by the authority's name for the person."""
    if voucher.subject is None:
        return await entrance(connection, key, now)
    named = {"issuer": voucher.issuer, "subject": voucher.subject}
    known = await rows(connection, _linked, **named)
    if known:
        return await entrance(connection, known[0][0], now)
    found = await entrance(connection, key, now)
    if found is None or found.closed:
        return None
    if await rows(connection, _known_otherwise, issuer=voucher.issuer, account=found.account):
        return None
    await add(connection, LINKED, {**named, "account_id": found.account, "created_at": now})
    return found


async def entrance(connection: Connection, key: str, now: datetime) -> Entrance | None:
    """The account that has an address, by the address's key."""
    found = await rows(connection, _entrance, key=key)
    if not found:
        return None
    account, email, password, disabled, locked_until, record, label, deleted = found[0]
    locked = locked_until is not None and locked_until > now
    return Entrance(account, email, password, record, label or email, disabled or deleted, locked)


async def admit(
    connection: Connection, room: Room, found: Entrance, visitor: Visitor, way: str, now: datetime
) -> tuple[UUID, str, datetime]:
    """Begin the session of somebody who may come in; return its id, its secret and its end.

    Raises:
        SignInRefused: the account was disabled meanwhile.
    """
    if not await run(connection, _forget_failures, key=found.account):
        raise refused()
    principal = Principal(id=found.record, firm=visitor.firm)
    details = {"way": way, "address": sessions.shown(visitor.address)}
    await note(connection, principal, "signed_in", at=now, record=found.record, details=details)
    return await sessions.begin(
        connection,
        room,
        found.account,
        firm=visitor.firm,
        agent=visitor.agent,
        address=visitor.address,
        now=now,
    )


async def welcome(
    room: Room,
    standings: Standings,
    found: Entrance,
    begun: tuple[UUID, str, datetime],
    firm: UUID | None,
) -> NewSession:
    """Return a session that has begun, with what its person is entitled to now."""
    session, secret, expires_at = begun
    bearer = Bearer(session, found.account, found.email, found.record, found.label, firm, 0)
    entitled = await signed_in(standings, bearer, session=session)
    return NewSession(secret, entitled, expires_at)


async def switch_firm(
    room: Room, standings: Standings, person: SignedIn, firm: UUID | None
) -> SignedIn:
    """Let a session act for another firm, or for none.

    Raises:
        Forbidden: the person may not act for it, or was not signed in by a session.
    """
    session, record = person.session, person.principal.id
    if session is None or record is None:
        raise Forbidden("Only who is signed in by a session switches firms.", path="firm")
    _, may = await standings.judge(record, firm)
    if may != firm:
        raise not_for(firm)

    async def work(connection: Connection) -> None:
        await sessions.put_firm(connection, session, firm)
        principal = replace(person.principal, firm=firm)
        await note(connection, principal, "firm_switched", at=room.now(), record=record)

    await room.write(work)
    bearer = Bearer(session, person.account, person.email, record, person.name, firm, 0)
    return await signed_in(standings, bearer, purpose=person.principal.purpose, session=session)


def not_for(firm: UUID | None) -> Forbidden:
    """The refusal to act for a firm."""
    return Forbidden(f"You may not act for the firm {firm}.", path="firm")


async def chosen_firm(standings: Standings, record: UUID, asked: UUID | None) -> UUID | None:
    """Return the firm that a session begins with: the one asked, or the only one there is.

    Raises:
        Forbidden: the person may not act for the firm asked.
    """
    standing, firm = await standings.judge(record, asked)
    if asked is not None and firm is None:
        raise not_for(asked)
    if firm is None and len(standing.firms) == 1:
        (firm,) = standing.firms
    return firm


async def _enter(
    room: Room,
    force: Force,
    standings: Standings,
    found: Entrance,
    visitor: Visitor,
    way: str,
    settle: Callable[[Connection], Awaitable[None]] | None = None,
) -> NewSession:
    await force.refresh()
    firm = await chosen_firm(standings, found.record, visitor.firm)
    coming = Visitor(firm, visitor.agent, visitor.address)

    async def work(connection: Connection) -> tuple[UUID, str, datetime]:
        if settle is not None:
            await settle(connection)
        return await admit(connection, room, found, coming, way, room.now())

    return await welcome(room, standings, found, await room.write(work), firm)


async def _fail(
    connection: Connection, room: Room, key: str, found: Entrance | None, visitor: Visitor
) -> None:
    """Count a failure at an open account, and note it. For an address without account as much is done."""
    now = room.now()
    key = key if found is not None and found.open else ""
    counted = await rows(connection, _count_failure, key=key)
    failures = counted[0][0] if counted else 0
    doubled = min(max(failures - COUNTED, 0), 16)
    locked_until = now + min(FIRST_LOCK * 2**doubled, LONGEST_LOCK)
    closing = key if failures >= COUNTED else ""
    await run(connection, _lock, key=closing, until=locked_until)
    details = {"address": sessions.shown(visitor.address)}
    await note(
        connection,
        Principal(),
        "sign_in_failed",
        at=now,
        record=found.record if found else None,
        details=details,
    )


def _entrance() -> Select[Any]:
    became = RECORD.alias("became")
    columns = ACCOUNT.c
    return (
        select(
            columns.id, columns.email, columns.password, columns.disabled,
            columns.locked_until, became.c.id, became.c.label, became.c.deleted,
        )
        .select_from(
            ACCOUNT.join(RECORD, RECORD.c.id == columns.record_id).join(
                became, became.c.id == func.coalesce(RECORD.c.merged_into, RECORD.c.id)
            )
        )
        .where(columns.email__key == given("key", columns.email__key))
    )  # fmt: skip


def _linked() -> ClauseElement:
    return (
        select(ACCOUNT.c.email__key)
        .select_from(LINKED.join(ACCOUNT, ACCOUNT.c.id == LINKED.c.account_id))
        .where(
            LINKED.c.issuer == given("issuer", LINKED.c.issuer),
            LINKED.c.subject == given("subject", LINKED.c.subject),
        )
    )


def _known_otherwise() -> ClauseElement:
    return select(LINKED.c.subject).where(
        LINKED.c.issuer == given("issuer", LINKED.c.issuer),
        LINKED.c.account_id == given("account", LINKED.c.account_id),
    )


def _count_failure() -> ClauseElement:
    columns = ACCOUNT.c
    return (
        update(ACCOUNT)
        .where(columns.email__key == given("key", columns.email__key))
        .values(failures=columns.failures + 1)
        .returning(columns.failures)
    )


def _lock() -> ClauseElement:
    columns = ACCOUNT.c
    return (
        update(ACCOUNT)
        .where(columns.email__key == given("key", columns.email__key))
        .values(locked_until=given("until", columns.locked_until))
    )


def _forget_failures() -> ClauseElement:
    columns = ACCOUNT.c
    return (
        update(ACCOUNT)
        .where(columns.id == given("key", columns.id), not_(columns.disabled))
        .values(failures=0, locked_until=None)
    )
