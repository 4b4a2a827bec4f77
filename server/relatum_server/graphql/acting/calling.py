"""Calls an action in the unit of work or snapshot under way, and tells its result."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql.execution.values import VariableValues

from relatum.session import Session, admitted, perform
from relatum_schemas.action import Action
from relatum_schemas.errors import Path, Problems, RelatumError
from relatum_server.administration import actions_of
from relatum_server.graphql.acting.plan import Call, Payload
from relatum_server.graphql.acting.writing import Ids, Writing, note_ids, read_fragments
from relatum_server.graphql.estimate import check_rows
from relatum_server.graphql.limits import Limits
from relatum_server.graphql.names import camel


@dataclass(frozen=True)
class Calling:
    """A call with what it is given in one request.

    Attributes:
        call: of the plan.
        inputs: by the names of the action's declaration, coerced.
        parameters: of the request for the records of its result, but for the ids.
        limits: of what may be shown.
    """

    call: Call
    inputs: Mapping[str, Any]
    parameters: Mapping[str, Any]
    limits: Limits

    def action(self, session: Session) -> Action:
        """What is called: an action of a plugin in force, or one of the engine's own."""
        return actions_of(session.catalogue)[self.call.action]

    async def admit(self, session: Session) -> None:
        """Refuse who may not call it, and note that it is lent rights.

        Raises:
            Forbidden: the caller may not.
        """
        try:
            await admitted(session, self.action(session))
        except RelatumError as error:
            error.path = (self.call.key,)
            raise

    async def done(self, unit: Session) -> bytes:
        """Run the action, and tell its result.

        Args:
            unit: the caller's session in a unit of work; for an action that only reads, in a snapshot.

        Raises:
            RelatumError: it cannot be done; the path says where in the document the reason lies.
        """
        call = self.call
        try:
            value = await perform(unit, self.action(unit), self.inputs)
        except RelatumError as error:
            for each in error.problems if isinstance(error, Problems) else (error,):
                each.path = self._place(each.path)
            raise
        ids: Ids = {}
        note_ids(call.shown, value, ids)
        try:
            records = await read_fragments(unit, call.fragments, self.parameters, ids, self.limits)
        except RelatumError as error:
            error.path = error.path or (call.key,)
            raise
        cursor = await unit.change_cursor() if isinstance(call.shown, Payload) else ""
        return Writing(records, cursor).written(call.shown, value)

    def _place(self, path: Path) -> Path:
        named = (camel(each) if isinstance(each, str) else each for each in path)
        return (self.call.key, *named)


def calling(call: Call, variables: VariableValues, limits: Limits) -> Calling:
    """A call with the variables of one request.

    Raises:
        TooLarge: it would show too much.
    """
    fragments = call.fragments
    parameters = fragments.parameters(variables.coerced)
    expected = {**parameters, **{each: [None] for each in fragments.single}}
    try:
        check_rows(fragments.estimates, expected, limits)
    except RelatumError as error:
        error.at(call.key)
        raise
    return Calling(call, call.arguments.given(variables), parameters, limits)
