"""Answers a mutation: one unit of work for all of it, done once where its sender says by a key that it is the same."""

from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha256
from typing import Any

import orjson
from graphql.execution.values import VariableValues
from pydantic import BaseModel

from relatum.connections import Outdated
from relatum.session import Session
from relatum_schemas.errors import BadSelection, DatabaseLocked, RelatumError
from relatum_server.graphql.acting.calling import Calling
from relatum_server.graphql.knowing import Known
from relatum_server.graphql.limits import Limits
from relatum_server.graphql.mutating.payloads import payload
from relatum_server.graphql.mutating.performing import Member, doings, done
from relatum_server.graphql.mutating.plan import MutationPlan, Told
from relatum_server.graphql.mutating.telling import told
from relatum_server.graphql.question import Question


async def answer_mutation(
    session: Session,
    plan: MutationPlan,
    variables: VariableValues,
    question: Question,
    limits: Limits,
    known: Known | None,
) -> bytes:
    """The response to a mutation.

    Args:
        session: the database as the asker sees it.
        plan: of the mutation.
        variables: coerced.
        question: as it was asked.
        limits: of what may be written and shown.
        known: what of the schema who asks may know of; None for all.

    Raises:
        RelatumError: nothing was written; the path says where in the input the reason lies.
    """
    made = doings(plan, variables, session.catalogue, limits)

    async def work(unit: Session) -> bytes:
        return await _answer(unit, made, known)

    called = [each for each in made if isinstance(each, Calling)]
    reason = ", ".join(each.call.action for each in called) or None
    try:
        for each in called:
            await each.admit(session)
        if any(each.action(session).apart for each in called):
            _judge_alone(made, question)
            return await _apart(session, work)
        if question.idempotency_key is None:
            return await session.repeatable(work, reason=reason)
        digest = _digest(question)
        return await session.once(question.idempotency_key, digest, work, reason=reason)
    except RelatumError as error:
        raise told(error, made, known) from error


async def _apart(session: Session, work: Callable[[Session], Awaitable[bytes]]) -> bytes:
    """Do what works in transactions of its own, of which some may be done when another one cannot.

    Raises:
        DatabaseLocked: another edition came into force meanwhile; it is not begun anew by itself, as other requests are.
    """
    try:
        return await work(session)
    except Outdated as error:
        raise DatabaseLocked(
            "What is in force has changed meanwhile.",
            hint="See what of it was done, then ask anew.",
        ) from error


def _judge_alone(made: Sequence[Member], question: Question) -> None:
    """Refuse to do what works in transactions of its own together with anything else.

    Raises:
        BadSelection: there is something else, or a key under which all of it would be kept.
    """
    keys = [each.call.key for each in made if isinstance(each, Calling)]
    if len([each for each in made if not isinstance(each, Told)]) > 1:
        raise BadSelection(
            f"{keys[0]} is done apart from all else.",
            path=(keys[0],),
            hint="Ask for it in a mutation of its own.",
        )
    if question.idempotency_key is not None:
        raise BadSelection(
            f"{keys[0]} takes no idempotency key.", path=(keys[0],), hint="Ask for it without."
        )


async def _answer(unit: Session, made: Sequence[Member], known: Known | None) -> bytes:
    members: list[bytes] = []
    for each in made:
        if isinstance(each, Told):
            members.append(each.key + each.text)
        elif isinstance(each, Calling):
            members.append(orjson.dumps(each.call.key) + b":" + await each.done(unit))
        else:
            shown = await payload(unit, each, await done(unit, each), known)
            members.append(orjson.dumps(each.step.key) + b":" + shown)
    return b'{"data":{%s}}' % b",".join(members)


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
