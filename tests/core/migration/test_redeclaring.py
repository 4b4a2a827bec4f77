"""What is declared at run time changes, and plugins change beside it: nothing is lost but what was asked for by name."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from relatum.access import SYSTEM
from relatum.catalogue import Catalogue, build_catalogue
from relatum.declaring import in_force
from relatum.migration import make_migration, migrate, running
from relatum.migration.drift import drift
from relatum.plugins import LoadedPlugin
from relatum.redeclaring import (
    CataloguePlan,
    Installation,
    Wish,
    applied,
    apply,
    declared_fields,
    plan,
    removed,
    renamed,
    restored,
)
from relatum.session import Database, Session, assembling, open_database
from relatum_schemas.condition import Field, Ties
from relatum_schemas.declared import Declarations, DeclaredField, document_of_data
from relatum_schemas.errors import DeclarationError, Problems
from relatum_schemas.relationship import Record
from tests.core.migration.yard import FIRST, THEN, Yard, rows_of, tables_of

TOOLS = document_of_data(
    {
        "types": [
            {
                "name": "Tool",
                "fields": [
                    {"name": "code", "kind": "text", "label": True, "searchable": True, "required": True},
                    {"name": "size", "kind": "integer"},
                    {"name": "price", "kind": "decimal", "scale": 2},
                    {"name": "state", "kind": "state", "default": "new", "transitions": {"new": ["old"]}},
                ],
                "unique": [["code", "size"]],
            },
        ],
        "relationships": [
            {
                "name": "UsedAt",
                "valid": "day",
                "source": {"end": "used_at", "types": ["Tool"]},
                "target": {"end": "tools", "types": ["Site"]},
                "fields": [{"name": "hours", "kind": "integer"}],
            },
        ],
        "fields": [
            {
                "type": "Machine",
                "fields": [
                    {"name": "colour", "kind": "text", "searchable": True, "default": "red", "required": True},
                    {"name": "paint", "kind": "text", "indexed": True},
                    {"name": "double", "computed": "weight * 2"},
                ],
            },
        ],
    }
)  # fmt: skip


@dataclass
class Ground:
    """A database of the yard, in which something is declared at run time."""

    url: str
    plugins: list[LoadedPlugin]

    async def asked(self, wish: Wish) -> CataloguePlan:
        """What a wish takes; nothing is done."""
        return (await plan(self.url, Installation(plugins=self.plugins), wish)).plan

    async def put(self, wish: Wish) -> Catalogue:
        """Do what a wish takes, which may be done; the tables are then as declared."""
        installation = Installation(plugins=self.plugins)
        outcome = await apply(self.url, installation, wish, by=None, now=THEN)
        assert outcome.applied, outcome.plan
        assert await drift(self.url, outcome.catalogue) == []
        return outcome.catalogue

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Database]:
        """The database, as a process that starts now has it."""
        async with open_database(self.url, assembling(self.plugins)) as database:
            yield database


@pytest.fixture
async def ground(yard: Yard, filled: str) -> Ground:
    """The tools declared, three of them made and two used at a site."""
    made = Ground(filled, [yard.plugin("yard", FIRST)])
    await made.put(applied(TOOLS))
    async with made.open() as database:
        db, classes = database.as_(SYSTEM), database.catalogue.classes
        site = (await db.select(classes["Site"]).order("name").page(1)).records[0]
        for code, size in (("A 1", 1), ("A 2", 2), ("B 3", 30)):
            tool = await db.create(classes["Tool"](code=code, size=size, price=Decimal("1.50")))
            if size < 3:
                await db.relate(
                    classes["UsedAt"], tool, site, hours=size, valid_from=date(2024, 1, size)
                )
        await db.update(tool, size=3)
    return made


async def _found(db: Session, classes: Any, type_name: str, field: str) -> list[Any]:
    page = await db.select(classes[type_name]).order(field).page(10)
    return [getattr(each, field) for each in page.records]


async def test_what_is_renamed_keeps_records_versions_and_ties(ground: Ground) -> None:
    await ground.put(renamed("Tool.size", "length"))
    await ground.put(renamed("Tool.state", "condition"))
    await ground.put(renamed("UsedAt.hours", "time"))
    catalogue = await ground.put(renamed("Tool", "Gear"))
    tables = tables_of(catalogue)
    versions = await rows_of(ground.url, tables.version["Gear"], "length", "version", "code")
    assert versions == [(1, 1, "A 1"), (2, 1, "A 2"), (3, 2, "B 3"), (30, 1, "B 3")]
    assert len(await rows_of(ground.url, tables.current["Gear"], "condition_since")) == 3
    async with ground.open() as database:
        db, classes = database.as_(SYSTEM), database.catalogue.classes
        used: list[Any] = (
            await db.select(classes["Gear"])
            .where(Ties("used_at").ever().some(tie=Field("time") == 2))
            .all()
        )
        assert [each.code for each in used] == ["A 2"]
        page = await db.select(classes["Gear"]).where(Field("code").matches("a")).page(5)
        assert len(page.records) == 2
        assert await db.select(classes["Machine"]).where(Field("double") > 0).all() == []
        # The same once more is nothing to do, and the old name is free for something else.
    assert (await ground.asked(applied(document_of_data({})))).acts == ()
    await ground.put(declared_fields("Gear", [DeclaredField(name="size", kind="text")]))


REFUSED = {
    "a field with values": (removed(["Tool.price"], with_values=False), "refused", "3 records have or had"),
    "a field of a plugin with values": (
        removed(["Machine.colour"], with_values=False), "refused", "3 records",
    ),
    "a type with records": (removed(["UsedAt"], with_values=False), "refused", "2 records (2 versions)"),
    "a type that an end names": (removed(["Tool"], with_values=True), "", "An end names Tool"),
    "values of another kind": (
        declared_fields("Tool", [DeclaredField(name="code", kind="integer", required=True)]),
        "refused", "would not be kept as integer: 'A 1', 'A 2'",
    ),
    "a kind without a way": (
        declared_fields("Tool", [DeclaredField(name="price", kind="money")]), "refused", "does not become money",
    ),
    "codes in use": (
        declared_fields("Machine", [DeclaredField(name="colour", kind="choice", codes=("blue",))]),
        "refused", "'red'",
    ),
    "values that occur twice": (
        declared_fields("Tool", [DeclaredField(name="price", kind="decimal", scale=2, unique=True)]),
        "refused", "1 value occur in more than one record",
    ),
    "what is missing": (
        declared_fields("Machine", [DeclaredField(name="paint", kind="text", required=True, default=None)]),
        "", "must be optional or have a default",
    ),
    "what records lack": (
        declared_fields("Tool", [DeclaredField(name="maker", kind="text", required=True)]),
        "needs", "4 versions of records lack it",
    ),
    "more than a limit": (
        applied(document_of_data({"relationships": [{
            "name": "UsedAt", "valid": "day",
            "source": {"end": "used_at", "types": ["Tool"]},
            "target": {"end": "tools", "types": ["Site"], "maximum": 1},
            "fields": [{"name": "hours", "kind": "integer"}],
        }]})),
        "refused", "1 record have more than 1 at 'tools'",
    ),
    "another structure": (
        applied(document_of_data({"relationships": [{
            "name": "UsedAt", "overlap": "allow",
            "source": {"end": "used_at", "types": ["Tool"]},
            "target": {"end": "tools", "types": ["Site"]},
            "fields": [{"name": "hours", "kind": "integer"}],
        }]})),
        "refused", "made otherwise: overlap, valid",
    ),
}  # fmt: skip


async def test_what_would_lose_something_is_refused_and_nothing_is_changed(ground: Ground) -> None:
    for case, (wish, verdict, reason) in REFUSED.items():
        installation = Installation(plugins=ground.plugins)
        try:
            outcome = await apply(ground.url, installation, wish, by=None, now=THEN)
        except Problems as problems:
            told = [("", str(problems))]
        else:
            assert not outcome.applied, case
            told = [(each.verdict, each.reason or "") for each in outcome.plan.acts]
        assert any(verdict == found and reason in words for found, words in told), (case, told)
    async with ground.open() as database:
        assert await drift(ground.url, database.catalogue) == []
        assert await _found(database.as_(SYSTEM), database.catalogue.classes, "Tool", "size") == [
            1,
            2,
            3,
        ]


async def test_values_become_another_kind_where_all_of_them_do(ground: Ground) -> None:
    await ground.put(
        declared_fields(
            "Tool", [DeclaredField(name="size", kind="text", required=True, indexed=True)]
        )
    )
    async with ground.open() as database:
        found = await _found(database.as_(SYSTEM), database.catalogue.classes, "Tool", "size")
        assert found == ["1", "2", "3"]
    catalogue = await ground.put(
        declared_fields("Tool", [DeclaredField(name="size", kind="decimal", scale=1)])
    )
    versions = await rows_of(ground.url, tables_of(catalogue).version["Tool"], "size", "version")
    assert versions == [(Decimal(1), 1), (Decimal(2), 1), (Decimal(3), 2), (Decimal(30), 1)]
    wider = DeclaredField(name="price", kind="decimal", scale=4, required=True)
    catalogue = await ground.put(declared_fields("Tool", [wider]))
    prices = await rows_of(ground.url, tables_of(catalogue).current["Tool"], "price")
    assert prices == [(Decimal("1.5000"),)] * 3


async def test_what_is_removed_by_name_is_parked_and_can_be_restored(ground: Ground) -> None:
    await ground.put(removed(["Tool.state", "UsedAt"], with_values=True))
    await ground.put(declared_fields("Tool", [DeclaredField(name="state", kind="text")]))
    async with ground.open() as database:
        db, classes = database.as_(SYSTEM), database.catalogue.classes
        tool = await db.create(classes["Tool"](code="C 4", size=4))
        assert not database.catalogue.complete
    with pytest.raises(DeclarationError, match="declared already"):
        await ground.asked(restored("Tool.state"))
    await ground.put(renamed("Tool.state", "condition"))
    await ground.put(restored("Tool.state"))
    catalogue = await ground.put(restored("UsedAt"))
    states = await rows_of(ground.url, tables_of(catalogue).current["Tool"], "code", "state")
    assert states == [("A 1", "new"), ("A 2", "new"), ("B 3", "new"), ("C 4", None)]
    await ground.put(removed(["UsedAt", "Tool"], with_values=True))
    # The name is free, and what is declared under it begins anew.
    await ground.put(applied(document_of_data({"types": [{"name": "Tool"}]})))
    async with ground.open() as database:
        db = database.as_(SYSTEM)
        assert tool.id not in [each.id for each in await db.select(Record).all()]
        assert await db.select(database.catalogue.classes["Tool"]).all() == []
    await ground.put(removed(["Tool"], with_values=False))
    await ground.put(restored("Tool"))
    await ground.put(restored("UsedAt"))
    async with ground.open() as database:
        db, classes = database.as_(SYSTEM), database.catalogue.classes
        assert database.catalogue.complete
        used = Ties("used_at").ever().some(tie=Field("hours") == 2)
        assert await _found(db, classes, "Tool", "size") == [1, 2, 3, 4]
        assert len(await db.select(classes["Tool"]).where(used).all()) == 1


SECOND = FIRST.replace(
    "StandsAt(Relationship[Machine, Site]", "StandsAt(Relationship[Machine, Site | Machine]"
).replace("note: str | None", "note: Annotated[str | None, Searchable]")


async def test_migrations_of_plugins_carry_what_is_declared_at_run_time(
    yard: Yard, ground: Ground
) -> None:
    place = DeclaredField(name="floor", kind="integer", indexed=True)
    await ground.put(declared_fields("StandsAt", [place, DeclaredField(name="gone", kind="text")]))
    async with ground.open() as database:
        db, classes = database.as_(SYSTEM), database.catalogue.classes
        for number, tie in enumerate(await db.select(classes["StandsAt"]).all()):
            await db.correct(tie, floor=number, gone="x")
        machine = (await db.select(classes["Machine"]).order("serial").page(1)).records[0]
        await db.update(machine, colour="green")
    await ground.put(removed(["StandsAt.gone"], with_values=True))
    ground.plugins = [yard.plugin("yard", SECOND)]
    # On SQLite, another foreign key takes another table.
    assert make_migration(ground.plugins, "yard", "Stand at machines")
    await migrate(ground.url, ground.plugins)
    async with ground.open() as database:
        assert await drift(ground.url, database.catalogue) == []
        db, classes = database.as_(SYSTEM), database.catalogue.classes
        assert await _found(db, classes, "StandsAt", "floor") == [0, 1, 2, 3]
        words = await db.select(classes["Machine"]).where(Field("colour").matches("gre")).all()
        assert [each.id for each in words] == [machine.id]


RENAMED = FIRST.replace(
    'Machine(Entity, plural="machines")',
    'Unit(Entity, plural="machines", renamed_from="Machine")',
).replace("[Machine, ", "[Unit, ")


async def test_a_plugin_may_rename_the_type_that_fields_were_added_to(
    yard: Yard, ground: Ground
) -> None:
    ground.plugins = [yard.plugin("yard", RENAMED)]
    assert make_migration(ground.plugins, "yard", "Units")
    await migrate(ground.url, ground.plugins)
    async with ground.open() as database:
        assert await drift(ground.url, database.catalogue) == []
        db, classes = database.as_(SYSTEM), database.catalogue.classes
        assert await _found(db, classes, "Unit", "colour") == ["red"] * 3
    await ground.put(renamed("Unit.colour", "shade"))


CLASHING = (
    FIRST.replace("note: str", "colour: str | None = None\n    note: str")
    + '''

class Tool(Entity):
    """What is worked with."""
    name: Annotated[str, Label]
'''
)


async def test_a_plugin_that_comes_to_declare_the_same_is_told_by_both_names(
    yard: Yard, ground: Ground
) -> None:
    ground.plugins = [yard.plugin("yard", CLASHING)]
    assert make_migration(ground.plugins, "yard", "Colours and tools")
    with pytest.raises(Problems) as found:
        await migrate(ground.url, ground.plugins)
    told = [each.message for each in found.value.problems]
    assert told == [
        "Tool: The plugin 'yard' declares a type of this name, too.",
        "Machine.colour: Machine has a field of that name from 'yard'.",
    ]
    # What clashes rests where it is, and is no drift. Without the clash it is in force again.
    resting = in_force([each.module for each in ground.plugins], TOOLS)
    assert resting.out_of_force(TOOLS) == ("Tool", "UsedAt", "Machine.colour")
    ground.plugins = [yard.plugin("yard", FIRST)]
    none = replace(resting, declarations=Declarations())
    bare = build_catalogue([ground.plugins[0].module])
    assert await drift(ground.url, bare, apart=none.stored_apart(TOOLS)) == []
    assert len(await drift(ground.url, bare)) > 5
    ground.plugins = [yard.plugin("yard", CLASHING)]
    # Renamed by the new code already, over tables that no migration has touched.
    for name, to in (("Tool", "HandTool"), ("Machine.colour", "shade")):
        installation = Installation(plugins=ground.plugins)
        assert (await apply(ground.url, installation, renamed(name, to), by=None, now=THEN)).applied
    await migrate(ground.url, ground.plugins)
    async with ground.open() as database:
        assert await drift(ground.url, database.catalogue) == []
        db, classes = database.as_(SYSTEM), database.catalogue.classes
        assert await _found(db, classes, "HandTool", "code") == ["A 1", "A 2", "B 3"]
        assert await _found(db, classes, "Machine", "shade") == ["red"] * 3
        assert await _found(db, classes, "Tool", "name") == []


@pytest.mark.parametrize("dialect", ["postgresql"])
async def test_a_change_waits_for_a_unit_of_work_and_lets_others_pass(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "LOCK_SECONDS", 0.1)
    async with ground.open() as database:
        db, site = database.as_(SYSTEM), database.catalogue.classes["Site"]
        async with db.unit() as unit:
            await unit.create(site(name="Under way"))
            floor = declared_fields("Site", [DeclaredField(name="floor", kind="integer")])
            changing = asyncio.create_task(ground.put(floor))
            for number in range(10):
                await db.create(site(name=f"Passing {number}"))
            assert not changing.done()
        catalogue = await changing
        assert "floor" in catalogue.types["Site"].fields
        assert len(await db.select(site).all()) == 13


@pytest.mark.thorough
@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_two_hundred_types_at_once_take_bounded_time(ground: Ground) -> None:
    kinds = ("text", "integer", "date", "decimal")
    fields = [{"name": f"f{at}", "kind": kind} for at, kind in enumerate(kinds * 2)]
    label = {"name": "name", "kind": "text", "label": True, "required": True}
    types = [{"name": f"Kind{at}", "fields": [label, *fields]} for at in range(200)]
    started = time.process_time()
    await ground.put(applied(document_of_data({"types": types})))
    took = time.process_time() - started
    assert took < 30, took
