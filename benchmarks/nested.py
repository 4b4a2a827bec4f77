"""How much of the bare floor's throughput the nested query keeps: the engine's own costs, all of them together.

Both answer the same questions with the same bytes, each in a process of its own on the same server; they are asked in
turn, round by round, so that what else the machine does weighs on both. ``python -m benchmarks.nested [entities]``.
"""

import asyncio
import json
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.client import Answers, answers, load
from benchmarks.data import Trade
from benchmarks.filling import fill
from benchmarks.nested_query import CURSORS, QUERY
from benchmarks.servers import DIALECTS, database_server, web_server
from relatum.connections import DialectName

ENTITIES: Final = 90_000
PAGES: Final = 40
ROUNDS: Final = 5
SECONDS: Final = 3.0


@dataclass(frozen=True)
class Compared:
    """What engine and floor do with the nested query on one database.

    Attributes:
        entities: in the database.
        bytes: of an answer, on average.
        engine: the engine's answers in its median round.
        floor: the floor's.
        ratio: the engine's rate by the floor's, the median of the rounds.
    """

    database: DialectName
    entities: int
    bytes: int
    engine: Answers
    floor: Answers
    ratio: float


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
    with (
        tempfile.TemporaryDirectory(prefix="relatum-nested-") as folder,
        database_server(dialect, Path(folder)) as url,
    ):
        asyncio.run(fill(url, Trade(entities)))
        with (
            web_server("benchmarks.engine", url) as engine,
            web_server("benchmarks.floor", url) as floor,
        ):
            bodies = _bodies(engine)
            size = _verify(engine, floor, bodies)
            for port in (engine, floor):
                load(port, bodies, seconds=1)
            rates = [
                (load(engine, bodies, seconds=seconds), load(floor, bodies, seconds=seconds))
                for _ in range(rounds)
            ]
    engines, floors = zip(*rates, strict=True)
    ratio = statistics.median(each.rate / bare.rate for each, bare in rates)
    return Compared(dialect, entities, size, _median(engines), _median(floors), ratio)


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


def _median(rounds: tuple[Answers, ...]) -> Answers:
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
                f"ratio {seen.ratio:.2f}, {seen.bytes:,} bytes"
            )


if __name__ == "__main__":
    main()
