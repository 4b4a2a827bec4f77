"""Lists of those who see much: by the databases' own plans no page reads a table of records from end to end."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final
from uuid import UUID

import asyncpg
import pytest
from pysqlite3 import dbapi2

import relatum_activities
import relatum_base
import relatum_commerce
import relatum_portal
import relatum_sales
from relatum import PORTAL
from relatum.access import Principal
from relatum.catalogue import build_catalogue
from relatum.catalogue.resolved import ColumnRule
from relatum.connections import DialectName
from relatum.session import Context, Database, context_for
from relatum.viewing import ShownView
from relatum.viewing.querying import in_order
from relatum_schemas.kinds import Choice, Day, MoneyKind
from tests.databases import CloneTemplate, opened

CATALOGUE = build_catalogue(
    [relatum_base, relatum_activities, relatum_commerce, relatum_sales, relatum_portal]
)
ROLES: Final = (
    "sales_manager", "channel_manager", "order_desk", "product_manager", "colleague", "portal_user",
)  # fmt: skip
SOMEBODY: Final = UUID(int=7 << 76)


@pytest.fixture
async def database(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Database]:
    async with opened(clone_template, dialect, CATALOGUE) as database:
        yield database


@pytest.fixture
def ctx(database: Database) -> Context:
    """Of somebody who is taken to see much of everything, though there is nothing yet."""
    database.storage.plans.sizes.bound = -1
    principal = Principal(id=SOMEBODY, firm=None, roles=frozenset(ROLES))
    return context_for(database.as_(principal), plugin="portal", function="tests")


def queries(view: ShownView) -> Iterator[str]:
    """What may be asked of a list: nothing, words, all its filters, an order."""
    yield "count=yes"
    if view.searchable:
        yield "q=north pumps"
    if filters := "&".join(filter(None, map(asked_of, view.rule.filters))):
        yield f"{filters}&count=yes"
    yield from [f"sort=-{each.key}" for each in view.rule.columns if in_order(each)][:1]


def asked_of(each: ColumnRule) -> str | None:
    """What may be asked of a filter."""
    match each.kind:
        case None if each.is_record:
            return f"{each.key}={SOMEBODY}"
        case MoneyKind():
            return f"{each.key}-from=5"
        case Day():
            return f"{each.key}-from=2025-01-01"
        case Choice(codes=(first, *_)):
            return f"{each.key}={first}"
    return None


async def none_few(*_: object, **__: object) -> None:
    """What finds nothing few: as if there were many of everything."""


@pytest.mark.parametrize(
    "many",
    [
        pytest.param(True, id="looked through"),
        pytest.param(False, id="found by an index", marks=pytest.mark.thorough),
    ],
)
async def test_no_page_reads_all_records_of_a_type(
    ctx: Context, database: Database, monkeypatch: pytest.MonkeyPatch, *, many: bool
) -> None:
    if many:
        monkeypatch.setattr(database.storage.plans.weights, "fewest", none_few)
    read: dict[str, set[str]] = {}
    for view in ctx.views(PORTAL):
        for query in queries(view):
            with database.connections.count_statements() as statements:
                listing = await view.list(query)
            assert listing.problems == {}, query
            found = {name for each in statements for name in await read_whole(database, each)}
            if found:
                read[f"{view.name}?{query}"] = found
    assert read == {}


async def read_whole(database: Database, text: str) -> set[str]:
    """The tables of records that a statement reads from end to end."""
    if database.connections.dialect == "sqlite":
        return read_by_sqlite(database.connections.url, text)
    return await read_by_postgresql(database.connections.url, text)


def tables() -> set[str]:
    return {each.table.rpartition("__")[2] for each in CATALOGUE.types.values()}


def read_by_sqlite(url: str, text: str) -> set[str]:
    """Tables that are gone through without an index, or by one only to be sorted otherwise."""
    raw = dbapi2.connect(url.removeprefix("sqlite:///"))
    steps = list(raw.execute(f"EXPLAIN QUERY PLAN {text}", [None] * text.count("?")))
    raw.close()
    sorting = {parent for _, parent, _, step in steps if "TEMP B-TREE FOR ORDER BY" in step}
    found = set()
    for _, parent, _, step in steps:
        name = step.split()[1].rpartition("_")[0] if step.startswith("SCAN ") else ""
        if name in tables() and (parent in sorting or " INDEX " not in step):
            found.add(name)
    return found


async def read_by_postgresql(url: str, text: str) -> set[str]:
    """Tables of which there is no other way than to go through them: the planner would take any."""
    raw = await asyncpg.connect(url)
    try:
        for setting in ("enable_seqscan = off", "plan_cache_mode = force_generic_plan"):
            await raw.execute(f"SET {setting}")
        statement = await raw.prepare(text)
        number = len(statement.get_parameters())
        await raw.execute(f"PREPARE asked AS {text}")
        given = f"({', '.join(['NULL'] * number)})" if number else ""
        plan = await raw.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE asked{given}")
    finally:
        await raw.close()
    nodes = nodes_of(json.loads(plan)[0]["Plan"])
    scanned = {each["Relation Name"] for each in nodes if each["Node Type"] == "Seq Scan"}
    return {name for each in scanned if (name := each.rpartition("__")[2]) in tables()}


def nodes_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for each in plan.get("Plans", ()):
        yield from nodes_of(each)
