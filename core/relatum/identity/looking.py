"""Looking as somebody else: an administrator sees what a person sees, by that person's rights alone, and changes nothing.

It is kept with the administrator's own session, so one click ends it. The principal is the person, and names the
administrator as who looks: no unit of work opens for it, no action that writes runs, and the access log has both. That the
session's own person is an administrator is judged anew at each request; another purpose than the usual one is refused.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ClauseElement, not_, select, update

from relatum.access import Principal
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.changes.accesses import note
from relatum.connections import Connection
from relatum.identity import sessions
from relatum.identity.room import Room
from relatum.identity.rules import DEFAULT_PURPOSE
from relatum.identity.standing import Standings
from relatum.identity.stored import ACCOUNT, RECORD, SESSION, given, rows, run
from relatum.identity.testimony import Bearer
from relatum.identity.values import Firm, SignedIn
from relatum_schemas.errors import Forbidden, NotFound
from relatum_schemas.phrase import Phrase

_TOUCHED_EVERY: Final = timedelta(minutes=1)


async def look_as(
    room: Room, standings: Standings, by: SignedIn, record: UUID, firm: UUID | None
) -> None:
    """Have the session of an administrator see what a person sees.

    Args:
        room: of the database.
        standings: what persons are entitled to.
        by: who looks, signed in by a session.
        record: the person, who has an account.
        firm: for which the person acts; None for none.

    Raises:
        Forbidden: `by` is no administrator in a session of its own, or the person is an administrator, or may not act
            for the firm.
        NotFound: there is no such person with an account.
    """
    session = by.session
    if session is None or not by.principal.unrestricted or by.principal.looking is not None:
        raise Forbidden("Only administrators who are signed in look as somebody else.")
    async with room.reading() as connection:
        if not await rows(connection, _person, record=record):
            raise NotFound(Phrase("There is no such person with an account."), path="record")
    standing, may = await standings.judge(record, firm)
    if may != firm:
        raise Forbidden(Phrase("This person may not act for that firm."), path="firm")
    if ADMINISTRATOR in standing.roles(firm):
        raise Forbidden(Phrase("This person sees everything, as you do."), path="record")

    async def work(connection: Connection) -> None:
        await run(connection, _put, key=session, record=record, firm=firm)
        details = {"firm": str(firm)} if firm else {}
        await note(
            connection, by.principal, "looked_as", at=room.now(), record=record, details=details
        )

    await room.write(work)


async def end_looking(room: Room, signed_in: SignedIn) -> Principal:
    """End that a session sees what somebody else sees; nothing happens where it does not.

    Returns:
        The administrator whose session it is, without roles.
    """
    session, principal = signed_in.session, signed_in.principal
    if session is None or principal.looking is None:
        return principal

    async def work(connection: Connection) -> None:
        await run(connection, _put, key=session, record=None, firm=None)
        await note(connection, principal, "looking_ended", at=room.now(), record=principal.id)

    await room.write(work)
    return Principal(id=principal.looking, session=session)


async def seen_as(room: Room, standings: Standings, bearer: Bearer, person: UUID) -> SignedIn:
    """Who asks while an administrator looks as a person: that person, with its rights judged now.

    Args:
        room: of the database.
        standings: what persons are entitled to.
        bearer: the administrator's session.
        person: as whom it looks.
    """
    standing, firm = await standings.judge(person, bearer.seen_for)
    async with room.reading() as connection:
        found = await rows(connection, _person, record=person)
    roles = standing.roles(firm) - {ADMINISTRATOR} if found else frozenset[str]()
    room.later(_touch(room, bearer.id, room.now()))
    return SignedIn(
        principal=Principal(
            id=person,
            firm=firm,
            roles=roles,
            purpose=DEFAULT_PURPOSE,
            session=bearer.id,
            looking=bearer.record,
        ),
        session=bearer.id,
        name=found[0][0] or "" if found else "",
        email=found[0][1] if found else None,
        firms=tuple(Firm(each, label) for each, label in standing.firms.items()),
    )


async def _touch(room: Room, session: UUID, now: datetime) -> None:
    since = now - _TOUCHED_EVERY
    await room.write(lambda connection: sessions.touch(connection, session, now, since))


def _person() -> ClauseElement:
    account, record = ACCOUNT.c, RECORD.c
    return (
        select(record.label, account.email)
        .select_from(ACCOUNT.join(RECORD, record.id == account.record_id))
        .where(
            record.id == given("record", record.id),
            not_(account.disabled),
            not_(record.deleted),
        )
    )


def _put() -> ClauseElement:
    columns = SESSION.c
    return (
        update(SESSION)
        .where(columns.id == given("key", columns.id))
        .values(
            as_record_id=given("record", columns.as_record_id),
            as_firm_id=given("firm", columns.as_firm_id),
        )
    )
