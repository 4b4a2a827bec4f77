"""Climbs: any number of ties up, through loops, at the time asked, and no further than who asks may see."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from relatum.access import SYSTEM, Principal
from relatum.catalogue import build_catalogue
from relatum.connections import DialectName
from relatum.session import Database
from relatum_schemas.condition import Field, Ties
from relatum_schemas.errors import BadSelection, UnknownField
from relatum_schemas.selection import At, Climb, Condition
from tests.core.catalogue.declaring import declare
from tests.databases import CloneTemplate, opened

CATALOGUE = build_catalogue(
    [
        declare(
            """
class Person(Entity):
    name: Annotated[str, Label]
class Box(Entity):
    name: Annotated[str, Label, Indexed]
    colour: str = "grey"
class Leaflet(Entity):
    name: Annotated[str, Label]
class In(Relationship[Box | Leaflet, Box], valid="day", overlap="allow"):
    ends = Ends("inside", "holds_inside")
class Next(Relationship[Box, Box], symmetric=True):
    ends = Ends("next_to", "next_to")
class Owns(Relationship[Person, Box]):
    ends = Ends("owned", "owners")

policies = [
    Policy("owner", [Box, Leaflet], READ, through="inside*.owners"),
    Policy("neighbour", Box, READ, through="next_to*.owners"),
    Policy("sorter", Box, READ, where=~Ties("inside").climb(Field("colour") == "red")),
    Policy("clerk", Box, READ, where=Field("colour") == "grey"),
    Policy("clerk", In, READ),
]
""",
            name="boxes",
        )
    ]
)
Box = CATALOGUE.classes["Box"]
Leaflet = CATALOGUE.classes["Leaflet"]
Person = CATALOGUE.classes["Person"]


@pytest.fixture
async def boxes(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Database]:
    """One within the other: a in b in c (red) in d; until 2020 a was in e; d and e stand next to each other."""
    async with opened(clone_template, dialect, CATALOGUE) as database:
        db = database.as_(SYSTEM)
        ann = await db.create(Person(name="Ann"))
        d = await db.create(Box(name="d"), owners=ann)
        c = await db.create(Box(name="c", colour="red"), inside=d)
        b = await db.create(Box(name="b"), inside=c)
        a = await db.create(Box(name="a"), inside=b)
        e = await db.create(Box(name="e"), next_to=d)
        in_ = CATALOGUE.classes["In"]
        await db.relate(in_, a, e, valid_to=date(2020, 1, 1))
        await db.create(Leaflet(name="l"), inside=a)
        yield database


async def found(database: Database, condition: Condition | None, *roles: str) -> str:
    """The names of the boxes that somebody finds."""
    (ann,) = await database.as_(SYSTEM).select(Person).all()
    principal = Principal(ann.id, roles=frozenset(roles)) if roles else SYSTEM
    query = database.as_(principal).select(Box)
    records = await (query if condition is None else query.where(condition)).all()
    return "".join(sorted(record.name for record in records))  # type: ignore[attr-defined]  # declared as text


async def test_a_climb_goes_to_any_height_and_begins_at_the_row_itself(boxes: Database) -> None:
    inside = Ties("inside")
    assert await found(boxes, inside.climb(Field("name") == "d")) == "abcd"
    assert await found(boxes, inside.climb(Field("name") == "b")) == "ab"
    assert await found(boxes, inside.climb(Field("colour") == "red")) == "abc"
    assert await found(boxes, ~inside.climb(Field("colour") == "red")) == "de"
    assert await found(boxes, Ties("holds_inside").climb(Field("name") == "a")) == "abcd"


async def test_ties_are_climbed_that_hold_at_the_time_asked(boxes: Database) -> None:
    to_e = Field("name") == "e"
    assert await found(boxes, Ties("inside").climb(to_e)) == "e"
    assert await found(boxes, Ties("inside").ever().climb(to_e)) == "ae"
    assert await found(boxes, Ties("inside", holds=At(at="2019-05-01")).climb(to_e)) == "ae"


@pytest.mark.parametrize("name", ["a", "colour"])
async def test_a_loop_ends(boxes: Database, name: str) -> None:
    db = boxes.as_(SYSTEM)
    last, first = [await db.select(Box).where(Field("name") == each).first() for each in "da"]
    assert last is not None and first is not None
    await db.relate(CATALOGUE.classes["In"], last, first)
    condition = Field("name") == "a" if name == "a" else Field("colour") == "red"
    assert await found(boxes, Ties("inside").climb(condition)) == "abcd"


async def test_several_ends_are_climbed_in_any_order(boxes: Database) -> None:
    climb = Climb(ends=("inside", "next_to"), condition=Field("name") == "e")
    assert await found(boxes, climb) == "abcde"


async def test_a_policy_climbs_over_what_it_does_not_open(boxes: Database) -> None:
    assert await found(boxes, None, "owner") == "abcd"
    assert await found(boxes, None, "neighbour") == "de"
    assert await found(boxes, None, "sorter") == "de"
    (ann,) = await boxes.as_(SYSTEM).select(Person).all()
    owner = boxes.as_(Principal(ann.id, roles=frozenset({"owner"})))
    assert await owner.select(Leaflet).count() == 1
    stranger = boxes.as_(Principal(None, roles=frozenset({"owner"})))
    assert await stranger.select(Leaflet).count() == 0


async def test_a_filter_climbs_no_further_than_one_may_see(boxes: Database) -> None:
    assert await found(boxes, None, "clerk") == "abde"
    assert await found(boxes, Ties("inside").climb(Field("name") == "b"), "clerk") == "ab"
    assert await found(boxes, Ties("inside").climb(Field("name") == "d"), "clerk") == "d"
    assert await found(boxes, ~Ties("inside").climb(Field("colour") != "grey"), "clerk") == "abde"


async def test_what_cannot_be_climbed_is_refused(boxes: Database) -> None:
    with pytest.raises(UnknownField, match="up"):
        await found(boxes, Ties("up").climb(Field("name") == "a"))
    with pytest.raises(BadSelection, match="does not lead on"):
        await found(boxes, Ties("owners").climb(Field("name") == "a"))
