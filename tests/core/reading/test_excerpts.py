"""Rank and excerpt of what a search finds."""

from typing import Any

import pytest

from relatum.access import SYSTEM
from relatum.reading.excerpts import BEFORE, LENGTH, excerpt
from relatum.session import Database
from relatum.text import words
from relatum_schemas.errors import BadSelection
from relatum_schemas.selection import (
    Connection,
    EdgesItem,
    ExcerptOutput,
    FieldOutput,
    Parameter,
    RankOutput,
    Rows,
    Search,
    SelfOutput,
    TextOutput,
)
from tests.core.reading.asking import ask, request
from tests.core.reading.museum import Exhibit, Hall, Keeper

PARTS = (("t", "text"), TextOutput(key="kind", text="Piece"), ("m", "matched"), ("f", "field"))
EDGE = (
    RankOutput(key="rank"),
    ExcerptOutput(key="excerpt", parts=PARTS),
    SelfOutput(key="node", outputs=(FieldOutput(key="label", field="label"),)),
)
FORM = Connection(items=(EdgesItem(key="edges", outputs=EDGE),))
SEARCH = request(Search(text=Parameter(parameter="text")), FORM)


def told(text: str, *asked: str) -> str:
    """An excerpt with what matched in brackets."""
    pieces = excerpt("f", text, asked)
    return "".join(f"[{each.text}]" if each.matched else each.text for each in pieces)


@pytest.mark.parametrize(
    ("text", "asked", "shown"),
    [
        ("A golden mask", ("gol",), "A [golden] mask"),
        ("Die Straße, STRASSE 2", ("strasse",), "Die [Straße], [STRASSE] 2"),
        ("E\u0301te\u0301 d'été", ("ete",), "[E\u0301te\u0301] d'[été]"),
        ("ﬁn™ and ½ of it", ("fintm", "1"), "[ﬁn™] and [½] of it"),
        ("<b>mask</b>", ("mask",), "<b>[mask]</b>"),
        ("gold-mask", ("gold", "mask"), "[gold]-[mask]"),
        ("marigold", ("gold",), ""),
        ("", ("gold",), ""),
    ],
)
def test_words_are_found_as_the_search_folds_them(
    text: str, asked: tuple[str, ...], shown: str
) -> None:
    assert told(text, *asked) == shown


def test_an_excerpt_is_short_and_of_whole_words() -> None:
    text = f"{'stone ' * 500}gold {'clay ' * 500}"
    shown = told(text, "gold")
    assert shown.startswith("…stone ") and shown.endswith("clay…")
    assert 0 < shown.index("[gold]") <= BEFORE + 1
    assert len(shown) <= LENGTH + len("……[]")
    assert set(words(shown)) == {"stone", "gold", "clay"}
    assert told("x" * 1000, "x") == f"[{'x' * 1000}]"


async def test_a_search_tells_how_well_and_where(museum: Database) -> None:
    db = museum.as_(SYSTEM)
    await db.create(Exhibit(name="Golden mask"))
    await db.create(Hall(name='Gold "x" {"m": 1}'))
    await db.create(Keeper(name="Maskell Gold"))
    found = await ask(museum, SEARCH, {"text": "gold"})
    ranks = [(each["node"]["label"][:8], each["rank"]) for each in found["edges"]]
    assert ranks == [('Gold "x"', 1), ("Maskell ", 1), ("Golden m", 0.75)]
    matched = {"t": "Gold", "kind": "Piece", "m": True, "f": "name"}
    around = {"t": ' "x" {"m": 1}', "kind": "Piece", "m": False, "f": "name"}
    assert found["edges"][0]["excerpt"] == [matched, around]
    both = await ask(museum, SEARCH, {"text": "mask gol"})
    assert [each["rank"] for each in both["edges"]] == [0.87, 0.75]


async def test_only_a_search_has_rank_and_excerpt(museum: Database) -> None:
    for each in EDGE[:2]:
        items: Any = (EdgesItem(key="edges", outputs=(each,)),)
        with pytest.raises(BadSelection, match="Only the edges of a search"):
            await ask(museum, request(Rows(type="Hall"), Connection(items=items)))
