"""Answers operations that come over a socket: a query or mutation once, a subscription by one change after the other.

A subscription keeps its place in the change log and nothing else. At each step the document is admitted anew for who asks,
what came since is read in one snapshot, and given out if it is still his to know; then the subscription waits for news of
the log. So whoever reads slowly finds the changes in the log, not in memory, and whoever may no longer ask is told nothing.
When other types come into force, it is planned anew for these and goes on at its place, or ends if it names what is gone.
"""

import asyncio
from collections.abc import AsyncIterator, Set
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import orjson
from graphql import OperationType

from relatum.changes.news import News
from relatum.identity import SignedIn
from relatum.session import Session
from relatum.session.feed import Batch, Following
from relatum_schemas.errors import DatabaseUnavailable, RelatumError
from relatum_schemas.selection import RootField
from relatum_server.graphql.api import Admitted, Api, Question, api_of
from relatum_server.graphql.changes import SubscriptionPlan, plan_subscription
from relatum_server.graphql.errors import Refusal
from relatum_server.graphql.estimate import check_rows
from relatum_server.graphql.limits import Limits, answered_in_time
from relatum_server.graphql.websocket.asker import Asker
from relatum_server.observability.measures import SUBSCRIPTIONS

STEPS_AT_ONCE: Final = 4
"""Subscriptions that read at the same time in one process; requests are to find connections to the database, too."""


_SKIPPING_SECONDS: Final = 60.0
"""After so long news are looked at that do not seem to concern a subscription."""


_PAUSES: Final = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds after which a database that could not be reached is tried again; the place in the log is not lost."""


@dataclass(frozen=True)
class _Followed:
    """A subscription under way.

    Attributes:
        question: what was asked.
        api: that planned it.
        plan: how that is answered.
        place: where in the log it is.
        concerns: types of records that it is about, and on which it depends who may see those; None for all.
    """

    question: Question
    api: Api
    plan: SubscriptionPlan
    place: Following
    concerns: Set[str] | None = None


class Live:
    """Answers the operations of sockets.

    Args:
        limits: of a request.
        news: of the database's change log; it stirs when other types have come into force.
    """

    def __init__(self, limits: Limits, news: News) -> None:
        """Keep what is needed to answer."""
        self._limits = limits
        self._news = news
        self._stepping = asyncio.Semaphore(STEPS_AT_ONCE)

    async def answers(self, asker: Asker, question: Question) -> AsyncIterator[bytes]:
        """The answers to a question, one after the other (see `Answering`)."""
        found = await asker.ask(partial(self._answer, question))
        if isinstance(found, bytes):
            yield found
            return
        followed: _Followed = found
        beginning = b'{"data":{%s:' % orjson.dumps(followed.plan.root.key)
        with SUBSCRIPTIONS.track_inprogress():
            while True:
                position = self._news.position
                batch, followed = await self._stepped(asker, followed)
                for each in batch.rows:
                    yield b"%s%s}}" % (beginning, each.data)
                if not batch.more:
                    await self._news_after(position, followed.concerns)

    async def _answer(
        self, question: Question, session: Session, signed_in: SignedIn | None
    ) -> bytes | _Followed:
        """The answer to a question, or where its answers begin."""
        admitted = _admitted(session, question)
        if admitted.operation.node.operation is OperationType.SUBSCRIPTION:
            return self._followed(session, admitted, question)
        answering = api_of(session).answer(session, question, signed_in)
        return await answered_in_time(answering, self._limits.seconds)

    def _followed(self, session: Session, admitted: Admitted, question: Question) -> _Followed:
        api = api_of(session)
        variables = api.variables(admitted, question)
        try:
            plan = plan_subscription(api.schema, admitted.operation, variables)
            arguments = plan.arguments(variables.coerced)
            check_rows(plan.estimates, arguments, self._limits)
        except RelatumError as error:
            raise Refusal.of_engine(error) from error
        since = plan.begins_after(variables.coerced)
        return _Followed(question, api, plan, Following(plan.root, arguments, since))

    async def _stepped(self, asker: Asker, followed: _Followed) -> tuple[Batch, _Followed]:
        """A step; a database that cannot be reached for a while delays it."""
        for pause in _PAUSES:
            with suppress(DatabaseUnavailable):
                async with self._stepping:
                    return await asker.read(partial(self._step, followed))
            await asyncio.sleep(pause)
        return await asker.read(partial(self._step, followed))

    async def _step(self, followed: _Followed, session: Session) -> tuple[Batch, _Followed]:
        """What came since the last step, and where the next one begins."""
        admitted = _admitted(session, followed.question)
        place = copy(followed.place)
        if followed.api is not api_of(session):
            followed = self._followed(session, admitted, followed.question)
            place = place.asked(followed.place)
        try:
            batch = await answered_in_time(place.step(session), self._limits.seconds)
        except RelatumError as error:
            error.path = followed.plan.place(error.path)
            raise
        concerns = _concerns(session, place.root)
        return batch, replace(followed, place=place, concerns=concerns)

    async def _news_after(self, position: int, concerns: Set[str] | None) -> None:
        """Wait for news that concern somebody, and not much longer for others: time passing may, too."""
        while True:
            try:
                async with asyncio.timeout(_SKIPPING_SECONDS):
                    await self._news.beyond(position, concerns)
            except TimeoutError:
                if self._news.position == position:
                    continue
            return


def _admitted(session: Session, question: Question) -> Admitted:
    """The operation that is asked, if who asks may know of all that it names."""
    api = api_of(session)
    return api.admitted(question, api.known_to(session))


def _concerns(session: Session, root: RootField) -> Set[str] | None:
    """The types whose changes may be told, may be why records are told to have left, or may take rights away."""
    plan = session.storage.plans.following(root, session.principal)
    if not plan.source.types:
        return None
    told = {each for name in plan.source.types for each in session.catalogue.concrete(name)}
    leaving = (each.near | each.far for each in plan.leaving.values())
    return told.union(session.catalogue.authority, *leaving)
