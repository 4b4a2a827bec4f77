"""What browsers send of a form: flat names with texts, read as the tree that they stand for.

``paint.colour=red`` is a part of an object, ``coats.0.thickness=3`` one of a thing in a list, ``gear=radio&gear=radar``
several values. Numbers in lists say the order and nothing else. What was left empty is not there.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from relatum_schemas.kinds import FileReference

Sent = str | FileReference
Pairs = Iterable[tuple[str, Sent]]
Tree = Mapping[str, "Tree | list[Sent]"]
"""By name: what is sent under it, or the tree of what is sent under the names within."""

ADD: Final = "add"
DROP: Final = "drop"
KEY: Final = "form:key"
"""Under which name a form sends its key; no field is called so."""

MOST: Final = 100
"""Things of a list that a form takes."""

_DEPTH: Final = 8
"""Names within names, at most."""


def tree_of(pairs: Pairs) -> tuple[Tree, tuple[str, ...]]:
    """The tree that pairs of names and texts stand for, and the lists to which something is to be added.

    Buttons that work without script send ``add`` with the name of a list, or ``drop`` with the name of what is in one.
    """
    tree: dict[str, object] = {}
    added: list[str] = []
    dropped: list[str] = []
    for name, value in pairs:
        if name in (ADD, DROP) and isinstance(value, str):
            (added if name == ADD else dropped).append(value)
        elif value != "" and name != KEY:
            _put(tree, name.split(".")[:_DEPTH], value)
    for name in dropped:
        _drop(tree, name.split("."))
    return tree, tuple(added)  # type: ignore[return-value]  # built by _put, as its alias says


def _put(tree: dict[str, object], names: list[str], value: Sent) -> None:
    *outer, last = names
    for name in outer:
        within = tree.setdefault(name, {})
        if not isinstance(within, dict):
            return
        tree = within
    there = tree.setdefault(last, [])
    if isinstance(there, list):
        there.append(value)


def _drop(tree: dict[str, object], names: list[str]) -> None:
    *outer, last = names
    for name in outer:
        within = tree.get(name)
        if not isinstance(within, dict):
            return
        tree = within
    tree.pop(last, None)


def key_in(pairs: Iterable[tuple[str, Sent]]) -> str | None:
    """The key that a form was sent with."""
    keys = (value for name, value in pairs if name == KEY and isinstance(value, str))
    return next(keys, None)


def crowded(tree: Tree, outer: tuple[str, ...] = ()) -> Iterator[str]:
    """The names under which more is sent, one by one, than a list takes."""
    for name, inner in tree.items():
        if len(items(tree, name)) > MOST:
            yield ".".join((*outer, name))
        elif isinstance(inner, Mapping):
            yield from crowded(inner, (*outer, name))


def branch(tree: Tree, name: str) -> Tree:
    """What is sent under the names within a name."""
    found = tree.get(name)
    return found if isinstance(found, Mapping) else {}


def leaves(tree: Tree, name: str) -> list[Sent]:
    """What is sent under a name."""
    found = tree.get(name)
    return found if isinstance(found, list) else []


def items(tree: Tree, name: str) -> list[Tree | list[Sent]]:
    """What is sent of a list, in order."""
    found = tree.get(name)
    if isinstance(found, list):
        return [[each] for each in found]
    if found is None:
        return []
    numbered = sorted((int(key), key) for key in found if key.isdecimal() and len(key) < 7)
    return [found[key] for _, key in numbered]
