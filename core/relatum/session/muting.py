"""What somebody does not want to be told of: messages of plugins, by channel."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import MetaData, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from relatum.catalogue import Catalogue
from relatum.connections.interface import Connection
from relatum.connections.prepared import Prepared, prepare
from relatum.connections.types import DialectName
from relatum.session.session import Session
from relatum.tables import fixed
from relatum_schemas.channel import CHANNEL
from relatum_schemas.errors import NotSignedIn, UnknownType

MAIL: Final = "mail"
"""The channel that is built in."""

EVERY_MESSAGE: Final = "*"
"""In the place of a message's name: all of them."""

_MUTE: Final = fixed.mute(MetaData())


def channels_of(catalogue: Catalogue) -> tuple[str, ...]:
    """The ways in which people may be told of something: mail, and what plugins bring, by their names."""
    return (MAIL, *(each.plugin for each in catalogue.port(CHANNEL).fillings))


async def muted(session: Session, *, channel: str = MAIL) -> list[str]:
    """The full names of the messages that the session's principal has muted; ``*`` for all.

    Raises:
        NotSignedIn: the principal is nobody's.
        UnknownType: there is no such channel.
    """
    _judge(session, channel)
    person = _person(session)
    async with session.storage.connections.reading() as connection:
        return await muted_by(connection, person, channel)


async def muted_by(connection: Connection, person: UUID, channel: str = MAIL) -> list[str]:
    """The full names of the messages that a person has muted."""
    given = {"person_id": person, "channel": channel}
    rows: list[Any] = await connection.rows(_muted(connection.dialect), given)
    return [template for (template,) in rows]


async def mute(session: Session, templates: Sequence[str], *, channel: str = MAIL) -> None:
    """Be told no more of some messages.

    Args:
        session: of whoever wants it so.
        templates: full names of messages, or ``*`` for all.
        channel: by which not to be told.

    Raises:
        NotSignedIn: the principal is nobody's.
        UnknownType: there is no such message, or no such channel.
    """
    _judge(session, channel)
    known = {*session.catalogue.templates, EVERY_MESSAGE}
    for each in templates:
        if each not in known:
            raise UnknownType(f"There is no message {each!r}.", path="messages")
    await _write(session, _muting, templates, channel)


async def unmute(session: Session, templates: Sequence[str], *, channel: str = MAIL) -> None:
    """Be told of some messages again. See `mute`."""
    _judge(session, channel)
    await _write(session, _unmuting, templates, channel)


def _judge(session: Session, channel: str) -> None:
    known = channels_of(session.catalogue)
    if channel not in known:
        raise UnknownType(
            f"There is no channel {channel!r}.",
            path="channel",
            hint=f"There are: {', '.join(known)}.",
        )


async def _write(session: Session, build: Any, templates: Sequence[str], channel: str) -> None:
    person = _person(session)
    await session.certify()
    rows = [{"person_id": person, "channel": channel, "template": each} for each in templates]
    async with session.storage.connections.writing() as connection:
        await connection.execute_many(build(connection.dialect), rows)


def _person(session: Session) -> UUID:
    if session.principal.id is None:
        raise NotSignedIn("Nobody is signed in whom messages would reach.")
    return session.principal.id


@cache
def _muted(dialect: DialectName) -> Prepared:
    found = select(_MUTE.c.template).where(*_given("person_id", "channel"))
    return prepare(found.order_by(_MUTE.c.template), dialect)


@cache
def _muting(dialect: DialectName) -> Prepared:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    row = {column.name: bindparam(column.name, type_=column.type) for column in _MUTE.c}
    return prepare(insert(_MUTE).values(row).on_conflict_do_nothing(), dialect)


@cache
def _unmuting(dialect: DialectName) -> Prepared:
    return prepare(delete(_MUTE).where(*_given("person_id", "channel", "template")), dialect)


def _given(*names: str) -> list[Any]:
    return [_MUTE.c[name] == bindparam(name, type_=_MUTE.c[name].type) for name in names]
