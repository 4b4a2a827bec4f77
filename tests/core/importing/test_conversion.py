"""Cells become values as the mapping spells them; what it does not spell is refused, never bent."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from relatum.importing.conversion import converter, mapped, matched
from relatum.importing.mapping import Spelling
from relatum.importing.templates import parse_template, reader
from relatum_schemas.errors import BadValue
from relatum_schemas.kinds import (
    Boolean,
    Choice,
    Choices,
    Day,
    Instant,
    Integer,
    Json,
    Kind,
    Number,
    Text,
)


def converted(kind: Kind, cell: object, **spelling: Any) -> Any:
    """The value that a field of the kind would get."""
    convert = converter(kind, Spelling(**spelling))
    return kind.parse(cell if convert is None else convert(cell))


@pytest.mark.parametrize(
    ("cell", "spelling", "value"),
    [
        ("1.7", {}, "1.7"),
        ("1,7", {"decimal": ","}, "1.7"),
        ("200.000.000", {"decimal": ",", "grouping": "."}, "200000000"),
        ("-1 234,5", {"decimal": ",", "grouping": " "}, "-1234.5"),
        ("1234", {"decimal": ",", "grouping": "."}, "1234"),
        ("00.11", {}, "0.11"),
        (Decimal("1.5"), {"decimal": ","}, "1.5"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_they_are_spelt(
    cell: object, spelling: dict[str, Any], value: str
) -> None:
    assert converted(Number(), cell, **spelling) == Decimal(value)


@pytest.mark.parametrize("cell", ["1.7", "1.2345", "12.34.567", "1,2,3", "", "1.000.", "x"])
def test_a_mark_in_the_wrong_place_makes_no_number(cell: str) -> None:
    with pytest.raises(BadValue):
        converted(Number(), cell, decimal=",", grouping=".")


def test_whole_numbers_are_grouped_too() -> None:
    assert converted(Integer(), "1,234,567", grouping=",") == 1_234_567


@pytest.mark.parametrize(
    ("cell", "dates", "value"),
    [
        ("2014-01-02", (), date(2014, 1, 2)),
        ("31/12/2012", ("%d/%m/%Y",), date(2012, 12, 31)),
        ("20140102", ("%Y%m%d",), date(2014, 1, 2)),
        ("1996-07-04 00:00:00.000", ("%Y-%m-%d %H:%M:%S.%f",), date(1996, 7, 4)),
        ("31/12/2012", ("%d/%m/%Y", "%m/%d/%Y"), date(2012, 12, 31)),
        ("01/01/2014", ("%d/%m/%Y", "%m/%d/%Y"), date(2014, 1, 1)),
    ],
)
def test_days_are_read_in_the_stated_forms(cell: str, dates: tuple[str, ...], value: date) -> None:
    assert converted(Day(), cell, dates=dates or None) == value


def test_a_day_that_may_be_two_is_refused() -> None:
    with pytest.raises(BadValue, match="01 February 2014 or 02 January 2014"):
        converted(Day(), "02/01/2014", dates=("%d/%m/%Y", "%m/%d/%Y"))


def test_a_time_of_day_is_not_dropped() -> None:
    with pytest.raises(BadValue, match="has a time of day"):
        converted(Day(), "1996-07-04 09:30", dates=("%Y-%m-%d %H:%M",))


def test_an_instant_needs_its_zone() -> None:
    with pytest.raises(BadValue, match="does not say its time zone"):
        converted(Instant(), "2015-11-04T12:22:00")
    berlin = converted(Instant(), "2015-11-04T12:22:00", zone="Europe/Berlin")
    assert berlin == datetime.fromisoformat("2015-11-04T11:22:00Z")
    stated = converted(Instant(), "2015-11-04T12:22:00-05:00", zone="Europe/Berlin")
    assert stated.utcoffset() == timedelta()
    assert stated.hour == 17


@pytest.mark.parametrize("cell", ["2024-10-27 02:30", "2024-03-31 02:30"])
def test_a_time_that_occurs_twice_or_never_is_refused(cell: str) -> None:
    with pytest.raises(BadValue, match="twice or never in Europe/Berlin"):
        converted(Instant(), cell, dates=("%Y-%m-%d %H:%M",), zone="Europe/Berlin")


def test_booleans_are_words_and_nothing_else() -> None:
    assert converted(Boolean(), "True") is True
    assert converted(Boolean(), " false ") is False
    with pytest.raises(BadValue):
        converted(Boolean(), "1")


def test_several_codes_are_cut_at_the_separator() -> None:
    kind = Choices(of=Choice(codes=("a", "b", "c")))
    assert converted(kind, "c; a", separator=";") == ("a", "c")
    assert converted(kind, "b") == ("b",)
    assert converted(kind, ["b", "a"]) == ("a", "b")


def test_json_and_numbers_of_json_lines() -> None:
    assert converted(Json(), '{"a": [1]}') == {"a": [1]}
    assert converted(Text(), 8123) == "8123"
    with pytest.raises(BadValue):
        converted(Text(), True)
    with pytest.raises(BadValue, match="is no JSON"):
        converted(Json(), "{")


def test_a_value_map_knows_all_spellings_or_refuses() -> None:
    look_up = mapped({"1": True, "0": False}, "yes_no")
    assert look_up("1") is True
    assert look_up(0) is False
    with pytest.raises(BadValue, match="'2' is not in the value map yes_no") as refused:
        look_up("2")
    assert refused.value.hint == "It has 1, 0."


def test_a_pattern_must_match_the_whole_text() -> None:
    take = matched(r"\S+ (.+)")
    assert take("Ana Trujillo Emparedados") == "Trujillo Emparedados"
    with pytest.raises(BadValue, match="does not match"):
        take("Ana")


def test_templates_read_columns_and_keep_what_stands_between() -> None:
    positions = {"first": 0, "last": 1}
    template = parse_template("{first} {{{last}}}")
    read = reader(template, positions, Spelling())
    assert read(["Ada", "Lovelace"]) == "Ada {Lovelace}"
    assert read(["Ada", ""]) is None


def test_nothing_has_the_spellings_that_are_stated() -> None:
    read = reader(parse_template("{a}"), {"a": 0}, Spelling(nulls=("NULL", "N/A"), trim=True))
    assert [read([cell]) for cell in ("NULL", " N/A ", " ", None, " x ", 0)] == [None] * 4 + [
        "x",
        0,
    ]
    exact = reader(parse_template("{a}"), {"a": 0}, Spelling())
    assert [exact([cell]) for cell in ("NULL", " x ", "")] == ["NULL", " x ", None]
