"""Answers operations that come over a socket: a query or mutation once, a subscription by one change after the other.

A subscription keeps its place in the change log and nothing else. At each step who asks is judged anew, the document is
admitted for it anew, and what came since is read in one snapshot; then the subscription waits for news of the log. So
whoever reads slowly finds the changes in the log, not in memory, and whoever may no longer ask is told nothing more.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import orjson
from graphql import OperationType

from relatum.changes.news import News
from relatum.session import Session
from relatum.session.feed import Batch, Following
from relatum_schemas.errors import RelatumError
from relatum_server.graphql.api import Api, Question
from relatum_server.graphql.changes import SubscriptionPlan, plan_subscription
from relatum_server.graphql.document import Operation
from relatum_server.graphql.errors import Refusal
from relatum_server.graphql.estimate import check_rows
from relatum_server.graphql.limits import answered_in_time
from relatum_server.graphql.websocket.asker import Asker

STEPS_AT_ONCE: Final = 4
"""Subscriptions that read at the same time in one process; requests are to find connections to the database, too."""


class Live:
    """Answers the operations of sockets.

    Args:
        api: over the database's catalogue.
        news: of the database's change log.
    """

    def __init__(self, api: Api, news: News) -> None:
        """Keep what is needed to answer."""
        self._api = api
        self._news = news
        self._stepping = asyncio.Semaphore(STEPS_AT_ONCE)

    async def answers(self, asker: Asker, question: Question) -> AsyncIterator[bytes]:
        """The answers to a question, one after the other (see `Answering`)."""
        judged = await asker.judge()
        operation = self._operation(judged.session, question)
        if operation.node.operation is not OperationType.SUBSCRIPTION:
            answering = self._api.answer(judged.session, question, judged.signed_in)
            yield await answered_in_time(answering, self._api.limits.seconds)
            return
        made, followed = self._followed(judged.session, operation, question)
        beginning = b'{"data":{%s:' % orjson.dumps(made.root.key)
        while True:
            position = self._news.position
            batch = await self._step(asker, question, made, followed)
            for each in batch.rows:
                yield b"%s%s}}" % (beginning, each.data)
            if not batch.more:
                await self._news.beyond(position)

    def _operation(self, session: Session, question: Question) -> Operation:
        """The operation that is asked, if who asks may know of all that it names."""
        return self._api.operation(question, self._api.known_to(session))

    def _followed(
        self, session: Session, operation: Operation, question: Question
    ) -> tuple[SubscriptionPlan, Following]:
        variables = self._api.variables(operation, question, self._api.known_to(session))
        try:
            made = plan_subscription(self._api.schema, operation, variables)
            arguments = made.arguments(variables.coerced)
            check_rows(made.estimates, arguments, self._api.limits)
        except RelatumError as error:
            raise Refusal.of_engine(error) from error
        return made, Following(made.root, arguments, made.begins_after(variables.coerced))

    async def _step(
        self, asker: Asker, question: Question, made: SubscriptionPlan, followed: Following
    ) -> Batch:
        """What came since the last step, as far as who asks may be told of it now."""
        async with self._stepping:
            judged = await asker.judge()
            self._operation(judged.session, question)
            try:
                stepping = followed.step(judged.session)
                return await answered_in_time(stepping, self._api.limits.seconds)
            except RelatumError as error:
                error.path = made.place(error.path)
                raise
