"""How many statements what a plugin offers takes, among few records and among many."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from relatum.access import SYSTEM
from relatum.session import Session, run_action
from relatum_schemas.action import Action
from relatum_schemas.errors import RelatumError
from relatum_schemas.selection import FieldOutput, Many, Request, RootField, Rows
from relatum_schemas.shapes import Form, OfList, OfModel, OfRecord, OfValue
from relatum_testing.installation import Installation
from relatum_testing.values import value_of

SIZES: Final = (1, 10, 30)
"""How many records of each type there are when statements are counted."""


@dataclass(frozen=True)
class Taken:
    """What something took among so many records: statements, or the error that it ended with."""

    statements: int
    error: RelatumError | None = None


async def fields_measured(installation: Installation, plugin: str) -> dict[str, Taken]:
    """How many statements the fields of a plugin take, asked of all records of their types.

    Those that functions compute are asked for one by one, the others of a type together: they are of one statement.
    """
    session = installation.database.as_(SYSTEM)
    await session.certify()
    found: dict[str, Taken] = {}
    for type_name, field_names in _fields(installation, plugin):
        shown = tuple(FieldOutput(key=name, field=name) for name in field_names)
        root = RootField(key="all", source=Rows(type=type_name), form=Many(outputs=shown))
        if not found:
            await session.read(Request(fields=(root,)))  # a session's first notes who comes in
        with installation.database.connections.count_statements() as statements:
            await session.read(Request(fields=(root,)))
        found[", ".join(f"{type_name}.{name}" for name in field_names)] = Taken(len(statements))
    return found


def _fields(installation: Installation, plugin: str) -> Iterator[tuple[str, list[str]]]:
    """The fields that a plugin declares, on its own types and on those of others, as they are asked for together."""
    for record_type in installation.catalogue:
        own = [
            each
            for each in record_type.fields.values()
            if plugin in (each.plugin, record_type.plugin)
        ]
        if stored := [each.name for each in own if each.by is None]:
            yield record_type.name, stored
        yield from ((record_type.name, [each.name]) for each in own if each.by is not None)


async def action_measured(
    installation: Installation, action: Action, given: Mapping[str, object]
) -> Taken:
    """How many statements an action takes that is called by an administrator; what it does is undone.

    Args:
        installation: with a graph.
        action: that is called.
        given: inputs that are not made up.
    """
    inputs = {**inputs_for(installation, action), **given}
    session = installation.session_as("administrator")
    await session.certify()
    error: RelatumError | None = None
    with installation.database.connections.count_statements() as statements:
        try:
            await _undone(session, action, inputs)
        except RelatumError as raised:
            error = raised
    return Taken(len(statements), error)


class _Undo(Exception):
    """Ends a unit of work that is not to be kept."""


async def _undone(session: Session, action: Action, inputs: Mapping[str, object]) -> None:
    if action.reading or action.apart:
        await run_action(session, action.name, inputs)
        return
    try:
        async with session.unit() as unit:
            await run_action(unit, action.name, inputs)
            raise _Undo
    except _Undo:
        pass


def inputs_for(installation: Installation, action: Action) -> dict[str, object]:
    """Inputs of an action: records of the graph, all of them where a list is taken, and values of their kinds."""
    size = max((len(each) for each in installation.graph.entities.values()), default=1)
    return {
        name: _input(installation, form, name, size)
        for name, form in action.takes.items()
        if not form.optional
    }


def _input(installation: Installation, form: Form, name: str, size: int, number: int = 0) -> Any:
    match form.shape:
        case OfList(of=of):
            return [_input(installation, of, name, size, each) for each in range(size)]
        case OfRecord(types):
            ids = _records(installation, types)
            return str(ids[number % len(ids)]) if ids else None
        case OfModel() as model:
            return {
                each: _input(installation, member, each, size, number)
                for each, member in model.members.items()
                if not member.optional
            }
        case OfValue(kind):
            return kind.wire(kind.parse(value_of(kind, name, number)))
    return None


def _records(installation: Installation, types: Sequence[type]) -> list[UUID]:
    catalogue = installation.catalogue
    names = [name for each in types for name in catalogue.concrete(each.__name__)]
    return [each for name in names for each in installation.graph.ids(name)]
