"""Fields that functions of plugins compute: the statement says of which records, the functions give the values.

A statement puts into its answer where such a field stands, and of which record, between marks that are drawn anew for each
call; where the reader may not see the field, it puts nothing. `asked` gathers the records, `filled` puts the values there.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import case

from relatum.connections.types import PlainText
from relatum.reading.context import Calculation, Context
from relatum.reading.guards import mask
from relatum.reading.private import new_mark
from relatum.reading.rows import TypeRow
from relatum.reading.sql import Json
from relatum_schemas.errors import Path
from relatum_schemas.kinds import Identity
from relatum_schemas.selection import FieldOutput, LinkOutput, Members, TextOutput

MARK: Final = "calculated_mark"
"""The bind that tells where such fields stand."""


class Place(NamedTuple):
    """A place in what is asked, and the type of the records there."""

    number: int
    type: str


Asked = dict[Place, dict[UUID, None]]
"""Of which records values are shown, by place, each once, in the order of the answer."""


def shown(row: TypeRow, output: FieldOutput, *, context: Context) -> Json:
    """Return what a statement shows for a computed field: what `filled` finds it by; NULL where it may not be read."""
    mark = context.binds.add(MARK, lambda moment: new_mark(), PlainText())
    number = context.dialect.constant(str(_numbered(output, context.private.calculated)))
    whole: Json = context.dialect.object_of(
        [
            ("m", mark),
            ("n", number),
            ("t", context.dialect.constant(row.declared)),
            ("i", context.dialect.shown(row.id, Identity())),
            ("e", mark),
        ]
    )
    field = context.catalogue.field(row.declared, output.field)
    opened = mask(row, field, context=context)
    return whole if opened is None else case((opened, whole))


def _numbered(output: FieldOutput, known: list[Calculation]) -> int:
    """The number of what is asked: for records of several types, each of which shows it, one and the same."""
    for number, each in enumerate(known):
        if each.output is output:
            return number
    known.append(Calculation(output))
    return len(known) - 1


def asked(answer: bytes, mark: str) -> Asked:
    """Return of which records an answer shows values."""
    found: Asked = {}
    for number, type_name, record in _pattern(mark).findall(answer):
        place = Place(int(number), type_name.decode())
        found.setdefault(place, {})[UUID(record.decode())] = None
    return found


def filled(answer: bytes, mark: str, values: Mapping[Place, Mapping[UUID, bytes]]) -> bytes:
    """Return an answer with the values, as JSON; null where there is none."""

    def one(found: re.Match[bytes]) -> bytes:
        number, type_name, record = found.groups()
        place = Place(int(number), type_name.decode())
        return values.get(place, {}).get(UUID(record.decode()), b"null")

    return _pattern(mark).sub(one, answer)


def written(calculation: Calculation, wire: Any) -> bytes:
    """Return a value in wire form as JSON: of a composite kind an object of what is asked of it, or a list of such."""
    if calculation.parts is None or wire is None:
        return orjson.dumps(wire)
    if isinstance(wire, list):
        return orjson.dumps([_members(calculation.parts, each) for each in wire])
    return orjson.dumps(_members(calculation.parts, wire))


def _members(parts: Members, wire: Any) -> dict[str, object]:
    members: dict[str, object] = {}
    for each in parts:
        match each:
            case TextOutput(key=key, text=text):
                members[key] = text
            case (key, name):
                members[key] = wire.get(name)
            case LinkOutput():
                raise AssertionError("No file is computed.")
    return members


def first_places(answer: bytes, mark: str) -> dict[int, Path]:
    """Return where in an answer each computed field stands first, by its number."""
    found: dict[int, Path] = {}
    for path, number in _places(orjson.loads(answer), mark, ()):
        found.setdefault(number, path)
    return found


def _places(value: object, mark: str, path: Path) -> Iterator[tuple[Path, int]]:
    match value:
        case {"m": marked, "n": number} if marked == mark:
            yield path, int(str(number))
        case dict():
            for name, each in value.items():
                yield from _places(each, mark, (*path, name))
        case list():
            for at, each in enumerate(value):
                yield from _places(each, mark, (*path, at))


def _pattern(mark: str) -> re.Pattern[bytes]:
    return re.compile(
        (
            rf'\{{\s*"m"\s*:\s*"{mark}"\s*,\s*"n"\s*:\s*"(\d+)"\s*,\s*"t"\s*:\s*"(\w+)"\s*,'
            rf'\s*"i"\s*:\s*"([0-9a-f-]{{36}})"\s*,\s*"e"\s*:\s*"{mark}"\s*\}}'
        ).encode()
    )
