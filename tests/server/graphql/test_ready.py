"""Questions that are asked again go a shorter way, which leads to the same: values, rights, refusals."""

from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from relatum.access import Principal
from relatum.catalogue import with_administrators
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.identifiers import new_id
from relatum.session import Database
from relatum_schemas.policy import READ, Policy
from relatum_server.graphql import api as asking
from relatum_server.graphql.api import Api, Question
from relatum_server.graphql.errors import Refusal
from tests.server.shop import Product

NAMED = """query ($name: String, $countries: [Country!]) {
  organizations(filter: {name: {eq: $name}, country: {in: $countries}}) { nodes { name } }
}"""
ONE = "query ($id: ID!) { organization(id: $id) { name } }"
FIRST = "query ($first: Int) { organizations(first: $first) { nodes { name } } }"
SHOWN = (
    "query ($name: Boolean!) { organizations { totalCount nodes @include(if: $name) { name } } }"
)
EVERYBODY = Principal(roles=frozenset({ADMINISTRATOR}))


async def answer(api: Api, database: Database, text: str, variables: Mapping[str, Any]) -> Any:
    """The data, or the errors."""
    try:
        found = await api.answer(database.asked_by(EVERYBODY), Question(text, None, variables))
    except Refusal as refusal:
        return refusal.errors
    return orjson.loads(found)["data"]


async def test_what_is_asked_again_is_not_looked_up_again(
    shop_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = Api(shop_database.catalogue)
    first = await answer(api, shop_database, NAMED, {"name": "Acme", "countries": ["DE", "AT"]})
    monkeypatch.setattr(asking, "plan", None)
    monkeypatch.setattr(Api, "admitted", None)
    again = await answer(api, shop_database, NAMED, {"name": "Beta", "countries": ["AT"]})
    none = await answer(api, shop_database, NAMED, {"name": "Beta", "countries": []})
    assert [each["organizations"]["nodes"] for each in (first, again, none)] == [
        [{"name": "Acme"}],
        [{"name": "Beta"}],
        [],
    ]


@pytest.mark.parametrize(
    ("text", "before", "variables"),
    [
        (NAMED, {"name": "Acme", "countries": ["DE"]}, {"name": "Acme"}),
        (NAMED, {"name": "Acme", "countries": ["DE"]}, {"name": None, "countries": ["AT"]}),
        (NAMED, {"name": "Acme", "countries": ["DE"]}, {"name": 7, "countries": [None]}),
        (ONE, {"id": str(new_id())}, {"id": "nobody"}),
        (ONE, {"id": str(new_id())}, {}),
        (FIRST, {"first": 1}, {"first": 2}),
        (FIRST, {"first": 1}, {"first": 1_000_000}),
        (FIRST, {"first": 1}, {"first": -1}),
        (SHOWN, {"name": False}, {"name": True}),
    ],
)
async def test_it_is_answered_as_it_is_the_first_time(
    text: str, before: dict[str, Any], variables: dict[str, Any], shop_database: Database
) -> None:
    api = Api(shop_database.catalogue)
    for _ in range(2):
        await answer(api, shop_database, text, before)
    fresh = await answer(Api(shop_database.catalogue), shop_database, text, variables)
    assert await answer(api, shop_database, text, variables) == fresh


async def test_rights_are_those_in_force(shop_database: Database) -> None:
    declared, edition = shop_database.catalogue, shop_database.storage.edition
    clerk, text = Principal(new_id(), None, frozenset({"clerk"})), "{ products { totalCount } }"
    rules = {new_id(): Policy("clerk", Product, READ)}
    await shop_database.obey(with_administrators(declared, rules, []), edition)
    api, before = Api(shop_database.catalogue), shop_database.asked_by(clerk)
    first = [await api.answer(before, Question(text)) for _ in range(3)]
    await shop_database.obey(declared, edition)
    with pytest.raises(Refusal, match="Cannot query field 'products'"):
        await api.answer(shop_database.asked_by(clerk), Question(text))
    assert first == [await api.answer(before, Question(text))] * 3


async def test_rights_of_one_are_not_those_of_another(shop_database: Database) -> None:
    rules = {new_id(): Policy("clerk", Product, READ)}
    ruled = with_administrators(shop_database.catalogue, rules, [])
    await shop_database.obey(ruled, shop_database.storage.edition)
    api, question = Api(shop_database.catalogue), Question("{ products { totalCount } }")
    for _ in range(2):
        for roles in (frozenset({"clerk"}), frozenset({ADMINISTRATOR})):
            await api.answer(shop_database.asked_by(Principal(roles=roles)), question)
        with pytest.raises(Refusal):
            await api.answer(shop_database.asked_by(Principal()), question)
