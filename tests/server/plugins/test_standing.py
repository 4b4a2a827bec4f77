"""Administrators see how plugins fare, and put them in and out of force; nobody else knows of it."""

from dataclasses import replace

from relatum.access import SYSTEM
from relatum.connections.encoding import JsonValue
from relatum.identity import PluginState
from relatum.identity.plugin_states import keep_state, states_on
from relatum.plugins import FailedPlugin
from relatum_schemas.errors import PluginError
from tests.core.catalogue.declaring import declare
from tests.server.plugins.conftest import Install, Installation, on_both

GARDEN = declare(
    """
'''Plants and their beds.'''
class Plant(Entity):
    name: Annotated[str, Label]

@action(Plant, apart=True, rights={"gardener"})
async def repot(ctx: Context, plant: Plant, twice: bool) -> Plant:
    '''Do it step by step.'''
    await ctx.db.update(plant, name="Repotted")
    if twice:
        raise Refused("enough", path="twice", message="Once is enough.")
    return plant

@action()
async def wither(ctx: Context) -> None:
    '''Break.'''
    raise KeyError("no water")
""",
    name="garden",
)
FRUIT = declare("class Fruit(Entity):\n    name: str", name="fruit", requires=("garden",))
BROKEN = FailedPlugin("weeds", PluginError("The plugin 'weeds' cannot be imported."))

STANDINGS = """{ plugins { name state healthy version requires requiredBy
  problems { where code message times } contributes { types actions } } }"""


async def kept(here: Installation) -> dict[str, PluginState]:
    async with here.database.connections.reading() as connection:
        return dict(await states_on(connection))


async def states(installation: Installation) -> dict[str, str]:
    answer = await installation.ask("{ plugins { name state } }")
    return {each["name"]: each["state"] for each in answer["data"]["plugins"]}


async def test_the_standing_of_plugins_is_told(installed: Install) -> None:
    async with installed(GARDEN, FRUIT, failed=(BROKEN,)) as here:
        broken = await here.ask("mutation { wither { changeCursor } }")
        assert broken["errors"][0]["extensions"]["code"] == "INTERNAL"
        assert "no water" not in str(broken)
        fruit, garden, weeds = (await here.ask(STANDINGS))["data"]["plugins"]
    assert (garden["state"], garden["healthy"], garden["requiredBy"]) == (
        "active",
        False,
        ["fruit"],
    )
    assert garden["contributes"] == {"types": ["Plant"], "actions": ["repot", "wither"]}
    assert garden["problems"] == [
        {"where": "action wither", "code": "KeyError", "message": "'no water'", "times": 1}
    ]
    assert (fruit["state"], fruit["healthy"], fruit["requires"]) == ("active", True, ["garden"])
    assert (weeds["state"], weeds["version"]) == ("failed", None)
    assert weeds["problems"][0]["message"] == "The plugin 'weeds' cannot be imported."


@on_both
async def test_plugins_are_put_in_and_out_of_force(installed: Install) -> None:
    async with installed(GARDEN, FRUIT) as here:
        out = """mutation($name: String!, $all: Boolean! = false) {
          deactivatePlugin(name: $name, withDependants: $all) { result { name } } }"""
        refused = await here.ask(out, name="garden")
        assert "'garden' is required by 'fruit'" in refused["errors"][0]["message"]
        assert refused["errors"][0]["extensions"]["path"] == ["deactivatePlugin", "name"]
        assert (await here.ask(out, name="garden", all=True))["data"]
        assert await states(here) == {"garden": "inactive", "fruit": "inactive"}
        into = """mutation($name: String!) {
          activatePlugin(name: $name) { result { name state contributes { types } } } }"""
        early = await here.ask(into, name="fruit")
        assert "requires 'garden', which is not in force" in early["errors"][0]["message"]
        told = [(await here.ask(into, name=name))["data"] for name in ("garden", "fruit")]
        fruit, garden = (
            {"name": name, "state": "active", "contributes": {"types": [brought]}}
            for name, brought in (("fruit", "Fruit"), ("garden", "Plant"))
        )
        away = {"name": "fruit", "state": "inactive", "contributes": {"types": []}}
        assert [each["activatePlugin"]["result"] for each in told] == [
            [away, garden],
            [fruit, garden],
        ]
        assert await states(here) == {"garden": "active", "fruit": "active"}
        room = here.database.identity.room
        detail: dict[str, JsonValue] = {"heads": ["garden_0002"]}
        before = PluginState("garden", "0.9", "active", here.database.clock(), None, detail)
        await room.write(lambda connection: keep_state(connection, SYSTEM, before))
        assert (await here.ask(out, name="garden", all=True))["data"]
        noted = (await kept(here))["garden"]
        assert (noted.version, noted.state, noted.detail) == ("0.9", "inactive", detail)
        removed = replace(noted, state="parked")
        await room.write(lambda connection: keep_state(connection, SYSTEM, removed))
        back = await here.ask(into, name="garden")
        assert "'garden' is removed" in back["errors"][0]["message"]
        unknown = await here.ask(into, name="gardne")
        assert unknown["errors"][0]["extensions"]["code"] == "NOT_FOUND"


