"""Does work once for a key that its caller names, and gives the first answer to whoever asks again.

Key and answer are written in the transaction of the work: both are there, or neither. Of two that come with one key at
the same moment, the second waits for the first at the key's row. Who the principal is, is part of the key.
"""

import random
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Final, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import ClauseElement, Insert, select, update
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

from relatum.access import Principal
from relatum.connections import Connection
from relatum.identity.stored import ANSWER, given, rows, run
from relatum.identity.sweeping import ANSWERS_KEPT, sweep
from relatum.sealing import FieldPlace
from relatum.session.reads import Line, ReadLog
from relatum.session.storage import Storage
from relatum_schemas.errors import BadValue, KeyReused, NotSignedIn, TooLarge

LONGEST_KEY: Final = 255
"""Characters of a key."""

LARGEST_ANSWER: Final = 2**20
"""Bytes of an answer that is kept. Work whose answer is larger is not done at all when it comes with a key."""

_SWEPT: Final = 0.01
"""The share of calls that clear away what is kept no longer."""

_PLACE: Final = FieldPlace("relatum", "answer")


async def once(
    storage: Storage,
    principal: Principal,
    connection: Connection,
    key: str,
    digest: bytes,
    work: Callable[[], Awaitable[bytes]],
    reads: ReadLog,
) -> bytes:
    """Answer by doing the work, or as it was answered before.

    Args:
        storage: the database.
        principal: who asks; others' keys are others.
        connection: in the transaction of the work.
        key: that the caller has drawn for this request.
        digest: of the request, by which another one under the same key is found out.
        work: what to do.
        reads: of the unit of work: what private values an answer tells is written down whenever it is given.

    Raises:
        BadValue: the key is empty or too long.
        NotSignedIn: nobody in particular asks.
        KeyReused: the key came with another request or other rights, or its answer is kept no longer.
        TooLarge: the answer is too large to be kept.
    """
    if not 0 < len(key) <= LONGEST_KEY:
        raise BadValue(f"A key has 1 to {LONGEST_KEY} characters.", path="key")
    now, name = storage.clock(), _name(principal, key)
    if random.random() < _SWEPT:  # noqa: S311
        await sweep(connection, now)
    claim = _claimed_postgresql if connection.dialect == "postgresql" else _claimed_sqlite
    begun = {"key": name, "digest": digest, "created_at": now, "before": now - ANSWERS_KEPT}
    if not await run(connection, claim, **begun):
        kept = _parts(await _answered(storage, connection, name, digest))
        if kept.rights != _rights(principal):
            raise KeyReused(
                "The request was done with other roles, or for another purpose.",
                path="key",
                hint="Read what it has changed.",
            )
        await reads.given_again(kept.lines, connection)
        return kept.answer
    answer = await work()
    if len(answer) > LARGEST_ANSWER:
        raise TooLarge(
            f"The answer has {len(answer)} bytes; one with a key has at most {LARGEST_ANSWER}.",
            hint="Nothing was written. Ask for less in the answer.",
        )
    told = orjson.dumps([_rights(principal), reads.lines]) + b"\n" + answer
    await run(connection, _kept, of_key=name, body=_sealed(storage, name, told))
    return answer


def _name(principal: Principal, key: str) -> str:
    """Under which name a principal's key goes: a hash, since keys may tell of what was asked."""
    if not (principal.system or principal.id or principal.client):
        raise NotSignedIn("Only who is signed in may name a key.", path="key")
    said = [str(each or "") for each in (principal.id, principal.client, principal.firm)]
    return sha256("\0".join([*said, key]).encode("utf-8", "surrogatepass")).hexdigest()


class _Kept(NamedTuple):
    """An answer with the rights it was given by, and what it tells of private values."""

    rights: list[str]
    lines: list[Line]
    answer: bytes


def _rights(principal: Principal) -> list[str]:
    """By what a principal was shown an answer: with other roles, or for another purpose, it might be shown less."""
    return [principal.purpose, *sorted(principal.roles)]


def _parts(body: bytes) -> _Kept:
    told, _, answer = body.partition(b"\n")
    rights, lines = orjson.loads(told)
    return _Kept(rights, lines, answer)


async def _answered(storage: Storage, connection: Connection, name: str, digest: bytes) -> bytes:
    """The first answer as it is kept."""
    ((before, body),) = await rows(connection, _known, key=name)
    if before != digest:
        raise KeyReused(
            "This key came with another request before.", path="key", hint="Draw a new one."
        )
    if body is None:
        raise KeyReused(
            "The request was done; its answer is kept no longer.",
            path="key",
            hint="Read what it has changed. Draw a new key to do it again.",
        )
    return _opened(storage, name, body)


def _sealed(storage: Storage, name: str, answer: bytes) -> bytes:
    """An answer as it is kept: encrypted where there are keys, since it may tell what is encrypted elsewhere."""
    keys = storage.keys
    return answer if keys is None else keys.seal(answer, _PLACE, _record(name)).encode()


def _opened(storage: Storage, name: str, body: bytes) -> bytes:
    keys = storage.keys
    return body if keys is None else keys.open(body.decode(), [_PLACE], _record(name))


def _record(name: str) -> UUID:
    """For which record an answer is sealed: none, so it is told from others by its name."""
    return UUID(hex=name[:32])


def _claimed_postgresql() -> ClauseElement:
    return _claimed(PostgresqlInsert(ANSWER))


def _claimed_sqlite() -> ClauseElement:
    return _claimed(SqliteInsert(ANSWER))


def _claimed(insert: PostgresqlInsert | SqliteInsert) -> Insert:
    """Take a key that nobody has, or whose answer is kept no longer; no row where it is taken."""
    columns = ANSWER.c
    names = ("key", "digest", "created_at")
    begun = insert.values({name: given(name, columns[name]) for name in names})
    return begun.on_conflict_do_update(
        index_elements=[columns.key],
        set_={
            "digest": begun.excluded.digest,
            "created_at": begun.excluded.created_at,
            "body": None,
        },
        where=columns.created_at < given("before", columns.created_at),
    )


def _known() -> ClauseElement:
    columns = ANSWER.c
    return select(columns.digest, columns.body).where(columns.key == given("key", columns.key))


def _kept() -> ClauseElement:
    columns = ANSWER.c
    kept = update(ANSWER).where(columns.key == given("of_key", columns.key))
    return kept.values(body=given("body", columns.body))
