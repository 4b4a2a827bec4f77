"""The load generator: a process of its own that posts GraphQL requests over held connections as fast as they are answered.

``python -m benchmarks.client PORT CONNECTIONS SECONDS < bodies`` takes a JSON array of request bodies, sends them in
turn, and prints one JSON object: how many were answered, and the milliseconds each took in hundredths of all.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Final

CONNECTIONS: Final = 16
TOKEN: Final = "BENCHMARK_TOKEN"
"""The environment variable that holds the token which requests bring along."""

_LONGEST_HEAD: Final = 1 << 20
_ROOT: Final = Path(__file__).parents[1]


@dataclass(frozen=True)
class Answers:
    """What a run of the load generator saw.

    Attributes:
        count: how many answers there were.
        rate: answers per second.
        median: milliseconds that half of the answers took at most.
        slow: milliseconds that 95 of 100 took at most.
        slowest: milliseconds that 99 of 100 took at most.
    """

    count: int
    rate: float
    median: float
    slow: float
    slowest: float


def load(
    port: int, bodies: list[str], *, seconds: float, connections: int = CONNECTIONS
) -> Answers:
    """Return what a server on this machine answers, asked by another process."""
    command = [sys.executable, "-m", "benchmarks.client", str(port), str(connections), str(seconds)]
    finished = subprocess.run(
        command, input=json.dumps(bodies), text=True, capture_output=True, check=True, cwd=_ROOT
    )
    return Answers(**json.loads(finished.stdout))


def answers(port: int, bodies: list[str]) -> list[bytes]:
    """Return the answers of a server on this machine, asked once each."""
    return asyncio.run(_answers(port, bodies))


async def _answers(port: int, bodies: list[str]) -> list[bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=_LONGEST_HEAD)
    found = []
    for body in bodies:
        writer.write(request(body))
        found.append(await _answer(reader))
    writer.close()
    return found


async def measure(port: int, connections: int, seconds: float, bodies: list[str]) -> Answers:
    """Ask over so many connections at once, and time every answer."""
    requests = [request(body) for body in bodies]
    end = time.perf_counter() + seconds
    begin = time.perf_counter()
    times = await asyncio.gather(
        *(_ask(port, requests[first::connections] or requests, end) for first in range(connections))
    )
    elapsed = time.perf_counter() - begin
    sorted_times = sorted(each for one in times for each in one)
    return Answers(
        count=len(sorted_times),
        rate=len(sorted_times) / elapsed,
        median=1_000 * sorted_times[len(sorted_times) // 2],
        slow=1_000 * sorted_times[len(sorted_times) * 95 // 100],
        slowest=1_000 * sorted_times[len(sorted_times) * 99 // 100],
    )


def request(body: str) -> bytes:
    """An HTTP/1.1 request that posts a body to `/graphql`."""
    content = body.encode()
    token = os.environ.get(TOKEN, "").encode()
    return (
        b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n"
        b"Authorization: Bearer %b\r\n"
        b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
        % (token, len(content), content)
    )


async def _ask(port: int, requests: list[bytes], end: float) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=_LONGEST_HEAD)
    times = []
    for each in cycle(requests):
        sent = time.perf_counter()
        if sent >= end:
            break
        writer.write(each)
        await _answer(reader)
        times.append(time.perf_counter() - sent)
    writer.close()
    return times


async def _answer(reader: asyncio.StreamReader) -> bytes:
    """Read one answer; one that is no success ends the run."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
    content = await reader.readexactly(length)
    if b" 200 " not in head.split(b"\r\n", 1)[0] or content.startswith(b'{"errors"'):
        raise RuntimeError(f"{head.decode()}{content[:500].decode()}")
    return content


def main() -> None:
    """Measure as the arguments say."""
    port, connections, seconds = sys.argv[1:]
    bodies = json.load(sys.stdin)
    seen = asyncio.run(measure(int(port), int(connections), float(seconds), bodies))
    print(json.dumps(vars(seen)))


if __name__ == "__main__":
    main()
