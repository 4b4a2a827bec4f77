"""One socket, from its handshake to its end.

Nothing is kept for a client that does not read: who answers waits until the network has taken what was written, so a
socket holds one answer per operation at most, and a client that takes nothing for too long is let go.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Final, NoReturn

from starlette.types import Receive, Send

from relatum.identity import SignedIn
from relatum_schemas.errors import RelatumError, TooLarge
from relatum_server.graphql.errors import TOO_SLOW, Refusal, engine_error, envelope, masked
from relatum_server.graphql.websocket import closing, messages
from relatum_server.graphql.websocket.answering import Answering
from relatum_server.graphql.websocket.asker import Asker
from relatum_server.graphql.websocket.closing import Closing, Gone, Slow
from relatum_server.graphql.websocket.limits import SocketLimits
from relatum_server.graphql.websocket.messages import Complete, Init, Ping, Pong, Subscribe

SUBPROTOCOL: Final = "graphql-transport-ws"

_PARTING_SECONDS: Final = 5.0
"""How long a client may take to be told why its socket ends."""

Admit = Callable[[SignedIn], AbstractContextManager[None]]
"""Counts a socket as that of somebody while the block runs; raises `Closing` when there are too many."""


class Socket:
    """One socket.

    Args:
        receive: from the client.
        send: to the client.
        limits: of it.
        answering: answers operations.
        recognise: gives who asks, by the payload of ``connection_init``.
        admit: counts the sockets of each.
    """

    def __init__(
        self,
        receive: Receive,
        send: Send,
        limits: SocketLimits,
        answering: Answering,
        recognise: Callable[[Init], Asker],
        admit: Admit,
    ) -> None:
        self._receive_event = receive
        self._send_event = send
        self._limits = limits
        self._answering = answering
        self._recognise = recognise
        self._admit = admit
        self._turn = asyncio.Lock()
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._under_way: set[asyncio.Task[None]] = set()

    async def serve(self, subprotocols: list[str]) -> None:
        """Serve until either side ends it.

        Args:
            subprotocols: that the client speaks.
        """
        spoken = SUBPROTOCOL in subprotocols
        await self._receive_event()
        await self._send_event(
            {"type": "websocket.accept", "subprotocol": SUBPROTOCOL if spoken else None}
        )
        try:
            if not spoken:
                raise Closing(closing.WRONG_SUBPROTOCOL, f"Speak {SUBPROTOCOL}")
            await self._converse()
        except Gone:
            return
        except Closing as end:
            await self._close(end)
        except Exception as error:
            entry = masked(error)["message"]
            await self._close(Closing(closing.BROKEN, entry))

    async def _converse(self) -> None:
        """Let the client in, and answer until an exception ends it."""
        asker = self._recognise(await self._init())
        with self._admit(await _recognised(asker)):
            await self._send(messages.ACK)
            await self._until_it_ends(asker)

    async def _init(self) -> Init:
        """The client's first message but for pings."""
        try:
            async with asyncio.timeout(self._limits.init_seconds):
                while True:
                    match await self._receive():
                        case Init() as init:
                            return init
                        case Ping(payload):
                            await self._send(messages.pong(payload))
                        case Subscribe():
                            raise Closing(closing.UNAUTHORIZED, "Unauthorized")
                        case Pong() | Complete():
                            pass
        except TimeoutError:
            raise Closing(closing.INIT_TIMEOUT, "Connection initialisation timeout") from None

    async def _until_it_ends(self, asker: Asker) -> NoReturn:
        """Read, answer and keep alive; whichever of them fails first ends the socket."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keep_alive(asker))
                while True:
                    await self._obey(await self._receive(), asker, tasks)
        except BaseExceptionGroup as group:
            raise _first(group) from None
        raise AssertionError

    async def _obey(
        self, message: messages.Message, asker: Asker, tasks: asyncio.TaskGroup
    ) -> None:
        match message:
            case Init():
                raise Closing(closing.TOO_MANY_INITS, "Too many initialisation requests")
            case Ping(payload):
                await self._send(messages.pong(payload))
            case Pong():
                pass
            case Complete(operation):
                if (task := self._operations.pop(operation, None)) is not None:
                    task.cancel()
            case Subscribe(operation):
                await self._begin(message, asker, tasks)

    async def _begin(self, asked: Subscribe, asker: Asker, tasks: asyncio.TaskGroup) -> None:
        if asked.id in self._operations:
            raise Closing(closing.ALREADY_SUBSCRIBED, f"Subscriber for {asked.id} already exists")
        if len(self._under_way) >= self._limits.operations:
            await self._send(messages.error(asked.id, [self._too_many()]))
            return
        task = tasks.create_task(self._answer(asked, asker))
        self._operations[asked.id] = task
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _answer(self, asked: Subscribe, asker: Asker) -> None:
        """Answer one operation to its end."""
        try:
            async for answer in self._answering.answers(asker, asked.question):
                await self._send(messages.next_(asked.id, answer))
        except (Closing, Gone):
            raise
        except Refusal as refusal:
            last = messages.error(asked.id, refusal.errors)
        except RelatumError as error:
            last = messages.error(asked.id, Refusal.of_engine(error).errors)
        except Exception as error:
            last = messages.error(asked.id, [masked(error)])
        else:
            last = messages.complete(asked.id)
        # The client may take the id again as soon as it reads this.
        self._operations.pop(asked.id, None)
        await self._send(last)

    async def _keep_alive(self, asker: Asker) -> None:
        """Show that the server is there, and see whether the client may still be."""
        while True:
            await asyncio.sleep(self._limits.keep_alive_seconds)
            with suppress(RelatumError):
                await asker.enter()
            await self._send(messages.PING)

    def _too_many(self) -> dict[str, object]:
        return engine_error(
            TooLarge(
                f"{self._limits.operations} operations are under way on this socket; no more are begun.",
                hint="Complete those that are no longer needed.",
            )
        )

    async def _receive(self) -> messages.Message:
        event = await self._receive_event()
        if event["type"] == "websocket.disconnect":
            raise Gone
        text = event.get("text")
        if text is None:
            raise Closing(closing.BAD_REQUEST, "Messages are texts")
        if len(text) > self._limits.message:
            raise Closing(
                closing.TOO_LONG, f"A message has at most {self._limits.message} characters"
            )
        return messages.read_message(text)

    async def _send(self, text: str) -> None:
        """Send a message, once the network has taken those before it; each of them may take its time."""
        try:
            async with self._turn, asyncio.timeout(self._limits.taking_seconds):
                await self._send_event({"type": "websocket.send", "text": text})
        except TimeoutError:
            raise Slow from None
        except OSError as error:
            raise Gone from error

    async def _close(self, end: Closing) -> None:
        """Say why the socket ends, if the client listens."""
        last = [messages.error(each, [_TOO_SLOW]) for each in self._operations]
        with suppress(TimeoutError, OSError):
            async with asyncio.timeout(_PARTING_SECONDS):
                for text in last if isinstance(end, Slow) else ():
                    await self._send_event({"type": "websocket.send", "text": text})
                await self._send_event(
                    {"type": "websocket.close", "code": end.code, "reason": end.reason}
                )


_TOO_SLOW: Final = envelope(
    "What this operation was answered with was not taken in time.",
    TOO_SLOW,
    hint="Connect anew, and go on after the last cursor that came.",
)


async def _recognised(asker: Asker) -> SignedIn:
    try:
        return await asker.enter()
    except RelatumError as error:
        raise Closing(closing.TRY_LATER, error.message) from error


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Why a socket ends, of several reasons at once: that it is gone, that it is to be closed, or something unforeseen."""
    for kind in (Gone, Closing):
        found = group.subgroup(kind)
        if found is not None:
            return found.exceptions[0]
    return group.exceptions[0]
