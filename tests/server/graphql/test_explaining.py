"""What is explained in Python is explained in GraphQL, under the names that GraphQL has."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from relatum.access import SYSTEM, Principal
from relatum.connections import DialectName
from relatum_server.graphql.api import Api, Question
from relatum_server.graphql.errors import Refusal
from tests.core.explaining.agency import CATALOGUE, Agency, StoppedClock, furnish
from tests.databases import CloneTemplate, opened

API = Api(CATALOGUE)
EXPLAIN = """
query (
  $principal: ID!, $firm: ID, $record: ID!
  $right: AccessRight, $action: String, $field: String, $at: DateTime
) {
  explainAccess(
    principal: $principal, firm: $firm, record: $record
    right: $right, action: $action, field: $field, at: $at
  ) {
    allowed sentence closed roles
    who { label } firm { label } record { id type label }
    rule { role words plugin id }
    chain { start { label } end relationship tie validFrom validTo record { id type label } }
    restsOn { allowed sentence }
    nearest { held rule { role } chain { record { label } } missing }
  }
}
"""
WHO = """
query ($record: ID!, $first: Int!, $after: ID) {
  whoCan(record: $record, right: READ, first: $first, after: $after) {
    more holders { record { id label } withoutFirm firms { label } rules { role words } }
  }
}
"""


@pytest.fixture
async def agency(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Agency]:
    clock = StoppedClock()
    async with opened(clone_template, dialect, CATALOGUE, clock=clock) as database:
        yield await furnish(database, clock)


async def answer(agency: Agency, text: str, by: Principal = SYSTEM, /, **variables: object) -> Any:
    given = {name: None if each is None else str(each) for name, each in variables.items()}
    if "first" in variables:
        given["first"] = variables["first"]  # type: ignore[assignment]  # a number
    found = await API.answer(agency.database.as_(by), Question(text, variables=given))
    return orjson.loads(found)


async def test_a_yes_and_a_no(agency: Agency) -> None:
    asked: dict[str, object] = {"principal": agency["Ann"], "firm": agency["Acme"], "right": "READ"}
    shown = await answer(agency, EXPLAIN, SYSTEM, record=agency["Pumps"], **asked)
    explained = shown["data"]["explainAccess"]
    assert explained["sentence"] == "Person Ann, acting for Firm Acme, may read Deal Pumps."
    (step,) = explained["chain"]
    assert step["end"] == "registeredBy"
    assert step["tie"] == str(agency["Pumps-Acme"])
    assert step["record"] == {"id": str(agency["Acme"]), "type": "Firm", "label": "Acme"}
    shown = await answer(agency, EXPLAIN, SYSTEM, record=agency["Pipes"], **asked)
    explained = shown["data"]["explainAccess"]
    assert (explained["allowed"], explained["rule"]) == (False, None)
    assert explained["nearest"][0]["missing"] == [
        "No tie at 'covered_by' from Region South leads to Firm Acme."
    ]


async def test_actions_fields_and_times(agency: Agency) -> None:
    cid: dict[str, object] = {"principal": agency["Cid"], "record": agency["Pumps"]}
    shown = await answer(agency, EXPLAIN, SYSTEM, action="closeDeal", **cid)
    assert "errors" not in shown, shown
    assert shown["data"]["explainAccess"]["rule"]["role"] == "seller"
    shown = await answer(agency, EXPLAIN, SYSTEM, right="READ", field="recordedAt", **cid)
    assert shown["data"]["explainAccess"]["allowed"]
    at = agency.clock()
    agency.clock.forward(days=1)
    shown = await answer(agency, EXPLAIN, SYSTEM, right="READ", at=at.isoformat(), **cid)
    assert "errors" not in shown, shown
    assert "could read Deal Pumps" in shown["data"]["explainAccess"]["sentence"]


async def test_errors_say_what_is_wrong(agency: Agency) -> None:
    cid = Principal(agency["Cid"], roles=frozenset({"seller"}))
    asked = {"principal": agency["Ann"], "record": agency["Pumps"]}
    for by, given, code in (
        (SYSTEM, {}, "BAD_VALUE"),
        (SYSTEM, {"right": "READ", "record": "x"}, "BAD_VALUE"),
        (SYSTEM, {"right": "READ", "field": "colour"}, "UNKNOWN_FIELD"),
        (cid, {"right": "READ"}, "FORBIDDEN"),
    ):
        try:
            shown = await answer(agency, EXPLAIN, by, **{**asked, **given})
        except Refusal as refusal:
            shown = {"errors": refusal.errors}
        assert shown["errors"][0]["extensions"]["code"] == code


async def test_who_may_not_ask_does_not_know_of_it(agency: Agency) -> None:
    text = "{ __schema { queryType { fields { name } } } }"
    for roles, expected in (
        (frozenset[str](), set[str]()),
        (frozenset({"viewer"}), {"explainAccess"}),
        (frozenset({"administrator"}), {"explainAccess", "whoCan"}),
    ):
        shown = await answer(agency, text, Principal(agency["Bob"], roles=roles))
        names = {each["name"] for each in shown["data"]["__schema"]["queryType"]["fields"]}
        assert names & {"explainAccess", "whoCan"} == expected


async def test_who_can_goes_page_by_page(agency: Agency) -> None:
    first = (await answer(agency, WHO, record=agency["Acme"], first=1))["data"]["whoCan"]
    (ann,) = first["holders"]
    assert first["more"] and ann["record"]["label"] == "Ann"
    assert ann["withoutFirm"] and ann["firms"] == [{"label": "Acme"}]
    after = ann["record"]["id"]
    second = (await answer(agency, WHO, record=agency["Acme"], first=1, after=after))["data"]
    assert [each["record"]["label"] for each in second["whoCan"]["holders"]] == ["Cid"]
