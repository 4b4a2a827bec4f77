"""Records to choose from, by words: for filters and forms."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import orjson

from relatum.catalogue.instances import instance
from relatum.text import words
from relatum.viewing.columns import ENDS, IDENTITY, Shown, between, named_in
from relatum.viewing.reads import Reads
from relatum.viewing.shown import Choice, Named
from relatum.viewing.sight import Sight, sight_of
from relatum_schemas.action import Action
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

_LOOKED_AT: Final = (200, 5_000)
"""Of so many records it is asked whether an action may be called on them, at first and where that was not enough."""

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
    return tuple(map(_choice, await _found(reads, types, text, first)))


async def chosen_for(
    reads: Reads, action: Action, types: Sequence[str], text: str, *, first: int
) -> tuple[Choice, ...]:
    """Records as of `chosen`, on each of which an action may be called.

    Where that are few of many, not all are looked at; more words find the others.

    Args:
        reads: who calls.
        action: with a subject.
        types: that its subject may be of.
        text: words of what is looked for.
        first: how many at most.
    """
    found: Sequence[Named] = ()
    classes = reads.catalogue.classes
    async with reads.snapshot() as within:
        for looked_at in _LOOKED_AT:
            known = await _found(within, types, text, looked_at)
            records = [instance(classes[each.type], {"id": each.id}) for each in known]
            callable_on = await within.callable_on([action], records)
            found = [each for each in known if each.id in callable_on[action.name]]
            if len(found) >= first or len(known) < looked_at:
                break
    return tuple(map(_choice, found[:first]))


async def _found(reads: Reads, types: Sequence[str], text: str, first: int) -> Sequence[Named]:
    if not words(text):
        return await _first_by_name(reads, types, first)
    source = Search(text=Parameter(parameter="text"), types=tuple(types))
    root = RootField(key="found", source=source, form=Many(outputs=IDENTITY), page=_FIRST)
    answer = await reads.read(Request(fields=(root,)), {"text": text, "first": first})
    return tuple(map(named_in, orjson.loads(answer)["found"]))


async def _first_by_name(reads: Reads, types: Sequence[str], first: int) -> Sequence[Named]:
    """The first records of all types together that may be seen; of each the index of its label gives the first."""
    sight = sight_of(reads.catalogue, reads.principal)
    seen = sight.of(types)
    if not seen:
        return ()
    ties = reads.catalogue.relationships
    roots = tuple(
        RootField(
            key=name,
            source=Rows(type=name),
            form=Many(outputs=(*IDENTITY, *(ENDS if name in ties else ()))),
            order=_by_name(sight, name),
            page=_FIRST,
        )
        for name in seen
    )
    answer = orjson.loads(await reads.read(Request(fields=roots), {"first": first}))
    found = [list(map(_named, answer[name])) for name in seen]
    if len(found) == 1:
        return found[0]
    together = {each.id: each for several in found for each in several}.values()
    return sorted(together, key=lambda each: (each.label or each.type).casefold())[:first]


def _named(shown: Shown) -> Named:
    """A record by its label; a tie that has none by between whom it is."""
    named = named_in(shown)
    return named if named.label or "source" not in shown else replace(named, label=between(shown))


def _choice(named: Named) -> Choice:
    return Choice(str(named.id), named.label or named.type)


def _by_name(sight: Sight, type_name: str) -> tuple[Order, ...]:
    """By the fields of the label that may be seen, of the first of which there is an index."""
    fields = sight.catalogue.fields(type_name).values()
    labels = (each for each in fields if each.label and sight.field((type_name,), each))
    return tuple(Order(path=FieldPath(field=each.name)) for each in labels)
