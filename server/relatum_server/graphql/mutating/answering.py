"""Answers a mutation: one unit of work for all of it, done once where its sender says by a key that it is the same."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import orjson
from graphql.execution.values import VariableValues
from pydantic import BaseModel

from relatum.session import Session
from relatum_schemas.errors import Problems, RelatumError
from relatum_server.graphql.limits import Limits
from relatum_server.graphql.mutating.payloads import payload
from relatum_server.graphql.mutating.performing import Doing, doings, done
from relatum_server.graphql.mutating.plan import MutationPlan, Told
from relatum_server.graphql.question import Question


async def answer_mutation(
    session: Session,
    plan: MutationPlan,
    variables: VariableValues,
    question: Question,
    limits: Limits,
) -> bytes:
    """The response to a mutation.

    Args:
        session: the database as the asker sees it.
        plan: of the mutation.
        variables: coerced.
        question: as it was asked.
        limits: of what may be written and shown.

    Raises:
        RelatumError: nothing was written; the path says where in the input the reason lies.
    """
    made = doings(plan, variables, session.catalogue, limits)

    async def work(unit: Session) -> bytes:
        return await _answer(unit, made)

    try:
        if question.idempotency_key is None:
            return await session.repeatable(work)
        return await session.once(question.idempotency_key, _digest(question), work)
    except RelatumError as error:
        _place(error, session, made)
        raise


async def _answer(unit: Session, made: Sequence[Doing | Told]) -> bytes:
    members: list[bytes] = []
    for each in made:
        if isinstance(each, Told):
            members.append(each.key + each.text)
        else:
            told = await payload(unit, each, await done(unit, each))
            members.append(orjson.dumps(each.step.key) + b":" + told)
    return b'{"data":{%s}}' % b",".join(members)


def _place(error: RelatumError, session: Session, made: Sequence[Doing | Told]) -> None:
    """Let an error of the engine, or each of several, say its place in the names of GraphQL."""
    for each in error.problems if isinstance(error, Problems) else (error,):
        at, *rest = each.path or ("",)
        if isinstance(at, int) and isinstance(doing := made[at], Doing):
            each.path = doing.tell(session.catalogue, tuple(rest))


def _digest(question: Question) -> bytes:
    """Tells requests apart that come with the same key."""
    asked = [question.text, question.operation_name, question.variables]
    options = orjson.OPT_SORT_KEYS
    return sha256(orjson.dumps(asked, default=_plain, option=options)).digest()


def _plain(value: object) -> Any:
    """A file among the variables."""
    if isinstance(value, BaseModel):
        return value.model_dump()
    raise TypeError(value)
