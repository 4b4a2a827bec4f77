"""What is removed is out of sight and lost to nobody: restored, it is what it was, down to every row."""

import pytest

from relatum.access import SYSTEM
from relatum.changes.verifying import verify
from relatum.life import Act, install, lives, plan_of, purge, remove, restore
from relatum.migration import drift, migrate, state
from relatum.plugins import LoadedPlugin, Loading, catalogue_of
from relatum.session import assembling, open_database
from relatum_schemas.condition import Field
from relatum_schemas.errors import Conflict, DatabaseNewer, NotFound, PluginError
from tests.core.life.garage import content, tables


async def test_what_is_removed_and_restored_is_what_it_was(
    url: str, plugins: list[LoadedPlugin]
) -> None:
    before, names = await content(url), await tables(url)
    assert await remove(url, plugins, "wash", by=SYSTEM) == ("wash",)
    assert await remove(url, plugins, "garage", by=SYSTEM) == ("garage",)
    assert not {each for each in await tables(url) if each.startswith(("garage__", "wash__"))}
    assert (await state(url, plugins)).current
    assert await migrate(url, plugins) == []
    async with open_database(url, assembling(plugins)) as database:
        assert set(database.catalogue.types) == {"Person", "Firm", "WorksAt", "About"}
        assert [each.broken for each in await verify(database.connections)] == [None, None]
    assert await restore(url, plugins, "garage", by=SYSTEM) == []
    assert await restore(url, plugins, "wash", by=SYSTEM) == []
    assert await tables(url) == names
    assert await content(url) == before
    assert await drift(url, catalogue_of(plugins)) == []


async def test_what_is_purged_leaves_nothing_but_that_it_was(
    url: str, plugins: list[LoadedPlugin]
) -> None:
    assert await remove(url, plugins, "garage", by=SYSTEM, with_dependants=True) == (
        "wash",
        "garage",
    )
    with pytest.raises(PluginError, match="'wash' is put away"):
        await purge(url, plugins, "garage", by=SYSTEM)
    assert await purge(url, plugins, "garage", by=SYSTEM, with_dependants=True) == (
        "wash",
        "garage",
    )
    left = await content(url)
    assert not [each for each in await tables(url) if "garage" in each or "wash" in each]
    for name in ("search", "external_key", "office__firm", "office__firm_version"):
        assert not [row for row in left[name] if "garage" in row or "wash" in row or "K 9" in row]
    # Somebody looks after a car: the tie is there, and so is the stone that it ends at.
    assert len(left["office__about"]) == 1
    (stone,) = [row for row in left["record"] if "garage" in row or "wash" in row]
    assert "('label', None)" in stone
    async with open_database(url, assembling(plugins)) as database:
        found = await verify(database.connections)
        assert [each.broken for each in found] == [None, None]
        assert found[0].erased > 10
    assert await drift(url, catalogue_of(plugins[:1])) == []
    await install(url, plugins, "garage", by=SYSTEM)
    assert {each.name: each.standing for each in await lives(url, Loading(tuple(plugins)))} == {
        "office": "active",
        "garage": "active",
        "wash": "purged",
    }
    assert await drift(url, catalogue_of(plugins[:2])) == []


async def test_rules_that_name_what_is_purged_end(url: str, plugins: list[LoadedPlugin]) -> None:
    clerk = {"role": "porter", "rights": ["read"]}
    async with open_database(url, assembling(plugins)) as database:
        identity = database.identity
        await identity.keep_role(SYSTEM, "porter", {"title": "Porter"})
        await identity.keep_policy(SYSTEM, "cars", {**clerk, "types": ["Car"]})
        places = {**clerk, "types": ["Firm"], "fields": {"only": ["places"]}}
        await identity.keep_policy(SYSTEM, "places", places)
        await identity.keep_policy(SYSTEM, "firms", {**clerk, "types": ["Firm"]})
    await remove(url, plugins, "garage", by=SYSTEM, with_dependants=True)
    async with open_database(url, assembling(plugins)) as database:
        assert len(await database.identity.rule_problems()) == 2
    await purge(url, plugins, "garage", by=SYSTEM, with_dependants=True)
    await install(url, plugins, "garage", by=SYSTEM)
    async with open_database(url, assembling(plugins)) as database:
        assert await database.identity.rule_problems() == []
        rules = (await database.renewed()).catalogue.policies
        assert len({each.source for each in rules if each.role == "porter"}) == 1


async def test_what_went_meanwhile_takes_its_ties_along(
    url: str, plugins: list[LoadedPlugin]
) -> None:
    office = vars(plugins[0].module)
    await remove(url, plugins, "garage", by=SYSTEM, with_dependants=True)
    async with open_database(url, assembling(plugins)) as database:
        session = database.as_(SYSTEM)
        await session.create(office["Firm"](name="Later"))
        (acme,) = await session.select(office["Firm"]).where(Field("name") == "Acme").all()
        await session.delete(acme)
    await restore(url, plugins, "garage", by=SYSTEM)
    assert await drift(url, catalogue_of(plugins[:2])) == []
    garage = vars(plugins[1].module)
    async with open_database(url, assembling(plugins)) as database:
        session = database.as_(SYSTEM)
        assert await session.select(garage["ServedBy"]).count() == 0
        assert await session.select(garage["Keeps"]).count() == 2
        assert [each.broken for each in await verify(database.connections)] == [None, None]
        later = await session.select(office["Firm"]).where(Field("places") == 3).count()
        assert later == 1


async def test_a_plugin_whose_code_is_gone_is_told_by_name_and_can_be_removed(
    url: str, plugins: list[LoadedPlugin]
) -> None:
    before = await content(url)
    with pytest.raises(DatabaseNewer, match="plugin remove garage"):
        await migrate(url, plugins[:1])
    assert await migrate(url, plugins[:1], left_out=("garage", "wash")) == []
    with pytest.raises(PluginError, match="is required by 'wash'"):
        await remove(url, plugins[:1], "garage", by=SYSTEM)
    await remove(url, plugins[:1], "garage", by=SYSTEM, with_dependants=True)
    assert await migrate(url, plugins[:1]) == []
    assert await drift(url, catalogue_of(plugins[:1])) == []
    with pytest.raises(PluginError, match="is not installed"):
        await restore(url, plugins[:1], "garage", by=SYSTEM)
    with pytest.raises(PluginError, match="requires 'garage'"):
        await restore(url, plugins, "wash", by=SYSTEM)
    for name in ("garage", "wash"):
        await restore(url, plugins, name, by=SYSTEM)
    assert await content(url) == before


async def test_what_would_be_done_is_told_and_not_done(
    url: str, plugins: list[LoadedPlugin]
) -> None:
    before, names = await content(url), await tables(url)
    removal = (await plan_of(url, plugins, "remove", "garage")).plan
    assert (removal.plugins, removal.dependants) == (("wash", "garage"), ("wash",))
    assert "park the column office__firm.garage__places" in removal.steps
    assert "garage__car: 2 rows" in removal.rows
    assert {"type Car", "field Firm.places", "right of clerk: read Car"} <= set(removal.goes)
    assert removal.comes == ()
    refused: list[tuple[Act, str, type[Exception]]] = [
        ("install", "garage", Conflict),
        ("restore", "garage", NotFound),
        ("purge", "garage", NotFound),
        ("remove", "nothing", NotFound),
    ]
    for act, name, error in refused:
        with pytest.raises(error):
            await plan_of(url, plugins, act, name)
    assert (await plan_of(url, plugins, "upgrade", "garage")).plan.steps == ()
    assert (await tables(url), await content(url)) == (names, before)
