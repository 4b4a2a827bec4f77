"""Questions whose way is known from end to end: those that one statement answers, whatever values their variables have.

Who asks one again, with the same rights, has its variables coerced and bound; documents, plans and statements are not
looked for one after the other. Whatever is not plainly so goes the long way, which finds the words for what is wrong.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from relatum.access import view_of
from relatum.reading import Plans, ReadPlan
from relatum.session import Session
from relatum_schemas.errors import RelatumError
from relatum_server.graphql.coercing import PlainVariables
from relatum_server.graphql.document import Operation
from relatum_server.graphql.errors import Refusal
from relatum_server.graphql.planner import Plan
from relatum_server.graphql.question import Question
from relatum_server.graphql.recent import Recent
from relatum_server.observability.noting import asked, phase


@dataclass(frozen=True, eq=False)
class Ready:
    """A question that is ready to be asked again.

    Attributes:
        operation: that is asked.
        plain: takes its variables.
        made: how it is answered where each variable has a value.
        reading: how the engine answers.
    """

    operation: Operation
    plain: PlainVariables
    made: Plan
    reading: ReadPlan

    def parameters(self, variables: Mapping[str, object]) -> dict[str, Any] | None:
        """The parameters of its request; None where variables are not plainly of their types, or have no value."""
        values = self.plain.values(variables)
        if values is None or len(values) < len(self.plain.places) or None in values.values():
            return None
        return self.made.arguments(values)


class ReadyQuestions:
    """The questions that are ready under the rules in force.

    Attributes:
        kept: those in use, by their text and the rights of who asks.
    """

    def __init__(self, size: int) -> None:
        """Begin without any, to keep so many at most."""
        self.kept: Recent[Hashable, Ready] = Recent(size)
        self._size = size
        self._plans: Plans | None = None

    async def answer(self, session: Session, question: Question) -> bytes | None:
        """The response to a question that is ready, with such variables; None where it is not.

        Raises:
            Refusal: the engine refuses what is asked.
        """
        ready = self._under(session.storage.plans).find(_key(session, question))
        parameters = None if ready is None else ready.parameters(question.variables)
        if ready is None or parameters is None:
            return None
        reading = session.directly(ready.reading, parameters)
        if reading is None:
            return None
        asked(ready.operation.node)
        try:
            with phase("statement"):
                return b'{"data":%s}' % await reading
        except RelatumError as error:
            error.path = ready.made.place(error.path)
            raise Refusal.of_engine(error) from error

    def keep(self, session: Session, question: Question, ready: Ready | None) -> None:
        """Be ready for a question that was just answered in a session."""
        if ready is not None:
            self._under(session.storage.plans).keep(_key(session, question), ready)

    def _under(self, plans: Plans) -> Recent[Hashable, Ready]:
        """Those under the rules of some plans; those under others are forgotten."""
        if self._plans is not plans:
            self._plans, self.kept = plans, Recent(self._size)
        return self.kept


def ready(
    operation: Operation,
    plain: PlainVariables,
    made: Plan,
    values: Mapping[str, object],
    session: Session,
) -> Ready | None:
    """What a question becomes that was just answered; None where more than its variables' values decides on its way.

    Args:
        operation: that was asked.
        plain: takes its variables.
        made: its plan.
        values: of the variables.
        session: in which it was asked.
    """
    engine_alone = not (made.marked or made.calls or made.authored)
    settled = not operation.steering and all(each.is_settled for each in made.estimates)
    if made.request is None or not engine_alone or not settled:
        return None
    if operation.bound != values.keys() or None in values.values():
        return None
    reading = session.storage.plans.get(made.request, session.principal)
    return Ready(operation, plain, made, reading) if reading.is_direct else None


def _key(session: Session, question: Question) -> Hashable:
    return (question.text, question.operation_name, view_of(session.principal))
