"""What questions cost as the database grows: they should cost the same, or hardly more.

Each question is asked of records drawn at random, one after another in this process, from the GraphQL text to the
bytes of the answer. ``python -m benchmarks.growth [sizes ...] [sqlite|postgresql]``.
"""

import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.data import SEED, Trade, identity
from benchmarks.filling import fill
from benchmarks.model import catalogue
from benchmarks.servers import DIALECTS, database_server
from relatum.access import SYSTEM
from relatum.connections import DialectName
from relatum.session import open_database
from relatum_server.graphql.api import Api, Question

SIZES: Final = (10_000, 100_000, 1_000_000)
ASKED: Final = 300

LOOK_UP: Final = """
query LookUp($id: ID!) { person(id: $id) { givenName familyName email } }
"""
FILTERED_PAGE: Final = """
query FilteredPage($name: String!, $atLeast: Int!) {
  organizations(
    first: 20, orderBy: [{name: ASC}],
    filter: {name: {gte: $name}, employeeCount: {gte: $atLeast}}
  ) { edges { node { id name employeeCount } } }
}
"""
TWO_HOPS: Final = """
query TwoHops($id: ID!) {
  person(id: $id) {
    employers(first: 5) { edges { role node {
      name
      employees(first: 20, orderBy: [{validFrom: ASC}]) { edges { role node { givenName familyName } } }
    } } }
  }
}
"""

Draw = Callable[[random.Random, Trade], dict[str, Any]]


def _person(chance: random.Random, trade: Trade) -> dict[str, Any]:
    return {"id": str(identity("Person", chance.randrange(trade.people)))}


def _name(chance: random.Random, _trade: Trade) -> dict[str, Any]:
    return {"name": chance.choice("ABCDEFGHIJKLMNOPQRSTUVWX"), "atLeast": chance.randint(1, 2_500)}


QUESTIONS: Final[tuple[tuple[str, str, Draw], ...]] = (
    ("one record by its id", LOOK_UP, _person),
    ("a filtered page, in order of a name", FILTERED_PAGE, _name),
    ("two hops from a record, twenty ties each", TWO_HOPS, _person),
)


@dataclass(frozen=True)
class Cost:
    """What a question takes.

    Attributes:
        median: milliseconds.
        slowest: milliseconds that 99 of 100 take at most.
    """

    database: DialectName
    entities: int
    question: str
    median: float
    slowest: float


def measure(dialect: DialectName, entities: int) -> list[Cost]:
    """Fill a database and ask it every question."""
    with (
        tempfile.TemporaryDirectory(prefix="relatum-growth-") as folder,
        database_server(dialect, Path(folder)) as url,
    ):
        return asyncio.run(_measure(url, dialect, Trade(entities)))


async def _measure(url: str, dialect: DialectName, trade: Trade) -> list[Cost]:
    await fill(url, catalogue(), trade.commands())
    costs = []
    async with open_database(url, catalogue()) as database:
        api = Api(database.catalogue)
        session = database.as_(SYSTEM)
        for name, text, draw in QUESTIONS:
            chance = random.Random(SEED)
            times = []
            for _ in range(ASKED):
                question = Question(text, variables=draw(chance, trade))
                begun = time.perf_counter()
                await api.answer(session, question)
                times.append(1_000 * (time.perf_counter() - begun))
            times.sort()
            slowest = times[len(times) * 99 // 100]
            costs.append(Cost(dialect, trade.entities, name, statistics.median(times), slowest))
    return costs


def main() -> None:
    """Measure the sizes and databases that are named."""
    given = sys.argv[1:]
    sizes = [int(each) for each in given if each.isdigit()] or SIZES
    for dialect in DIALECTS:
        if dialect in given or not {*DIALECTS} & {*given}:
            for size in sizes:
                for cost in measure(dialect, size):
                    print(
                        f"{cost.database} {cost.entities:>9,} {cost.question}: "
                        f"{cost.median:.2f} ms, at most {cost.slowest:.2f}"
                    )


if __name__ == "__main__":
    main()
