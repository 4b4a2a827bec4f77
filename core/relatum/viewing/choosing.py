"""Records to choose from, by words: for filters and forms."""

from collections.abc import Sequence
from typing import Final

import orjson

from relatum.text import words
from relatum.viewing.columns import IDENTITY, Shown, named_in
from relatum.viewing.reads import Reads
from relatum.viewing.shown import Choice
from relatum_schemas.selection import (
    FieldPath,
    Many,
    Order,
    Page,
    Parameter,
    Request,
    RootField,
    Rows,
    Search,
)

_FIRST: Final = Page(first=Parameter(parameter="first"))


async def chosen(
    reads: Reads, types: Sequence[str], text: str, *, first: int
) -> tuple[Choice, ...]:
    """Records of some types or traits that may be seen, the best found first, or the first by name.

    Args:
        reads: as whom is looked.
        types: names of types and traits.
        text: words of what is looked for; without any all are found.
        first: how many at most.
    """
    if not words(text):
        return await _first_by_name(reads, types, first)
    source = Search(text=Parameter(parameter="text"), types=tuple(types))
    root = RootField(key="found", source=source, form=Many(outputs=IDENTITY), page=_FIRST)
    answer = await reads.read(Request(fields=(root,)), {"text": text, "first": first})
    return tuple(map(_choice, orjson.loads(answer)["found"]))


async def _first_by_name(reads: Reads, types: Sequence[str], first: int) -> tuple[Choice, ...]:
    """The first records of all types together; of each the index of its label gives the first."""
    roots = tuple(
        RootField(
            key=name,
            source=Rows(type=name),
            form=Many(outputs=IDENTITY),
            order=_by_name(reads, name),
            page=_FIRST,
        )
        for name in types
    )
    answer = orjson.loads(await reads.read(Request(fields=roots), {"first": first}))
    found = [list(map(_choice, answer[name])) for name in types]
    if len(found) == 1:
        return tuple(found[0])
    together = {each.value: each for several in found for each in several}.values()
    return tuple(sorted(together, key=lambda each: each.text.casefold())[:first])


def _choice(shown: Shown) -> Choice:
    named = named_in(shown)
    return Choice(str(named.id), named.label or named.type)


def _by_name(reads: Reads, type_name: str) -> tuple[Order, ...]:
    """By the first field of the label, of which there is an index."""
    fields = reads.catalogue.fields(type_name).values()
    return tuple(Order(path=FieldPath(field=each.name)) for each in fields if each.label)
