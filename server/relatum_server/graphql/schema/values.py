"""The GraphQL types of values: a field's kind as output, as input, and as what a measure gives."""

from collections.abc import Iterable
from typing import Final

import pycountry
from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLNullableOutputType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLString,
)

from relatum.catalogue import Field
from relatum_schemas.kinds import (
    Boolean,
    Calculated,
    Choice,
    Choices,
    CompositeKind,
    Country,
    Currency,
    Day,
    Duration,
    Encrypted,
    FileKind,
    Identity,
    Instant,
    Integer,
    Json,
    Kind,
    Language,
    Listing,
    MoneyKind,
    Number,
    PostalAddressKind,
    Real,
)
from relatum_schemas.selection import Function
from relatum_server.graphql.meaning import KEY, VALUE, OfAddress, OfPart
from relatum_server.graphql.names import Register, camel, enum_values, pascal
from relatum_server.graphql.schema.scalars import (
    BIG_INTEGER,
    DATE,
    DATE_TIME,
    DECIMAL,
    DURATION,
    JSON,
    LANGUAGE,
)

Leaf = GraphQLScalarType | GraphQLEnumType

_SCALARS: Final[dict[type[Kind], GraphQLScalarType]] = {
    Identity: GraphQLID,
    Boolean: GraphQLBoolean,
    Number: DECIMAL,
    Day: DATE,
    Instant: DATE_TIME,
    Duration: DURATION,
    Language: LANGUAGE,
    Json: JSON,
    Real: GraphQLFloat,
}
_COMPOSITES: Final[dict[type[Kind], str]] = {
    MoneyKind: "Money",
    PostalAddressKind: "PostalAddress",
    FileKind: "FileReference",
}


_ADDRESS: Final = {
    "url": GraphQLField(
        GraphQLString,
        description="Where the content is, seen from this server: for whoever may read the field.",
        extensions={KEY: OfAddress()},
    )
}


def leaf(register: Register, kind: Kind, field: Field, owner: str) -> Leaf:
    """The scalar or enum of a plain kind.

    Args:
        register: of the schema's types.
        kind: of the value: the field's own, or that of a part.
        field: whose value it is; with ``owner``, the type or trait that declares it, it names an enum.
        owner: see ``field``.
    """
    match kind:
        case Integer(big=big):
            return BIG_INTEGER if big else GraphQLInt
        case Choice(list=None, codes=codes) if enum_values(codes):
            return _choice(register, codes, field, owner)
        case Choices(of=of) | Encrypted(of=of):
            return leaf(register, of, field, owner)
        case Country():
            return register.type("Country", "the countries of ISO 3166", _countries)
        case Currency():
            return register.type("Currency", "the currencies of ISO 4217", _currencies)
        case _:
            return _SCALARS.get(type(kind), GraphQLString)


def _choice(register: Register, codes: Iterable[str], field: Field, owner: str) -> GraphQLEnumType:
    declaring = field.trait or owner
    name = pascal(declaring) + pascal(field.name)
    return register.type(
        name,
        f"the choice {declaring}.{field.name}",
        lambda: GraphQLEnumType(
            name,
            {code: GraphQLEnumValue(code) for code in codes},
            description=field.help or f"What {declaring}.{field.name} can be.",
        ),
    )


def _countries() -> GraphQLEnumType:
    countries = sorted(pycountry.countries, key=lambda each: str(each.alpha_2))
    values = {each.alpha_2: GraphQLEnumValue(each.alpha_2, each.name) for each in countries}
    return GraphQLEnumType("Country", values, description="A country by its code of ISO 3166.")


def _currencies() -> GraphQLEnumType:
    currencies = sorted(pycountry.currencies, key=lambda each: str(each.alpha_3))
    values = {each.alpha_3: GraphQLEnumValue(each.alpha_3, each.name) for each in currencies}
    return GraphQLEnumType("Currency", values, description="A currency by its code of ISO 4217.")


def output_type(
    register: Register, kind: Kind, field: Field, owner: str
) -> GraphQLNullableOutputType:
    """What a field of this kind shows."""
    if isinstance(kind, Calculated):
        return output_type(register, kind.of, field, owner)
    if isinstance(kind, Listing):
        return GraphQLList(GraphQLNonNull(_listed(register, kind, field, owner)))
    if isinstance(kind, CompositeKind):
        return composite(register, kind, field, owner)
    plain = leaf(register, kind, field, owner)
    return GraphQLList(GraphQLNonNull(plain)) if isinstance(kind, Choices) else plain


def _listed(register: Register, kind: Listing, field: Field, owner: str) -> GraphQLObjectType:
    """One of the objects that the engine lists."""

    def make() -> GraphQLObjectType:
        return GraphQLObjectType(
            kind.title,
            {
                name: GraphQLField(
                    output_type(register, each, field, owner),
                    description=description,
                    extensions={KEY: OfPart(name)},
                )
                for name, (each, description) in kind.members.items()
            },
            description=kind.summary,
        )

    return register.type(kind.title, f"the objects of the kind {kind.name}", make)


def composite(
    register: Register, kind: CompositeKind, field: Field, owner: str
) -> GraphQLObjectType:
    """The object type of a kind of several parts."""
    name = _COMPOSITES[type(kind)]

    def make() -> GraphQLObjectType:
        return GraphQLObjectType(
            name,
            {
                **{
                    camel(part): GraphQLField(
                        leaf(register, each, field, owner), extensions={KEY: OfPart(part)}
                    )
                    for part, each in kind.parts.items()
                },
                **(_ADDRESS if isinstance(kind, FileKind) else {}),
            },
            description=_summary(kind),
        )

    return register.type(name, f"the kind {kind.name}", make)


def input_type(
    register: Register, kind: Kind, field: Field, owner: str
) -> Leaf | GraphQLInputObjectType:
    """How a value of this kind is given."""
    if not isinstance(kind, CompositeKind):
        return leaf(register, kind, field, owner)
    name = f"{_COMPOSITES[type(kind)]}Input"

    def make() -> GraphQLInputObjectType:
        return GraphQLInputObjectType(
            name,
            {
                camel(part): GraphQLInputField(
                    GraphQLNonNull(leaf(register, each, field, owner))
                    if part in kind.required_parts
                    else leaf(register, each, field, owner),
                    out_name=part,
                )
                for part, each in kind.parts.items()
            },
            description=_summary(kind),
            extensions={KEY: VALUE},
        )

    return register.type(name, f"a given {kind.name}", make)


def _summary(kind: CompositeKind) -> str:
    return (kind.python.__doc__ or kind.name).strip().splitlines()[0].replace("``", "`")


def measured(function: Function, kind: Kind) -> Kind:
    """The kind of a measure over values of a kind."""
    match function, kind:
        case Function.COUNT | Function.COUNT_DISTINCT, _:
            return Integer()
        case Function.SUM, Integer():
            return Integer(big=True)
        case Function.AVG, Integer():
            return Number(scale=4)
        case _:
            return kind
