"""Actions of plugins as root fields: what they take, and what they tell."""

import inspect
from collections.abc import Iterator
from enum import Enum
from typing import Any, Final

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
    Undefined,
)
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from relatum.catalogue import Catalogue, Field
from relatum.catalogue.faces import named_types
from relatum.tables.fixed import ENGINE
from relatum_schemas.action import Action
from relatum_schemas.docstring import read_docstring
from relatum_schemas.kinds import FileKind, Kind
from relatum_schemas.shapes import Form, OfList, OfModel, OfRecord, OfValue
from relatum_server.administration import ACTIONS
from relatum_server.graphql.meaning import KEY, VALUE, OfAction, OfMember, OfPayload
from relatum_server.graphql.names import Register, camel, in_order, pascal
from relatum_server.graphql.schema.describing import sentence
from relatum_server.graphql.schema.objects import record_type
from relatum_server.graphql.schema.rows import Place, place
from relatum_server.graphql.schema.scalars import UPLOAD
from relatum_server.graphql.schema.values import Leaf, input_type, output_type

Member = tuple[str, str, GraphQLField]

_CURSOR: Final = "From which on `changes` tells what happened afterwards."


def action_members(register: Register, catalogue: Catalogue, *, reading: bool) -> Iterator[Member]:
    """The fields that call actions: of ``Query`` those that are declared as reading, of ``Mutation`` the others."""
    ours = {name: (each, ENGINE) for name, each in in_order(ACTIONS)}
    of_plugins = {
        name: (each, catalogue.owners.get(name, "")) for name, each in in_order(catalogue.actions)
    }
    for name, (action, plugin) in (*ours.items(), *of_plugins.items()):
        if action.reading is reading:
            face = _Face(register, catalogue, pascal(name))
            yield camel(name), f"the action {plugin}.{name}", face.field(action)


