"""Descriptions of what declarations say nothing about: every type and member of the schema has one.

Only what follows from a catalogue is described here, by the names that were declared; what the engine makes of its own
accord is described where it is made. Types authored in Strawberry are described by their docstrings.
"""

import inspect
from collections.abc import Iterator

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)
from graphql.utilities.print_schema import is_defined_type
from strawberry.schema.schema_converter import GraphQLCoreConverter

from relatum.catalogue import Catalogue, Field
from relatum.catalogue.wording import spoken
from relatum_schemas.selection import Step
from relatum_server.graphql.meaning import (
    KEY,
    PLACE,
    VALUE,
    Along,
    ByTies,
    OfEnd,
    OfField,
    OfPart,
    meaning_of,
)
from relatum_server.graphql.names import camel
from relatum_server.graphql.schema.rows import Place

_STRAWBERRY = GraphQLCoreConverter.DEFINITION_BACKREF

Shaped = GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType
Member = GraphQLField | GraphQLInputField


def describe(schema: GraphQLSchema, catalogue: Catalogue) -> None:
    """Give a description to every declared member and type of a schema that has none."""
    for kind in schema.type_map.values():
        if not is_defined_type(kind):
            continue
        kind.description = kind.description or _of_type(kind)
        if isinstance(kind, Shaped):
            for name, member in kind.fields.items():
                member.description = member.description or _of_member(name, member, kind, catalogue)
        elif isinstance(kind, GraphQLEnumType):
            for code, value in kind.values.items():
                value.description = value.description or sentence(code)


def undescribed(schema: GraphQLSchema) -> Iterator[str]:
    """The types, fields, arguments and values of a schema that have no description, by their coordinates."""
    for name, kind in sorted(schema.type_map.items()):
        if not is_defined_type(kind):
            continue
        if not kind.description:
            yield name
        if isinstance(kind, Shaped):
            for member_name, member in kind.fields.items():
                if not member.description:
                    yield f"{name}.{member_name}"
                for argument, taken in getattr(member, "args", {}).items():
                    if not taken.description:
                        yield f"{name}.{member_name}({argument}:)"
        elif isinstance(kind, GraphQLEnumType):
            yield from (
                f"{name}.{code}" for code, each in kind.values.items() if not each.description
            )


def sentence(name: str) -> str:
    """``first_name`` as a sentence, ``First name``."""
    return f"{spoken(name)}."


def _of_type(kind: GraphQLNamedType) -> str | None:
    definition = kind.extensions.get(_STRAWBERRY)
    if definition is not None:
        written = getattr(definition, "origin", None) or getattr(definition, "wrapped_cls", None)
        return (inspect.getdoc(written) if written else None) or sentence(kind.name)
    place: Place | None = kind.extensions.get(PLACE)
    return None if place is None else sentence(kind.name)


def _of_member(name: str, member: Member, kind: Shaped, catalogue: Catalogue) -> str | None:
    match meaning_of(member):
        case OfField(field):
            return _of_field(_declared(field, kind, catalogue), name)
        case OfPart(part):
            return sentence(part)
        case Along(step):
            return _along(step)
        case OfEnd(end=end) | ByTies(end=end):
            return f"Ties at the end {camel(end)}."
    if kind.extensions.get(KEY) == VALUE:
        return sentence(name)
    inner = get_named_type(member.type)
    return inner.description if isinstance(inner, GraphQLInputObjectType) else None


def _declared(field: str, kind: Shaped, catalogue: Catalogue) -> Field | None:
    place: Place | None = kind.extensions.get(PLACE)
    return catalogue.fields(place.declared or place.types[0]).get(field) if place else None


def _of_field(field: Field | None, name: str) -> str:
    """What was declared of a field, else its name and kind."""
    if field is None:
        return sentence(name)
    computed = ", computed" if field.computed else ""
    return field.help or f"{spoken(field.name)}: {field.kind.described()}{computed}."


def _along(step: Step) -> str:
    if step.across is not None:
        return "The record at the far end." if step.across == "node" else f"The {step.across}."
    what = "tie" if step.edge else "record"
    return f"The {what} at the end {camel(step.end or '')}."
