"""Shapes: what is known of a row before it is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from relatum.catalogue.model import (
    RECORD,
    Catalogue,
    End,
    Field,
    RelationshipType,
    Side,
)
from relatum_schemas.errors import BadSelection, UnknownField
from relatum_schemas.kinds import Kind
from relatum_schemas.selection import FieldPath, Rows, Search, Source

Across = Literal["node", "source", "target"]


@dataclass(frozen=True)
class Shape:
    """What rows are asked as: a type, a trait or `Record`; empty for the union of several types.

    ``reached`` is the end by which a tie was reached; it gives the tie a ``node``.
    """

    catalogue: Catalogue
    name: str
    types: tuple[str, ...]
    reached: End | None = None

    def field(self, name: str) -> Field:
        """A field by name; of several types, one that all of them have alike. Raises UnknownField."""
        if self.name:
            return self.catalogue.field(self.name, name)
        found = [self.catalogue.field(each, name) for each in self.types]
        if any(each.kind != found[0].kind for each in found):
            raise UnknownField(f"{name!r} is of another kind on each of the types here.")
        return found[0]

    def end(self, name: str) -> End:
        """An end by name; of several types, one that all of them have alike. Raises UnknownField."""
        if self.name:
            return self.catalogue.end(self.name, name)
        found = [self.catalogue.end(each, name) for each in self.types]
        if any(
            (each.relationship, each.side) != (found[0].relationship, found[0].side)
            for each in found
        ):
            raise UnknownField(f"{name!r} is another end on each of the types here.")
        return found[0]

    def narrowed(self, types: tuple[str, ...] | None) -> "list[Shape]":
        """The shapes that an output restricted to ``types`` speaks of."""
        if types is None:
            return [self]
        return [
            Shape(self.catalogue, self.catalogue.record_type(name).name, (name,), self.reached)
            for name in types
        ]

    def at_end(self, end: End) -> "Shape":
        """The ties at an end."""
        return Shape(self.catalogue, end.relationship, (end.relationship,), end)

    def above(self, names: Sequence[str]) -> "Shape":
        """The rows themselves and all that these ends lead to, hop by hop."""
        ends = {name: self.catalogue.types[name].ends for name in self.catalogue.types}
        reached, before = set(self.types), set[str]()
        for name in names:
            if not any(name in ends[each] for each in reached):
                raise UnknownField(f"There is no end {name!r}.")
        while reached != before:
            before = set(reached)
            for name in names:
                reached |= {
                    o for each in before if name in ends[each] for o in ends[each][name].others
                }
        for name in names:
            onto = {o for each in reached if name in ends[each] for o in ends[each][name].others}
            if not any(other in ends[each] for each in onto for other in names):
                raise BadSelection(f"{name!r} does not lead on.")
        types = tuple(sorted(reached))
        return Shape(self.catalogue, types[0] if len(types) == 1 else "", types)

    def across(self, across: Across) -> "Shape":
        """The record that a tie leads to."""
        if across == "node":
            if self.reached is None:
                raise BadSelection("Only a tie reached from a record has a far end.")
            return Shape(self.catalogue, self.reached.other, self.reached.others)
        side = self._relationship().side(across)
        return of_side(self.catalogue, side)

    def _relationship(self) -> RelationshipType:
        if self.name not in self.catalogue.relationships:
            raise BadSelection(f"{self.name or 'A record'} is no tie: it has no source and target.")
        return self.catalogue.relationship(self.name)

    def along(self, path: FieldPath) -> "Shape":
        """The shape of the row that the steps of a path arrive at."""
        shape = self
        for step in path.steps:
            if (step.end is None) == (step.across is None):
                raise BadSelection("A step names an end or a way across, not both.")
            if step.end is None:
                assert step.across is not None
                shape = shape.across(step.across)
                continue
            end = shape.end(step.end)
            if not end.to_one:
                raise BadSelection(f"{step.end!r} may lead to several records.")
            shape = shape.at_end(end) if step.edge else shape.at_end(end).across("node")
        return shape

    def value_of(self, path: FieldPath) -> tuple[Field, Kind]:
        """The field that a path arrives at, and the kind of the value (of the part, if one is named)."""
        field = self.along(path).field(path.field)
        if path.part is None:
            return field, field.kind
        if path.part not in field.kind.parts:
            raise UnknownField(f"{field.name!r} has no part {path.part!r}.")
        return field, field.kind.parts[path.part]


def of_name(catalogue: Catalogue, name: str) -> Shape:
    """The shape of the rows of a type, a trait or `Record`."""
    return Shape(catalogue, name, catalogue.concrete(name))


def of_side(catalogue: Catalogue, side: Side) -> Shape:
    """The shape of the records at one side of a relationship type."""
    return Shape(catalogue, side.declared, side.types)


def of_source(catalogue: Catalogue, source: Source) -> Shape:
    """The shape of the rows of a source."""
    if isinstance(source, Rows):
        return of_name(catalogue, source.type)
    if not isinstance(source, Search) or not source.types:
        return of_name(catalogue, RECORD)
    concrete = [each for name in source.types for each in catalogue.concrete(name)]
    return Shape(catalogue, RECORD, tuple(concrete))
