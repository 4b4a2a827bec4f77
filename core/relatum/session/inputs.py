"""What an action is given, as its function wants it: records loaded, values parsed, models made.

All that is wrong with it is told at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import BaseModel, JsonValue, ValidationError

from relatum.catalogue import RECORD, Catalogue
from relatum.catalogue.faces import named_types
from relatum.session.reader import Reader
from relatum.session.records import identity
from relatum_schemas.action import Action
from relatum_schemas.entity import Declared
from relatum_schemas.errors import (
    BadValue,
    NotFound,
    Path,
    Problems,
    RelatumError,
    Required,
    UnknownField,
)
from relatum_schemas.phrase import Phrase
from relatum_schemas.relationship import Record
from relatum_schemas.selection import Compare, FieldPath, Operator
from relatum_schemas.shapes import Form, OfList, OfModel, OfRecord, OfValue


@dataclass(frozen=True)
class _Named:
    """A record that is named by its id."""

    types: tuple[str, ...]
    id: UUID
    path: Path


@dataclass(frozen=True)
class _Parts:
    """What a model is to be made of."""

    model: type[BaseModel]
    members: Mapping[str, Any]
    path: Path


@dataclass
class _Reading:
    """The inputs of one call on their way: first all is parsed, then records are loaded, then models are made."""

    catalogue: Catalogue
    problems: list[RelatumError] = field(default_factory=list)
    named: list[_Named] = field(default_factory=list)
    records: dict[tuple[tuple[str, ...], UUID], Declared] = field(default_factory=dict)

    def parsed(self, form: Form, given: Any, path: Path) -> Any:
        """What is given, with places for records and models; None where it is noted to be wrong."""
        if given is None:
            if not form.optional:
                self.problems.append(BadValue(Phrase("It must not be missing."), path=path))
            return None
        try:
            return self._parsed(form, given, path)
        except BadValue as error:
            self.problems.append(error.at(*path))
            return None

    def _parsed(self, form: Form, given: Any, path: Path) -> Any:
        match form.shape:
            case OfRecord() as shape:
                named = _Named(named_types(shape), _identity(self.catalogue, given), path)
                self.named.append(named)
                return named
            case OfValue(kind=kind, enum=enum):
                value = kind.parse(given.value if enum and isinstance(given, enum) else given)
                return enum(value) if enum else value
            case OfList(of=of):
                if not isinstance(given, Sequence) or isinstance(given, str | bytes):
                    raise BadValue(Phrase("A list is expected."))
                return [self.parsed(of, each, (*path, at)) for at, each in enumerate(given)]
            case OfModel(model=model) as shape:
                if isinstance(given, model):
                    return given
                return self._parts(shape, given, path)
        raise BadValue("Nothing can be given here.")

    def _parts(self, shape: OfModel, given: Any, path: Path) -> _Parts:
        if not isinstance(given, Mapping):
            raise BadValue(f"An object with {', '.join(shape.members)} is expected.")
        self.unknown(given, shape.members, shape.model.__name__, path)
        members: dict[str, Any] = {}
        for name, form in shape.members.items():
            if name in given:
                members[name] = self.parsed(form, given[name], (*path, name))
            elif shape.model.model_fields[name].is_required():
                what = shape.model.__name__
                message = Phrase("{what} needs '{name}'.", what=what, name=name)
                self.problems.append(Required(message, path=(*path, name)))
        return _Parts(shape.model, members, path)

    def unknown(
        self, given: Mapping[str, Any], known: Mapping[str, Any], owner: str, path: Path
    ) -> None:
        """Note what is given and not asked for."""
        self.problems += [
            UnknownField(f"{owner} has no input {name!r}.", path=(*path, name))
            for name in given
            if name not in known
        ]

    async def load(self, session: Reader) -> None:
        """Load all records that are named, in one statement per type."""
        for types in dict.fromkeys(each.types for each in self.named):
            ids = {each.id for each in self.named if each.types == types}
            for record in await _loaded(session, types, ids):
                self.records[types, identity(record)] = record
        for each in self.named:
            if (each.types, each.id) not in self.records:
                kinds = " or ".join(each.types)
                message = Phrase("There is no {type} {id}.", type=kinds, id=str(each.id))
                self.problems.append(NotFound(message, path=each.path))

    def settled(self, parsed: Any) -> Any:
        """What was parsed, with records and models in place."""
        match parsed:
            case _Named(types, record_id):
                return self.records.get((types, record_id))
            case list():
                return [self.settled(each) for each in parsed]
            case _Parts(model, members, path):
                return self._made(model, members, path)
        return parsed

    def _made(self, model: type[BaseModel], members: Mapping[str, Any], path: Path) -> Any:
        before = len(self.problems)
        values = {name: self.settled(each) for name, each in members.items()}
        if self.problems and (before < len(self.problems) or self._wrong_within(path)):
            return None
        try:
            return model.model_validate(values, by_name=True)
        except ValidationError as error:
            self.problems += [
                BadValue(f"{each['msg']}.", path=(*path, *each["loc"])) for each in error.errors()
            ]
            return None

    def _wrong_within(self, path: Path) -> bool:
        """Whether something at a place, or within it, is noted to be wrong: nothing is made of it then."""
        return any(each.path[: len(path)] == path for each in self.problems)


async def read_inputs(
    session: Reader, action: Action, inputs: Mapping[str, object]
) -> dict[str, Any]:
    """The inputs of an action as its function wants them.

    Args:
        session: as which records are loaded.
        action: whose inputs they are.
        inputs: by name, in Python or wire form; records by id.

    Raises:
        Problems: inputs are missing, unknown or wrong; each with its path.
    """
    reading = _Reading(session.catalogue)
    reading.unknown(inputs, action.takes, action.name, ())
    parsed: dict[str, Any] = {}
    for name, form in action.takes.items():
        if name in inputs:
            parsed[name] = reading.parsed(form, inputs[name], (name,))
        elif action.inputs[name].default is action.inputs[name].empty:
            message = Phrase("{action} needs '{name}'.", action=action.name, name=name)
            reading.problems.append(Required(message, path=name))
    await reading.load(session)
    arguments = {name: reading.settled(each) for name, each in parsed.items()}
    if reading.problems:
        raise Problems(f"The inputs of {action.name} have mistakes.", reading.problems)
    return arguments


async def _loaded(session: Reader, types: tuple[str, ...], ids: set[UUID]) -> list[Declared]:
    """Those of the records that are of one of the types and may be seen."""
    names = {name: session.catalogue.concrete(name) for name in types}
    if len(types) == 1 and names[types[0]] == types:
        return await session.select(session.catalogue.classes[types[0]]).where(_among(ids)).all()
    admitted = {concrete for each in names.values() for concrete in each}
    by_type: dict[type[Declared], set[UUID]] = {}
    for record in await session.select(Record).where(_among(ids)).all():
        if type(record).__name__ in admitted:
            by_type.setdefault(type(record), set()).add(identity(record))
    return [
        record
        for declared, chosen in by_type.items()
        for record in await session.select(declared).where(_among(chosen)).all()
    ]


def _among(ids: set[UUID]) -> Compare:
    chosen: list[JsonValue] = [str(each) for each in sorted(ids)]
    return Compare(path=FieldPath(field="id"), operator=Operator.IN, value=chosen)


def _identity(catalogue: Catalogue, given: object) -> UUID:
    if isinstance(given, Declared):
        return identity(given)
    parsed: UUID = catalogue.field(RECORD, "id").kind.parse(given)
    return parsed
