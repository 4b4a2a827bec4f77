"""Values in their wire forms, and objects of any size and any keys."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import orjson

from relatum.access import SYSTEM
from relatum.session import Database
from relatum_schemas.kinds import Money, PostalAddress
from relatum_schemas.selection import FieldOutput, Request, RootField, Rows, TextOutput
from relatum_schemas.selection import Many as ManyRows
from tests.core.reading.asking import ask, rows, shows
from tests.core.reading.museum import CATALOGUE, Exhibit, Hall


async def test_each_kind_is_shown_in_its_wire_form(museum: Database) -> None:
    mask = await museum.as_(SYSTEM).create(
        Exhibit(
            name='Mask "A"\n\\',
            found=date(987, 3, 1),
            scanned=datetime(2024, 3, 31, 2, 30, 0, 5, tzinfo=UTC),
            weight=Decimal("-0.050"),
            worth=Money(amount=Decimal("1234567890123456.70"), currency="EUR"),
            tags=["wood", "gold"],
            shown=False,
            visit=timedelta(minutes=-90, microseconds=500_000),
            notes={"b": [1, 2.50, None], "a": "ü"},
            home=PostalAddress(locality="Ur", country="IQ"),
            pieces=123_456_789_012_345_678,
        )
    )
    names = [name for name in CATALOGUE.fields("Exhibit") if name not in ("mass", "recorded_at")]
    (shown,) = await ask(museum, rows("Exhibit", *shows(*names)))
    assert shown == {
        "id": str(mask.id),
        "type": "Exhibit",
        "version": 1,
        "label": 'Mask "A"\n\\',
        "name": 'Mask "A"\n\\',
        "code": None,
        "found": "0987-03-01",
        "scanned": "2024-03-31T02:30:00.000005Z",
        "weight": "-0.050",
        "worth": {"amount": "1234567890123456.70", "currency": "EUR"},
        "tags": ["gold", "wood"],
        "shown": False,
        "visit": "-PT5399.5S",
        "notes": {"a": "ü", "b": [1, 2.50, None]},
        "home": {
            "street": None, "postal_code": None, "locality": "Ur", "region": None, "country": "IQ",
        },
        "pieces": 123_456_789_012_345_678,
        "missing": None,
    }  # fmt: skip


async def test_what_is_missing_is_null(museum: Database) -> None:
    await museum.as_(SYSTEM).create(Exhibit(name="Shard"))
    names = [
        name for name in CATALOGUE.record_type("Exhibit").fields if name not in ("name", "shown")
    ]
    (shown,) = await ask(museum, rows("Exhibit", *shows(*names)))
    assert set(shown.values()) == {None}


async def test_parts_of_a_composite_are_asked_one_by_one(museum: Database) -> None:
    worth = Money(amount=Decimal("9.90"), currency="USD")
    await museum.as_(SYSTEM).create(Exhibit(name="Coin", worth=worth))
    asked = FieldOutput(
        key="worth",
        field="worth",
        parts=(("in", "currency"), ("is", "amount"), TextOutput(key="__typename", text="Money")),
    )
    (shown,) = await ask(museum, rows("Exhibit", asked))
    assert list(shown["worth"].items()) == [("in", "USD"), ("is", "9.90"), ("__typename", "Money")]


async def test_objects_have_as_many_keys_as_are_asked_of_any_length(museum: Database) -> None:
    await museum.as_(SYSTEM).create(Hall(name="East"))
    long = [f"key_{'é' * 40}_{number}" for number in range(1_100)]
    short = [f"k{number}" for number in range(1_100)]
    for keys in (long, short, ["a key\"with' signs"]):
        outputs = tuple(FieldOutput(key=key, field="name") for key in keys)
        (shown,) = await ask(museum, rows("Hall", *outputs))
        assert list(shown) == keys
        assert set(shown.values()) == {"East"}


async def test_keys_stand_in_the_order_in_which_they_were_asked(museum: Database) -> None:
    await museum.as_(SYSTEM).create(Hall(name="East"))
    asked = Request(
        fields=tuple(
            RootField(
                key=key,
                source=Rows(type="Hall"),
                form=ManyRows(outputs=shows("version", "name", "id")),
            )
            for key in ("z", "a", "m")
        )
    )
    answer = orjson.loads(await museum.as_(SYSTEM).read(asked))
    assert list(answer) == ["z", "a", "m"]
    assert list(answer["z"][0]) == ["version", "name", "id"]
