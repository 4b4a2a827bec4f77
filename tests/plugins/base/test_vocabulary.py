"""What every business has, held to its word on both databases."""

from collections.abc import AsyncIterator
from datetime import date

import orjson
import pytest

import relatum_base
from relatum.access import SYSTEM
from relatum.catalogue import build_catalogue
from relatum.connections import DialectName
from relatum.session import Database, Session, Tie
from relatum_base import (
    CompetesWith,
    ContactPoint,
    Household,
    MemberOf,
    Organization,
    PartOf,
    Person,
    Region,
    RegionWithin,
    ReportsTo,
    Supplies,
    WorksAt,
)
from relatum_schemas.condition import Ties
from relatum_schemas.errors import Cycle, LimitBroken, Problems, Restricted
from relatum_schemas.selection import FieldOutput, FieldPath, Many, Order, Request, RootField, Rows
from tests.databases import CloneTemplate, opened

CATALOGUE = build_catalogue([relatum_base])


@pytest.fixture
async def database(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Database]:
    async with opened(clone_template, dialect, CATALOGUE) as database:
        yield database


@pytest.fixture
def db(database: Database) -> Session:
    return database.as_(SYSTEM)


def test_every_type_field_and_tie_explains_itself() -> None:
    for each in CATALOGUE:
        assert len(each.description) > 20, each.name
        assert each.description.rstrip().endswith("."), each.name


def test_every_tie_is_valid_by_day() -> None:
    assert {each.validity for each in CATALOGUE.relationships.values()} == {"day"}


def test_every_party_has_a_label_to_be_found_and_sorted_by() -> None:
    for name in CATALOGUE.concrete("Party"):
        label = CATALOGUE.types[name].label_fields
        assert label, name
        assert all(each.searchable and each.indexed for each in label), name
        assert any(each.required for each in label), name


def test_parties_are_persons_organizations_and_households() -> None:
    assert CATALOGUE.concrete("Party") == ("Household", "Organization", "Person")
    assert set(CATALOGUE.traits["Party"].ends) == {"contact_points", "regions", "suppliers"}


async def test_customer_and_supplier_are_two_ends_of_one_tie(db: Session) -> None:
    firm = await db.create(Organization(name="Northwind"))
    maker = await db.create(Organization(name="Exotic Liquids"))
    shop = await db.create(
        Organization(name="Alfreds"), suppliers=Tie(firm, customer_number="ALFKI")
    )
    private = await db.create(Person(family_name="Anders"), suppliers=firm)
    await db.relate(Supplies, maker, firm)
    customers = await db.select(firm.customers).all()
    assert {each.id for each in customers} == {shop.id, private.id}
    assert [each.id for each in await db.select(firm.suppliers).all()] == [maker.id]


async def test_parties_are_asked_for_together(db: Session) -> None:
    await db.create(Person(given_name="Ada", family_name="Lovelace"))
    await db.create(Organization(name="Acme"))
    await db.create(Household(name="The Lovelaces"))
    label = FieldOutput(key="label", field="label")
    parties = RootField(
        key="parties",
        source=Rows(type="Party"),
        form=Many(outputs=(label,)),
        order=(Order(path=FieldPath(field="label")),),
    )
    answer = orjson.loads(await db.read(Request(fields=(parties,))))
    labels = ["Acme", "Ada Lovelace", "The Lovelaces"]
    assert [each["label"] for each in answer["parties"]] == labels


async def test_a_contact_point_belongs_to_one_party_and_goes_with_it(db: Session) -> None:
    person = await db.create(Person(family_name="Lovelace"))
    other = await db.create(Person(family_name="Turing"))
    with pytest.raises(LimitBroken, match="at least 1"):
        await db.create(ContactPoint(kind="phone", value="030-0074321"))
    point = await db.create(ContactPoint(kind="phone", value="030-0074321"), party=person)
    with pytest.raises(LimitBroken, match="at most 1"):
        await db.relate(relatum_base.ReachedAt, other, point)
    await db.delete(person)
    assert await db.select(ContactPoint).all() == []


async def test_a_person_has_one_line_manager_at_a_time(db: Session) -> None:
    first = await db.create(Person(family_name="First"))
    second = await db.create(Person(family_name="Second"))
    worker = await db.create(Person(family_name="Worker"))
    line = await db.relate(ReportsTo, worker, first, valid_from=date(2020, 1, 1))
    with pytest.raises(LimitBroken):
        await db.relate(ReportsTo, worker, second, valid_from=date(2021, 1, 1))
    await db.end(line, date(2021, 1, 1))
    await db.relate(ReportsTo, worker, second, valid_from=date(2021, 1, 1))


async def test_hierarchies_do_not_contain_themselves(db: Session) -> None:
    top = await db.create(Organization(name="Holding"))
    middle = await db.create(Organization(name="Group"), part_of=Tie(top, kind="subsidiary"))
    bottom = await db.create(Organization(name="Branch"), part_of=Tie(middle, kind="branch"))
    with pytest.raises(Cycle):
        await db.relate(PartOf, top, bottom)
    world = await db.create(Region(name="World"))
    europe = await db.create(Region(name="Europe"), parent=world)
    with pytest.raises(Cycle):
        await db.relate(RegionWithin, world, europe)


async def test_a_region_that_holds_something_stays(db: Session) -> None:
    europe = await db.create(Region(name="Europe"))
    await db.create(Organization(name="Acme"), regions=europe)
    with pytest.raises(Restricted):
        await db.delete(europe)


async def test_competitors_see_each_other(db: Session) -> None:
    acme = await db.create(Organization(name="Acme"))
    globex = await db.create(Organization(name="Globex"))
    await db.relate(CompetesWith, acme, globex, market="Anvils")
    assert [each.id for each in await db.select(acme.competitors).all()] == [globex.id]
    assert [each.id for each in await db.select(globex.competitors).all()] == [acme.id]


async def test_ties_ask_for_the_right_types(db: Session) -> None:
    person = await db.create(Person(family_name="Lovelace"))
    acme = await db.create(Organization(name="Acme"))
    with pytest.raises(Problems, match="WorksAt asks for Person"):
        await db.relate(WorksAt, acme, person)
    home = await db.create(Household(name="The Lovelaces"))
    await db.relate(MemberOf, person, home, role="head")
    without = Ties("employers").none()
    assert [each.id for each in await db.select(Person).where(without).all()] == [person.id]
