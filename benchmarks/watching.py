"""What watching takes of a request: `python -m benchmarks.watching`.

Processor time of an application that does nothing but answer, with the watch around it and what a query notes in it, less
that of the application alone.
"""

import asyncio
import sys
import time
from typing import Final

from graphql import OperationDefinitionNode, parse
from starlette.types import Message, Receive, Scope, Send

from relatum_server.observability.noting import asked, phase, watched
from relatum_server.observability.watching import Watch

REQUESTS: Final = 50_000
TURNS: Final = 7
_OPERATION: Final = parse("query Named { field }").definitions[0]
_START: Final = {"type": "http.response.start", "status": 200, "headers": []}
_BODY: Final = {"type": "http.response.body", "body": b"{}"}
_HEADERS: Final = [
    (b"host", b"relatum.example"),
    (b"accept", b"application/json"),
    (b"content-type", b"application/json"),
    (b"content-length", b"100"),
    (b"authorization", b"Bearer rlt_t_"),
]


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer, and nothing else."""
    await send(_START)
    await send(_BODY)


async def answer_and_note(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer, and note what a query notes."""
    assert isinstance(_OPERATION, OperationDefinitionNode)
    asked(_OPERATION)
    with phase("statement"):
        watched()
    with phase("delivery"):
        await send(_START)
        await send(_BODY)


async def receive() -> Message:
    """No body."""
    return {"type": "http.request", "body": b""}


async def send(message: Message) -> None:
    """Take a part of the response."""


async def microseconds(watch: Watch | None) -> float:
    """Processor time of a request, watched or not."""
    begun = time.process_time()
    for _ in range(REQUESTS):
        scope = {"type": "http", "method": "POST", "path": "/graphql", "headers": _HEADERS}
        if watch is None:
            await answer(scope, receive, send)
        else:
            await watch(answer_and_note, scope, receive, send, path="/graphql")
    return (time.process_time() - begun) / REQUESTS * 1e6


async def main() -> None:
    """Measure, and say the least of several turns: the rest is the machine's."""
    watch = Watch(slow=1.0, tracer=None)
    turns = [await microseconds(watch) - await microseconds(None) for _ in range(TURNS)]
    sys.stdout.write(f"Watching takes {min(turns):.1f} microseconds of a request.\n")


if __name__ == "__main__":
    asyncio.run(main())
