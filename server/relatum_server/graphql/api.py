"""Answers GraphQL questions over one catalogue: document, plan, statement, bytes.

Documents and plans are kept while they are in use, so that a request asked before parses, validates and plans nothing.
"""

import asyncio
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import orjson
from graphql import ExecutionResult, GraphQLSchema, OperationType
from graphql.execution.values import VariableValues

from relatum.access import horizon
from relatum.catalogue import Catalogue
from relatum.identity import SignedIn
from relatum.session import Session
from relatum.session.calculating import Collected, Placed
from relatum_schemas.errors import RelatumError
from relatum_schemas.selection import Request
from relatum_server.graphql.acting.calling import calling
from relatum_server.graphql.acting.plan import Fragments
from relatum_server.graphql.acting.standing import Spot, plan_spot, with_records
from relatum_server.graphql.coercing import PlainVariables, plain_variables
from relatum_server.graphql.document import Document, Operation, read_document
from relatum_server.graphql.errors import Refusal
from relatum_server.graphql.estimate import check_rows
from relatum_server.graphql.executing import about_schema_alone, run, run_aside
from relatum_server.graphql.joining import governed, ids_of, joined, with_faults
from relatum_server.graphql.knowing import Known, known
from relatum_server.graphql.limits import Limits
from relatum_server.graphql.mutating.answering import answer_mutation
from relatum_server.graphql.mutating.plan import MutationPlan, Step, Told, plan_mutation
from relatum_server.graphql.planner import Plan, plan
from relatum_server.graphql.question import Question
from relatum_server.graphql.ready import ReadyQuestions, ready
from relatum_server.graphql.recent import Recent
from relatum_server.graphql.schema import Asking, build_schema
from relatum_server.graphql.schema_text import schema_text
from relatum_server.graphql.shapes import shape
from relatum_server.graphql.splicing import response
from relatum_server.graphql.trusted import TrustedDocuments
from relatum_server.graphql.variable_places import place_of
from relatum_server.graphql.variables import coerced
from relatum_server.observability.noting import asked, phase

__all__ = ["Api", "Question", "api_of"]

_INTROSPECTIONS_KEPT: Final = 16
_ROLE_SETS_KEPT: Final = 200

Planned = Plan | MutationPlan | Fragments


@dataclass(frozen=True)
class Judged:
    """A catalogue of which a schema was made, to see whether one can be."""

    catalogue: Catalogue
    schema: GraphQLSchema


@dataclass(frozen=True, eq=False)
class Admitted:
    """An operation that those may ask who know of so much of the schema: judged once, then remembered.

    Attributes:
        operation: to run.
        known: what they know of; None for all of it.
        plain: takes its variables, as they may give them.
    """

    operation: Operation
    known: Known | None
    plain: PlainVariables


