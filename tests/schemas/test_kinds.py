"""Kinds read any accepted spelling into one value and write that value in one form."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relatum_schemas.errors import BadValue
from relatum_schemas.kinds import (
    Boolean,
    Choice,
    Choices,
    Country,
    Currency,
    Day,
    Duration,
    Email,
    FileKind,
    Identity,
    Instant,
    Integer,
    Json,
    Kind,
    Language,
    LongText,
    Money,
    MoneyKind,
    Number,
    Phone,
    PostalAddress,
    PostalAddressKind,
    Text,
    Url,
)

COLOURS = Choice(codes=("red", "green", "blue"))

READ = [
    (Text(), "Zoë", "Zoë", "Zoë"),
    (LongText(), "one\ntwo", "one\ntwo", "one\ntwo"),
    (Integer(), "42", 42, 42),
    (Integer(big=True), 10**17, 10**17, 10**17),
    (Number(scale=2), "-0.05", Decimal("-0.05"), "-0.05"),
    (Number(scale=2), 3, Decimal(3), "3.00"),
    (Number(scale=3), 0.1, Decimal("0.1"), "0.100"),
    (Boolean(), True, True, True),
    (Day(), "2024-02-29", date(2024, 2, 29), "2024-02-29"),
    (Duration(), "PT1H30M", timedelta(hours=1.5), "PT5400S"),
    (Duration(), "-PT0.5S", timedelta(seconds=-0.5), "-PT0.5S"),
    (Duration(), "P1W2D", timedelta(days=9), "PT777600S"),
    (COLOURS, "red", "red", "red"),
    (Choices(of=COLOURS), ["blue", "red", "blue"], ("red", "blue"), ["red", "blue"]),
    (Email(), "Ada@EXAMPLE.org", "Ada@example.org", "Ada@example.org"),
    (Phone(), "+49 30 901820", "+4930901820", "+4930901820"),
    (Phone(region="DE"), "030 901820", "+4930901820", "+4930901820"),
    (Url(), "https://Example.org", "https://example.org/", "https://example.org/"),
    (Country(), "DE", "DE", "DE"),
    (Currency(), "EUR", "EUR", "EUR"),
    (Language(), "pt-BR", "pt-BR", "pt-BR"),
    (
        MoneyKind(),
        {"amount": "12.5", "currency": "EUR"},
        Money(amount=Decimal("12.50"), currency="EUR"),
        {"amount": "12.50", "currency": "EUR"},
    ),
    (
        PostalAddressKind(),
        {"locality": "Berlin", "country": "DE"},
        PostalAddress(locality="Berlin", country="DE"),
        {
            "street": None,
            "postal_code": None,
            "locality": "Berlin",
            "region": None,
            "country": "DE",
        },
    ),
    (Json(), {"a": [1, None]}, {"a": [1, None]}, {"a": [1, None]}),
]


@pytest.mark.parametrize(("kind", "spelling", "value", "wire"), READ)
def test_a_spelling_becomes_one_value_and_one_wire_form(
    kind: Kind, spelling: object, value: object, wire: object
) -> None:
    assert kind.parse(spelling) == value
    assert kind.wire(kind.parse(spelling)) == wire
    assert kind.parse(wire) == value


REFUSED = [
    (Text(), 3),
    (Text(length=3), "four"),
    (Text(), "nul\x00"),
    (Text(), "\ud800"),
    (Integer(), 2**31),
    (Integer(), True),
    (Integer(), 1.0),
    (Integer(), "1e3"),
    (Number(scale=2), "0.001"),
    (Number(scale=2), "NaN"),
    (Number(scale=2), "1_000"),
    (Number(scale=2), "\N{FULLWIDTH DIGIT ONE}"),
    (Number(scale=2), ""),
    (Number(scale=2), float("inf")),
    (Number(scale=2), Decimal(10) ** 16),
    (Boolean(), 1),
    (Day(), "2023-02-29"),
    (Day(), datetime(2024, 1, 1, tzinfo=UTC)),
    (Instant(), "2024-01-01T10:00:00"),
    (Instant(), "0001-01-01T00:00:00+14:00"),
    (Duration(), "P1M"),
    (Duration(), "PT"),
    (Duration(), "P99999W"),
    (COLOURS, "pink"),
    (COLOURS, ["red"]),
    (Choices(of=COLOURS), "red"),
    (Email(), "no at sign"),
    (Phone(), "030 901820"),
    (Phone(), "+49 1"),
    (Url(), "javascript:alert(1)"),
    (Url(), "https://"),
    (Country(), "XX"),
    (Country(), "de"),
    (Currency(), "EURO"),
    (Language(), "tlh-Zzzz-QQ-extra"),
    (MoneyKind(), {"amount": "1"}),
    (MoneyKind(), {"amount": "1.001", "currency": "EUR"}),
    (MoneyKind(), {"amount": "1", "currency": "EUR", "rate": 2}),
    (PostalAddressKind(), {}),
    (FileKind(), {"name": "a.txt"}),
    (Json(), {1, 2}),
    (Json(), 2**70),
    (Identity(), "not-an-id"),
]


@pytest.mark.parametrize(("kind", "value"), REFUSED)
def test_what_is_not_of_the_kind_is_refused_in_words(kind: Kind, value: object) -> None:
    with pytest.raises(BadValue) as refusal:
        kind.parse(value)
    assert refusal.value.message.endswith(".")


def test_a_part_that_is_wrong_is_named_in_the_path() -> None:
    with pytest.raises(BadValue) as refusal:
        MoneyKind().parse({"amount": "1", "currency": "Euro"})
    assert refusal.value.path == ("currency",)


@given(st.decimals(min_value=-(10**10), max_value=10**10, places=4))
def test_numbers_survive_their_wire_form(number: Decimal) -> None:
    kind = Number(scale=4)
    assert kind.parse(kind.wire(kind.parse(number))) == number


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))])))
def test_instants_survive_and_their_text_sorts_as_they_do(moment: datetime) -> None:
    kind = Instant()
    earlier = datetime(1970, 1, 1, tzinfo=UTC)
    try:
        value = kind.parse(moment)
    except BadValue:
        assert moment.year in (1, 9999)
        return
    assert kind.parse(kind.wire(value)) == value == moment
    assert len(kind.wire(value)) == 27
    assert (kind.wire(value) < kind.wire(earlier)) == (value < earlier)


@given(st.timedeltas(min_value=timedelta(days=-36525), max_value=timedelta(days=36525)))
def test_durations_survive_their_wire_form(length: timedelta) -> None:
    kind = Duration()
    assert kind.parse(kind.wire(length)) == length
