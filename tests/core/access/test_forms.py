"""Which form the predicate of the policies takes, and that the small one reads no table from end to end."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from pysqlite3 import dbapi2

from relatum.access import SYSTEM
from relatum.connections import DialectName
from relatum.identity import testimony
from relatum.reading import ReadPlan
from relatum.reading.sizes import BELIEVED
from relatum.session import Database, open_database
from relatum_schemas.selection import (
    AcrossOutput,
    Aggregate,
    Compare,
    Connection,
    EdgesItem,
    EndOutput,
    FieldPath,
    Function,
    GroupKey,
    KeyOutput,
    Many,
    Measure,
    MeasureOutput,
    One,
    OnRecord,
    Operator,
    Page,
    Related,
    Request,
    Rows,
    Search,
)
from tests.core.access.portal import CATALOGUE, DEALS, build, firm, identity, partner
from tests.core.reading.asking import ask, by, page, request, rows, shows
from tests.databases import CloneTemplate

GOVERNED = ("deal", "registered_by", "shared_with", "lies_in")
COUNT = Measure(function=Function.COUNT)
WORTH = Measure(function=Function.SUM, path=FieldPath(field="worth"))


def where(field: str, operator: Operator, value: str | int) -> Compare:
    return Compare(path=FieldPath(field=field), operator=operator, value=value)


def of_region() -> Request:
    node = AcrossOutput(key="node", outputs=shows("title", "chance"))
    edges = EdgesItem(key="edges", outputs=(node,))
    deals = EndOutput(key="deals", end="deals", form=Connection(items=(edges,)), page=Page(first=5))
    return rows("Region", *shows("name"), deals, order=(by("name"),))


def shared_with(id: str) -> Related:
    return Related(end="shared_with", condition=OnRecord(condition=where("id", Operator.EQ, id)))


QUESTIONS: Mapping[str, Request] = {
    "by an indexed field": page("Deal", "title", order=("worth",), first=20),
    "by another field": page("Deal", "title", order=("-chance",), first=20),
    "of a state": page("Deal", "title", filter=where("state", Operator.EQ, "won"), first=20),
    "from a worth on": page("Deal", "title", filter=where("worth", Operator.GTE, 9_000), first=20),
    "with words": page("Deal", "title", filter=where("title", Operator.MATCHES, "pum"), first=20),
    "of a masked field": page("Deal", "title", filter=where("chance", Operator.GTE, 50), first=20),
    "over a tie": page("Deal", "title", filter=shared_with(str(firm(3))), first=20),
    "looked up": rows("Deal", *shows("title"), filter=where("id", Operator.EQ, str(identity(0)))),
    "counted": request(
        Rows(type="Deal"), Aggregate(outputs=(MeasureOutput(key="n", measure=COUNT),))
    ),
    "summed": request(
        Rows(type="Deal"),
        Aggregate(
            group_by=(GroupKey(path=FieldPath(field="state")),),
            outputs=(KeyOutput(key="s", index=0), MeasureOutput(key="w", measure=WORTH)),
        ),
    ),
    "at an end": of_region(),
    "ties": rows("LiesIn", *shows("id"), page=Page(first=20)),
    "searched": request(Search(text="pumps", types=("Deal",)), Many(outputs=shows("label"))),
    "first of all": request(Rows(type="Deal"), One(outputs=shows("title"))),
}


@pytest.fixture
async def portal(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Database]:
    url = await clone_template(dialect, f"portal:{CATALOGUE.fingerprint}", build)
    async with open_database(url, CATALOGUE) as database:
        yield database


@pytest.mark.parametrize("name", QUESTIONS)
async def test_little_is_read_where_little_may_be_seen(portal: Database, name: str) -> None:
    plan = portal.plans.get(QUESTIONS[name], partner(0))
    assert await scanned(portal, plan) == set()
    assert (
        await scanned(portal, plan, beside=testimony.Testimony("session", standing=True)) == set()
    )


async def test_reading_row_by_row_shows_in_the_plan(portal: Database) -> None:
    plan = portal.plans.get(QUESTIONS["by an indexed field"], partner(0))
    assert await scanned(portal, plan.sized({"Deal"})) == {"deal"}


@pytest.mark.parametrize("name", ["by another field", "counted", "summed"])
async def test_what_reads_all_that_is_seen_begins_there_however_much_that_is(
    portal: Database, name: str
) -> None:
    plan = portal.plans.get(QUESTIONS[name], partner(0))
    assert await scanned(portal, plan.sized({"Deal"})) == set()


@pytest.mark.parametrize("name", QUESTIONS)
async def test_the_answer_does_not_depend_on_the_form(portal: Database, name: str) -> None:
    principal = partner(0)
    small = portal.plans.get(QUESTIONS[name], principal)
    answers = set()
    for plan in (small, small.sized(small.weighed)):
        bound = plan.bind({}, now=portal.clock(), principal=principal)
        async with portal.connections.reading() as connection:
            answers.add(await connection.value(bound.prepared, bound.values))
    assert len(answers) == 1


async def test_what_a_principal_sees_is_counted_once_in_a_while(portal: Database) -> None:
    asked, principal = QUESTIONS["by an indexed field"], partner(1)
    seen = []
    for _ in range(3):
        with portal.connections.count_statements() as statements:
            await portal.as_(principal).read(asked)
        seen.append(len(statements))
    assert seen == [2, 1, 1]
    now = portal.clock()
    sizes = portal.plans.sizes
    assert sizes.known(principal, {"Deal"}, now=now) == frozenset()
    assert sizes.known(principal, {"Deal"}, now=now + 2 * BELIEVED) is None
    assert sizes.known(partner(2), {"Deal"}, now=now) is None
    assert sizes.known(principal, {"Deal", "Firm"}, now=now + timedelta(seconds=1)) is None


async def test_much_is_judged_row_by_row(portal: Database) -> None:
    portal.plans.sizes.bound = 500
    asked = QUESTIONS["by an indexed field"]
    totals = [(await ask(portal, asked, principal=partner(at)))["total"] for at in (0, 1)]
    assert totals == [561, 55]
    now, sizes = portal.clock(), portal.plans.sizes
    large = [sizes.known(partner(at), {"Deal"}, now=now) for at in (0, 1)]
    assert large == [frozenset({"Deal"}), frozenset()]
    assert (await ask(portal, asked, principal=SYSTEM))["total"] == DEALS


async def scanned(
    database: Database, plan: ReadPlan, *, beside: testimony.Testimony | None = None
) -> set[str]:
    """The governed tables of which a statement reads all rows, at whatever values."""
    now = database.clock()
    bound = plan.bind({}, now=now, principal=partner(0), beside=beside)
    values = {**bound.values, **testimony.given_values(b"a hash", now)}
    text, arguments = bound.prepared.text, bound.prepared.arguments(values)
    if database.connections.dialect == "sqlite":
        return scanned_by_sqlite(database.connections.url, text, arguments)
    return await scanned_by_postgresql(database.connections.url, text, arguments)


def scanned_by_sqlite(url: str, text: str, arguments: list[Any]) -> set[str]:
    raw = dbapi2.connect(url.removeprefix("sqlite:///"))
    steps = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {text}", arguments)]
    raw.close()
    aliases = [step.split()[1].rpartition("_")[0] for step in steps if step.startswith("SCAN ")]
    return {name for name in aliases if name in GOVERNED}


async def scanned_by_postgresql(url: str, text: str, arguments: list[Any]) -> set[str]:
    """What is read from end to end by the plan for these values, or by the one for all values."""
    raw = await asyncpg.connect(url)
    try:
        plans = [await raw.fetchval(f"EXPLAIN (FORMAT JSON) {text}", *arguments)]
        await raw.execute("SET plan_cache_mode = force_generic_plan")
        await raw.execute(f"PREPARE asked AS {text}")
        given = f"({', '.join(['NULL'] * len(arguments))})" if arguments else ""
        plans.append(await raw.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE asked{given}"))
    finally:
        await raw.close()
    nodes = [node for each in plans for node in nodes_of(json.loads(each)[0]["Plan"])]
    read = {node["Relation Name"] for node in nodes if "Relation Name" in node and reads_all(node)}
    return {name for name in GOVERNED if f"portal__{name}" in read}


def nodes_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for each in plan.get("Plans", ()):
        yield from nodes_of(each)


def reads_all(node: dict[str, Any]) -> bool:
    if node["Node Type"] == "Bitmap Heap Scan":
        return False
    return "Index Cond" not in node