class Api:
    """The GraphQL API of one catalogue."""

    def __init__(
        self,
        catalogue: Catalogue,
        limits: Limits | None = None,
        trusted: TrustedDocuments | None = None,
        judged: Judged | None = None,
    ) -> None:
        """Build the schema, unless it was built of this very catalogue already.

        Raises:
            Problems: names clash in GraphQL.
        """
        self.limits = limits or Limits()
        self.trusted = trusted or TrustedDocuments({})
        known = judged is not None and judged.catalogue is catalogue
        self.schema = judged.schema if judged and known else build_schema(catalogue)
        self._documents: Recent[str, Document] = Recent(self.limits.documents)
        self._admitted: Recent[tuple[str, str | None, Known | None], Admitted] = Recent(
            self.limits.documents
        )
        self._plans: Recent[Hashable, Planned] = Recent(self.limits.plans)
        self._ready = ReadyQuestions(self.limits.plans)
        self._introspections: Recent[Hashable, bytes] = Recent(_INTROSPECTIONS_KEPT)
        self._texts: Recent[Known | None, str] = Recent(_INTROSPECTIONS_KEPT)
        self._known: Recent[frozenset[str], tuple[Catalogue, Known]] = Recent(_ROLE_SETS_KEPT)

    @property
    def caches(self) -> dict[str, Recent[Any, Any]]:
        """What is kept while it is in use, by what it is."""
        return {"documents": self._admitted, "plans": self._plans, "ready": self._ready.kept}

    def known_to(self, session: Session) -> Known | None:
        """What of the schema who asks may know of; None for all of it."""
        principal, catalogue = session.principal, session.catalogue
        if principal.unrestricted:
            return None
        kept = self._known.find(principal.roles)
        if kept is not None and kept[0] is catalogue:
            return kept[1]
        found = known(self.schema, catalogue, horizon(catalogue, principal.roles))
        self._known.keep(principal.roles, (catalogue, found))
        return found

    async def schema_text(self, session: Session) -> str:
        """The schema in the schema definition language, as far as who asks may know of it."""
        known = self.known_to(session)
        kept = self._texts.find(known)
        if kept is not None:
            return kept
        return self._texts.keep(known, await asyncio.to_thread(schema_text, self.schema, known))

    def admitted(self, question: Question, known: Known | None) -> Admitted:
        """The operation that is asked, parsed and validated.

        Args:
            question: with the document.
            known: what of the schema who asks may know of.

        Raises:
            Refusal: the document is not valid, or has no such operation.
        """
        key = (question.text, question.operation_name, known)
        admitted = self._admitted.find(key)
        if admitted is None:
            admitted = self._admitted.keep(key, self._admit(question, known))
        asked(admitted.operation.node)
        return admitted

    def _admit(self, question: Question, known: Known | None) -> Admitted:
        document = self._documents.find(question.text)
        if document is not None:
            document.admit(self.schema, known)
        else:
            with phase("parse"):
                self.trusted.admit(question.text)
                document = read_document(self.schema, self.limits, question.text, known)
            self._documents.keep(question.text, document)
        operation = document.operation(question.operation_name)
        definitions = operation.node.variable_definitions or ()
        return Admitted(operation, known, plain_variables(self.schema, definitions, known))

    def variables(self, admitted: Admitted, question: Question) -> VariableValues:
        """The operation's variables, coerced.

        Args:
            admitted: the operation that was asked.
            question: with the variables.

        Raises:
            Refusal: with one error per variable that is not of its type.
        """
        return admitted.plain.coerced(question.variables) or coerced(
            self.schema,
            admitted.operation.node.variable_definitions or (),
            question.variables,
            admitted.known,
            suggestions=self.limits.suggestions,
            place=partial(place_of, admitted.operation),
        )

    def plan(self, operation: Operation, variables: VariableValues) -> Plan:
        """The plan of a query for variables of this shape.

        Raises:
            RelatumError: the arguments have no meaning.
        """
        made = self._planned(plan, operation, variables)
        assert isinstance(made, Plan)
        return made

    def mutation_plan(self, operation: Operation, variables: VariableValues) -> MutationPlan:
        """The plan of a mutation for variables of this shape.

        Raises:
            RelatumError: the arguments of what is shown have no meaning.
        """
        made = self._planned(plan_mutation, operation, variables)
        assert isinstance(made, MutationPlan)
        return made

    def requests(self, operation: Operation, variables: VariableValues) -> list[Request]:
        """What the engine is asked by a query, or for what a mutation shows of its records.

        Raises:
            RelatumError: the arguments have no meaning.
        """
        if operation.node.operation is OperationType.MUTATION:
            steps = self.mutation_plan(operation, variables).members
            found = [
                each.request if isinstance(each, Step) else each.fragments.request
                for each in steps
                if not isinstance(each, Told)
            ]
        else:
            made = self.plan(operation, variables)
            found = [made.request, *(each.fragments.request for each in made.calls)]
        return [each for each in found if each is not None]

    def _planned(
        self,
        planning: Callable[[GraphQLSchema, Operation, VariableValues], Planned],
        operation: Operation,
        variables: VariableValues,
        spot: Spot | None = None,
    ) -> Planned:
        values, steering = variables.coerced, operation.steering
        settled = tuple((name, values.get(name)) for name in sorted(steering)) if steering else ()
        key = (operation, spot, shape(variables), settled)
        kept = self._plans.find(key)
        if kept is not None:
            return kept
        with phase("plan"):
            made = planning(self.schema, operation, variables)
        operation.steering.update(made.steering)
        return self._plans.keep(key, made)

    async def answer(
        self, session: Session, question: Question, signed_in: SignedIn | None = None
    ) -> bytes:
        """The response to a question, as its asker may see it.

        Args:
            session: the database as the asker sees it.
            question: a query or a mutation.
            signed_in: the asker, if somebody is signed in.

        Returns:
            A JSON object with ``data``, and ``errors`` if some authored fields failed.

        Raises:
            Refusal: the question is answered with errors alone.
        """
        at_once = await self._ready.answer(session, question)
        if at_once is not None:
            return at_once
        with Collected() as faults:
            answer = await self._answer(session, question, signed_in)
        return with_faults(answer, faults) if faults else answer

    async def _answer(
        self, session: Session, question: Question, signed_in: SignedIn | None
    ) -> bytes:
        admitted = self.admitted(question, self.known_to(session))
        operation, known = admitted.operation, admitted.known
        if operation.node.operation is OperationType.MUTATION:
            return await self._mutation(session, question, admitted, signed_in)
        if operation.node.operation is not OperationType.QUERY:
            raise Refusal.of_request(
                422,
                "A subscription is not answered once.",
                hint="Open a websocket here, by the subprotocol graphql-transport-ws.",
            )
        variables = self.variables(admitted, question)
        try:
            made = self.plan(operation, variables)
            arguments = made.arguments(variables.coerced)
            if made.calls:
                engine, called = await self._called(session, made, arguments, variables)
            else:
                engine, called = await self._engine(session, made, arguments), {}
            ids = ids_of(made, variables) if made.marked else {}
        except RelatumError as error:
            raise Refusal.of_engine(error) from error
        known_way = ready(operation, admitted.plain, made, variables.coerced, session)
        self._ready.keep(session, question, known_way)
        if not made.authored:
            return b'{"data":%s}' % response(made, engine, {}, ids, called)
        if made.request is None and not called and about_schema_alone(made.authored):
            return await self._introspection(question, operation, made, known)
        await session.certify()
        asking = Asking(session, signed_in)
        result = await run(self.schema, operation, made.authored, question.variables, asking, known)
        result = await self._with_records(session, operation, variables, result)
        return joined(made, engine, called, result, ids)

    async def _with_records(
        self,
        session: Session,
        operation: Operation,
        variables: VariableValues,
        result: ExecutionResult,
    ) -> ExecutionResult:
        """What authored fields answered, with the records to which they led."""
        if result.data is None:
            return result

        def planned(spot: Spot) -> Fragments:
            planning = partial(plan_spot, spot=spot)
            made = self._planned(planning, operation, variables, spot)
            assert isinstance(made, Fragments)
            return made

        try:
            with phase("statement"):
                data = await with_records(session, result.data, planned, variables, self.limits)
        except RelatumError as error:
            raise Refusal.of_engine(error) from error
        return ExecutionResult(data, result.errors)

    async def _mutation(
        self,
        session: Session,
        question: Question,
        admitted: Admitted,
        signed_in: SignedIn | None,
    ) -> bytes:
        operation, known = admitted.operation, admitted.known
        variables = self.variables(admitted, question)
        try:
            made = self.mutation_plan(operation, variables)
            if made.governing:
                asking = Asking(session, signed_in)
                return await governed(self.schema, operation, made, question, asking, known)
            with phase("statement"):
                return await answer_mutation(session, made, variables, question, self.limits, known)
        except RelatumError as error:
            raise Refusal.of_engine(error) from error

    async def _called(
        self,
        session: Session,
        made: Plan,
        arguments: Mapping[str, Any],
        variables: VariableValues,
    ) -> tuple[bytes, dict[str, bytes]]:
        """What the engine answers, and what actions that only read give, from one state of the data."""
        called = [calling(each, variables, self.limits) for each in made.calls]
        for each in called:
            await each.admit(session)
        async with session.snapshot() as within:
            engine = await self._engine(within, made, arguments)
            with phase("statement"):
                return engine, {each.call.key: await each.done(within) for each in called}

    async def _engine(self, session: Session, made: Plan, arguments: Mapping[str, Any]) -> bytes:
        if made.request is None:
            return b"{}"
        check_rows(made.estimates, arguments, self.limits)
        try:
            with phase("statement"), Placed(made.place):
                return await session.read(made.request, arguments)
        except RelatumError as error:
            error.path = made.place(error.path)
            raise

    async def _introspection(
        self, question: Question, operation: Operation, made: Plan, known: Known | None
    ) -> bytes:
        """What a document asks of the schema alone: the same for all who know of the same, so it is kept."""
        key = (
            operation,
            orjson.dumps(dict(question.variables), option=orjson.OPT_SORT_KEYS),
            known,
        )
        kept = self._introspections.find(key)
        if kept is not None:
            return kept
        result = await run_aside(self.schema, operation, made.authored, question.variables, known)
        return self._introspections.keep(key, joined(made, b"{}", {}, result, {}))


def api_of(session: Session) -> Api:
    """The API of the types that are in force for a session."""
    api = session.storage.surface
    assert isinstance(api, Api)
    return api
