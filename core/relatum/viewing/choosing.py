"""Records to choose from, by words: for filters and forms."""

from collections.abc import Sequence
from typing import Final

import orjson

from relatum.catalogue import RECORD
from relatum.text import words
from relatum.viewing.columns import IDENTITY, named_in
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
    Source,
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
    if words(text):
        source: Source = Search(text=Parameter(parameter="text"), types=tuple(types))
        order: tuple[Order, ...] = ()
    else:
        source = Rows(type=types[0] if len(types) == 1 else RECORD)
        order = _by_name(reads, types)
    root = RootField(
        key="found", source=source, form=Many(outputs=IDENTITY), order=order, page=_FIRST
    )
    answer = await reads.read(Request(fields=(root,)), {"text": text, "first": first})
    found = map(named_in, orjson.loads(answer)["found"])
    return tuple(Choice(str(each.id), each.label or each.type) for each in found)


def _by_name(reads: Reads, types: Sequence[str]) -> tuple[Order, ...]:
    """By the first field of the label, of which there is an index."""
    if len(types) != 1:
        return ()
    fields = reads.catalogue.fields(types[0]).values()
    return tuple(Order(path=FieldPath(field=each.name)) for each in fields if each.label)
