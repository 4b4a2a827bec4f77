"""``python -m benchmarks``: measures, prints tables, and keeps the figures in `benchmarks/results.json`.

What is not measured this time, and databases that are left out, keep the figures that they had. Each measurement runs in
a process of its own, so that none finds what another has left in memory.
"""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, fields
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from rich.console import Console
from rich.table import Table

from benchmarks import (
    access,
    explaining,
    growth,
    import_memory,
    import_speed,
    kills,
    matching,
    portal,
    reacting,
    swapping,
)
from benchmarks.api import comparing
from benchmarks.servers import DIALECTS
from relatum.connections import DialectName
from tests.server.workflows import killing

RESULTS: Final = Path(__file__).with_name("results.json")
BENCHMARKS: Final = (
    "api", "growth", "access", "explaining", "import", "memory", "swapping", "reactions", "kills",
    "matching", "portal",
)  # fmt: skip
SIZES: Final = (10_000, 100_000)

Outcome = TypeVar("Outcome")
Benchmark = tuple[Callable[[], Sequence[Any]], Callable[[Any], Table]]
"""What measures, and what makes a table of that."""


@click.command()
@click.argument("only", nargs=-1, type=click.Choice(BENCHMARKS))
@click.option("--database", type=click.Choice(DIALECTS), multiple=True, default=DIALECTS)
@click.option("--organizations", default=comparing.ORGANIZATIONS, help="For the API.")
@click.option("--rounds", default=comparing.ROUNDS, help="Of each question to the API.")
@click.option("--seconds", default=comparing.SECONDS, help="Of a round.")
@click.option("--size", type=int, multiple=True, default=SIZES, help="For growth; may be repeated.")
@click.option(
    "--deals",
    type=int,
    multiple=True,
    default=SIZES,
    help="Of others, for access and explaining; may be repeated.",
)
@click.option("--people", default=import_speed.PEOPLE, help="To import, with as many ties.")
@click.option("--times", default=1, help="How often to import them.")
@click.option("--changes", default=reacting.CHANGES, help="To be told by reactions.")
@click.option("--kills", "killed", default=kills.KILLS, help="Of a server that works.")
@click.option("--rows", type=int, multiple=True, default=SIZES, help="For memory; may be repeated.")
@click.option("--parties", default=matching.PARTIES, help="To look up among.")
@click.option("--opportunities", default=portal.OPPORTUNITIES, help="For the portal.")
@click.option("--firms", default=portal.FIRMS, help="For the portal.")
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder in which databases that were filled stay, and are found again.",
)
@click.option("--types", default=swapping.TYPES, help="That are added, for swapping.")
def main(
    *,
    only: Sequence[str],
    database: Sequence[DialectName],
    organizations: int,
    rounds: int,
    seconds: float,
    size: Sequence[int],
    deals: Sequence[int],
    people: int,
    times: int,
    rows: Sequence[int],
    types: int,
    changes: int,
    killed: int,
    parties: int,
    opportunities: int,
    firms: int,
    keep: Path | None,
) -> None:
    """Measure what Relatum costs; all of it, or only what is named."""
    one, several = partial(_one_for_each, database), partial(_several_for_each, database)
    market, trade = (organizations, rounds, seconds), (opportunities, firms, keep)
    known: dict[str, Benchmark] = {
        "api": (lambda: several(comparing.compare, [market]), _api_table),
        "growth": (lambda: several(growth.measure, _each(size)), _growth_table),
        "access": (lambda: several(access.measure, _each(deals)), _access_table),
        "explaining": (lambda: several(explaining.measure, _each(deals)), _explaining_table),
        "import": (lambda: one(import_speed.measure, [(people,)] * times), _import_table),
        "memory": (lambda: one(import_memory.measure, _each(rows)), _memory_table),
        "swapping": (lambda: one(swapping.measure, [(types,)]), _swapping_table),
        "reactions": (lambda: one(reacting.measure, [(changes,)]), _reacting_table),
        "kills": (lambda: several(kills.measure, [(killed,)]), _kills_table),
        "matching": (lambda: several(matching.measure, [(parties, keep)]), _matching_table),
        "portal": (lambda: several(portal.measure, [trade]), _portal_table),
    }
    _measure({name: each for name, each in known.items() if not only or name in only})


