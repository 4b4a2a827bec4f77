"""Runs the actions of plugins: inputs validated, one unit of work, the caller's rights and those that it declares.

Who may call is said by the action's roles and by policies that name it; their conditions are judged on the record that
it acts on, before it runs. What it returns is read again as the caller.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from relatum.access import Principal, action_grants
from relatum.access.principal import looking_on
from relatum.catalogue import Catalogue
from relatum.session.context import context_for
from relatum.session.inputs import read_inputs
from relatum.session.results import packed, unpacked
from relatum.session.session import Session
from relatum.tables.fixed import ENGINE
from relatum.viewing import Once
from relatum_schemas.action import Action
from relatum_schemas.condition import Field
from relatum_schemas.entity import Declared
from relatum_schemas.errors import Forbidden, NotFound, Path, Problems, Refused, RelatumError
from relatum_schemas.phrase import Phrase


async def run_action(
    session: Session,
    named: str | Action,
    inputs: Mapping[str, object],
    *,
    once: Once | None = None,
) -> Any:
    """Run an action as the session's principal, in one unit of work.

    Args:
        session: the caller's.
        named: the name of a plugin's, or one of the engine's own.
        inputs: its inputs by name, in Python or wire form; records by id.
        once: by what it is known that the call comes again: it is answered as it was first, and nothing is done. It
            counts for nothing where the action only reads, or works apart.

    Returns:
        What it returns, records as the caller may see them: None for one that it may not, and without it in lists.

    Raises:
        NotFound: there is no such action.
        Forbidden: the caller may not call it, or not on this record; or it only reads, and would write.
        Problems: inputs are missing, unknown or wrong, or name records that the caller may not see; each with its path.
        Refused: the action says no, or is not for this record as it is now.
        KeyReused: the key came with another call.
    """
    action = await admitted(session, named)
    if session.principal.looking is not None and not action.reading:
        raise looking_on()

    async def work(unit: Session) -> Any:
        return await _as_seen(unit, await perform(unit, action, inputs))

    if action.apart:
        return await work(session)
    if action.reading:
        async with session.snapshot() as within:
            return await work(within)
    if once is not None:

        async def answer(unit: Session) -> bytes:
            return packed(action, await perform(unit, action, inputs))

        kept = await session.once(once.key, once.digest, answer, reason=action.name)
        return await _as_seen(session, unpacked(session.catalogue, action, kept))
    return await session.repeatable(work, reason=action.name)


async def admitted(session: Session, named: str | Action) -> Action:
    """An action, if the session's principal may call it. That it is lent rights is noted in the access log.

    Args:
        session: of the caller.
        named: the name of a plugin's, or one of the engine's own.

    Raises:
        NotFound: there is no such action.
        Forbidden: the caller may not call it.
    """
    name = named if isinstance(named, str) else named.name
    action = session.catalogue.actions.get(name) if isinstance(named, str) else named
    if action is None:
        raise NotFound(f"There is no action {name!r}.", path="action")
    if not may_call(session.principal, session.catalogue, action):
        raise Forbidden(f"You may not call {name!r}.", path="action")
    if action.elevated:
        rights = {each: str(right.name).lower() for each, right in sorted(action.elevated.items())}
        await session.note("elevated", action=name, rights=rights)
    return action


async def perform(unit: Session, action: Action, inputs: Mapping[str, object]) -> Any:
    """Run an action that the principal is `admitted` to.

    Args:
        unit: the caller's session in a unit of work; for an action that only reads, in a snapshot, and for one that works
            apart, in none.
        action: what to run.
        inputs: its inputs by name, in Python or wire form; records by id.

    Returns:
        What its function returns: to be read again as the caller before it is shown.

    Raises:
        Forbidden: the caller may not call it on this record; or it only reads, and would write.
        Refused: it is not for this record as it is now.
        Problems: inputs are missing, unknown or wrong; each with its path.
        RelatumError: the action fails; the path names an input, or is empty.
    """
    arguments = await read_inputs(unit, action, inputs)
    async with unit.snapshot() as within:
        await _judge_subject(within, action, arguments)
    plugin = unit.catalogue.owners.get(action.name, ENGINE)
    context = context_for(unit, plugin=plugin, function=action.name, elevated=action.elevated)
    if action.apart:
        # It writes by itself, so it has to be certain beforehand who asks.
        await unit.certify()
    try:
        with unit.storage.surroundings.health.watching(plugin, f"action {action.name}"):
            return await action(context, **arguments)
    except RelatumError as error:
        for each in error.problems if isinstance(error, Problems) else (error,):
            # Paths of what it did itself are about commands that its caller has not written.
            if each.path[:1] not in {(name,) for name in action.inputs}:
                each.path = ()
        raise


def may_call(principal: Principal, catalogue: Catalogue, action: Action) -> bool:
    """Whether a principal may call an action at all, be it on few records."""
    if principal.unrestricted:
        return True
    if action.name not in catalogue.actions:
        return not action.roles.isdisjoint(principal.roles)
    subject = None if action.subject is None else action.subject.__name__
    types = (None,) if subject is None else catalogue.concrete(subject)
    return any(
        action_grants(catalogue, principal.roles, action.name, each, purpose=principal.purpose)
        for each in types
    )


async def _judge_subject(unit: Session, action: Action, arguments: Mapping[str, Any]) -> None:
    """Refuse records on which no policy lets the caller call the action, and those that it is not for as they are.

    Raises:
        Forbidden, Refused: it is one (`Problems` for several).
    """
    name = action.subject_input
    given = arguments.get(name) if name is not None else None
    if name is None or given is None:
        return
    acted_on = list(_records((name,), given))
    records = [each for _, each in acted_on]
    callable_on = (await unit.callable_on([action], records))[action.name]
    if callable_on.issuperset(each.id for each in records):
        return
    permitted = (await unit.callable_on([action], records, ever=True))[action.name]
    refused = [
        _not_now(action, each, path) if each.id in permitted else _not_allowed(action, each, path)
        for path, each in acted_on
        if each.id not in callable_on
    ]
    if len(refused) == 1:
        raise refused[0]
    raise Problems(f"You may not call {action.name!r} on all of these.", refused)


def _not_allowed(action: Action, record: Declared, path: Path) -> Forbidden:
    named = {"action": action.name, "type": type(record).__name__}
    return Forbidden(
        Phrase("You may not call '{action}' on this {type}.", **named),
        path=path,
        hint=Phrase("Ask for a policy that allows it."),
    )


def _not_now(action: Action, record: Declared, path: Path) -> Refused:
    if action.otherwise is not None:
        return Refused(action.otherwise.reason, path=path, message=action.otherwise.message)
    named = {"action": action.name, "type": type(record).__name__}
    said = Phrase("'{action}' is not for this {type} as it is now.", **named)
    return Refused("not_now", path=path, message=said)


def _records(path: Path, given: Declared | list[Any]) -> Iterator[tuple[Path, Declared]]:
    """The records in what is given, each with its place."""
    if isinstance(given, Declared):
        yield path, given
    elif isinstance(given, list):
        for at, each in enumerate(given):
            yield from _records((*path, at), each)


async def _as_seen(session: Session, value: object) -> object:
    """What an action returns, as its caller may see it: all records in it are read anew, in one statement per type."""
    named: dict[type[Declared], set[UUID]] = {}
    for each in _returned(value):
        named.setdefault(type(each), set()).add(each.id)
    seen: dict[UUID, Declared] = {}
    for declared, ids in named.items():
        among = Field("id").one_of(ids)
        found = await session.select(declared).where(among).all()
        seen |= {each.id: each for each in found}
    return _with(seen, value) if named else value


def _returned(value: object) -> Iterator[Declared]:
    """The stored records in what an action returns."""
    match value:
        case Declared():
            if "id" in value.model_fields_set:
                yield value
        case list() | tuple():
            for each in value:
                yield from _returned(each)
        case BaseModel():
            for _, each in value:
                yield from _returned(each)


def _with(seen: Mapping[UUID, Declared], value: object) -> object:
    """What an action returns with other records in it; what is not among them is None, and left out of lists."""
    match value:
        case Declared():
            return seen.get(value.id) if "id" in value.model_fields_set else value
        case list() | tuple():
            shown = [(each, _with(seen, each)) for each in value]
            return [there for given, there in shown if given is None or there is not None]
        case BaseModel():
            return value.model_copy(update={name: _with(seen, each) for name, each in value})
    return value
