"""How much of the bare floor's throughput the nested query keeps: the engine's own costs, all of them together.

Both answer the same questions with the same bytes, each in a process of its own on the same server; they are asked in
turn, round by round, so that what else the machine does weighs on both. ``python -m benchmarks.nested [entities]``.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.client import TOKEN, answers, load
from benchmarks.data import Trade
from benchmarks.engine import administrators_token
from benchmarks.filling import fill
from benchmarks.model import catalogue
from benchmarks.nested_query import CURSORS, QUERY
from benchmarks.servers import (
    DIALECTS,
    WebServer,
    database_server,
    processor_seconds,
    web_server,
)
from relatum.connections import DialectName

ENTITIES: Final = 90_000
PAGES: Final = 40
ROUNDS: Final = 5
SECONDS: Final = 3.0


@dataclass(frozen=True)
class Round:
    """What one server did in one round.

    Attributes:
        rate: answers per second.
        median: milliseconds that half of the answers took at most.
        cost: milliseconds of processor time per answer, the database's included.
    """

    rate: float
    median: float
    cost: float


@dataclass(frozen=True)
class Compared:
    """What engine and floor do with the nested query on one database.

    Attributes:
        entities: in the database.
        bytes: of an answer, on average.
        engine: its median round.
        floor: its median round.
        by_rate: the engine's rate by the floor's, the median of the rounds.
        by_cost: the floor's cost by the engine's, the median of the rounds; what else the machine does hardly
            disturbs it.
    """

    database: DialectName
    entities: int
    bytes: int
    engine: Round
    floor: Round
    by_rate: float
    by_cost: float


def compare(
    dialect: DialectName,
    entities: int = ENTITIES,
    rounds: int = ROUNDS,
    seconds: float = SECONDS,
) -> Compared:
    """Fill a database and ask engine and floor in turn.

    Raises:
        ValueError: they do not answer alike.
    """
    with tempfile.TemporaryDirectory(prefix="relatum-nested-") as name:
        folder = Path(name)
        with database_server(dialect, folder) as url:
            asyncio.run(fill(url, catalogue(), Trade(entities).commands()))
            os.environ[TOKEN] = asyncio.run(administrators_token(url))
            with (
                web_server("benchmarks.engine", url) as engine,
                web_server("benchmarks.floor", url) as floor,
            ):
                bodies = _bodies(engine.port)
                size = _verify(engine.port, floor.port, bodies)
                for each in (engine, floor):
                    load(each.port, bodies, seconds=1)
                found = [
                    (
                        _round(engine, folder, bodies, seconds),
                        _round(floor, folder, bodies, seconds),
                    )
                    for _ in range(rounds)
                ]
    engines, floors = zip(*found, strict=True)
    return Compared(
        dialect,
        entities,
        size,
        _median(engines),
        _median(floors),
        by_rate=statistics.median(ours.rate / bare.rate for ours, bare in found),
        by_cost=statistics.median(bare.cost / ours.cost for ours, bare in found),
    )


def _round(server: WebServer, folder: Path, bodies: list[str], seconds: float) -> Round:
    before = processor_seconds(server.process, folder)
    seen = load(server.port, bodies, seconds=seconds)
    taken = processor_seconds(server.process, folder) - before
    return Round(seen.rate, seen.median, 1_000 * taken / seen.count)


def _bodies(engine: int) -> list[str]:
    """The questions: one page after another, from the first name on."""
    bodies = []
    after: str | None = None
    for _ in range(PAGES):
        bodies.append(json.dumps({"query": QUERY, "variables": {"after": after}}))
        (answer,) = answers(engine, [json.dumps({"query": CURSORS, "variables": {"after": after}})])
        page = json.loads(answer)["data"]["organizations"]["pageInfo"]
        if not page["hasNextPage"]:
            break
        after = page["endCursor"]
    return bodies


def _verify(engine: int, floor: int, bodies: list[str]) -> int:
    """Return the bytes of an answer, after engine and floor gave the same to every question."""
    by_engine, by_floor = answers(engine, bodies), answers(floor, bodies)
    for body, ours, bare in zip(bodies, by_engine, by_floor, strict=True):
        if json.loads(ours) != json.loads(bare):
            raise ValueError(
                f"Engine and floor differ on {body}:\n{ours[:2000]!r}\n{bare[:2000]!r}"
            )
    return sum(map(len, by_engine)) // len(by_engine)


def _median(rounds: tuple[Round, ...]) -> Round:
    return sorted(rounds, key=lambda each: each.rate)[len(rounds) // 2]


def main() -> None:
    """Compare on both databases, or on the one that is named."""
    given = sys.argv[1:]
    entities = next((int(each) for each in given if each.isdigit()), ENTITIES)
    for dialect in DIALECTS:
        if dialect in given or not {*DIALECTS} & {*given}:
            seen = compare(dialect, entities=entities)
            print(
                f"{dialect}: engine {seen.engine.rate:.0f}/s, floor {seen.floor.rate:.0f}/s, "
                f"ratio {seen.by_rate:.2f}, by processor time {seen.by_cost:.2f}, {seen.bytes:,} bytes"
            )


if __name__ == "__main__":
    main()