def _measure(benchmarks: Mapping[str, Benchmark]) -> None:
    """Measure, print and keep."""
    # A log has no width of its own, and Rich would cut figures to fit eighty characters.
    console = Console(width=None if sys.stdout.isatty() else 180)
    results: dict[str, list[dict[str, Any]]] = {}
    for name, (measure, table) in benchmarks.items():
        measured = measure()
        console.print(table(measured))
        results[name] = [asdict(each) for each in measured]
    _keep(results)
    console.print(f"Kept in {RESULTS}")


def _each(sizes: Sequence[int]) -> list[tuple[int]]:
    """Sizes as the arguments of one measurement each."""
    return [(each,) for each in sizes]


def _several_for_each(
    databases: Sequence[DialectName],
    measure: Callable[..., Sequence[Outcome]],
    given: Sequence[tuple[object, ...]],
) -> list[Outcome]:
    """What a measurement of several things gives, for each database, with each of some arguments."""
    return [one for several in _one_for_each(databases, measure, given) for one in several]


def _one_for_each(
    databases: Sequence[DialectName],
    measure: Callable[..., Outcome],
    given: Sequence[tuple[object, ...]],
) -> list[Outcome]:
    """What a measurement gives for each database, with each of some arguments."""
    return [_alone(measure, each, *arguments) for each in databases for arguments in given]


