"""Responses put together of what the engine, actions of plugins and authored fields have given."""

from collections.abc import Mapping, Sequence
from typing import Final

import orjson
from graphql import ExecutionResult, GraphQLSchema
from graphql.execution.values import VariableValues

from relatum_schemas.errors import RelatumError
from relatum_schemas.kinds import Identity
from relatum_server.graphql.document import Operation
from relatum_server.graphql.errors import Refusal, execution_error, field_error
from relatum_server.graphql.executing import run
from relatum_server.graphql.knowing import Known
from relatum_server.graphql.mutating.plan import MutationPlan
from relatum_server.graphql.planner import Plan
from relatum_server.graphql.question import Question
from relatum_server.graphql.schema import Asking
from relatum_server.graphql.splicing import response
from relatum_server.graphql.variables import filled
from relatum_server.observability.noting import refused

_IDENTITY: Final = Identity()
_WITH_ERRORS: Final = b'{"errors":['


def with_faults(answer: bytes, faults: Sequence[RelatumError]) -> bytes:
    """A response in which fields have failed that the engine asks plugins for."""
    errors = [field_error(each) for each in faults]
    refused(errors)
    told = orjson.dumps(errors)
    if answer.startswith(_WITH_ERRORS):
        return b"%s%s,%s" % (_WITH_ERRORS, told[1:-1], answer.removeprefix(_WITH_ERRORS))
    return b'{"errors":%s,%s' % (told, answer[1:])


def ids_of(made: Plan, variables: VariableValues) -> dict[str, list[str]]:
    """The ids that ``nodes`` fields were given, in wire form, by key."""
    return {
        each.key: [
            _IDENTITY.wire(_IDENTITY.parse(given)) for given in filled(each.ids, variables.coerced)
        ]
        for each in made.answers
        if each.by == "nodes"
    }


def joined(
    made: Plan,
    engine: bytes,
    called: Mapping[str, bytes],
    result: ExecutionResult,
    ids: Mapping[str, Sequence[str]],
) -> bytes:
    """The response of a plan with authored fields."""
    if result.data is None:
        raise Refusal(200, [execution_error(each) for each in result.errors or ()])
    data = response(made, engine, result.data, ids, called)
    if not result.errors:
        return b'{"data":%s}' % data
    errors = [execution_error(each) for each in result.errors]
    refused(errors)
    return b'{"errors":%s,"data":%s}' % (orjson.dumps(errors), data)


async def governed(
    schema: GraphQLSchema,
    operation: Operation,
    made: MutationPlan,
    question: Question,
    asking: Asking,
    known: Known | None,
) -> bytes:
    """The response to a mutation that changes what is in force: by itself, in no unit of work.

    Raises:
        Refusal: it cannot be done; nothing was changed.
    """
    await asking.session.certify()
    result = await run(schema, operation, made.governing, question.variables, asking, known)
    if result.errors:
        raise Refusal.of_execution(result.errors)
    return b'{"data":%s}' % orjson.dumps(result.data)
