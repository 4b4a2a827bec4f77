"""From a field that calls an action to a plan: what it is given, and how its result is shown.

Pure, as plans of queries are. Records in the result are read by their ids, which are bound when the action has run: one
request for all of them, with an answer for each place in the result where records may stand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from relatum.catalogue import RECORD
from relatum.catalogue.faces import named_types
from relatum_schemas.errors import BadSelection, Path
from relatum_schemas.kinds import Kind
from relatum_schemas.selection import (
    Compare,
    FieldOutput,
    FieldPath,
    LinkOutput,
    Many,
    Operator,
    Parameter,
    RootField,
    Rows,
    TextOutput,
)
from relatum_schemas.shapes import Form, OfList, OfModel, OfRecord, OfValue
from relatum_server.graphql.estimate import Estimate, estimate
from relatum_server.graphql.marking import ID_MARK, MARK, PlannedRequest
from relatum_server.graphql.meaning import OfAction, OfMember, OfPayload
from relatum_server.graphql.mutating.arguments import Arguments, arguments_of
from relatum_server.graphql.outputs import outputs
from relatum_server.graphql.planning import Planning, meaning, value_parts
from relatum_server.graphql.selecting import Asked
from relatum_server.graphql.variables import Template, filled

# --- how a result is shown


@dataclass(frozen=True)
class Named:
    """The name of a type, as JSON."""

    text: bytes


@dataclass(frozen=True)
class Cursor:
    """The cursor of changes after what was done."""


@dataclass(frozen=True)
class Fragment:
    """A record: which of the answers of the request shows it, and of which types it may be."""

    position: int
    types: tuple[str, ...]


@dataclass(frozen=True)
class Plain:
    """A value of a kind: of a composite one, the parts that are asked for with their keys."""

    kind: Kind
    optional: bool
    parts: tuple[tuple[str, str] | TextOutput, ...] | None = None


@dataclass(frozen=True)
class Several:
    """A list."""

    of: "Shown"
    optional: bool


@dataclass(frozen=True)
class Members:
    """An object: per key, with its colon as JSON, the member of the value that stands there."""

    members: tuple[tuple[bytes, str, "Shown"], ...]
    optional: bool


@dataclass(frozen=True)
class Payload:
    """What a mutation tells: under ``result`` what the action gave."""

    members: tuple[tuple[bytes, "Shown"], ...]


Shown = Named | Cursor | Fragment | Plain | Several | Members | Payload


# --- the plan


@dataclass(frozen=True)
class Fragments:
    """Records that are read by ids known only when code has run.

    Attributes:
        request: what is read; None where no record can stand.
        recipes: what is bound to the request's parameters, but for the ids.
        paths: where in the document the value of each of these stands.
        estimates: how many rows the request may lead to.
        single: parameters of ids of which there is one at most.
        steering: variables whose values, not only their shape, this is planned for.
    """

    request: PlannedRequest | None = field(repr=False)
    recipes: Mapping[str, Template] = field(repr=False)
    paths: Mapping[str, Path] = field(repr=False)
    estimates: tuple[Estimate, ...] = field(repr=False)
    single: frozenset[str] = frozenset()
    steering: frozenset[str] = frozenset()

    def parameters(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The values of the request's parameters, but for the ids."""
        return {name: filled(recipe, variables) for name, recipe in self.recipes.items()}

    def place(self, path: Path) -> Path:
        """Where in the document an error arose, by its path in the request."""
        first, *rest = path or ("",)
        if str(first) in self.paths:
            return (*self.paths[str(first)], *rest)
        return tuple(rest) if str(first).startswith(MARK) else path


@dataclass(frozen=True)
class Call:
    """One call of an action.

    Attributes:
        key: in the response.
        action: its name.
        arguments: what it is given.
        shown: how its result is told.
        fragments: the records in it.
    """

    key: str
    action: str
    arguments: Arguments = field(repr=False)
    shown: Shown = field(repr=False)
    fragments: Fragments = field(repr=False)


