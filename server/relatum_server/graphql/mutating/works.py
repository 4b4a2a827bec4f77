"""From what an act is given to what the engine does: records to save with their ties, and commands.

Inputs are coerced already and speak of fields and ends by their names in the catalogue. What can be wrong with them still
is that an id is none; all such are told at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from relatum.catalogue import Catalogue, End
from relatum.writing import (
    UNCHANGED,
    Change,
    Command,
    Correct,
    Delete,
    Key,
    Merge,
    Relate,
    Remove,
    Restore,
    Saving,
    Tied,
)
from relatum.writing import End as EndTie
from relatum_schemas.errors import BadValue, Path
from relatum_schemas.kinds import Identity
from relatum_server.graphql.meaning import Act

Work = Saving | Command
Input = Mapping[str, Any]

PATCHED: Final = frozenset({"update", "change", "correct"})
"""Acts whose values stand in a patch."""

SAVED: Final = frozenset({"create", "update", "upsert"})
"""Acts that save records with their ties."""

EXTERNAL: Final = "external_key"
"""The member of a key that names it as another system does."""

_IDENTITY: Final = Identity()
_NOBODY: Final = UUID(int=0)
_PERIOD: Final = ("valid_from", "valid_to")
_OF_TIES: Final = frozenset({*_PERIOD, "id", "node", "source", "target"})
"""What inputs of ties have beside the values of their properties."""


@dataclass
class Works:
    """What one act is to do.

    Attributes:
        catalogue: the types in force.
        act: the act.
        problems: ids that are none, with where they stand, beginning with the index of the item.
        size: how many records and ties are named or made in all.
    """

    catalogue: Catalogue
    act: Act
    problems: list[BadValue] = field(default_factory=list)
    size: int = 0

    def of(self, items: Sequence[Input]) -> list[Work]:
        """What is to be done, one for each item."""
        return [self._work(item, (at,)) for at, item in enumerate(items)]

    def _work(self, item: Input, path: Path) -> Work:
        self.size += 1
        name = self.act.type
        match self.act.verb:
            case "create":
                return self._saving(name, item["input"], path)
            case "update":
                saving = self._saving(name, item["patch"], path)
                named = self._id(item["id"], (*path, "id"))
                return replace(saving, id=named, if_version=item.get("if_version"))
            case "upsert":
                saving = self._saving(name, item["input"], path)
                return replace(saving, key=self._key(item["key"]))
            case "relate":
                return self._relate(item["input"], path)
        return self._to_there(item, path)

    def _to_there(self, item: Input, path: Path) -> Work:
        """What is done to a record that is there."""
        name, named = self.act.type, self._id(item["id"], (*path, "id"))
        version = item.get("if_version")
        match self.act.verb:
            case "delete":
                return Delete(named, version, name)
            case "restore":
                return Restore(named, name)
            case "merge":
                return Merge(named, self._id(item["into"], (*path, "into")), name)
            case "end":
                return EndTie(named, item.get("at"), version, name)
            case "change":
                return Change(named, item["at"], item["patch"], version, type=name)
            case "correct":
                return self._correct(named, item["patch"], version, path)
            case "remove":
                return Remove(named, version, name)
        raise AssertionError(self.act.verb)

    def _saving(self, name: str, given: Input, path: Path) -> Saving:
        known = self.catalogue.ends(name)
        ends = {
            end: self._ties(known[end], each, (*path, end))
            for end, each in given.items()
            if end in known and each is not None
        }
        values = {field: each for field, each in given.items() if field not in known}
        return Saving(name, values, ends)

    def _ties(self, end: End, given: Input, path: Path) -> tuple[Tied, ...]:
        ties = [*listed(given.get("relate")), *listed(given.get("create"))]
        self.size += len(ties)
        return tuple(self._tied(end, each, (*path, at)) for at, each in enumerate(ties))

    def _tied(self, end: End, given: Input, path: Path) -> Tied:
        to: UUID | Saving
        if "node" in given:
            self.size += 1
            name, node = new_record(end, given["node"], self.catalogue)
            to = self._saving(name, node, (*path, "node"))
        else:
            to = self._id(given["id"], (*path, "id"))
        return Tied(to, _properties(given), given.get("valid_from"), given.get("valid_to"))

    def _relate(self, given: Input, path: Path) -> Relate:
        source, target = (self._id(given[side], (*path, side)) for side in ("source", "target"))
        start, end = (given.get(each) for each in _PERIOD)
        return Relate(self.act.type, source, target, _properties(given), start, end)

    def _correct(self, named: UUID, patch: Input, version: int | None, path: Path) -> Correct:
        source, target = (
            self._id(patch[side], (*path, side)) if side in patch else None
            for side in ("source", "target")
        )
        start, end = (patch.get(each, UNCHANGED) for each in _PERIOD)
        return Correct(
            named, _properties(patch), start, end, source, target, version, self.act.type
        )

    def _key(self, given: Input) -> Key:
        ((name, each),) = given.items()
        if name in self.catalogue.fields(self.act.type):
            return Key({name: each})
        return Key(external=(each["source"], each["key"])) if name == EXTERNAL else Key(each)

    def _id(self, given: object, path: Path) -> UUID:
        try:
            found: UUID = _IDENTITY.parse(given)
        except BadValue as error:
            error.path = path
            self.problems.append(error)
            return _NOBODY
        return found


def listed(given: Input | Sequence[Input] | None) -> Sequence[Input]:
    """What was given at an end: several ties, the only one, or none."""
    if given is None:
        return ()
    return (given,) if isinstance(given, Mapping) else given


def new_record(end: End, given: Input, catalogue: Catalogue) -> tuple[str, Input]:
    """The type of a new record at an end, and its input: given by type where it may be of several."""
    if end.other in catalogue.entities:
        return end.other, given
    ((name, node),) = given.items()
    return name, node


def _properties(given: Input) -> dict[str, object]:
    return {name: each for name, each in given.items() if name not in _OF_TIES}
