"""Fields that plugins wrote in Strawberry, over HTTP: beside the engine's, with the engine's records in them."""

from collections.abc import AsyncIterator

import pytest
import strawberry

from relatum.catalogue import build_catalogue
from relatum.connections import DialectName
from relatum_schemas.errors import DeclarationError, Problems
from relatum_server.graphql.limits import Limits
from relatum_server.graphql.schema import build_schema
from relatum_server.graphql.schema.describing import undescribed
from relatum_server.graphql.schema_text import schema_text
from relatum_server.state import AppSettings
from tests.core.catalogue.declaring import declare
from tests.databases import CloneTemplate, opened
from tests.server import fleet, upkeep
from tests.server.graphql.test_actions import Scene, at_work
from tests.server.graphql.test_answers import ask
from tests.server.graphql.test_mutations import refused
from tests.server.serving import application, served
from tests.server.upkeep import Machine

CATALOGUE = build_catalogue([upkeep, fleet])


@pytest.fixture
async def scene(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Scene]:
    async with opened(clone_template, dialect, CATALOGUE) as database:
        scene, secret = await at_work(database)
        async with served(application(database), token=secret) as scene.client:
            yield scene


async def test_records_in_authored_answers_are_the_engines(scene: Scene) -> None:
    text = """query($least: Int = 0, $with: Boolean = false, $ids: [ID!]!, $first: Int) {
      __typename
      machines(orderBy: [{serial: ASC}]) { nodes { serial } }
      sites: fleet(least: $least) {
        __typename
        name
        all: machines { ...Shown hours @include(if: $with) at: installedAt { name } }
        machines { visits(first: $first) { totalCount } }
      }
      none: fleet(least: 9) { machines { id } }
      anything(ids: $ids) { __typename id ... on Machine { serial } ... on Firm { name } }
      viewer { roles }
    }
    fragment Shown on Machine { serial }"""
    hidden = str(scene.elsewhere.id)
    ids = [hidden, scene.ids[1], "none"]
    found = await ask(scene.client, text, ids=ids, first=1)
    assert list(found) == ["__typename", "machines", "sites", "none", "anything", "viewer"]
    assert found["sites"] == [
        {
            "__typename": "Site",
            "name": "Acme",
            "all": [{"serial": each, "at": {"name": "Acme"}} for each in ("A10", "A200")],
            "machines": [{"visits": {"totalCount": 0}}] * 2,
        }
    ]
    shown = {"__typename": "Machine", "id": scene.ids[1], "serial": "A200"}
    assert found["anything"] == [None, shown, None]
    assert found["none"] == []
    found = await ask(scene.client, text, ids=[], **{"with": True})
    assert [each["hours"] for each in found["sites"][0]["all"]] == [10, 200]


async def test_types_with_records_may_be_asked_for_different_things(scene: Scene) -> None:
    text = """{ news {
      ... on Told { words }
      ... on Good { about { serial } }
      ... on Bad { severity about { hours } }
    } }"""
    assert (await ask(scene.client, text))["news"] == [
        {"words": "up", "about": {"serial": "A10"}},
        {"words": "down", "severity": 3, "about": {"hours": 10}},
    ]


async def test_records_are_read_once_for_a_field(scene: Scene) -> None:
    text = "query($ids: [ID!]!) { anything(ids: $ids) { ... on Machine { visits { nodes { due } } } } }"
    firm = (await scene.db.select(upkeep.Firm).order("name").all())[0]
    more = [
        str((await scene.db.create(Machine(serial=f"C{each}"), installed_at=firm)).id)
        for each in range(5)
    ]
    counts = []
    for ids in (scene.ids, [*scene.ids, *more]):
        await ask(scene.client, text, ids=ids)
        with scene.database.connections.count_statements() as statements:
            found = await ask(scene.client, text, ids=ids)
        assert found["anything"] == [{"visits": {"nodes": []}}] * len(ids)
        counts.append(len([each for each in statements if "upkeep__machine" in each]))
    assert counts == [1, 1]


async def test_what_breaks_within_is_masked_and_null(scene: Scene) -> None:
    text = "{ broken { serial } anything(ids: []) { id } }"
    answer = (await scene.client.post("/graphql", json={"query": text})).json()
    assert answer["data"] == {"broken": None, "anything": []}
    assert [each["extensions"]["code"] for each in answer["errors"]] == ["INTERNAL"]
    assert "secret" not in str(answer)


async def test_records_in_authored_answers_are_limited(clone_template: CloneTemplate) -> None:
    async with opened(clone_template, "sqlite", CATALOGUE) as database:
        scene, secret = await at_work(database)
        few = AppSettings(limits=Limits(page=1))
        async with served(application(database, few), token=secret) as client:
            text = "query($ids: [ID!]!) { anything(ids: $ids) { id } }"
            assert await refused(client, text, ids=scene.ids) == [("TOO_LARGE", ["anything"])]


def test_the_schema_shows_records_as_what_may_be_null() -> None:
    schema = build_schema(CATALOGUE)
    text = schema_text(schema, None)
    assert "  machines: [Machine]!\n" in text
    assert "): [Record]!" in text
    assert "Relatum_" not in text
    assert list(undescribed(schema)) == []


@strawberry.type
class Clashing:
    """Takes the name of a field of the engine."""

    machines: int = 1


@strawberry.type
class Taking:
    """Takes a record."""

    @strawberry.field
    def first(self, machine: Machine) -> int:
        """Nothing."""
        return 1


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (Clashing, "Query.machines in GraphQL would be"),
        (fleet.Fleet, "would be of fleet and of other"),
        (Taking, "takes a record"),
        (int, "no type of Strawberry"),
    ],
)
def test_what_does_not_fit_is_told_at_start(written: type, words: str) -> None:
    other = declare("", name="other")
    other.queries = [written]  # type: ignore[attr-defined]  # as its source would say
    with pytest.raises((Problems, DeclarationError)) as told:
        build_schema(build_catalogue([upkeep, fleet, other]))
    assert words in str(told.value)
