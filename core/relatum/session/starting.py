"""Starts workflows from within units of work: what is asked for is started when the unit is committed, or not at all."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Final
from uuid import UUID, uuid5

from pydantic import BaseModel, TypeAdapter

from relatum.catalogue import Catalogue
from relatum.changes.starts import Start, ask
from relatum.identifiers import new_id
from relatum.session.inputs import read_inputs
from relatum.session.records import identity
from relatum.session.session import Session
from relatum_schemas.entity import Declared
from relatum_schemas.errors import Forbidden, UnknownType
from relatum_schemas.workflow import Workflow

NOTIFY: Final = "relatum.notify"
"""The engine's own workflow that tells people of something."""

_DURATION: Final = TypeAdapter(timedelta)
_STARTS: Final = UUID("018f3f6e-6d5c-7c3a-9d0e-5b1c8a4f2e77")
"""The space of the ids that are made of keys."""


def ids_of(key: str) -> Callable[[], UUID]:
    """What gives the ids of all that is started under a key, in order: the same ones each time."""
    count = 0

    def following() -> UUID:
        nonlocal count
        count += 1
        return uuid5(_STARTS, f"{key}/{count}")

    return following


async def start_workflow(
    session: Session,
    workflow: Workflow,
    inputs: Mapping[str, object],
    *,
    ids: Callable[[], UUID] = new_id,
) -> str:
    """Have a workflow started once the session's unit of work is committed, and return its id.

    Args:
        session: as which records among the inputs are looked up; without a unit of work this is one.
        workflow: what to start.
        inputs: what it is given, by name.
        ids: gives the part of the id that is its own.

    Raises:
        UnknownType: no plugin in force has this workflow.
        Problems: inputs are missing, unknown or wrong; each with its path.
        Forbidden: nothing can be written here.
    """
    rules = session.catalogue.workflows.values()
    name = next((each.name for each in rules if each.workflow is workflow), None)
    if name is None:
        raise UnknownType(
            f"No plugin in force has the workflow {workflow.name!r}.",
            hint="Name it in the plugin's module.",
        )
    await read_inputs(session, workflow.call, inputs)
    start = Start(f"{name}:{ids()}", name, {key: wire(each) for key, each in inputs.items()})
    await start_with(session, start)
    return start.id


async def notify(
    session: Session,
    to: Sequence[Declared | UUID],
    *,
    role: str | None,
    template: str,
    record: Declared | UUID | None,
    plugin: str,
    ids: Callable[[], UUID] = new_id,
) -> None:
    """Have people told of something once the session's unit of work is committed.

    Args:
        session: whose unit of work it is; without one this is one.
        to: the people, by their records.
        role: all who have this role, too.
        template: the name of a message.
        record: what it is about.
        plugin: whose message it is where its name says nothing else.
        ids: gives the part of the id that is its own.

    Raises:
        UnknownType: there is no such message.
        Forbidden: nothing can be written here.
    """
    inputs = {
        "to": [str(identity(each)) for each in to],
        "role": role,
        "template": _template(session.catalogue, plugin, template),
        "record": None if record is None else str(identity(record)),
    }
    await start_with(session, Start(f"{NOTIFY}:{ids()}", NOTIFY, inputs))


def _template(catalogue: Catalogue, plugin: str, name: str) -> str:
    """The full name of a message, as a plugin calls it."""
    for full in (f"{plugin}.{name}", name):
        if full in catalogue.templates:
            return full
    known = ", ".join(catalogue.templates) or "none"
    raise UnknownType(f"There is no message {name!r}.", hint=f"There are: {known}.")


async def start_with(session: Session, start: Start) -> None:
    """Ask for a start in the session's unit of work, or in one of its own.

    Raises:
        Forbidden: nothing can be written here.
    """
    unit = session._unit
    if unit is None:
        await session.repeatable(lambda within: start_with(within, start))
        return
    if not unit.writes:
        raise Forbidden("What only reads starts nothing.", hint="Declare it without reading=True.")
    await ask(unit.connection, start, session.storage.clock())


def wire(value: Any) -> object:
    """A value as JSON has it, so that the same is read from it again; a record by its id."""
    match value:
        case Declared():
            return str(identity(value))
        case BaseModel():
            return {name: wire(getattr(value, name)) for name in type(value).model_fields}
        case Enum():
            return wire(value.value)
        case UUID() | Decimal():
            return str(value)
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return _DURATION.dump_python(value, mode="json")
        case Mapping():
            return {str(name): wire(each) for name, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [wire(each) for each in value]
    return value
