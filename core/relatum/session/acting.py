"""Runs the actions of plugins: inputs validated, one unit of work, the caller's rights."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from relatum.access import Principal
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
    """What an action is given: who calls, the database as the caller, the clock, a log."""

    db: Session
    principal: Principal
    now: datetime
    log: logging.Logger


async def run_action(session: Session, name: str, inputs: Mapping[str, object]) -> Any:
    """Run an action by name as the session's principal, in one unit of work.

    Args:
        session: the caller's.
        name: the action's name.
        inputs: its inputs by name, in Python or wire form; records by id.

    Raises:
        NotFound: there is no such action, or a record given is none that the caller may see.
        Forbidden: the caller has no role that may call it.
        Problems: inputs are missing, unknown or of the wrong kind; each with its path.
        Refused: the action says no.
    """
    action = session.catalogue.actions.get(name)
    if action is None:
        raise NotFound(f"There is no action {name!r}.", path="action")
    if not session.principal.may_call(action.roles):
        raise Forbidden(f"Your roles do not allow {name!r}.", path="action")

    async def work(unit: Session) -> Any:
        arguments = await _arguments(unit, action, inputs)
        context = Context(
            db=unit,
            principal=unit.principal,
            now=unit.storage.clock(),
            log=logging.getLogger(f"relatum.actions.{name}"),
        )
        return await action(context, **arguments)

    return await session.repeatable(work, reason=name)


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
