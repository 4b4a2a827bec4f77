"""What a mapping comes to once every name in it is resolved: per file, the records its rows become and how they are read.

Values are read by closures made when the file is open and the positions of its columns are known.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from relatum.catalogue import RelationshipType
from relatum.importing.conversion import Convert
from relatum.importing.mapping import Condition, File, Spelling
from relatum.importing.templates import Cells, Read, Template, reader
from relatum_schemas.errors import BadValue

Steps = tuple[str | int, ...]
Positions = Mapping[str, int]
Bind = Callable[[Positions], Read]
"""From the positions of the columns, known once the file is open, to what reads the value."""


@dataclass(frozen=True)
class KeyPlan:
    """An external key: whose it is, and how it is written."""

    type: str
    system: str
    bind: Bind
    shown: str
    """The columns it is made of, for messages."""


@dataclass(frozen=True)
class FieldPlan:
    """A field to be filled: how it is read, and the columns it is read from."""

    name: str
    bind: Bind
    shown: str


@dataclass(frozen=True, kw_only=True)
class TargetPlan:
    """What rows of a file become, resolved."""

    type: str
    at: Steps
    fields: tuple[FieldPlan, ...]
    when: Callable[[Positions], Callable[[Cells], bool]]


@dataclass(frozen=True, kw_only=True)
class EntityPlan(TargetPlan):
    """Rows that become entities."""

    key: KeyPlan


@dataclass(frozen=True, kw_only=True)
class TiePlan(TargetPlan):
    """Rows that become ties."""

    relationship: RelationshipType
    source: KeyPlan
    target: KeyPlan
    key: KeyPlan | None
    valid_from: FieldPlan | None
    valid_to: FieldPlan | None


@dataclass(frozen=True)
class FilePlan:
    """A file, what its rows become, and the columns that are needed for it."""

    path: Path
    file: File
    entities: tuple[EntityPlan, ...]
    ties: tuple[TiePlan, ...]
    columns: tuple[str, ...]


def columns_of(template: Template) -> str:
    """The columns of a template, for messages."""
    return ", ".join(template.columns)


def constant(value: object) -> Bind:
    """The same value for every row."""
    return lambda positions: lambda cells: value


def reading(template: Template, spelling: Spelling, steps: Sequence[Convert] = ()) -> Bind:
    """A value out of the row, taken through the steps when it is not missing."""

    def bind(positions: Positions) -> Read:
        read = reader(template, positions, spelling)
        for step in steps:
            read = _then(read, step)
        return read

    return bind


def _then(read: Read, step: Convert) -> Read:
    def both(cells: Cells) -> object:
        value = read(cells)
        return None if value is None else step(value)

    return both


def composed(parts: Sequence[FieldPlan], positions: Positions) -> Read:
    """An object of parts; missing when all parts that come from columns are."""
    reads = [(part.name, part.bind(positions)) for part in parts]
    telling = [number for number, part in enumerate(parts) if part.shown]

    def read(cells: Cells) -> object:
        values: list[object] = []
        for name, part in reads:
            try:
                values.append(part(cells))
            except BadValue as error:
                raise error.at(name) from error
        if telling and all(values[number] is None for number in telling):
            return None
        return dict(zip((name for name, _ in reads), values, strict=True))

    return read


def judging(
    when: Sequence[Condition], positions: Positions, outer: Spelling
) -> Callable[[Cells], bool]:
    """Whether a row fulfils all conditions."""
    tests: list[Callable[[Cells], bool]] = []
    for each in when:
        column = " ".join(each.column.split())
        read = reader(Template(("", ""), (column,)), positions, outer)
        tests.append(_test(each, read))
    return lambda cells: all(test(cells) for test in tests)


def _test(condition: Condition, read: Read) -> Callable[[Cells], bool]:
    def fulfilled(cells: Cells) -> bool:
        value = read(cells)
        if condition.set is not None and (value is not None) is not condition.set:
            return False
        if condition.one_of is not None and str(value) not in condition.one_of:
            return False
        return condition.not_one_of is None or str(value) not in condition.not_one_of

    return fulfilled
