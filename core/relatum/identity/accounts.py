"""Accounts: how persons of the graph sign in. Kept by administrators; a person changes its own password."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ClauseElement, Select, not_, select, update

from relatum.access import Principal
from relatum.changes.accesses import note
from relatum.connections import Connection, any_of
from relatum.identifiers import new_id
from relatum.identity import sessions
from relatum.identity.addresses import read_address
from relatum.identity.passwords import hash_password, judge_password
from relatum.identity.room import Room, for_administrators
from relatum.identity.stored import ACCOUNT, RECORD, add, given, rows, run, survivor
from relatum.identity.values import Account
from relatum_schemas.errors import BadReference, Conflict, Forbidden, NotFound
from relatum_schemas.kinds import Language
from relatum_schemas.phrase import Phrase

_TAG: Final = Language()

COUNTED = 5
"""Failures after which an account is closed for a while, longer after each further one."""


async def add_account(
    room: Room, by: Principal, email: str, *, record: UUID, password: str | None, demo: bool
) -> Account:
    """Let a person sign in.

    Raises:
        Forbidden: `by` is no administrator.
        BadValue: the address is none, or the password is too easy.
        BadReference: there is no such record.
        Conflict: another account has the address.
    """
    for_administrators(by, "make accounts")
    address, key = read_address(email)
    if password is not None:
        judge_password(password, email=address)
    stored = None if password is None else await hash_password(password)

    async def work(connection: Connection) -> UUID:
        now = room.now()
        row = await account_row(
            connection, record, address, key, password=stored, demo=demo, now=now
        )
        await note(connection, by, "account_added", at=now, record=record)
        return row

    return await account(room, await room.write(work))


async def account_row(
    connection: Connection,
    record: UUID,
    address: str,
    key: str,
    *,
    password: str | None,
    demo: bool = False,
    now: datetime,
) -> UUID:
    """Write an account, and return its id."""
    if not await rows(connection, _living, id=record):
        raise BadReference(f"There is no record {record}.", path="record")
    if await rows(connection, _by_key, key=key):
        raise Conflict(Phrase("Another account has this e-mail address."), path="email")
    account_id = new_id()
    row = {
        "id": account_id,
        "record_id": record,
        "email": address,
        "email__key": key,
        "password": password,
        "failures": 0,
        "locked_until": None,
        "disabled": False,
        "demo": demo,
        "created_at": now,
    }
    await add(connection, ACCOUNT, row)
    return account_id


async def accounts(room: Room, by: Principal) -> tuple[Account, ...]:
    """All accounts, by address.

    Raises:
        Forbidden: `by` is no administrator.
    """
    for_administrators(by, "see all accounts")
    async with room.reading() as connection:
        return tuple(_account(row) for row in await rows(connection, _all))


async def accounts_of(room: Room, records: Collection[UUID]) -> tuple[Account, ...]:
    """The accounts of some records, by address."""
    async with room.reading() as connection:
        return await accounts_on(connection, records)


async def accounts_on(connection: Connection, records: Collection[UUID]) -> tuple[Account, ...]:
    """The accounts of some records, by address, read on a connection."""
    return tuple(_account(row) for row in await rows(connection, _of_records, records=records))


async def account(room: Room, account_id: UUID) -> Account:
    """An account by its id.

    Raises:
        NotFound: there is none.
    """
    async with room.reading() as connection:
        return await account_on(connection, account_id)


async def account_on(connection: Connection, account_id: UUID) -> Account:
    """An account by its id, read on a connection.

    Raises:
        NotFound: there is none.
    """
    found = await rows(connection, _one, id=account_id)
    if not found:
        raise NotFound("There is no such account.")
    return _account(found[0])


async def account_of(room: Room, by: Principal, email: str) -> Account | None:
    """The account that has an e-mail address, or None.

    Raises:
        Forbidden: `by` is no administrator.
    """
    for_administrators(by, "see the accounts of others")
    _, key = read_address(email)
    async with room.reading() as connection:
        found = await rows(connection, _by_key, key=key)
    return _account(found[0]) if found else None


async def set_password(room: Room, by: Principal, account_id: UUID, password: str) -> None:
    """Give an account another password, and end its other sessions.

    Raises:
        Forbidden: `by` is neither the person itself, signed in, nor an administrator.
        BadValue: the password is too easy.
        NotFound: there is no such account.
    """
    found = await account(room, account_id)
    own = by.id == found.record and by.session is not None
    if not own and not by.unrestricted:
        raise Forbidden("Only the person itself and administrators change a password.")
    judge_password(password, email=found.email)
    stored = await hash_password(password)

    async def work(connection: Connection) -> None:
        now = room.now()
        await run(connection, put_password, key=account_id, stored=stored)
        await sessions.end_of_account(connection, account_id, now, but=by.session)
        await note(connection, by, "password_changed", at=now, record=found.record)

    await room.write(work)


async def set_disabled(room: Room, by: Principal, account_id: UUID, *, disabled: bool) -> None:
    """Close an account, which ends its sessions, or open it again.

    Raises:
        Forbidden: `by` is no administrator.
        NotFound: there is no such account.
    """
    for_administrators(by, "disable accounts")
    found = await account(room, account_id)

    async def work(connection: Connection) -> None:
        now = room.now()
        await run(connection, _put_disabled, key=account_id, to=disabled)
        if disabled:
            await sessions.end_of_account(connection, account_id, now)
        kind = "account_disabled" if disabled else "account_enabled"
        await note(connection, by, kind, at=now, record=found.record)

    await room.write(work)


async def set_language(room: Room, by: Principal, account_id: UUID, language: str | None) -> None:
    """Keep the language that a person has chosen to be spoken to in.

    Raises:
        Forbidden: `by` is neither the person itself, signed in, nor an administrator.
        BadValue: there is no such language.
        NotFound: there is no such account.
    """
    found = await account(room, account_id)
    own = by.id == found.record and by.session is not None and by.looking is None
    if not own and not by.unrestricted:
        raise Forbidden("Only the person itself and administrators choose its language.")
    tag = None if language is None else _TAG.parse(language)

    async def work(connection: Connection) -> None:
        await run(connection, _put_language, key=account_id, to=tag)

    await room.write(work)


def _account(row: tuple[Any, ...]) -> Account:
    account_id, record, label, email, password, disabled, demo, created_at, locked, language = row
    return Account(
        id=account_id,
        record=record,
        name=label or "",
        email=email,
        has_password=password is not None,
        disabled=disabled,
        demo=demo,
        created_at=created_at,
        locked_until=locked,
        language=language,
    )


_BECAME: Final = RECORD.alias("became")


def _all() -> Select[Any]:
    became = _BECAME
    columns = ACCOUNT.c
    return (
        select(
            columns.id, became.c.id, became.c.label, columns.email, columns.password,
            columns.disabled, columns.demo, columns.created_at, columns.locked_until,
            columns.language,
        )
        .select_from(
            ACCOUNT.join(RECORD, RECORD.c.id == columns.record_id).join(
                became, became.c.id == survivor()
            )
        )
        .order_by(columns.email__key)
    )  # fmt: skip


def _of_records() -> ClauseElement:
    return _all().where(any_of(_BECAME.c.id, "records"))


def _one() -> ClauseElement:
    return _all().where(ACCOUNT.c.id == given("id", ACCOUNT.c.id))


def _by_key() -> ClauseElement:
    return _all().where(ACCOUNT.c.email__key == given("key", ACCOUNT.c.email__key))


def _living() -> ClauseElement:
    return select(RECORD.c.type).where(
        RECORD.c.id == given("id", RECORD.c.id),
        not_(RECORD.c.deleted),
        RECORD.c.merged_into.is_(None),
    )


def put_password() -> ClauseElement:
    """The statement that stores a password, and forgets failures."""
    return (
        update(ACCOUNT)
        .where(ACCOUNT.c.id == given("key", ACCOUNT.c.id))
        .values(password=given("stored", ACCOUNT.c.password), failures=0, locked_until=None)
    )


def _put_disabled() -> ClauseElement:
    return (
        update(ACCOUNT)
        .where(ACCOUNT.c.id == given("key", ACCOUNT.c.id))
        .values(disabled=given("to", ACCOUNT.c.disabled))
    )


def _put_language() -> ClauseElement:
    return (
        update(ACCOUNT)
        .where(ACCOUNT.c.id == given("key", ACCOUNT.c.id))
        .values(language=given("to", ACCOUNT.c.language))
    )