LIVELY = declare(
    """
from starlette.responses import PlainTextResponse
from starlette.routing import Route

told = []

class Bird(Entity):
    name: Annotated[str, Label]

@hookimpl
async def startup(ctx):
    assert await ctx.db.select(Bird).count() == 0
    told.append("up")

@hookimpl
async def shutdown(ctx):
    told.append("down")

async def sing(request):
    return PlainTextResponse("la")

@hookimpl
def routes():
    return [Route("/sing", sing)]
""",
    name="lively",
)


@on_both
async def test_what_is_put_out_of_force_is_gone_and_comes_back(installed: Install) -> None:
    told = LIVELY.told
    told.clear()
    async with installed(GARDEN, LIVELY) as here:
        assert told == ["up"]
        assert (await here.nobody.get("/x/lively/sing")).text == "la"
        turn = 'mutation { %sPlugin(name: "lively") { result { name } } }'
        assert (await here.ask(turn % "deactivate"))["data"]
        gone = await here.ask("{ birds { totalCount } }")
        assert "Cannot query field" in gone["errors"][0]["message"]
        assert (await here.nobody.get("/x/lively/sing")).status_code == 404
        assert (await here.ask("{ plants { totalCount } }"))["data"]["plants"]["totalCount"] == 0
        assert told == ["up", "down"]
        assert (await here.ask(turn % "activate"))["data"]
        assert (await here.ask("{ birds { totalCount } }"))["data"]["birds"]["totalCount"] == 0
        assert (await here.nobody.get("/x/lively/sing")).text == "la"
        assert told == ["up", "down", "up"]
    assert told == ["up", "down", "up", "down"]


@on_both
async def test_records_are_made_without_what_a_plugin_out_of_force_adds_to_them(
    installed: Install,
) -> None:
    source = "from garden import Plant\nclass Care(Extension[Plant]):\n    level: str = 'basic'"
    care = declare(source, name="care", requires=("garden",))
    async with installed(GARDEN, care) as here:
        turn = 'mutation { %sPlugin(name: "care") { result { name } } }'
        make = 'mutation { createPlant(input: {name: "%s"%s}) { record { name } } }'
        assert (await here.ask(make % ("Fern", ', level: "gold"')))["data"]
        assert (await here.ask(turn % "deactivate"))["data"]
        assert (await here.ask(make % ("Ivy", "")))["data"]
        assert (await here.ask(turn % "activate"))["data"]
        found = await here.ask("{ plants(orderBy: [{name: ASC}]) { nodes { name level } } }")
        assert found["data"]["plants"]["nodes"] == [
            {"name": "Fern", "level": "gold"},
            {"name": "Ivy", "level": "basic"},
        ]


async def test_it_is_done_apart_from_all_else(installed: Install) -> None:
    async with installed(GARDEN) as here:
        both = """mutation { createPlant(input: {name: "Fern"}) { record { id } }
          deactivatePlugin(name: "garden") { result { name } } }"""
        refused = await here.ask(both)
        assert "deactivatePlugin is done apart" in refused["errors"][0]["message"]
        assert (await here.ask("{ plants { totalCount } }"))["data"]["plants"]["totalCount"] == 0


async def test_what_is_done_apart_stays_done(installed: Install) -> None:
    async with installed(GARDEN) as here:
        made = await here.ask('mutation { createPlant(input: {name: "Fern"}) { record { id } } }')
        plant = made["data"]["createPlant"]["record"]["id"]
        repot = "mutation($id: ID!, $twice: Boolean!) { repot(plant: $id, twice: $twice) { result { name } changeCursor } }"
        refused = await here.ask(repot, id=plant, twice=True)
        assert refused["errors"][0]["extensions"]["path"] == ["repot", "twice"]
        seen = (await here.ask("{ plants { nodes { name } } }"))["data"]["plants"]["nodes"]
        assert seen == [{"name": "Repotted"}]
        done = (await here.ask(repot, id=plant, twice=False))["data"]["repot"]
        assert done["result"] == {"name": "Repotted"}
        assert done["changeCursor"]


async def test_others_do_not_know_of_it(installed: Install) -> None:
    async with installed(GARDEN) as here:
        for text in (
            "{ plugins { name } }",
            'mutation { activatePlugin(name: "garden") { changeCursor } }',
        ):
            answer = await here.nobody.post("/graphql", json={"query": text})
            assert "Cannot query field" in answer.text
