"""Pages: both ways, through missing values, and what is wrong with a page."""

from datetime import date
from typing import Any

import pytest

from relatum.access import SYSTEM
from relatum.session import Database
from relatum_schemas.errors import BadCursor, BadValue, RelatumError, TooLarge
from relatum_schemas.selection import Many, Page, Parameter, Rows
from tests.core.reading.asking import ask, by, page, request, shows
from tests.core.reading.museum import Exhibit

PAGE = ("first", "after", "last", "before")


def asked(*order: str) -> Any:
    """A page whose every number and cursor is a parameter."""
    return page(
        "Exhibit", "name", order=order, **{name: Parameter(parameter=name) for name in PAGE}
    )


async def exhibits(museum: Database) -> None:
    """Seven, of which some were found on one day and two nobody knows when."""
    async with museum.as_(SYSTEM).unit() as unit:
        for name, day in zip("gfedcba", (3, None, 1, 3, 2, None, 3), strict=True):
            found = None if day is None else date(1900, 1, day)
            await unit.create(Exhibit(name=name, found=found))


def names(shown: Any) -> str:
    return "".join(edge["node"]["name"] for edge in shown["edges"])


@pytest.mark.parametrize("order", [("found",), ("-found",), ("found", "-name"), ("-name",), ()])
async def test_pages_meet_each_row_once_in_either_direction(
    museum: Database, order: tuple[str, ...]
) -> None:
    await exhibits(museum)
    whole = names(await ask(museum, asked(*order)))
    assert sorted(whole) == list("abcdefg")
    forward, after, more = "", None, True
    while more:
        shown = await ask(museum, asked(*order), {"first": 3, "after": after})
        assert shown["page"]["has_previous_page"] == (after is not None)
        forward += names(shown)
        after, more = shown["page"]["end_cursor"], shown["page"]["has_next_page"]
    assert forward == whole
    backward, before, more = "", None, True
    while more:
        shown = await ask(museum, asked(*order), {"last": 2, "before": before})
        assert shown["page"]["has_next_page"] == (before is not None)
        backward = names(shown) + backward
        before, more = shown["page"]["start_cursor"], shown["page"]["has_previous_page"]
    assert backward == whole
    assert shown["total"] == 7


async def test_missing_values_are_the_smallest(museum: Database) -> None:
    await exhibits(museum)
    assert names(await ask(museum, asked("found", "name"))) == "bfecadg"
    assert names(await ask(museum, asked("-found", "name"))) == "adgcebf"


async def test_a_window_without_rows_has_no_cursors_but_neighbours(museum: Database) -> None:
    await exhibits(museum)
    shown = await ask(museum, asked("name"), {"first": 0})
    assert shown["edges"] == []
    assert shown["page"] == {
        "has_next_page": True,
        "has_previous_page": False,
        "start_cursor": None,
        "end_cursor": None,
    }


@pytest.mark.parametrize(
    ("given", "shown", "previous", "following"),
    [
        ({"after": "b", "before": "f"}, "cde", True, True),
        ({"before": "c"}, "ab", False, True),
        ({"first": 2, "after": "b", "before": "f"}, "cd", True, True),
        ({"last": 2, "after": "b", "before": "f"}, "de", True, True),
        ({"first": 9, "before": "c"}, "ab", False, True),
        ({"last": 9, "after": "e"}, "fg", True, False),
        ({"first": 4, "last": 3}, "bcd", True, True),
        ({"first": 2, "last": 3}, "ab", False, True),
        ({"first": 9, "last": 2}, "fg", True, False),
        ({"first": 3, "last": 1, "after": "b", "before": "g"}, "e", True, True),
        ({"first": 2, "last": 0}, "", True, True),
        ({"last": 0}, "", True, False),
        ({"after": "e", "before": "c"}, "", True, True),
        ({"after": "c", "before": "d"}, "", True, True),
    ],
)
async def test_a_page_stands_between_cursors_as_relay_says(
    museum: Database, given: dict[str, Any], shown: str, previous: bool, following: bool
) -> None:
    await exhibits(museum)
    cursors = {
        name: (await ask(museum, asked("name"), {"first": index + 1}))["page"]["end_cursor"]
        for index, name in enumerate("abcdefg")
    }
    found = await ask(
        museum, asked("name"), {name: cursors.get(each, each) for name, each in given.items()}
    )
    assert names(found) == shown
    assert found["page"] == {
        "has_next_page": following,
        "has_previous_page": previous,
        "start_cursor": cursors[shown[0]] if shown else None,
        "end_cursor": cursors[shown[-1]] if shown else None,
    }
    assert found["total"] == 7


async def test_a_list_is_read_from_its_end_in_its_order(museum: Database) -> None:
    await exhibits(museum)
    last = request(
        Rows(type="Exhibit"), Many(outputs=shows("name")), order=(by("name"),), page=Page(last=2)
    )
    assert [each["name"] for each in await ask(museum, last)] == ["f", "g"]


async def test_a_cursor_of_another_order_or_a_damaged_one_is_refused(museum: Database) -> None:
    await exhibits(museum)
    cursor = (await ask(museum, asked("name"), {"first": 1}))["page"]["end_cursor"]
    listed = bytes.fromhex(cursor).decode()
    damaged = {
        "of another order": (asked("-name"), cursor),
        "of another version": (asked("name"), listed.replace("[1", "[2", 1).encode().hex()),
        "with another id": (asked("name"), listed.replace('"]', 'x"]').encode().hex()),
        "cut off": (asked("name"), cursor[:-4]),
        "not hexadecimal": (asked("name"), "zz"),
        "a number": (asked("name"), 7),
    }
    for way, (question, text) in damaged.items():
        with pytest.raises(BadCursor) as raised:
            await ask(museum, question, {"first": 1, "after": text})
        assert raised.value.hint, way


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"first": 1_001}, TooLarge),
        ({"first": -1}, BadValue),
        ({"last": "3"}, BadValue),
        ({"first": 2, "last": -1}, BadValue),
        ({"first": 1, "before": "7b"}, BadCursor),
    ],
)
async def test_a_page_that_cannot_be_is_refused_with_a_way_out(
    museum: Database, given: dict[str, object], error: type[RelatumError]
) -> None:
    with pytest.raises(error) as raised:
        await ask(museum, asked("name"), given)
    assert raised.value.hint
    assert raised.value.path
