"""Client apps, and the bearer tokens of apps and persons: scoped, expiring, ended at will."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ClauseElement, Select, select, update

from relatum.access import Principal
from relatum.changes.accesses import note
from relatum.connections import Connection
from relatum.identifiers import new_id
from relatum.identity.accounts import account_on
from relatum.identity.holdings import known_roles
from relatum.identity.room import Room, for_administrators
from relatum.identity.rules import judge_purpose
from relatum.identity.secrets import hashed, new_secret
from relatum.identity.stored import CLIENT, TOKEN, add, given, rows, run
from relatum.identity.values import Client, NewToken, Token
from relatum_schemas.errors import BadValue, Conflict, Forbidden, NotFound, Required

LONGEST: Final = timedelta(days=366)
"""How long a token can be used at most."""


async def add_client(
    room: Room, by: Principal, name: str, *, record: UUID | None, roles: Collection[str]
) -> Client:
    """Register a client app with the roles that its tokens have at most.

    Raises:
        Forbidden: `by` is no administrator.
        Conflict: another one has the name.
        BadValue: there is no such role.
    """
    for_administrators(by, "register client apps")
    if not name.strip():
        raise Required("A client app needs a name.", path="name")
    known_roles(room, roles)

    async def work(connection: Connection) -> Client:
        now = room.now()
        if any(each.name == name for each in await _clients(connection)):
            raise Conflict(f"There is a client app named {name!r}.", path="name")
        row = {
            "id": new_id(),
            "name": name,
            "record_id": record,
            "roles": sorted(roles),
            "created_at": now,
        }
        await add(connection, CLIENT, row)
        await note(connection, by, "client_added", at=now, details={"client": name})
        return await client_on(connection, name)

    return await room.write(work)


async def clients(room: Room, by: Principal) -> tuple[Client, ...]:
    """All client apps, by name.

    Raises:
        Forbidden: `by` is no administrator.
    """
    for_administrators(by, "see client apps")
    async with room.reading() as connection:
        return tuple(await _clients(connection))


async def client_on(connection: Connection, name: str) -> Client:
    """A client app by its name, read on a connection.

    Raises:
        NotFound: there is none.
    """
    for each in await _clients(connection):
        if each.name == name:
            return each
    raise NotFound(f"There is no client app named {name!r}.", path="client")


async def end_client(room: Room, by: Principal, client: UUID) -> None:
    """End a client app: its tokens open nothing any more.

    Raises:
        Forbidden: `by` is no administrator.
        NotFound: there is no such app.
    """
    for_administrators(by, "end client apps")

    async def work(connection: Connection) -> None:
        now = room.now()
        if not await run(connection, _end_client, key=client, now=now):
            raise NotFound("There is no such client app, or it was ended.", path="client")
        await note(connection, by, "client_ended", at=now, details={"client": str(client)})

    await room.write(work)


async def add_token(
    room: Room,
    by: Principal,
    name: str,
    *,
    account: UUID | None,
    client: UUID | None,
    roles: Collection[str],
    firm: UUID | None,
    purpose: str | None,
    lasts: timedelta,
) -> NewToken:
    """Make a token of a person or of a client app. Its secret is in the answer and nowhere else.

    Raises:
        Forbidden: `by` is neither an administrator nor the person itself, signed in.
        BadValue: there is no such role, or the token would last too long.
        Required: it would belong to nobody.
    """
    if (account is None) == (client is None):
        raise Required("A token is of one account or of one client app.", path="account")
    if not timedelta() < lasts <= LONGEST:
        raise BadValue(f"A token lasts up to {LONGEST.days} days.", path="lasts")
    known_roles(room, roles)
    if purpose is not None:
        judge_purpose(room.catalogue, purpose)
    secret = new_secret("token")

    async def work(connection: Connection) -> Token:
        now = room.now()
        await _may_add(connection, by, account, client)
        row = {
            "id": new_id(),
            "name": name,
            "account_id": account,
            "client_id": client,
            "secret_hash": hashed(secret),
            "roles": sorted(roles),
            "firm_id": firm,
            "purpose": purpose,
            "created_at": now,
            "created_by": by.id,
            "expires_at": now + lasts,
        }
        await add(connection, TOKEN, row)
        await note(connection, by, "token_added", at=now, details={"token": str(row["id"])})
        ((*found,),) = await rows(connection, _one_token, id=row["id"])
        return _token(tuple(found))

    return NewToken(await room.write(work), secret)


async def _may_add(
    connection: Connection, by: Principal, account: UUID | None, client: UUID | None
) -> None:
    if client is not None:
        for_administrators(by, "make tokens of client apps")
        if not any(each.id == client for each in await _clients(connection)):
            raise NotFound("There is no such client app.", path="client")
        return
    assert account is not None
    found = await account_on(connection, account)
    # A token that could make tokens would outlive its own end, and leave its scope.
    if not by.unrestricted and not (by.id == found.record and by.session is not None):
        raise Forbidden("Only the person itself, signed in, and administrators make tokens.")


async def tokens(
    room: Room, by: Principal, *, account: UUID | None, client: UUID | None
) -> tuple[Token, ...]:
    """The tokens of an account or a client app, or all; ended and expired ones included, newest first.

    Raises:
        Forbidden: they are not the person's own, and `by` is no administrator.
    """
    async with room.reading() as connection:
        if not by.unrestricted:
            found = None if account is None else await account_on(connection, account)
            if found is None or found.record != by.id:
                raise Forbidden("Only administrators see the tokens of others.")
        every = [_token(row) for row in await rows(connection, _all_tokens)]
    return tuple(
        each for each in every if account in (None, each.account) and client in (None, each.client)
    )


async def end_token(room: Room, by: Principal, token: UUID) -> None:
    """End a token: it opens nothing any more.

    Raises:
        NotFound: there is no such token, or none that `by` may know of.
    """

    async def work(connection: Connection) -> None:
        found = await rows(connection, _one_token, id=token)
        owner = found[0][2] if found else None
        own = owner is not None and (await account_on(connection, owner)).record == by.id
        if not found or not (own or by.unrestricted):
            raise NotFound("There is no such token, or none of yours.", path="token")
        now = room.now()
        await run(connection, _end_token, key=token, now=now)
        await note(connection, by, "token_ended", at=now, details={"token": str(token)})

    await room.write(work)


async def end_at_firm(connection: Connection, account: UUID, firm: UUID, now: datetime) -> None:
    """End the tokens of an account that act for a firm."""
    await run(connection, _end_at_firm, account=account, firm=firm, now=now)


async def touch(connection: Connection, token: UUID, now: datetime, since: datetime) -> None:
    """Say that a token was used now, unless that was said since a moment."""
    await run(connection, _touch, key=token, now=now, since=since)


async def _clients(connection: Connection) -> list[Client]:
    return [
        Client(
            id=client,
            name=name,
            record=record,
            roles=frozenset(roles),
            created_at=created_at,
            ended_at=ended_at,
        )
        for client, name, record, roles, created_at, ended_at in await rows(connection, _listed)
    ]


def _token(row: tuple[Any, ...]) -> Token:
    (
        token, name, account, client, roles, firm, purpose,
        created_at, used_at, expires_at, ended_at,
    ) = row  # fmt: skip
    return Token(
        id=token,
        name=name,
        account=account,
        client=client,
        roles=frozenset(roles),
        firm=firm,
        purpose=purpose,
        created_at=created_at,
        used_at=used_at,
        expires_at=expires_at,
        ended_at=ended_at,
    )


def _listed() -> ClauseElement:
    columns = CLIENT.c
    return select(
        columns.id, columns.name, columns.record_id, columns.roles, columns.created_at,
        columns.ended_at,
    ).order_by(columns.name)  # fmt: skip


def _all_tokens() -> Select[Any]:
    columns = TOKEN.c
    return select(
        columns.id, columns.name, columns.account_id, columns.client_id, columns.roles,
        columns.firm_id, columns.purpose, columns.created_at, columns.used_at,
        columns.expires_at, columns.ended_at,
    ).order_by(columns.created_at.desc(), columns.id)  # fmt: skip


def _one_token() -> ClauseElement:
    return _all_tokens().where(TOKEN.c.id == given("id", TOKEN.c.id))


def _end_client() -> ClauseElement:
    columns = CLIENT.c
    return (
        update(CLIENT)
        .where(columns.id == given("key", columns.id), columns.ended_at.is_(None))
        .values(ended_at=given("now", columns.ended_at))
    )


def _end_token() -> ClauseElement:
    columns = TOKEN.c
    return (
        update(TOKEN)
        .where(columns.id == given("key", columns.id), columns.ended_at.is_(None))
        .values(ended_at=given("now", columns.ended_at))
    )


def _end_at_firm() -> ClauseElement:
    columns = TOKEN.c
    return (
        update(TOKEN)
        .where(
            columns.account_id == given("account", columns.account_id),
            columns.firm_id == given("firm", columns.firm_id),
            columns.ended_at.is_(None),
        )
        .values(ended_at=given("now", columns.ended_at))
    )


def _touch() -> ClauseElement:
    columns = TOKEN.c
    since = given("since", columns.used_at)
    return (
        update(TOKEN)
        .where(
            columns.id == given("key", columns.id),
            columns.used_at.is_(None) | (columns.used_at < since),
        )
        .values(used_at=given("now", columns.used_at))
    )
