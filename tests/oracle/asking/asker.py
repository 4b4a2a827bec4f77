"""What a request in the making draws from: names, paths, values."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from relatum.catalogue.model import Catalogue, End, Field, RelationshipType
from relatum.catalogue.model import Field as FieldOf
from relatum_schemas.errors import BadSelection
from relatum_schemas.kinds import Kind
from relatum_schemas.selection import (
    FieldPath,
    Parameter,
    Step,
)
from tests.oracle.shapes import Shape

Draw = Callable[[st.SearchStrategy[Any]], Any]


@dataclass
class Asking:
    """A request in the making."""

    draw: Draw
    catalogue: Catalogue
    types: Sequence[str]
    """Types that there are records of."""
    ids: Sequence[str]
    """Ids of records, one that there is not among them."""
    parameters: dict[str, object] = field(default_factory=dict)
    keys: int = 0
    past: bool = False
    speaks: Callable[[str, str], bool] = lambda _, __: True
    """Whether whoever asks may name a field of a type."""

    def pick(self, choices: Sequence[Any]) -> Any:
        """One of several."""
        return self.draw(st.sampled_from(choices))

    def chance(self, in_ten: int) -> bool:
        """True that often."""
        return bool(self.draw(st.integers(0, 9)) >= 10 - in_ten)

    def several(self, most: int, least: int = 0) -> range:
        """A count to loop over."""
        return range(self.draw(st.integers(least, most)))

    def key(self) -> str:
        """A key of its own."""
        self.keys += 1
        return f"k{self.keys}"

    def value(self, value: object) -> Any:
        """A literal, or a parameter that is bound to it."""
        if not self.chance(3):
            return value
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return Parameter(parameter=name, many=isinstance(value, list))

    def fields(self, shape: Shape) -> list[Field]:
        """The fields that rows of a shape have."""
        names = self.catalogue.fields(shape.name or shape.types[0])
        return [shape.field(name) for name in names if self._has(shape, name)]

    def _has(self, shape: Shape, name: str) -> bool:
        if shape.name:
            return True
        kinds = [self.catalogue.fields(each).get(name) for each in shape.types]
        first = kinds[0]
        return first is not None and all(
            each is not None and each.kind == first.kind for each in kinds
        )

    def ends(self, shape: Shape) -> list[End]:
        """The ends that rows of a shape have."""
        if shape.name:
            return list(self.catalogue.ends(shape.name).values())
        held = [self.catalogue.ends(each) for each in shape.types]
        return [
            end
            for name, end in held[0].items()
            if all(
                name in each
                and (each[name].relationship, each[name].side) == (end.relationship, end.side)
                for each in held
            )
        ]

    def an_end(self, shape: Shape) -> End:
        """An end of rows of a shape, mostly one that there are ties at."""
        ends = self.ends(shape)
        tied = [end for end in ends if end.relationship in self.types]
        end: End = self.pick(tied if tied and self.chance(9) else ends)
        return end

    def climbs(self, shape: Shape) -> list[tuple[str, ...]]:
        """The ends, or pairs of ends, that lead on from rows of a shape, hop by hop."""
        names = [end.name for end in self.ends(shape)]
        pairs = list(pairwise(names))
        return [ends for ends in [*((name,) for name in names), *pairs] if _leads_on(shape, ends)]

    def crossings(self, shape: Shape) -> list[Any]:
        """The ways across from rows of a shape."""
        if not isinstance(self.catalogue.types.get(shape.name), RelationshipType):
            return []
        return ["source", "target", *(["node"] if shape.reached else [])]

    def steps(self, shape: Shape) -> tuple[tuple[Step, ...], Shape]:
        """Single-valued steps, often none."""
        steps: list[Step] = []
        while self.chance(3) and len(steps) < 3:
            possible = [
                *(Step(across=across) for across in self.crossings(shape)),
                *(
                    Step(end=end.name, edge=edge)
                    for end in self.ends(shape)
                    if end.to_one
                    for edge in (False, True)
                ),
            ]
            if not possible:
                break
            steps.append(self.pick(possible))
            shape = shape.along(FieldPath(steps=(steps[-1],), field="id"))
        return tuple(steps), shape

    def path(
        self, shape: Shape, admits: Callable[[FieldOf, Kind, bool], bool]
    ) -> tuple[FieldPath, FieldOf, Kind]:
        """A path to a value whose kind is admitted; `id` always has to be."""
        steps, arrived = self.steps(shape)
        possible: list[tuple[FieldOf, str | None, Kind]] = []
        everything = not arrived.types or self.chance(1)
        for each in self.fields(arrived):
            if not (everything or any(self.speaks(name, each.name) for name in arrived.types)):
                continue
            whole: list[tuple[FieldOf, str | None, Kind]] = [(each, None, each.kind)]
            parts = [(each, name, kind) for name, kind in each.kind.parts.items()]
            possible += [
                (declared, part, kind)
                for declared, part, kind in (*whole, *parts)
                if admits(declared, kind, part is not None)
            ]
        chosen, part, kind = self.pick(possible)
        return FieldPath(steps=steps, field=chosen.name, part=part), chosen, kind

    def searched(self, shape: Shape) -> list[str]:
        """The fields whose words whoever asks may search."""
        return [
            each.name
            for each in self.fields(shape)
            if each.searchable and any(self.speaks(name, each.name) for name in shape.types)
        ]


def _leads_on(shape: Shape, ends: tuple[str, ...]) -> bool:
    try:
        shape.above(ends)
    except BadSelection:
        return False
    return True
