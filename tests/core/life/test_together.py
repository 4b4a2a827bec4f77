"""Removals beside processes that go on, and beside what administrators have declared at run time."""

from datetime import UTC, datetime

import pytest

from relatum.access import SYSTEM
from relatum.changes.verifying import verify
from relatum.life import install, purge, remove, restore
from relatum.migration import drift
from relatum.plugins import LoadedPlugin, catalogue_of
from relatum.redeclaring import Installation, Wish, applied, apply, removed
from relatum.session import assembling, open_database
from relatum_schemas.condition import Field
from relatum_schemas.declared import document_of_data
from relatum_schemas.errors import PluginError, RelatumError
from tests.core.life.garage import content

DECLARED = document_of_data(
    {
        "types": [
            {
                "name": "Badge",
                "fields": [{"name": "code", "kind": "text", "label": True, "required": True}],
            }
        ],
        "relationships": [
            {
                "name": "BadgeOf",
                "source": {"end": "badge_of", "types": ["Badge"]},
                "target": {"end": "badges", "types": ["Car"]},
            }
        ],
        "fields": [
            {"type": "Car", "fields": [{"name": "colour", "kind": "text", "default": "red"}]}
        ],
    }
)


async def test_a_process_that_serves_learns_of_it_with_the_next_request(
    url: str, plugins: list[LoadedPlugin]
) -> None:
    office, garage = (vars(each.module) for each in plugins[:2])
    async with open_database(url, assembling(plugins)) as process:
        session = process.as_(SYSTEM)
        cars = await session.select(garage["Car"]).order("plate").all()
        await remove(url, plugins, "garage", by=SYSTEM, with_dependants=True)
        with pytest.raises(RelatumError):
            await process.as_(SYSTEM).update(cars[0], washed=9)
        await process.renewed()
        assert "Car" not in process.catalogue.types
        made = await process.as_(SYSTEM).create(office["Firm"](name="Beside"))
        await process.as_(SYSTEM).delete(made)
        await restore(url, plugins, "garage", by=SYSTEM)
        await process.renewed()
        again = await process.as_(SYSTEM).select(garage["Car"]).order("plate").all()
        assert again == cars
        assert (await process.as_(SYSTEM).update(again[0], washed=9)).washed == 9


async def test_what_a_plugin_adds_to_a_type_of_others_hinders_nobody_while_it_cannot_be_loaded(
    url: str, plugins: list[LoadedPlugin]
) -> None:
    firm = vars(plugins[0].module)["Firm"]
    async with open_database(url, assembling(plugins[:1], complete=False)) as without:
        session = without.as_(SYSTEM)
        await session.create(firm(name="Beside"))
        (acme,) = await session.select(firm).where(Field("name") == "Acme").all()
        await session.update(acme, motto="On we go")
    async with open_database(url, assembling(plugins)) as database:
        session = database.as_(SYSTEM)
        told = {each.name: each for each in await session.select(firm).all()}
        assert (told["Beside"].places, told["Beside"].lot) == (3, "Yard")
        assert (told["Acme"].places, told["Acme"].lot, told["Acme"].motto) == (
            8,
            "Roof",
            "On we go",
        )
        assert await session.select(firm).where(Field("lot") == "Yard").count() == 1
        assert (await session.update(told["Beside"], places=4)).places == 4
        assert [each.broken for each in await verify(database.connections)] == [None, None]
    assert await drift(url, catalogue_of(plugins)) == []


async def test_what_administrators_declared_goes_with_its_types_and_comes_back(
    url: str, plugins: list[LoadedPlugin]
) -> None:
    async def declare(wish: Wish) -> None:
        outcome = await apply(
            url, Installation(plugins=plugins), wish, by=None, now=datetime.now(UTC)
        )
        assert outcome.applied, outcome.plan

    await declare(applied(DECLARED))
    with pytest.raises(PluginError, match="custom__badge_of"):
        await remove(url, plugins, "garage", by=SYSTEM, with_dependants=True)
    await declare(removed(["BadgeOf"], with_values=False))
    car = vars(plugins[1].module)["Car"]
    async with open_database(url, assembling(plugins)) as database:
        first, *_ = await database.as_(SYSTEM).select(car).order("plate").all()
        await database.as_(SYSTEM).update(first, colour="blue")
    before = await content(url)
    await remove(url, plugins, "garage", by=SYSTEM, with_dependants=True)
    for name in ("garage", "wash"):
        await restore(url, plugins, name, by=SYSTEM)
    assert await content(url) == before
    async with open_database(url, assembling(plugins)) as database:
        blue = database.as_(SYSTEM).select(car).where(Field("colour") == "blue")
        assert [each.plate for each in await blue.all()] == [first.plate]
    await remove(url, plugins, "garage", by=SYSTEM, with_dependants=True)
    await purge(url, plugins, "garage", by=SYSTEM, with_dependants=True)
    await install(url, plugins, "garage", by=SYSTEM)
    async with open_database(url, assembling(plugins)) as database:
        assert "colour" not in database.catalogue.types["Car"].fields
        assert "Badge" in database.catalogue.types
        assert await drift(url, database.catalogue) == []
    assert catalogue_of(plugins[:2]).types.keys() < database.catalogue.types.keys()


async def test_what_is_declared_inherits_no_rule_of_a_plugin_that_was_removed(
    url: str, plugins: list[LoadedPlugin]
) -> None:
    rule = {"role": "porter", "rights": ["read"], "types": ["Car"]}
    async with open_database(url, assembling(plugins)) as database:
        await database.identity.keep_role(SYSTEM, "porter", {"title": "Porter"})
        await database.identity.keep_policy(SYSTEM, "cars", rule)
    await remove(url, plugins, "garage", by=SYSTEM, with_dependants=True)
    car = document_of_data({"types": [{"name": "Car", "fields": [{"name": "a", "kind": "text"}]}]})
    now, installation = datetime.now(UTC), Installation(plugins=plugins)
    outcome = await apply(url, installation, applied(car), by=None, now=now)
    (warning,) = outcome.plan.warnings
    assert "cars" in warning
    async with open_database(url, assembling(plugins)) as database:
        rules = (await database.renewed()).catalogue.policies
        assert [each for each in rules if each.role == "porter"] == []
        assert await database.identity.rule_problems() == []
