"""Runs the actions of plugins: inputs validated, one unit of work, the caller's rights and those that it declares.

Who may call is said by the action's roles and by policies that name it; their conditions are judged on the record that
it acts on, before it runs. What it returns is read again as the caller.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from relatum.access import Principal, action_grants
from relatum.catalogue import Catalogue
from relatum.session.records import identity
from relatum.session.session import Session
from relatum_schemas.action import Action
from relatum_schemas.annotations import read_annotation
from relatum_schemas.entity import Declared
from relatum_schemas.errors import (
    BadValue,
    Forbidden,
    NotFound,
    Problems,
    RelatumError,
    Required,
    UnknownField,
)


@dataclass(frozen=True)
class Context:
    """What an action is given.

    Attributes:
        db: the database as the caller.
        elevated: the same unit of work with the rights that the action declares beyond the caller's.
        principal: who calls.
        now: the present.
        log: of the program.
    """

    db: Session
    elevated: Session
    principal: Principal
    now: datetime
    log: logging.Logger


async def run_action(session: Session, name: str, inputs: Mapping[str, object]) -> Any:
    """Run an action by name as the session's principal, in one unit of work.

    Args:
        session: the caller's.
        name: the action's name.
        inputs: its inputs by name, in Python or wire form; records by id.

    Returns:
        What it returns, records as the caller may see them: None for one that it may not, and without it in lists.

    Raises:
        NotFound: there is no such action, or a record given is none that the caller may see.
        Forbidden: the caller may not call it, or not on this record.
        Problems: inputs are missing, unknown or of the wrong kind; each with its path.
        Refused: the action says no.
    """
    action = session.catalogue.actions.get(name)
    if action is None:
        raise NotFound(f"There is no action {name!r}.", path="action")
    if not may_call(session.principal, session.catalogue, action):
        raise Forbidden(f"You may not call {name!r}.", path="action")
    elevated = frozenset(action.elevated.items())
    if elevated:
        rights = {each: str(right.name).lower() for each, right in sorted(action.elevated.items())}
        await session.note("elevated", action=name, rights=rights)

    async def work(unit: Session) -> Any:
        arguments = await _arguments(unit, action, inputs)
        await _judge_subject(unit, action, arguments)
        context = Context(
            db=unit,
            elevated=unit.lent(elevated),
            principal=unit.principal,
            now=unit.storage.clock(),
            log=logging.getLogger(f"relatum.actions.{name}"),
        )
        return await _as_seen(unit, await action(context, **arguments))

    return await session.repeatable(work, reason=name)


def may_call(principal: Principal, catalogue: Catalogue, action: Action) -> bool:
    """Whether a principal may call an action at all, be it on few records."""
    if principal.unrestricted:
        return True
    subject = None if action.subject is None else action.subject.__name__
    types = (None,) if subject is None else catalogue.concrete(subject)
    return any(
        action_grants(catalogue, principal.roles, action.name, each, purpose=principal.purpose)
        for each in types
    )


async def _judge_subject(unit: Session, action: Action, arguments: Mapping[str, Any]) -> None:
    """Refuse a record on which no policy lets the caller call the action.

    Raises:
        Forbidden: it is one.
    """
    name = action.subject_input
    record = arguments.get(name) if name is not None else None
    if isinstance(record, Declared) and not await unit.may_call(action, record):
        raise Forbidden(
            f"You may not call {action.name!r} on this {type(record).__name__}.",
            path=name or (),
            hint="Ask for a policy that allows it.",
        )


async def _as_seen(session: Session, value: object) -> object:
    """What an action returns, as its caller may see it."""
    match value:
        case Declared() if "id" in value.model_fields_set:
            try:
                return await session.get(type(value), value.id)
            except NotFound:
                return None
        case list() | tuple():
            shown = [(each, await _as_seen(session, each)) for each in value]
            return [seen for given, seen in shown if given is None or seen is not None]
        case dict():
            return {key: await _as_seen(session, each) for key, each in value.items()}
    return value


async def _arguments(
    session: Session, action: Action, inputs: Mapping[str, object]
) -> dict[str, Any]:
    """The inputs as the function wants them: records loaded, values parsed."""
    problems: list[RelatumError] = [
        UnknownField(f"{action.name} has no input {name!r}.", path=name)
        for name in inputs
        if name not in action.inputs
    ]
    arguments: dict[str, Any] = {}
    for name, parameter in action.inputs.items():
        given = inputs.get(name)
        try:
            if name in inputs:
                arguments[name] = await _argument(session, parameter.annotation, given)
            elif parameter.default is parameter.empty:
                problems.append(Required(f"{action.name} needs {name!r}.", path=name))
        except RelatumError as error:
            problems.append(error.at(name))
    if problems:
        raise Problems(f"The inputs of {action.name} have mistakes.", problems)
    return arguments


async def _argument(session: Session, annotation: Any, given: object) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, Declared):
        return await session.get(annotation, _identity(session.catalogue, given))
    reading = read_annotation(annotation)
    if given is None:
        if not reading.optional:
            raise BadValue("It must not be missing.")
        return None
    return reading.kind.parse(given)


def _identity(catalogue: Catalogue, given: object) -> UUID:
    if isinstance(given, Declared):
        return identity(given)
    parsed: UUID = catalogue.field("Record", "id").kind.parse(given)
    return parsed
