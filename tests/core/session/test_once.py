"""Work that is done once for a key: who asks again is given the first answer, and nothing is done twice."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from relatum.access import SYSTEM, Principal
from relatum.catalogue import build_catalogue
from relatum.connections import DialectName, prepare
from relatum.identifiers import new_id
from relatum.identity.stored import ANSWER
from relatum.identity.sweeping import sweep
from relatum.sealing import new_keyring
from relatum.session import Database, Session
from relatum.session.once import LARGEST_ANSWER
from relatum_schemas.errors import BadValue, KeyReused, NotSignedIn, TooLarge
from tests.core.session import workplace
from tests.core.session.workplace import Person
from tests.databases import CloneTemplate, opened

CATALOGUE = build_catalogue([workplace])
Work = Callable[[Session], Awaitable[bytes]]


class Days:
    """A clock that is put forward by hand."""

    now = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
async def clock() -> Days:
    return Days()


@pytest.fixture
async def database(
    clone_template: CloneTemplate, dialect: DialectName, clock: Days
) -> AsyncIterator[Database]:
    async with opened(clone_template, dialect, CATALOGUE, clock=clock) as database:
        yield database


def creating(name: str) -> Work:
    """Work that makes a person and answers with its id."""

    async def work(session: Session) -> bytes:
        return str((await session.create(Person(name=name))).id).encode()

    return work


async def people(database: Database) -> list[str]:
    return sorted(each.name for each in await database.as_(SYSTEM).select(Person).all())


async def kept(database: Database) -> list[bytes | None]:
    """The answers that the database keeps."""
    statement = prepare(select(ANSWER.c.body), database.connections.dialect)
    async with database.connections.reading() as connection:
        return [body for (body,) in await connection.rows(statement, {})]  # type: ignore[misc]


async def test_a_repeat_is_given_the_first_answer(database: Database, clock: Days) -> None:
    db = database.as_(SYSTEM)
    first = await db.once("k", b"1", creating("Ada"))
    assert await db.once("k", b"1", creating("Bob")) == first
    with pytest.raises(KeyReused):
        await db.once("k", b"2", creating("Cy"))
    clock.now += timedelta(hours=23)
    assert await db.once("k", b"1", creating("Bob")) == first
    assert await people(database) == ["Ada"]
    clock.now += timedelta(hours=2)
    assert await db.once("k", b"2", creating("Dan")) != first
    assert await people(database) == ["Ada", "Dan"]


async def test_keys_are_each_principals_own(database: Database) -> None:
    person, firm = new_id(), new_id()
    principals = [
        Principal(id=person, roles=frozenset({"administrator"})),
        Principal(id=person, firm=firm, roles=frozenset({"administrator"})),
        Principal(client="app", roles=frozenset({"administrator"})),
        Principal(id=new_id(), roles=frozenset({"administrator"})),
    ]
    for at, principal in enumerate(principals):
        await database.as_(principal).once("k", b"1", creating(str(at)))
    assert await people(database) == ["0", "1", "2", "3"]
    with pytest.raises(NotSignedIn):
        await database.as_(Principal()).once("k", b"1", creating("X"))


@pytest.mark.parametrize(
    "given", [{"roles": frozenset({"auditor"})}, {"purpose": "marketing"}], ids=["roles", "purpose"]
)
async def test_an_answer_is_shown_again_by_the_rights_it_was_shown_by(
    database: Database, given: dict[str, Any]
) -> None:
    ruler = Principal(id=new_id(), roles=frozenset({"administrator"}))
    await database.as_(ruler).once("k", b"1", creating("Ada"))
    with pytest.raises(KeyReused):
        await database.as_(replace(ruler, **given)).once("k", b"1", creating("Bob"))
    assert await people(database) == ["Ada"]


async def test_what_fails_is_not_kept(database: Database) -> None:
    db = database.as_(SYSTEM)

    async def failing(session: Session) -> bytes:
        await creating("Lost")(session)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await db.once("k", b"1", failing)

    async def much(session: Session) -> bytes:
        return bytes(LARGEST_ANSWER + len(await creating("Lost")(session)))

    with pytest.raises(TooLarge):
        await db.once("k", b"1", much)
    for key in ("", "k" * 256):
        with pytest.raises(BadValue):
            await db.once(key, b"1", creating("Lost"))
    assert await kept(database) == []
    await db.once("k" * 255, b"1", creating("Ada"))
    assert await people(database) == ["Ada"]


async def test_of_two_at_once_one_does_the_work(database: Database) -> None:
    answers = await asyncio.gather(
        *(database.as_(SYSTEM).once("k", b"1", creating(str(at))) for at in range(6))
    )
    assert len(set(answers)) == 1
    assert len(await people(database)) == 1


async def test_the_second_does_the_work_when_the_first_fails(database: Database) -> None:
    db, begun, free = database.as_(SYSTEM), asyncio.Event(), asyncio.Event()

    async def failing(session: Session) -> bytes:
        begun.set()
        await free.wait()
        raise ZeroDivisionError

    first = asyncio.ensure_future(db.once("k", b"1", failing))
    await begun.wait()
    second = asyncio.ensure_future(db.once("k", b"1", creating("Ada")))
    await asyncio.sleep(0)
    free.set()
    with pytest.raises(ZeroDivisionError):
        await first
    await second
    assert await people(database) == ["Ada"]


async def test_answers_are_kept_a_day_encrypted_and_not_beyond_an_erasure(
    clone_template: CloneTemplate, dialect: DialectName, clock: Days
) -> None:
    keys = new_keyring()
    async with opened(clone_template, dialect, CATALOGUE, clock=clock, keys=keys) as database:
        db = database.as_(SYSTEM)
        first = await db.once("k", b"1", creating("Ada"))
        (body,) = await kept(database)
        assert body is not None
        assert first not in body
        assert await db.once("k", b"1", creating("Bob")) == first
        (ada,) = await db.select(Person).all()
        await db.erase(ada)
        assert await kept(database) == [None]
        with pytest.raises(KeyReused, match="kept no longer"):
            await db.once("k", b"1", creating("Bob"))
        assert await people(database) == []
        async with database.connections.writing() as connection:
            await sweep(connection, clock.now + timedelta(days=1, seconds=1))
        assert await kept(database) == []
