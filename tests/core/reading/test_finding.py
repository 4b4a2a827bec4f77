"""Filters, search, walks, merged records, and what is wrong with a question."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from relatum.access import SYSTEM
from relatum.session import Database, Session
from relatum_schemas.errors import (
    BadPeriod,
    BadSelection,
    BadValue,
    RelatumError,
    TooLarge,
    UnknownField,
    UnknownOperator,
    UnknownType,
)
from relatum_schemas.selection import (
    At,
    Clock,
    Compare,
    Condition,
    EndOutput,
    FieldPath,
    Many,
    Neighbourhood,
    Not,
    One,
    OnRecord,
    Operator,
    Overlaps,
    Parameter,
    Related,
    Rows,
    Search,
    ShortestPath,
)
from tests.core.reading.asking import ask, by, request, rows, shows
from tests.core.reading.museum import Exhibit, Hall, Keeper, Keeps, Mentions, Resembles, StandsIn


def compare(field: str, operator: str, value: Any = None) -> Compare:
    return Compare(path=FieldPath(field=field), operator=Operator(operator), value=value)


async def found(museum: Database, condition: Condition, **parameters: object) -> str:
    asked = rows("Exhibit", *shows("name"), filter=condition, order=(by("name"),))
    return " ".join(each["name"] for each in await ask(museum, asked, parameters))


async def test_text_is_compared_folded_where_a_key_is_kept(museum: Database) -> None:
    db = museum.as_(SYSTEM)
    for name in ("Straße", "STRASSE 2", "Ägypten", "Zikkurat", "\U0010ffff"):
        await db.create(Exhibit(name=name, code=name))
    assert await found(museum, compare("name", "starts_with", "stra")) == "Straße STRASSE 2"
    assert await found(museum, compare("name", "contains", "GYP")) == "Ägypten"
    assert await found(museum, compare("name", "starts_with", "\U0010ffff")) == "\U0010ffff"
    assert await found(museum, compare("name", "eq", "straße")) == ""
    assert await found(museum, compare("code", "starts_with", "Stra")) == "Straße"
    assert len((await found(museum, compare("name", "starts_with", ""))).split()) == 6
    assert await found(museum, compare("name", "lt", "s")) == "Ägypten"


async def test_a_missing_value_fails_a_comparison_and_its_opposite_holds(museum: Database) -> None:
    db = museum.as_(SYSTEM)
    await db.create(Exhibit(name="a", found=date(1900, 1, 1)))
    await db.create(Exhibit(name="b"))
    early = compare("found", "lt", "2000-01-01")
    assert await found(museum, early) == "a"
    assert await found(museum, Not(condition=early)) == "b"
    assert await found(museum, compare("found", "ne", "2000-01-01")) == "a"
    parameter = Parameter(parameter="day")
    assert await found(museum, compare("found", "eq", parameter)) == ""
    assert await found(museum, Not(condition=compare("found", "eq", parameter))) == "a b"


async def test_money_compares_within_its_currency(museum: Database) -> None:
    db = museum.as_(SYSTEM)
    for name, worth in (("a", "1.00"), ("b", "2.00")):
        await db.create(Exhibit(name=name, worth={"amount": worth, "currency": "EUR"}))
    await db.create(Exhibit(name="c", worth={"amount": "9.00", "currency": "USD"}))
    given = Parameter(parameter="worth")
    euro = {"amount": "1.50", "currency": "EUR"}
    assert await found(museum, compare("worth", "gte", given), worth=euro) == "b"
    assert await found(museum, compare("worth", "ne", euro)) == "a b c"


async def test_lists_are_asked_for_their_codes(museum: Database) -> None:
    db = museum.as_(SYSTEM)
    await db.create(Exhibit(name="a", tags=["gold", "clay"]))
    await db.create(Exhibit(name="b", tags=["wood"]))
    await db.create(Exhibit(name="c"))
    assert await found(museum, compare("tags", "has", "clay")) == "a"
    assert await found(museum, compare("tags", "has_any", ["clay", "wood"])) == "a b"
    both = Parameter(parameter="tags", many=True)
    assert await found(museum, compare("tags", "has_all", both), tags=["clay", "gold"]) == "a"
    assert await found(museum, compare("tags", "has_all", both), tags=[]) == "a b"


async def test_ties_are_asked_for_some_every_and_none(museum: Database) -> None:
    db = museum.as_(SYSTEM)
    a, b, _ = [await db.create(Exhibit(name=name)) for name in "abc"]
    ann, bob = [await db.create(Keeper(name=name)) for name in ("Ann", "Bob")]
    for keeper, exhibit in ((ann, a), (bob, a), (ann, b)):
        await db.relate(Keeps, keeper, exhibit)
    of_ann = OnRecord(condition=compare("name", "eq", "Ann"))
    answers = {
        quantifier: await found(
            museum, Related(end="keepers", quantifier=quantifier, condition=of_ann)
        )
        for quantifier in ("some", "every", "none")
    }
    assert answers == {"some": "a b", "every": "b c", "none": "c"}


async def test_ties_are_seen_at_the_time_asked(museum: Database) -> None:
    db = museum.as_(SYSTEM)
    mask, hall = await db.create(Exhibit(name="Mask")), await db.create(Hall(name="East"))
    period = {"valid_from": date(2020, 1, 1), "valid_to": date(2021, 1, 1)}
    await db.relate(StandsIn, mask, hall, **period)

    async def seen(**options: Any) -> int:
        clock = options.pop("clock", Clock())
        stand = EndOutput(key="hall", end="hall", form=Many(outputs=shows("id")), **options)
        (shown,) = await ask(museum, rows("Exhibit", stand, clock=clock))
        return len(shown["hall"])

    assert await seen() == 0
    assert await seen(clock=Clock(valid_at="2020-12-31")) == 1
    assert await seen(clock=Clock(valid_at="2020-12-31T22:59:59Z")) == 1, "still the day in Berlin"
    assert await seen(clock=Clock(valid_at="2020-12-31T23:00:00Z")) == 0
    assert await seen(holds=At(at="2020-01-01")) == 1
    assert await seen(holds=Overlaps(start="2019-01-01", end="2020-01-01")) == 0
    assert await seen(holds=Overlaps(start="2019-01-01", end="2020-01-02")) == 1
    with pytest.raises(BadPeriod):
        await seen(holds=Overlaps(start="2020-01-01", end="2020-01-01"))


async def test_search_puts_labels_first(museum: Database) -> None:
    db = museum.as_(SYSTEM)
    await db.create(Exhibit(name="Golden mask"))
    await db.create(Hall(name="Gold"))
    await db.create(Keeper(name="Maskell Gold"))
    search = request(Search(text=Parameter(parameter="text")), Many(outputs=shows("label", "type")))
    shown = await ask(museum, search, {"text": "gold"})
    assert [each["label"] for each in shown] == ["Gold", "Maskell Gold", "Golden mask"]
    assert len(await ask(museum, search, {"text": "mask GOL"})) == 2
    assert await ask(museum, search, {"text": "'-*\""}) == []
    assert await ask(museum, search) == []


async def test_rows_have_words_in_any_searched_field(museum: Database) -> None:
    db = museum.as_(SYSTEM)
    for name in ("Red Vase", "Vase of Reeds", "Redwood chair"):
        await db.create(Exhibit(name=name, code=name))
    asked = rows("Exhibit", *shows("name"), order=(by("name"),))

    async def named(words: object, **clock: object) -> list[str]:
        (root,) = asked.fields
        source = Rows(type="Exhibit", words=Parameter(parameter="words"))
        narrowed = root.model_copy(update={"source": source, **clock})
        found = await ask(
            museum, asked.model_copy(update={"fields": (narrowed,)}), {"words": words}
        )
        return [each["name"] for each in found]

    assert await named("vas re") == ["Red Vase", "Vase of Reeds"]
    assert await named("RED") == ["Red Vase", "Redwood chair"]
    assert await named("  ") == []
    assert await named(None) == []
    with pytest.raises(BadSelection):
        await named("red", clock=Clock(recorded_at="2020-01-01T00:00:00Z"))


async def test_a_walk_finds_what_is_near_and_the_way_between(museum: Database) -> None:
    db = museum.as_(SYSTEM)
    a, b, c, d = [await db.create(Exhibit(name=name)) for name in "abcd"]
    for one, other in ((a, b), (b, c), (c, d)):
        await db.relate(Resembles, one, other)
    await db.relate(Mentions, a, d)
    near = await walk(museum, Neighbourhood(id=str(a.id), depth=1))
    assert near == {"b", "d"}
    assert await walk(museum, Neighbourhood(id=str(a.id), depth=2)) == {"b", "c", "d"}
    only = Neighbourhood(id=str(a.id), depth=2, types=("Resembles",))
    assert await walk(museum, only) == {"b", "c"}
    way = ShortestPath(start=str(a.id), end=str(d.id), types=("Resembles",))
    shown = await ask(museum, request(way, Many(outputs=shows("label"))))
    assert [each["label"] for each in shown] == ["a", "b", "c", "d"]
    too_far = way.model_copy(update={"depth": 2})
    assert await walk(museum, too_far) == set()


async def walk(museum: Database, source: Any) -> set[str]:
    shown = await ask(museum, request(source, Many(outputs=shows("label"))))
    return {each["label"] for each in shown}


async def test_a_hub_of_many_ties_is_walked_within_the_budget(museum: Database) -> None:
    db = museum.as_(SYSTEM)
    hub = await db.create(Hall(name="hub"))
    ids = await crowd(museum, db, hub.id, 50_000)
    budget = Neighbourhood(id=str(hub.id), depth=2, budget=20)
    shown = await ask(museum, request(budget, Many(outputs=shows("id"))))
    assert [each["id"] for each in shown] == sorted(map(str, ids))[:20]
    way = ShortestPath(start=str(ids[7]), end=str(ids[-1]), budget=60_000)
    through = await ask(museum, request(way, Many(outputs=shows("id"))))
    assert [each["id"] for each in through] == [str(ids[7]), str(hub.id), str(ids[-1])]


async def crowd(museum: Database, db: Session, hub: UUID, size: int) -> list[UUID]:
    """So many exhibits, each tied to the hub; written as a bulk load would, past the writing layer."""
    exhibits = [UUID(int=2 * number + 1) for number in range(size)]
    ties = [UUID(int=2 * number + 2) for number in range(size)]
    tables, now = museum.tables, museum.clock()
    async with museum.connections.writing() as connection:
        records = [
            *((each, "Exhibit", False) for each in exhibits),
            *((each, "Mentions", False) for each in ties),
        ]
        await connection.copy(tables.record, ("id", "type", "deleted"), records)
        await connection.copy(
            tables.current["Exhibit"],
            ("id", "version", "recorded_from", "name", "name__key"),
            ((each, 1, now, "e", "e") for each in exhibits),
        )
        await connection.copy(
            tables.current["Mentions"],
            ("id", "version", "recorded_from", "source_id", "target_id"),
            ((tie, 1, now, each, hub) for tie, each in zip(ties, exhibits, strict=True)),
        )
    return exhibits


async def test_a_merged_record_is_found_by_its_old_id(museum: Database) -> None:
    db = museum.as_(SYSTEM)
    old, new = await db.create(Keeper(name="old")), await db.create(Keeper(name="new"))
    await db.merge(old, new)
    given = Parameter(parameter="id")
    node = request(
        Rows(type="Record", filter=compare("id", "eq", given)), One(outputs=shows("id", "label"))
    )
    for each in (old, new):
        shown = await ask(museum, node, {"id": str(each.id)})
        assert shown == {"id": str(new.id), "label": "new"}
    both = rows("Record", *shows("id"), filter=compare("id", "in", [str(old.id), str(new.id)]))
    assert await ask(museum, both) == [{"id": str(new.id)}]


@pytest.mark.parametrize(
    ("asked", "error", "path"),
    [
        (rows("Exhibits", *shows("id")), UnknownType, ()),
        (rows("Exhibit", *shows("nme")), UnknownField, ("nme",)),
        (rows("Named", *shows("floor")), UnknownField, ("floor",)),
        (
            rows("Exhibit", filter=compare("weight", "starts_with", "x")),
            UnknownOperator,
            ("filter", "weight", "starts_with"),
        ),
        (
            rows("Exhibit", filter=compare("found", "eq", "1.1.2020")),
            BadValue,
            ("filter", "found"),
        ),
        (
            rows("Exhibit", filter=compare("code", "matches", "x")),
            UnknownOperator,
            ("filter", "code", "matches"),
        ),
        (
            rows("Exhibit", filter=Related(end="keepers", condition=compare("nme", "eq", "x"))),
            UnknownField,
            ("filter", "keepers", "some", "nme"),
        ),
        (rows("Exhibit", order=(by("name"), by("notes"))), UnknownOperator, ("order", 1, "notes")),
        (
            request(Neighbourhood(id=str(UUID(int=1)), depth=99), Many(outputs=())),
            TooLarge,
            ("depth",),
        ),
        (request(Search(text="x"), Many(outputs=()), order=(by("id"),)), BadSelection, ()),
    ],
)
async def test_a_question_without_meaning_names_the_place_and_the_way_out(
    museum: Database, asked: Any, error: type[RelatumError], path: tuple[str | int, ...]
) -> None:
    with pytest.raises(error) as raised:
        await ask(museum, asked)
    assert raised.value.path == ("answer", *path)


async def test_a_bad_parameter_is_named(museum: Database) -> None:
    given = Parameter(parameter="day")
    with pytest.raises(BadValue) as raised:
        await found(museum, compare("found", "lt", given), day="soon")
    assert raised.value.path == ("day",)
