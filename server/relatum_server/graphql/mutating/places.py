"""Where in the input an error of the engine arose, in the names of GraphQL."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from relatum.catalogue import Catalogue, End
from relatum_schemas.errors import Path, PathStep
from relatum_server.graphql.meaning import Act
from relatum_server.graphql.mutating.works import PATCHED, Input, listed, new_record
from relatum_server.graphql.names import camel

_HOLDERS: Final = frozenset({"input", "patch"})


def place_in_item(catalogue: Catalogue, act: Act, item: Input, path: Path) -> Path:
    """Where in what one act is given something stands.

    Args:
        catalogue: the types in force.
        act: the act.
        item: what it is given, coerced.
        path: from the record, or the command, inwards: a field; or an end, the index of a tie there, and so on.
    """
    if not path:
        return ()
    if path[0] == "key" and "key" in item:
        return ("key", *_in_key(item["key"], path[1:]))
    if path[0] in item and path[0] not in _HOLDERS:
        return _named(path, item)
    holder = "patch" if act.verb in PATCHED else "input"
    if holder not in item:
        return _named(path, item)
    return (holder, *_in_record(catalogue, act.type, item[holder], path))


def _in_key(given: Input, path: Path) -> Path:
    """A place in a key: of several fields under the name that they have together."""
    ((name, each),) = given.items()
    if not path or path[0] == name or not isinstance(each, Mapping):
        return _named(path, given)
    return (camel(name), *_named(path, each))


def _in_record(catalogue: Catalogue, type_name: str, given: Input, path: Path) -> Path:
    """A place in what is given of a record."""
    if not path:
        return ()
    name, *rest = path
    end = catalogue.ends(type_name).get(str(name))
    there = given.get(str(name))
    if end is None or there is None or not rest:
        return _named(path, given)
    return (camel(end.name), *_at_end(catalogue, end, there, rest))


def _at_end(catalogue: Catalogue, end: End, given: Input, path: Sequence[PathStep]) -> Path:
    """A place in the ties to make at an end."""
    at, *rest = path
    assert isinstance(at, int)
    related, created = listed(given.get("relate")), listed(given.get("create"))
    member, ties = ("relate", related) if at < len(related) else ("create", created)
    position = at if at < len(related) else at - len(related)
    place: Path = (member,) if end.to_one else (member, position)
    if rest[:1] != ["node"]:
        return (*place, *_named(rest, ties[position]))
    name, node = new_record(end, ties[position]["node"], catalogue)
    place = (*place, "node") if node is ties[position]["node"] else (*place, "node", camel(name))
    return (*place, *_in_record(catalogue, name, node, tuple(rest[1:])))


def _named(path: Sequence[PathStep], given: Any) -> Path:
    """A place among values: fields, and the parts of values."""
    if not path:
        return ()
    step, *rest = path
    inner = given.get(step) if isinstance(given, Mapping) else None
    return (camel(step) if isinstance(step, str) else step, *_named(rest, inner))
