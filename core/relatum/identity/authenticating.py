"""Who asks: from a secret to a principal, judged anew at each request.

Two small statements. The first finds by the secret's hash whose it is, and which edition of the rules is in force; the
second, for persons, which firms they may act for and which roles they have. Nothing of either is kept, so whatever is
taken away is taken away from the next request on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ClauseElement, Select, func, not_, or_, select

from relatum.access import Principal
from relatum.catalogue import Catalogue
from relatum.connections import Connection
from relatum.connections.types import Identifier
from relatum.identity import sessions, tokens
from relatum.identity.room import Room
from relatum.identity.rules import DEFAULT_PURPOSE, Rules, judge_purpose
from relatum.identity.secrets import hashed, kind_of
from relatum.identity.standing import Standings
from relatum.identity.stored import ACCOUNT, CLIENT, RECORD, SESSION, SETTING, TOKEN, given, rows
from relatum.identity.values import Firm, SignedIn
from relatum.reading.standing import Standing
from relatum_schemas.errors import Forbidden

TOUCHED_EVERY: Final = timedelta(minutes=1)
"""How exact the last use of a session or token is kept."""


@dataclass(frozen=True)
class Bearer:
    """Whose a secret is."""

    id: UUID
    account: UUID | None
    email: str | None
    record: UUID | None
    name: str
    firm: UUID | None
    used_at: datetime | None
    edition: int
    client: str | None = None
    client_roles: frozenset[str] = frozenset()
    only_roles: frozenset[str] = frozenset()
    purpose: str | None = None


async def authenticate(
    room: Room, rules: Rules, standings: Standings, secret: str, *, purpose: str | None
) -> SignedIn | None:
    """Return who has a session's or token's secret; None when it opens nothing (any more).

    Raises:
        Forbidden: the token is for another purpose.
        BadValue: nobody has declared the purpose.
    """
    kind = kind_of(secret)
    if kind not in ("session", "token"):
        return None
    now = room.now()
    async with room.reading() as connection:
        bearer = await (_session if kind == "session" else _token)(connection, room, secret, now)
    if bearer is None:
        return None
    await rules.see(bearer.edition)
    if bearer.used_at is None or bearer.used_at < now - TOUCHED_EVERY:
        room.later(_touch(room, kind, bearer.id, now))
    return await signed_in(
        standings, bearer, purpose=purpose, session=bearer.id if kind == "session" else None
    )


async def signed_in(
    standings: Standings, bearer: Bearer, *, purpose: str | None = None, session: UUID | None
) -> SignedIn:
    """Return what a bearer is entitled to now.

    Raises:
        Forbidden: its token is for another purpose.
    """
    standing = Standing()
    firm, roles = bearer.firm, bearer.client_roles
    if bearer.account is not None and bearer.record is not None:
        standing, firm = await standings.judge(bearer.record, bearer.firm)
        roles = standing.roles(firm)
    if bearer.only_roles:
        roles &= bearer.only_roles
    principal = Principal(
        id=bearer.record,
        firm=firm,
        roles=roles,
        purpose=_purpose(standings.catalogue, bearer.purpose, purpose),
        client=bearer.client,
        session=session,
    )
    return SignedIn(
        principal=principal,
        account=bearer.account,
        session=session,
        token=None if session else bearer.id,
        client=bearer.client,
        name=bearer.name,
        email=bearer.email,
        firms=tuple(Firm(each, label) for each, label in standing.firms.items()),
    )


def _purpose(catalogue: Catalogue, bound: str | None, asked: str | None) -> str:
    if bound is not None and asked not in (None, bound):
        raise Forbidden(f"The token is for the purpose {bound!r} only.", path="purpose")
    purpose = bound or asked or DEFAULT_PURPOSE
    judge_purpose(catalogue, purpose)
    return purpose


async def _touch(room: Room, kind: str, bearer: UUID, now: datetime) -> None:
    touch = sessions.touch if kind == "session" else tokens.touch
    await room.write(lambda connection: touch(connection, bearer, now, now - TOUCHED_EVERY))


async def _session(connection: Connection, room: Room, secret: str, now: datetime) -> Bearer | None:
    found = await rows(
        connection,
        _session_holder,
        hash=hashed(secret),
        now=now,
        idle=now - room.lifetimes.idle,
    )
    if not found:
        return None
    session, firm, used_at, account, email, record, label, edition = found[0]
    return Bearer(session, account, email, record, label or email, firm, used_at, int(edition or 0))


async def _token(connection: Connection, room: Room, secret: str, now: datetime) -> Bearer | None:
    del room
    found = await rows(connection, _token_holder, hash=hashed(secret), now=now)
    if not found:
        return None
    (
        token, only_roles, firm, purpose, used_at,
        account, email, client, client_roles, record, label, edition,
    ) = found[0]  # fmt: skip
    return Bearer(
        id=token,
        account=account,
        email=email,
        record=record,
        name=client or label or email,
        firm=firm,
        used_at=used_at,
        edition=int(edition or 0),
        client=client,
        client_roles=frozenset(client_roles or ()),
        only_roles=frozenset(only_roles),
        purpose=purpose,
    )


_BECAME: Final = RECORD.alias("became")
_FIRM: Final = RECORD.alias("firm")


def _edition() -> Any:
    return select(SETTING.c.value).where(SETTING.c.name == "rules").scalar_subquery()


def _firm_id(column: Any) -> Any:
    return func.coalesce(_FIRM.c.merged_into, column, type_=Identifier())


def _session_holder() -> Select[Any]:
    session, account = SESSION.c, ACCOUNT.c
    return (
        select(
            session.id, _firm_id(session.firm_id), session.used_at,
            account.id, account.email, _BECAME.c.id, _BECAME.c.label, _edition(),
        )
        .select_from(
            SESSION.join(ACCOUNT, account.id == session.account_id)
            .join(RECORD, RECORD.c.id == account.record_id)
            .join(_BECAME, _BECAME.c.id == func.coalesce(RECORD.c.merged_into, RECORD.c.id))
            .outerjoin(_FIRM, _FIRM.c.id == session.firm_id)
        )
        .where(
            session.secret_hash == given("hash", session.secret_hash),
            session.ended_at.is_(None),
            session.expires_at > given("now", session.expires_at),
            session.used_at > given("idle", session.used_at),
            not_(account.disabled),
            not_(_BECAME.c.deleted),
        )
    )  # fmt: skip


def _token_holder() -> ClauseElement:
    token, account, client = TOKEN.c, ACCOUNT.c, CLIENT.c
    owner = func.coalesce(account.record_id, client.record_id, type_=Identifier())
    return (
        select(
            token.id, token.roles, _firm_id(token.firm_id), token.purpose, token.used_at,
            account.id, account.email, client.name, client.roles,
            _BECAME.c.id, _BECAME.c.label, _edition(),
        )
        .select_from(
            TOKEN.outerjoin(ACCOUNT, account.id == token.account_id)
            .outerjoin(CLIENT, client.id == token.client_id)
            .outerjoin(RECORD, RECORD.c.id == owner)
            .outerjoin(_BECAME, _BECAME.c.id == func.coalesce(RECORD.c.merged_into, RECORD.c.id))
            .outerjoin(_FIRM, _FIRM.c.id == token.firm_id)
        )
        .where(
            token.secret_hash == given("hash", token.secret_hash),
            token.ended_at.is_(None),
            token.expires_at > given("now", token.expires_at),
            or_(account.id.is_(None), not_(account.disabled)),
            client.ended_at.is_(None),
            or_(_BECAME.c.id.is_(None), not_(_BECAME.c.deleted)),
        )
    )  # fmt: skip
