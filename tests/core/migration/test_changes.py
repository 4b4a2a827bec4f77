"""Declarations change, and records, versions and ties live through it, on both databases."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import update

from relatum.catalogue import Catalogue
from relatum.connections import open_connections, prepare
from relatum.migration import drift, undone
from relatum.plugins import catalogue_of
from relatum.text import fold
from tests.core.migration.yard import (
    FIRST,
    LATER,
    THEN,
    Yard,
    counts,
    made,
    number,
    put,
    rows_of,
    tables_of,
)

CHANGES = {
    "an optional field": ("note: str", "colour: str | None = None\n    note: str"),
    "a required field with a default": ("note: str", 'colour: str = "grey"\n    note: str'),
    "money with a default": (
        "note: str",
        'price: Money = Money(amount=Decimal(5), currency="EUR")\n    note: str',
    ),
    "a field that is demanded now": (
        "weight: Annotated[Decimal | None, Scale(2)] = None",
        "weight: Annotated[Decimal, Scale(2)] = Decimal(7)",
    ),
    "a field that may be missing now": (
        "serial: Annotated[str, Label]",
        "serial: Annotated[str | None, Label]",
    ),
    "more decimal places": ("Scale(2)", "Scale(4)"),
    "a label": ("note: str | None", "note: Annotated[str | None, Label]"),
    "an index": (
        "weight: Annotated[Decimal | None, ",
        "weight: Annotated[Decimal | None, Indexed, ",
    ),
    "no label any more": ("name: Annotated[str, Label]", "name: str"),
    "a field by another name": (
        "weight: Annotated[Decimal | None, Scale(2)]",
        'mass: Annotated[Decimal | None, Scale(2), RenamedFrom("weight")]',
    ),
    "a label by another name": (
        "serial: Annotated[str, Label]",
        'marking: Annotated[str, Label, RenamedFrom("serial")]',
    ),
    "an encrypted field": (
        "note: str",
        "account: Annotated[str | None, Encrypted(lookup=True)] = None\n    note: str",
    ),
    "a text that is encrypted now": (
        "note: str | None",
        "note: Annotated[str | None, Encrypted(lookup=True)]",
    ),
    "a relationship to more types": (
        "Relationship[Machine, Site]",
        "Relationship[Machine, Site | Machine]",
    ),
    "a relationship that may double": ('valid="day"', 'valid="day", overlap="allow"'),
    "a new type beside": (
        "class Site(",
        'class Road(Entity, plural="roads"):\n    """A way."""\n    name: str\n\nclass Site(',
    ),
    "a new relationship": (
        "class StandsAt(",
        'class Beside(Relationship[Site, Site], symmetric=True):\n    """Near."""\n'
        '    ends = Ends("beside", "beside")\n\nclass StandsAt(',
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_after_a_change_the_database_is_as_declared_and_no_row_is_lost(
    yard: Yard, filled: str, change: tuple[str, str]
) -> None:
    before = await counts(filled, _catalogue(yard, FIRST))
    assert change[0] in FIRST
    plugin = yard.plugin("yard", FIRST.replace(*change))
    assert undone([plugin], "yard") != [] or "overlap" in change[1]
    catalogue = await made(filled, plugin)
    assert undone([plugin], "yard") == []
    assert await drift(filled, catalogue) == []
    after = await counts(filled, catalogue)
    assert {name: after[name] for name in before if name != "search"} == {
        name: count for name, count in before.items() if name != "search"
    }


async def test_a_default_is_given_to_records_and_to_all_their_versions(
    yard: Yard, filled: str
) -> None:
    declared = FIRST.replace(*CHANGES["money with a default"])
    tables = tables_of(await made(filled, yard.plugin("yard", declared)))
    for table, count in ((tables.current["Machine"], 3), (tables.version["Machine"], 6)):
        rows = await rows_of(filled, table, "id", "price__amount", "price__currency")
        assert [row[1:] for row in rows] == [(Decimal(5), "EUR")] * count


async def test_numbers_keep_their_value_when_they_get_more_decimal_places(
    yard: Yard, database_url: str
) -> None:
    catalogue = await made(database_url, yard.plugin("yard", FIRST))
    row = {"id": number(1), "serial": "a", "serial__key": "a", "weight": Decimal("12.34")}
    await put(database_url, catalogue, "Machine", [row])
    declared = FIRST.replace("Scale(2)", "Scale(4)")
    tables = tables_of(await made(database_url, yard.plugin("yard", declared)))
    for table in (tables.current["Machine"], tables.version["Machine"]):
        rows = await rows_of(database_url, table, "id", "weight")
        assert {str(row[1]) for row in rows} == {"12.3400"}


async def test_the_time_in_a_state_is_known_of_records_that_are_there(
    yard: Yard, database_url: str
) -> None:
    plain = FIRST.replace("note: str", 'state: Literal["ok", "due"] | None = None\n    note: str')
    catalogue = await made(database_url, yard.plugin("yard", plain))
    rows = [
        {"id": number(at), "serial": "a", "serial__key": "a", "state": state}
        for at, state in ((1, "ok"), (2, "due"), (3, None))
    ]
    await put(database_url, catalogue, "Machine", rows, versions=3)
    versions = tables_of(catalogue).version["Machine"]
    connections = await open_connections(database_url)
    async with connections.writing() as connection:
        entered = update(versions).where(versions.c.id == number(2), versions.c.version > 1)
        was_ok = update(versions).where(versions.c.id == number(2), versions.c.version == 1)
        for statement in (entered.values(recorded_from=LATER), was_ok.values(state="ok")):
            await connection.execute(prepare(statement, connections.dialect), {})
    await connections.close()
    states = 'state: Annotated[State | None, Transitions(ok=["due"], due=["ok"])] = None'
    declared = plain.replace('state: Literal["ok", "due"] | None = None', states)
    tables = tables_of(await made(database_url, yard.plugin("yard", declared)))
    found = await rows_of(database_url, tables.current["Machine"], "id", "state_since")
    assert found == [(number(1), THEN), (number(2), LATER), (number(3), None)]
    found = await rows_of(database_url, tables.version["Machine"], "id", "version", "state_since")
    assert {version: since for record, version, since in found if record == number(2)} == {
        1: THEN, 2: LATER, 3: LATER,
    }  # fmt: skip


async def test_a_renamed_field_keeps_its_values_and_versions(yard: Yard, filled: str) -> None:
    declared = FIRST.replace(*CHANGES["a label by another name"])
    tables = tables_of(await made(filled, yard.plugin("yard", declared)))
    rows = await rows_of(
        filled, tables.version["Machine"], "id", "version", "marking", "marking__key"
    )
    assert sorted(rows)[:2] == [(number(1), 1, "Mä 1", "ma 1"), (number(1), 2, "Mä 1", "ma 1")]
    found = await rows_of(filled, tables.search, "record_id", "field", "tokens")
    assert found[0] == (number(1), "marking", "ma 1")


async def test_a_renamed_type_keeps_its_records_versions_ties_and_place_in_the_registry(
    yard: Yard, filled: str
) -> None:
    renamed = FIRST.replace("class Machine(Entity,", 'class Unit(Entity, renamed_from="Machine",')
    renamed = renamed.replace("Relationship[Machine,", "Relationship[Unit,")
    catalogue = await made(filled, yard.plugin("yard", renamed))
    assert await drift(filled, catalogue) == []
    tables = tables_of(catalogue)
    assert tables.current["Unit"].name == "yard__unit"
    assert len(await rows_of(filled, tables.version["Unit"], "id")) == 6
    assert len(await rows_of(filled, tables.current["StandsAt"], "id")) == 4
    types = await rows_of(filled, tables.record, "id", "type")
    assert [row[1] for row in types[:3]] == ["Unit"] * 3


async def test_a_type_may_take_the_name_that_another_had(yard: Yard, filled: str) -> None:
    renamed = FIRST.replace("class Machine(Entity,", 'class Unit(Entity, renamed_from="Machine",')
    renamed = renamed.replace("Relationship[Machine,", "Relationship[Unit,")
    await made(filled, yard.plugin("yard", renamed))
    anew = renamed + '\nclass Machine(Entity):\n    """New."""\n    serial: Annotated[str, Label]\n'
    catalogue = await made(filled, yard.plugin("yard", anew))
    assert await drift(filled, catalogue) == []
    assert await rows_of(filled, tables_of(catalogue).current["Machine"], "id") == []


async def test_an_extension_leaves_its_mark_on_the_type_of_another_plugin(
    yard: Yard, filled: str
) -> None:
    first = yard.plugin("yard", FIRST)
    care = (
        'class Care(Extension[Machine]):\n    """Care."""\n'
        '    level: Choice["basic", "gold"] = "basic"\n    hint: Annotated[str | None, Indexed] = None\n'
    )
    imports = f"from {first.module.__name__} import Machine"
    second = yard.plugin("care", care, requires=("yard",), imports=imports)
    catalogue = await made(filled, first, second)
    assert undone([first, second], "yard") == []
    assert await drift(filled, catalogue) == []
    rows = await rows_of(filled, tables_of(catalogue).version["Machine"], "id", "care__level")
    assert [row[1] for row in rows] == ["basic"] * 6


async def test_tables_come_to_give_the_defaults_of_extensions_themselves(
    yard: Yard, filled: str
) -> None:
    first = yard.plugin("yard", FIRST)
    care = '''
class Care(Extension[Machine]):
    """Care."""
    level: Choice["basic", "gold"] = "basic"
    hours: Annotated[Decimal, Scale(2)] = Decimal("1.5")
    since: date = date(2024, 5, 1)
    loud: bool = True
    marks: list[Literal["old", "loud"]] = ["old"]
    hint: Annotated[str, Searchable] = "It\'s Würzburg"
'''
    imports = f"from {first.module.__name__} import Machine"
    second = yard.plugin("care", care, requires=("yard",), imports=imports)
    catalogue = await made(filled, first, second)
    assert await drift(filled, catalogue) == []
    other = care.replace('"basic"\n', '"gold"\n').replace("1.5", "2.25")
    second = yard.plugin("care", other, requires=("yard",), imports=imports)
    catalogue = await made(filled, first, second)
    assert await drift(filled, catalogue) == []
    assert undone([first, second], "care") == []
    machine = {"id": number(9), "serial": "x", "serial__key": "x"}
    await put(filled, catalogue_of([first]), "Machine", [machine])
    machines = tables_of(catalogue).current["Machine"]
    names = [f"care__{each}" for each in ("level", "hours", "since", "loud", "marks", "hint")]
    found = {
        row[0]: row[1:] for row in await rows_of(filled, machines, "id", *names, "care__hint__key")
    }
    same = (date(2024, 5, 1), True, ("old",), "It's Würzburg", fold("It's Würzburg"))
    assert found[number(1)] == ("basic", Decimal("1.50"), *same)
    assert found[number(9)] == ("gold", Decimal("2.25"), *same)


async def test_a_table_of_before_comes_to_give_the_default_itself(yard: Yard, filled: str) -> None:
    first = yard.plugin("yard", FIRST)
    imports = f"from {first.module.__name__} import Machine"
    bare = 'class Care(Extension[Machine]):\n    """Care."""\n'
    await made(filled, first, yard.plugin("care", bare, requires=("yard",), imports=imports))
    folder = yard.folder / f"{yard.prefix}_care" / "migrations" / "versions"
    folder.mkdir(parents=True)
    body = "\n".join(
        f"op.add_column('{table}', sa.Column('care__level', PlainText(), nullable=True))\n"
        f"op.fill('{table}', 'care__level', PlainText(), 'basic')\n"
        f"op.alter_column('{table}', 'care__level', existing_type=PlainText(), nullable=False)"
        for table in ("yard__machine", "yard__machine_version")
    )
    yard.script("care", 1, body, branch_labels=("care",), depends_on=("yard_0001",))
    declared = f'{bare}    level: Choice["basic", "gold"] = "basic"\n'
    second = yard.plugin("care", declared, requires=("yard",), imports=imports)
    assert undone([first, second], "care") == [
        "change the column yard__machine.care__level: give new rows 'basic'",
        "change the column yard__machine_version.care__level: let it be missing",
    ]
    assert await drift(filled, await made(filled, first, second)) == []


def _catalogue(yard: Yard, declarations: str) -> Catalogue:
    return catalogue_of([yard.plugin("yard", declarations)])
