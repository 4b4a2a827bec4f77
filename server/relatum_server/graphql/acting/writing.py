"""What code gave, as bytes: values in wire form, and records as the engine reads them by their ids for who asks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final
from uuid import UUID

import orjson

from relatum.session import Session
from relatum.session.calculating import Placed
from relatum.session.records import identity
from relatum_schemas.entity import Declared
from relatum_schemas.errors import BadValue, RelatumError
from relatum_schemas.kinds import Identity
from relatum_schemas.selection import TextOutput
from relatum_server.graphql.acting.plan import (
    Cursor,
    Fragment,
    Fragments,
    Members,
    Named,
    Payload,
    Plain,
    Several,
    Shown,
    ids_at,
)
from relatum_server.graphql.estimate import check_rows
from relatum_server.graphql.limits import Limits
from relatum_server.graphql.splicing import by_id, taken_apart

_IDENTITY: Final = Identity()
_NULL: Final = b"null"

Ids = dict[int, dict[str, None]]
"""Ids in wire form by position, each once, in the order in which they were met."""

Records = Mapping[int, Mapping[str, bytes]]
"""What is shown of records, by position and id; those that may not be seen are not there."""


def noted_id(record: object, ids: Ids, position: int) -> str:
    """The id of a record that code gave, noted to be read."""
    if not isinstance(record, Declared | UUID):
        raise TypeError(f"a record or its id was expected, not {type(record).__name__}")
    named: str = _IDENTITY.wire(identity(record))
    ids.setdefault(position, {})[named] = None
    return named


async def read_fragments(
    session: Session,
    fragments: Fragments,
    parameters: Mapping[str, Any],
    ids: Mapping[int, Sequence[str] | Mapping[str, None]],
    limits: Limits,
) -> Records:
    """Read records in one statement, as who asks.

    Args:
        session: as which they are read.
        fragments: how they are shown.
        parameters: of the request, but for the ids.
        ids: by position.
        limits: of what may be shown.

    Raises:
        TooLarge: there are too many.
    """
    if fragments.request is None or not any(ids.values()):
        return {}
    places = range(len(fragments.request.fields))
    given = {**parameters, **{ids_at(each): list(ids.get(each, ())) for each in places}}
    try:
        check_rows(fragments.estimates, given, limits)
        with Placed(lambda path: ()):  # where the records stand in the response is not known here
            answer = await session.read(fragments.request, given)
    except RelatumError as error:
        error.path = fragments.place(error.path)
        raise
    return {at: by_id(each) for at, each in taken_apart(answer).items()}


def note_ids(shown: Shown, value: Any, ids: Ids) -> None:
    """Note the ids of all records in a value."""
    match shown:
        case Payload(members):
            for _, inner in members:
                note_ids(inner, value, ids)
        case Fragment(position) if value is not None:
            noted_id(value, ids, position)
        case Several(of) if value is not None:
            for each in value:
                note_ids(of, each, ids)
        case Members(named) if value is not None:
            for _, name, inner in named:
                if name:
                    note_ids(inner, getattr(value, name), ids)


@dataclass(frozen=True)
class Writing:
    """What results are written with: the records that were read, and the cursor after what was done."""

    records: Records
    cursor: str = ""

    def written(self, shown: Shown, value: Any) -> bytes:
        """A value as JSON.

        Raises:
            TypeError: it is not what was declared.
        """
        match shown:
            case Named(text):
                return text
            case Cursor():
                return orjson.dumps(self.cursor)
            case Payload(members):
                return _object(key + self.written(inner, value) for key, inner in members)
            case Fragment(position):
                return self._record(position, value)
        if value is None:
            if not shown.optional:
                raise TypeError("None was given where a value was declared")
            return _NULL
        match shown:
            case Plain():
                return _plain(shown, value)
            case Several(of):
                return b"[%s]" % b",".join(self._listed(of, value))
            case Members(named):
                return _object(
                    key + self.written(inner, getattr(value, name) if name else None)
                    for key, name, inner in named
                )

    def _record(self, position: int, value: Any) -> bytes:
        if value is None:
            return _NULL
        named = _IDENTITY.wire(identity(value))
        return self.records.get(position, {}).get(named, _NULL)

    def _listed(self, of: Shown, values: Sequence[Any]) -> Sequence[bytes]:
        """The items of a list, without records that may not be seen."""
        written = ((each, self.written(of, each)) for each in values)
        hidden = isinstance(of, Fragment)
        return [
            each for value, each in written if not (hidden and value is not None and each == _NULL)
        ]


def _plain(shown: Plain, value: Any) -> bytes:
    try:
        parsed = shown.kind.parse(value.value if isinstance(value, Enum) else value)
    except BadValue as error:
        raise TypeError(f"what was given is not what was declared: {error}") from error
    wire = shown.kind.wire(parsed)
    if shown.parts is None:
        return orjson.dumps(wire)
    return orjson.dumps(dict(_part(each, wire) for each in shown.parts))


def _part(part: tuple[str, str] | TextOutput, wire: Mapping[str, Any]) -> tuple[str, Any]:
    if isinstance(part, TextOutput):
        return part.key, part.text
    key, name = part
    return key, wire.get(name)


def _object(members: Iterable[bytes]) -> bytes:
    return b"{%s}" % b",".join(members)