def _alone(measure: Callable[..., Outcome], *arguments: object) -> Outcome:
    """What a measurement gives, run in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(measure, *arguments).result()


def _keep(results: dict[str, list[dict[str, Any]]]) -> None:
    """Keep what was measured, beside what was measured before."""
    kept: dict[str, list[dict[str, Any]]] = (
        json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    )
    for name, measured in results.items():
        databases = {each["database"] for each in measured}
        others = [each for each in kept.get(name, []) if each["database"] not in databases]
        kept[name] = others + measured
    RESULTS.write_text(json.dumps(kept, indent=2) + "\n")


def _api_table(compared: Sequence[comparing.Compared]) -> Table:
    table = Table(
        "database", "question", "asked of", "a second", "p50", "p95", "p99",
        "server ms", "database ms", "ratio", "goal",
        title="GraphQL API, 16 connections",
    )  # fmt: skip
    for each in compared:
        for name, seen, ratio, goal in (
            ("engine", each.engine, f"{each.ratio:.2f}", f"{each.goal:.2f}"),
            ("floor", each.floor, f"{each.by_cost:.2f} by processor", ""),
        ):
            times = f"{seen.median:.1f}", f"{seen.slow:.1f}", f"{seen.slowest:.1f}"
            costs = f"{seen.server:.2f}", f"{seen.database:.2f}"
            asked = (each.database, each.question, name, f"{seen.rate:.0f}")
            table.add_row(*asked, *times, *costs, ratio, goal)
        many = "", f"{each.many_median:.1f}", "", f"{each.many_slowest:.1f}"
        slowest = f"p99 {each.many_slowest / each.many_median:.1f} times p50"
        table.add_row(each.database, each.question, "engine by 64", *many, "", "", slowest, "3")
    return table


def _growth_table(costs: Sequence[growth.Cost]) -> Table:
    sizes = sorted({each.entities for each in costs})
    table = Table(
        "question", "database", *(f"{size:,}" for size in sizes), title="Growth, milliseconds"
    )
    for name, _, _ in growth.QUESTIONS:
        for dialect in DIALECTS:
            found = {
                each.entities: each.median
                for each in costs
                if (each.question, each.database) == (name, dialect)
            }
            if found:
                table.add_row(name, dialect, *(f"{found[size]:.2f}" for size in sizes))
    return table


def _access_table(accessed: Sequence[access.Access]) -> Table:
    table = Table(
        "database", "others' deals", "seen", "question", "median ms", "95 of 100", "by hand", "ratio",
        title="Access",
    )  # fmt: skip
    for each in accessed:
        numbers = f"{each.deals:,}", f"{each.seen:,}"
        times = f"{each.median:.2f}", f"{each.slowest:.2f}"
        by_hand = "" if each.by_hand is None else f"{each.by_hand:.2f}"
        ratio = "" if each.ratio is None else f"{each.ratio:.2f}"
        table.add_row(each.database, *numbers, each.question, *times, by_hand, ratio)
    return table


def _explaining_table(explained: Sequence[explaining.Explaining]) -> Table:
    table = Table(
        "database", "others' deals", "question", "statements", "median ms", "95 of 100",
        title="Explaining",
    )  # fmt: skip
    for each in explained:
        times = f"{each.median:.2f}", f"{each.slowest:.2f}"
        table.add_row(each.database, f"{each.deals:,}", each.question, str(each.statements), *times)
    return table


def _swapping_table(swapped: Sequence[swapping.Swapping]) -> Table:
    table = Table(
        "database", "types", "start", "processor", "of its limit", "swap", "processor", "of its limit",
        "one more", "blocked", "of its limit", "memory",
        title="Other types in force",
    )  # fmt: skip
    for each in swapped:
        table.add_row(
            each.database,
            str(each.types),
            f"{each.start:.2f} s",
            f"{each.start_processor:.2f} s",
            f"{each.start / swapping.START_LIMIT:.2f}",
            f"{each.swap:.2f} s",
            f"{each.processor:.2f} s",
            f"{each.swap / swapping.SWAP_LIMIT:.2f}",
            f"{each.one_more:.2f} s",
            f"{each.blocked * 1000:.0f} ms",
            f"{each.blocked / swapping.BLOCKED_LIMIT:.2f}",
            f"{each.memory:+.0f} MB",
        )
    return table


def _reacting_table(reacted: Sequence[reacting.Reacting]) -> Table:
    table = Table(
        "database", "changes", "took", "a second", "goal", "first", "processor", "database's",
        title="Reactions",
    )  # fmt: skip
    for each in reacted:
        table.add_row(
            each.database,
            f"{each.changes:,}",
            f"{each.seconds:.1f} s",
            f"{each.changes / each.seconds:.0f}",
            f"{reacting.GOAL}",
            f"{each.first:.2f} s",
            f"{each.processor:.2f} ms",
            f"{each.database_processor:.2f} ms",
        )
    return table


def _kills_table(survived: Sequence[kills.Killed]) -> Table:
    names = [each.name for each in fields(killing.Outcome)]
    table = Table("database", "servers", *(each.replace("_", " ") for each in names), title="Kills")
    for each in survived:
        counts = (f"{getattr(each.outcome, name):,}" for name in names)
        table.add_row(each.database, f"{each.servers}", *counts)
    return table


def _matching_table(matched: Sequence[matching.Matching]) -> Table:
    table = Table(
        "database", "parties", "asked for", "p50", "p95", "at most", "p95 of its limit", "statements",
        "there", "found", "first", "strangers",
        title="Matching, milliseconds",
    )  # fmt: skip
    for each in matched:
        times = f"{each.median:.1f}", f"{each.slow:.1f}", f"{each.slowest:.1f}"
        ratio, found = (
            f"{each.slow / matching.LIMIT:.2f}",
            (each.statements, each.there, each.found),
        )
        counts = map(str, (*found, each.first, each.strangers))
        table.add_row(each.database, f"{each.parties:,}", each.kind, *times, ratio, *counts)
    return table


def _portal_table(pages: Sequence[portal.Pages]) -> Table:
    table = Table(
        "database", "opportunities", "who", "pages", "of them", "p50", "p95", "of its limit",
        "statements", "the slowest",
        title="Pages of the portal, milliseconds of the slowest of each kind",
    )  # fmt: skip
    for each in pages:
        numbers = f"{each.median:.1f}", f"{each.slow:.1f}", f"{each.slow / portal.LIMIT:.2f}"
        asked = each.database, f"{each.opportunities:,}", each.who, each.kind, str(each.pages)
        table.add_row(*asked, *numbers, str(each.statements), each.path)
    return table


def _import_table(imported: Sequence[import_speed.ImportSpeed]) -> Table:
    table = Table("database", "records", "engine", "floor", "ratio", "memory", title="Import")
    for each in imported:
        table.add_row(
            each.database,
            f"{2 * each.people:,}",
            f"{each.engine.seconds:.1f} s",
            f"{each.floor.seconds:.1f} s",
            f"{each.by_clock:.2f}; {each.by_processor:.2f} by processor",
            f"{each.memory:.0f} MB",
        )
    return table


def _memory_table(needed: Sequence[import_memory.ImportMemory]) -> Table:
    table = Table("database", "rows", "at most", "its own", "took", title="Memory of an import")
    for each in needed:
        memory, own = f"{each.memory:.0f} MB", f"{each.own:.0f} MB"
        table.add_row(each.database, f"{each.rows:,}", memory, own, f"{each.seconds:.0f} s")
    return table


if __name__ == "__main__":
    main()
