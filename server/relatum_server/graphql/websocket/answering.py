"""Where operations that come over a socket are answered."""

from collections.abc import AsyncIterator
from typing import Protocol

from relatum_server.graphql.api import Question
from relatum_server.graphql.websocket.asker import Asker


class Answering(Protocol):
    """Answers the operations of sockets."""

    def answers(self, asker: Asker, question: Question) -> AsyncIterator[bytes]:
        """The answers to a question, one after the other: one to a query or mutation, any number to a subscription.

        Raises:
            Refusal: it is answered with errors, from now on.
            Closing: who asks is nobody any more.
        """
        ...
