"""In which language somebody is spoken to: the one chosen, else the one that the record names, else the installation's.

A record names one by a field of the kind of languages that is called ``language``, as parties of `base` have it.
"""

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Final
from uuid import UUID

import orjson

from relatum.catalogue import Catalogue
from relatum.connections import Connection
from relatum.identity.accounts import accounts_on
from relatum.plugins.messages import ENGLISH, read_language
from relatum.session.session import Session
from relatum_schemas.errors import BadValue
from relatum_schemas.kinds import Language
from relatum_schemas.policy import READ
from relatum_schemas.selection import (
    Compare,
    FieldOutput,
    FieldPath,
    One,
    Operator,
    Request,
    RootField,
    Rows,
)

_FIELD: Final = "language"


async def language_of(session: Session, *records: UUID) -> str:
    """The language to speak to a person or a firm in, by its tag: one that something is translated into.

    Args:
        session: in whose unit of work it is read, whatever its principal may read.
        records: the person, or the firm; of several the first of whom one is known.
    """
    around = session.storage.surroundings
    spoken = around.phrasebook.languages(among=session.catalogue.plugins)
    for record in records:
        own = await own_language(session, record)
        if own and _base(own) in spoken:
            return own
    return around.language if _base(around.language) in spoken else ENGLISH


async def own_language(session: Session, record: UUID) -> str | None:
    """The language that a person has chosen, else the one that its record names; None where nothing is said.

    Args:
        session: in whose unit of work it is read, whatever its principal may read.
        record: the person, or the firm.
    """
    async with _connection(session) as connection:
        accounts = await accounts_on(connection, [record])
    chosen = next((each.language for each in accounts if each.language), None)
    return chosen or await _named_by(session, record)


async def _named_by(session: Session, record: UUID) -> str | None:
    types = tuple(_that_name_one(session.catalogue))
    if not types:
        return None
    itself = Compare(path=FieldPath(field="id"), operator=Operator.EQ, value=str(record))
    shown = One(outputs=(FieldOutput(key=_FIELD, field=_FIELD),))
    roots = (
        RootField(key=name, source=Rows(type=name, filter=itself), form=shown) for name in types
    )
    reading = session.lent(frozenset((name, READ) for name in types))
    found = orjson.loads(await reading.read(Request(fields=tuple(roots))))
    return next((each[_FIELD] for each in found.values() if each and each[_FIELD]), None)


def _that_name_one(catalogue: Catalogue) -> Iterator[str]:
    """The types whose records name a language."""
    for name in catalogue.entities:
        field = catalogue.fields(name).get(_FIELD)
        if field is not None and isinstance(field.kind, Language):
            yield name


def _connection(session: Session) -> AbstractAsyncContextManager[Connection]:
    unit = session.under_way
    return nullcontext(unit.connection) if unit else session.storage.connections.reading()


def _base(language: str) -> str:
    """The language without its country, as translations are kept; nothing of what is no language."""
    try:
        return str(read_language(language).language)
    except BadValue:
        return ""
