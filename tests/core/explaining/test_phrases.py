"""Rules in words."""

import pytest

from relatum.catalogue.paths import resolve_condition
from relatum.explaining import Phrases
from relatum_schemas.condition import Field, Ties
from relatum_schemas.principal import IS_ME, IS_MY_FIRM, ME, MY_FIRM, Path
from relatum_schemas.selection import Condition, IsType
from tests.core.explaining.agency import CATALOGUE

SAID = [
    (Path("registered_by").to(MY_FIRM), "registered_by leads to the firm you act for"),
    (Path("region.covered_by.employees").to(ME), "region.covered_by.employees leads to you"),
    (Field("state") == "open", "state is open"),
    (Field("margin") >= 5, "margin is at least 5"),
    (Field("margin").is_set(), "margin is given"),
    (Field("margin").is_null(), "margin is missing"),
    ((Field("state") == "won") | (Field("margin") < 3), "state is won or margin is less than 3"),
    (
        (Field("state") == "won") & (Field("margin").is_set() | (Field("margin") > 3)),
        "state is won and (margin is given or margin is more than 3)",
    ),
    (
        (Field("state") == "won") - Path("registered_by").to(MY_FIRM),
        "state is won and registered_by does not lead to the firm you act for",
    ),
    (~(Field("state") == "won"), "not (state is won)"),
    (Ties("registered_by").some(), "registered_by leads to a record"),
    (Ties("registered_by").none(), "registered_by do not lead to a record"),
    (
        Ties("registered_by").every(Field("name") == "Acme"),
        "registered_by all lead to a record whose name is Acme",
    ),
    (
        Ties("registered_by").ever().some(IS_MY_FIRM),
        "registered_by leads to the firm you act for at any time",
    ),
    (
        Path("region").to(Ties("covered_by").some(IS_MY_FIRM, tie=Field("exclusive") == True)),  # noqa: E712
        "region.covered_by leads to the firm you act for by a tie whose exclusive is true",
    ),
    (
        Path("registered_by").to(IS_MY_FIRM & Ties("partner_of").some()),
        "registered_by leads to a record that is the firm you act for and whose partner_of leads to a record",
    ),
    (IsType(types=("Deal", "Firm")), "type is Deal or Firm"),
]


@pytest.mark.parametrize(("condition", "said"), SAID, ids=[said for _, said in SAID])
def test_a_condition_is_said(condition: Condition, said: str) -> None:
    assert Phrases().clause(resolve_condition(CATALOGUE, "Deal", condition)) == said


def test_climbs_and_the_principal_itself() -> None:
    viewed = resolve_condition(CATALOGUE, "Folder", Path("parent*.viewers").to(ME))
    assert Phrases().records("folders", viewed) == "folders whose parent*.viewers leads to you"
    assert Phrases().records("people", IS_ME) == "people that are you"
    assert Phrases().records("folders", None) == "all folders"
    assert Phrases(me="Ann").records("people", IS_ME) == "people that are Ann"
