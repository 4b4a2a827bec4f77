"""Answers operations that come over a socket.

Queries and mutations are answered once, as over HTTP.
"""

from collections.abc import AsyncIterator

from relatum_server.graphql.api import Api, Question
from relatum_server.graphql.websocket.asker import Asker


class Live:
    """Answers the operations of sockets.

    Args:
        api: over the database's catalogue.
    """

    def __init__(self, api: Api) -> None:
        """Keep what is needed to answer."""
        self._api = api

    async def answers(self, asker: Asker, question: Question) -> AsyncIterator[bytes]:
        """The answers to a question, one after the other (see `Answering`)."""
        judged = await asker.judge()
        yield await self._api.answer(judged.session, question, judged.signed_in)