class _Face:
    """What an action, or a model in what it takes and gives, looks like in GraphQL.

    Args:
        register: of the schema's types.
        catalogue: the types in force.
        owner: what the types of its values are named after.
    """

    def __init__(self, register: Register, catalogue: Catalogue, owner: str) -> None:
        self._register = register
        self._catalogue = catalogue
        self._owner = owner

    def field(self, action: Action) -> GraphQLField:
        """The root field of an action."""
        arguments = {
            camel(name): self._argument(action, name, form) for name, form in action.takes.items()
        }
        shown = self.shown(action.gives, "result") if action.reading else self._payload(action)
        return GraphQLField(
            shown,
            arguments,
            description=action.description or sentence(action.name),
            extensions={KEY: OfAction(action.name, action.gives, action.reading)},
        )

    def _argument(self, action: Action, name: str, form: Form) -> GraphQLArgument:
        given = action.inputs[name].default
        required = given is inspect.Parameter.empty
        default = _default(form, None if required else given)
        needed = required or default is not Undefined
        return GraphQLArgument(
            self._needed(form, name) if needed else self.given(form, name),
            default_value=default,
            description=_sentence(action.docstring.arguments.get(name), name),
            out_name=name,
        )

    def _payload(self, action: Action) -> GraphQLOutputType:
        name = f"{self._owner}Payload"

        def members() -> Iterator[Member]:
            if action.gives.shape is not None:
                meant = {KEY: OfMember("result", action.gives)}
                shown = self.shown(action.gives, "result")
                words = "What it gives; records that may not be seen are null, and not in lists."
                yield (
                    "result",
                    "the result",
                    GraphQLField(shown, description=words, extensions=meant),
                )
            text = GraphQLNonNull(GraphQLString)
            meaning = {KEY: OfPayload("change_cursor")}
            cursor = GraphQLField(text, description=_CURSOR, extensions=meaning)
            yield "changeCursor", "the cursor", cursor

        def make() -> GraphQLObjectType:
            return GraphQLObjectType(
                name,
                lambda: self._register.members(name, members()),
                description=f"What became of {camel(action.name)}.",
            )

        made = self._register.type(name, f"the payload of the action {action.name}", make)
        return GraphQLNonNull(made)

    # --- what is shown

    def shown(self, form: Form, name: str) -> GraphQLOutputType:
        """The type of what is given; records may always be null, since they may not be seen."""
        shape = form.shape
        if isinstance(shape, OfRecord):
            return record_type(self._register, self._catalogue, self._place(shape))
        made = self._nullable(form, name)
        return made if form.optional else GraphQLNonNull(made)

    def _nullable(self, form: Form, name: str) -> Any:
        match form.shape:
            case OfList(of=of):
                item = self.shown(of, name)
                record = isinstance(of.shape, OfRecord) and not of.optional
                return GraphQLList(GraphQLNonNull(item) if record else item)
            case OfModel() as shape:
                return self._object(shape)
            case OfValue(kind=kind):
                return output_type(self._register, kind, _field(name, kind), self._owner)
        raise AssertionError(form)

    def _place(self, shape: OfRecord) -> Place:
        names = named_types(shape)
        if len(names) == 1:
            return place(self._catalogue, names[0])
        types = {each for name in names for each in self._catalogue.concrete(name)}
        return Place(tuple(sorted(types)), "")

    def _object(self, shape: OfModel) -> GraphQLObjectType:
        model = shape.model
        face = _Face(self._register, self._catalogue, model.__name__)

        def members() -> Iterator[Member]:
            for name, form in shape.members.items():
                field = GraphQLField(
                    face.shown(form, name),
                    description=_described(model, name),
                    extensions={KEY: OfMember(name, form)},
                )
                yield camel(name), f"the member {name!r}", field

        def make() -> GraphQLObjectType:
            return GraphQLObjectType(
                model.__name__,
                lambda: self._register.members(model.__name__, members()),
                description=_words(model),
            )

        return self._register.type(model.__name__, _model(model), make)

    # --- what is given

    def given(self, form: Form, name: str) -> Any:
        """The type of what is to be given, as if it may be left out."""
        match form.shape:
            case OfRecord():
                return GraphQLID
            case OfList(of=of):
                return GraphQLList(self._needed(of, name))
            case OfModel() as shape:
                return self._input(shape)
            case OfValue(kind=kind):
                return self._value(kind, name)
        raise AssertionError(form)

    def _needed(self, form: Form, name: str) -> Any:
        given = self.given(form, name)
        return given if form.optional else GraphQLNonNull(given)

    def _value(self, kind: Kind, name: str) -> Leaf | GraphQLInputObjectType:
        if isinstance(kind, FileKind):
            return UPLOAD
        return input_type(self._register, kind, _field(name, kind), self._owner)

    def _input(self, shape: OfModel) -> GraphQLInputObjectType:
        model = shape.model
        name = f"{model.__name__}Input"
        face = _Face(self._register, self._catalogue, model.__name__)

        def members() -> Iterator[tuple[str, str, GraphQLInputField]]:
            for each, form in shape.members.items():
                info = model.model_fields[each]
                default = _default(form, None if info.is_required() else info.default)
                needed = info.is_required() or default is not Undefined
                field = GraphQLInputField(
                    face._needed(form, each) if needed else face.given(form, each),
                    default_value=default,
                    description=_described(model, each),
                    out_name=each,
                )
                yield camel(each), f"the member {each!r}", field

        def make() -> GraphQLInputObjectType:
            return GraphQLInputObjectType(
                name,
                lambda: self._register.members(name, members()),
                description=_words(model),
                extensions={KEY: VALUE},
            )

        return self._register.type(name, f"a given {_model(model)}", make)


def _field(name: str, kind: Kind) -> Field:
    """What names the types of a value that is no field of a record."""
    return Field(name=name, kind=kind)


def _default(form: Form, default: Any) -> Any:
    """A default as GraphQL shows it; undefined for none, and for one that is no plain value."""
    match form.shape:
        case OfValue(kind=kind) if not kind.parts and default not in (None, PydanticUndefined):
            return kind.wire(kind.parse(default.value if isinstance(default, Enum) else default))
        case OfList(of=of) if isinstance(default, list | tuple):
            items = [_default(of, each) for each in default]
            return Undefined if Undefined in items else items
    return Undefined


def _model(model: type[BaseModel]) -> str:
    return f"the model {model.__module__}.{model.__qualname__}"


def _words(model: type[BaseModel]) -> str:
    own = model.__dict__.get("__doc__")
    return (read_docstring(model).description if own else "") or sentence(model.__name__)


def _described(model: type[BaseModel], name: str) -> str:
    told = model.model_fields[name].description or read_docstring(model).arguments.get(name)
    return _sentence(told, name)


def _sentence(told: str | None, name: str) -> str:
    return f"{told[0].upper()}{told[1:]}" if told else sentence(name)