@dataclass
class Drawing:
    """The records of a plan in the making: a root field for each place where some may stand."""

    roots: list[RootField] = field(default_factory=list)
    single: set[str] = field(default_factory=set)

    def fragment(
        self, planning: Planning, asking: Asked, types: Sequence[str], *, single: bool
    ) -> Fragment:
        """A place where records may stand."""
        position = len(self.roots)
        if single:
            self.single.add(ids_at(position))
        ids = Parameter(parameter=ids_at(position), many=True)
        chosen = Compare(path=FieldPath(field="id"), operator=Operator.IN, value=ids)
        marked = (FieldOutput(key=ID_MARK, field="id"), *outputs(planning, asking))
        name = types[0] if len(types) == 1 else RECORD
        rows = Rows(type=name, filter=chosen)
        self.roots.append(
            RootField(key=f"{MARK}{position}", source=rows, form=Many(outputs=marked))
        )
        return Fragment(position, tuple(types))

    def fragments(self, planning: Planning) -> Fragments:
        """All of them."""
        request = PlannedRequest(fields=tuple(self.roots)) if self.roots else None
        parameters = planning.parameters
        return Fragments(
            request,
            parameters.recipes,
            parameters.paths,
            estimate(request) if request else (),
            frozenset(self.single),
            frozenset(parameters.steering),
        )


def ids_at(position: int) -> str:
    """The parameter that takes the ids of the records at a place."""
    return f"ids{position}"


def plan_call(planning: Planning, asking: Asked, act: OfAction) -> Call:
    """Plan a call.

    Args:
        planning: of its field, with parameters of its own.
        asking: the field.
        act: what it means.
    """
    drawing = Drawing()
    if act.reading:
        shown = _shown(planning, asking, act.gives, drawing, single=True)
    else:
        shown = _payload(planning, asking, act, drawing)
    arguments = arguments_of(asking, planning.document.variables)
    return Call(asking.key, act.name, arguments, shown, drawing.fragments(planning))


def _payload(planning: Planning, asking: Asked, act: OfAction, drawing: Drawing) -> Payload:
    kind, inner = planning.below(asking)
    members: list[tuple[bytes, Shown]] = []
    for each in inner:
        match meaning(each):
            case OfMember(form=form):
                shown = _shown(planning.at(each.key), each, form, drawing, single=True)
                members.append((_key(each.key), shown))
            case OfPayload():
                members.append((_key(each.key), Cursor()))
            case _:
                members.append((_key(each.key), Named(orjson.dumps(kind.name))))
    return Payload(tuple(members))


def _shown(
    planning: Planning, asking: Asked, form: Form, drawing: Drawing, *, single: bool
) -> Shown:
    match form.shape:
        case OfRecord() as shape:
            return drawing.fragment(planning, asking, named_types(shape), single=single)
        case OfList(of=of):
            return Several(_shown(planning, asking, of, drawing, single=False), form.optional)
        case OfModel():
            return _members(planning, asking, form, drawing, single=single)
        case OfValue(kind=kind):
            return Plain(kind, form.optional, _parts(planning, asking))
    raise AssertionError(form)


def _members(
    planning: Planning, asking: Asked, form: Form, drawing: Drawing, *, single: bool
) -> Members:
    kind, inner = planning.below(asking)
    members: list[tuple[bytes, str, Shown]] = []
    for each in inner:
        match meaning(each):
            case OfMember(name, member):
                shown = _shown(planning.at(each.key), each, member, drawing, single=single)
                members.append((_key(each.key), name, shown))
            case _:
                members.append((_key(each.key), "", Named(orjson.dumps(kind.name))))
    return Members(tuple(members), form.optional)


def _parts(planning: Planning, asking: Asked) -> tuple[tuple[str, str] | TextOutput, ...] | None:
    parts = value_parts(planning, asking)
    if parts is None:
        return None
    for each in parts:
        if isinstance(each, LinkOutput):
            raise BadSelection("No record has this file.", path=planning.path)
    return tuple(each for each in parts if not isinstance(each, LinkOutput))


def _key(key: str) -> bytes:
    return orjson.dumps(key) + b":"
