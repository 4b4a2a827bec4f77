"""Mutations over types of every shape: keys of several fields, ties that must be there, types by their id alone."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType

from relatum.access import Principal
from relatum.catalogue import build_catalogue
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.connections import DialectName, open_connections
from relatum.session import Session, open_database
from relatum.tables import build_tables, create_all
from relatum_server.graphql.api import Api, Question
from relatum_server.graphql.errors import Refusal
from tests.core.catalogue.declaring import declare
from tests.databases import CloneTemplate

CATALOGUE = build_catalogue(
    [
        declare(
            """
class Plot(Entity, unique=[("district", "number")]):
    district: Annotated[str, Label]
    number: int
    area: int | None = None
    added = Computed("number + 1")

class Visit(Entity):
    due: date

class Tag(Entity):
    pass

class VisitTo(Relationship[Visit, Plot]):
    ends = Ends("plot", "visits", limit=Limit(target=(1, 1)), on_delete="cascade")
""",
            name="yard",
        )
    ]
)
API = Api(CATALOGUE)


@pytest.fixture
async def yard(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Session]:
    """The database as an administrator sees it."""

    async def build(url: str) -> None:
        connections = await open_connections(url)
        await create_all(connections, build_tables(CATALOGUE))
        await connections.close()

    url = await clone_template(dialect, f"yard:{CATALOGUE.fingerprint}", build)
    async with open_database(url, CATALOGUE) as database:
        yield database.as_(Principal(roles=frozenset({ADMINISTRATOR})))


async def told(yard: Session, text: str) -> Any:
    """The data of the answer, or the codes and paths of the errors."""
    try:
        return orjson.loads(await API.answer(yard, Question(text)))["data"]
    except Refusal as refusal:
        return [
            (each["extensions"]["code"], each["extensions"].get("path")) for each in refusal.errors
        ]


async def test_several_fields_may_be_a_key_together(yard: Session) -> None:
    text = """mutation { upsertPlot(
      key: {districtAndNumber: {district: "West", number: 4}}
      input: {district: "West", number: 4, area: AREA}
    ) { created record { area added } } }"""
    first = await told(yard, text.replace("AREA", "10"))
    again = await told(yard, text.replace("AREA", "20"))
    assert first == {"upsertPlot": {"created": True, "record": {"area": 10, "added": 5}}}
    assert again == {"upsertPlot": {"created": False, "record": {"area": 20, "added": 5}}}
    empty = text.replace('district: "West", number: 4}}', 'district: "", number: 4}}')
    found = await told(yard, empty.replace("AREA", "1"))
    assert ("REQUIRED", ["upsertPlot", "key", "districtAndNumber", "district"]) in found


async def test_a_tie_that_must_be_there_is_missed_where_it_would_stand(yard: Session) -> None:
    alone = 'mutation { createVisit(input: {due: "2026-01-01"}) { created } }'
    assert await told(yard, alone) == [("LIMIT_BROKEN", ["createVisit", "input", "plot"])]
    text = """mutation { createVisits(mode: ROW_BY_ROW, inputs: [
      {due: "2026-01-01"}
      {due: "2026-01-02", plot: {create: {node: {district: "East", number: 1}}}}
      {due: "2026-01-03"}
    ]) { results { record { plot { number } } error { code path } } } }"""
    error = {"code": "LIMIT_BROKEN", "path": ["createVisits", "inputs", "0", "plot"]}
    last = {**error, "path": ["createVisits", "inputs", "2", "plot"]}
    assert (await told(yard, text))["createVisits"]["results"] == [
        {"record": None, "error": error},
        {"record": {"plot": {"number": 1}}, "error": None},
        {"record": None, "error": last},
    ]
    assert await told(yard, "{ visits { totalCount } }") == {"visits": {"totalCount": 1}}


async def test_the_second_act_may_bring_what_the_first_lacks(yard: Session) -> None:
    made = await told(
        yard, 'mutation { createPlot(input: {district: "N", number: 7}) { record { id } } }'
    )
    plot = made["createPlot"]["record"]["id"]
    text = f"""mutation {{
      createVisit(input: {{due: "2026-01-01", plot: {{relate: {{id: "{plot}"}}}}}}) {{ record {{ id }} }}
      deletePlot(id: "{plot}") {{ id }}
    }}"""
    assert (await told(yard, text))["deletePlot"] == {"id": plot}
    assert await told(yard, "{ visits { totalCount } plots { totalCount } }") == {
        "visits": {"totalCount": 0},
        "plots": {"totalCount": 0},
    }


def test_only_what_can_be_written_is_offered() -> None:
    types = API.schema.type_map
    creation, mutation = types["CreatePlot"], types["Mutation"]
    assert isinstance(creation, GraphQLInputObjectType)
    assert {name: str(each.type) for name, each in creation.fields.items()} == {
        "district": "String!", "number": "Int!", "area": "Int", "visits": "PlotVisitsInput",
    }  # fmt: skip
    assert isinstance(mutation, GraphQLObjectType)
    of_tag = {name for name in mutation.fields if "Tag" in name}
    assert of_tag == {"deleteTag", "deleteTags", "restoreTag", "mergeTag"}
    of_tie = {name for name in mutation.fields if "VisitTo" in name}
    assert of_tie == {
        f"{verb}VisitTo{s}" for verb in ("relate", "correct", "remove") for s in ("", "s")
    }
