"""A database of the first version of a plugin, kept as a dump, is brought to the second with all that it holds."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import Connection, insert

from relatum.access import SYSTEM
from relatum.changes.verifying import verify
from relatum.clock import utc_now
from relatum.connections import FOREVER, DialectName
from relatum.identifiers import new_id
from relatum.identity.stored import RULE
from relatum.identity.stored_rules import rules_of
from relatum.life import lives, plan_of, remove, restore, upgrade
from relatum.migration import drift, migrate
from relatum.migration.reaching import reach
from relatum.plugins import LoadedPlugin, Loading, catalogue_of
from relatum.session import assembling, open_database
from relatum_schemas.condition import Field
from tests.core.life import harbour
from tests.core.life.dumps import load
from tests.core.life.harbour import Berth, Boat, LiesAt, Sails, Skipper

PLUGINS: Final = [LoadedPlugin(harbour.plugin, harbour)]
DUMPS: Final = Path(__file__).parents[2] / "data" / "harbour"


@pytest.fixture
async def old(database_url: str, dialect: DialectName) -> str:
    """The address of a database of the first version, whose engine is of today: that is brought along by itself."""
    await load(database_url, (DUMPS / f"1.0.{dialect}.sql").read_text(encoding="utf-8"))
    await migrate(database_url, (), left_out=None)
    return database_url


async def _look(url: str) -> None:
    """See that all that the first version held is there, in the forms of the second."""
    assert await drift(url, catalogue_of(PLUGINS)) == []
    async with open_database(url, assembling(PLUGINS)) as database:
        db = database.as_(SYSTEM)
        boats = await db.select(Boat).order("name").all()
        assert [(each.name, each.length_overall, each.people, each.flag) for each in boats] == [
            ("Albatros", Decimal("21.00"), "12", "none"),
            ("Jolle", None, None, "none"),
            ("Möwe", Decimal("9.50"), "4", "none"),
        ]
        assert {each.name for each in await db.select(Skipper).all()} == {"Ada", "Bo"}
        assert await db.select(Sails).count() == 4
        assert [each.name for each in await db.select(Berth).all()] == ["North 1"]
        lying = await db.select(Boat).where(Field("berth.name") == "North 1").all()
        assert {each.name for each in lying} == {"Möwe", "Albatros"}
        assert await db.select(LiesAt).count() == 2
        assert await db.select(Boat).where(Field("flag") == "none").count() == 3
        assert [each.broken for each in await verify(database.connections)] == [None, None]


async def test_an_old_database_is_brought_to_the_time_of_the_code(old: str) -> None:
    (life,) = await lives(old, Loading(tuple(PLUGINS)))
    assert (life.kept, life.version, life.missing) == ("1.0", "2.0", ("harbour_0002",))
    plan = (await plan_of(old, PLUGINS, "upgrade", "harbour")).plan
    assert "drop the column harbour__boat.berth with all its values" in plan.steps
    (applied,) = await upgrade(old, PLUGINS, "harbour", by=SYSTEM)
    assert applied.revision == "harbour_0002"
    (life,) = await lives(old, Loading(tuple(PLUGINS)))
    assert (life.kept, life.standing, life.missing) == ("2.0", "active", ())
    await _look(old)


async def test_what_was_parked_by_an_old_version_is_restored_by_a_new_one(old: str) -> None:
    await remove(old, (), "harbour", by=SYSTEM)
    assert [each.revision for each in await restore(old, PLUGINS, "harbour", by=SYSTEM)] == [
        "harbour_0002"
    ]
    await _look(old)


async def test_rules_that_name_what_is_renamed_end(old: str) -> None:
    clerk = {"role": "clerk", "rights": ["read"]}
    await _keep(old, "role", "clerk", {"title": "Clerk"})
    await _keep(old, "policy", "captains", {**clerk, "types": ["Captain"]})
    await _keep(
        old, "policy", "lengths", {**clerk, "types": ["Boat"], "fields": {"only": ["length"]}}
    )
    await _keep(old, "policy", "boats", {**clerk, "types": ["Boat"]})
    await _keep(old, "policy", "strangers", {**clerk, "types": ["Elsewhere"]})
    await upgrade(old, PLUGINS, "harbour", by=SYSTEM)
    left = await reach(old, rules_of)
    assert {each.name for each in left} == {"clerk", "boats", "strangers"}


async def _keep(url: str, kind: str, name: str, definition: Mapping[str, object]) -> None:
    """Keep a rule, as an administrator did in the days of the first version."""
    row = {
        "id": new_id(),
        "kind": kind,
        "name": name,
        "definition": definition,
        "recorded_from": utc_now(),
        "recorded_to": FOREVER,
        "made_by": None,
    }

    def work(connection: Connection) -> None:
        with connection.begin():
            connection.execute(insert(RULE).values(row))

    await reach(url, work)
