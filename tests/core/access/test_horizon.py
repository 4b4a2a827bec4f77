"""What the holders of some roles may ever see, and that suggestions tell nobody more than that."""

from collections.abc import AsyncIterator

import pytest

from relatum.access import Principal, horizon
from relatum.catalogue import build_catalogue, with_administrators
from relatum.connections import DialectName
from relatum.session import Database
from relatum_schemas.errors import UnknownField
from relatum_schemas.purpose import Purpose
from tests.core.catalogue.declaring import declare
from tests.core.reading.asking import ask, page
from tests.core.reading.museum import CATALOGUE
from tests.databases import CloneTemplate, opened


@pytest.fixture
async def museum(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Database]:
    async with opened(clone_template, dialect, CATALOGUE) as database:
        yield database


def test_types_without_any_policy_are_beyond_it() -> None:
    keeper = horizon(CATALOGUE, {"keeper"})
    assert set(keeper.fields) == {"Exhibit", "Keeps", "StandsIn", "Hall"}
    assert keeper.reaches(["Keeper", "Hall"])
    assert not keeper.reaches(["Keeper"])
    assert horizon(CATALOGUE, {"nobody"}).fields == {}


def test_fields_that_no_policy_opens_are_beyond_it() -> None:
    keeper, visitor = (horizon(CATALOGUE, {role}) for role in ("keeper", "visitor"))
    assert not keeper.shows(["Hall"], "floor")
    assert keeper.shows(["Hall"], "name")
    assert visitor.fields["Exhibit"] == {"id", "type", "version", "label", "name", "found"}
    both = horizon(CATALOGUE, {"keeper", "visitor"})
    assert both.shows(["Hall"], "floor")
    # What is computed of fields that no policy opens is hidden with them.
    assert not visitor.shows(["Exhibit"], "mass")
    assert keeper.shows(["Exhibit"], "mass")


def test_sensitive_fields_are_within_it_where_a_purpose_opens_them() -> None:
    text = """
class Person(Entity, plural="people"):
    name: Annotated[str, Label]
    pay: Annotated[int | None, Sensitive("finance")] = None

policies = [
    Policy("clerk", Person, READ),
    Policy("baker", Person, READ, purposes=("baking",)),
]
"""
    catalogue = build_catalogue([declare(text, name="payments")])
    assert not horizon(catalogue, {"clerk"}).shows(["Person"], "pay")
    payroll = Purpose(
        code="payroll", title="Pay", legal_basis="contract", opens=("finance",), retention=1
    )
    opened = with_administrators(catalogue, {}, [], [payroll])
    assert horizon(opened, {"clerk"}).shows(["Person"], "pay")
    assert not horizon(opened, {"baker"}).shows(["Person"], "pay")


async def test_suggestions_are_made_to_those_who_see_everything(museum: Database) -> None:
    asked = page("Hall", "flor")
    with pytest.raises(UnknownField) as told:
        await ask(museum, asked)
    assert told.value.hint == "Did you mean 'floor'?"
    keeper = Principal(roles=frozenset({"keeper"}))
    with pytest.raises(UnknownField) as told:
        await ask(museum, asked, principal=keeper)
    assert told.value.hint is None
