"""Orders and groupings: input types that mirror a row's single values, one key in each."""

from collections.abc import Callable, Iterator
from typing import Final

from graphql import (
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
)

from relatum.catalogue import Catalogue, Field
from relatum_schemas.kinds import Day, Instant, Kind
from relatum_schemas.selection import Bucket
from relatum_server.graphql.meaning import KEY, PLACE, STEERING, Along, OfField, OfPart
from relatum_server.graphql.names import Register, camel
from relatum_server.graphql.schema.rows import Place, described, fields, passages, stem

Member = tuple[str, str, GraphQLInputField]
LeafOf = Callable[[Register, Kind], GraphQLEnumType]


def order_type(register: Register, catalogue: Catalogue, where: Place) -> GraphQLInputObjectType:
    """One key of an order of the rows at a place."""
    return _mirror(register, catalogue, where, "Order", "One key of an order.", _direction)


def group_by_type(register: Register, catalogue: Catalogue, where: Place) -> GraphQLInputObjectType:
    """One key of a grouping of the rows at a place."""
    return _mirror(register, catalogue, where, "GroupBy", "One key of a grouping.", _bucket)


def sorts(field: Field) -> bool:
    """Whether the field, or a part of it, sorts and groups."""
    return field.kind.sortable or any(each.sortable for each in field.kind.parts.values())


def _mirror(
    register: Register,
    catalogue: Catalogue,
    where: Place,
    suffix: str,
    description: str,
    leaf_of: LeafOf,
) -> GraphQLInputObjectType:
    name = f"{stem(catalogue, where)}{suffix}"

    def members() -> Iterator[Member]:
        for each in filter(sorts, fields(catalogue, where)):
            if each.kind.sortable:
                given: GraphQLInputType = leaf_of(register, each.kind)
            else:
                given = _of_parts(register, each.kind, suffix, description, leaf_of)
            member = _member(given, OfField(each.name), each.help)
            yield camel(each.name), f"the field {each.name!r}", member
        for passage in passages(catalogue, where):
            inner = _mirror(register, catalogue, passage.to, suffix, description, leaf_of)
            yield passage.name, passage.about, _member(inner, Along(passage.step), None)

    claimant = f"the {suffix} {described(where)}"
    return _one_of(register, name, claimant, description, members, where)


def _of_parts(
    register: Register, kind: Kind, suffix: str, description: str, leaf_of: LeafOf
) -> GraphQLInputObjectType:
    name = f"{kind.python.__name__}{suffix}"

    def members() -> Iterator[Member]:
        for part, each in kind.parts.items():
            if each.sortable:
                member = _member(leaf_of(register, each), OfPart(part), None)
                yield camel(part), f"the part {part!r}", member

    return _one_of(register, name, f"the {suffix} of the kind {kind.name}", description, members)


def _one_of(
    register: Register,
    name: str,
    claimant: str,
    description: str,
    members: Callable[[], Iterator[Member]],
    where: Place | None = None,
) -> GraphQLInputObjectType:
    return register.type(
        name,
        claimant,
        lambda: GraphQLInputObjectType(
            name,
            lambda: register.members(name, members()),
            description=description,
            extensions={PLACE: where} if where else None,
            is_one_of=True,
        ),
    )


def _member(
    given: GraphQLInputType, meaning: OfField | OfPart | Along, description: str | None
) -> GraphQLInputField:
    return GraphQLInputField(given, description=description, extensions={KEY: meaning})


def _direction(register: Register, kind: Kind) -> GraphQLEnumType:
    del kind
    return register.type("OrderDirection", "the direction of an order", _directions)


def _directions() -> GraphQLEnumType:
    return GraphQLEnumType(
        "OrderDirection",
        {
            "ASC": GraphQLEnumValue("asc", "Smallest first; missing values before all others."),
            "DESC": GraphQLEnumValue("desc", "Greatest first; missing values after all others."),
        },
        description="Which way an order runs.",
        extensions={KEY: STEERING},
    )


_BUCKET_WORDS: Final = {
    Bucket.VALUE: "The value itself.",
    Bucket.DAY: "The day.",
    Bucket.MONTH: "The first day of its month.",
    Bucket.QUARTER: "The first day of its quarter.",
    Bucket.YEAR: "The first day of its year.",
}


def _bucket(register: Register, kind: Kind) -> GraphQLEnumType:
    if isinstance(kind, Day | Instant):
        return register.type(
            "DateBucket", "how dates are grouped", lambda: _buckets("DateBucket", *Bucket)
        )
    return register.type(
        "Bucket", "how values are grouped", lambda: _buckets("Bucket", Bucket.VALUE)
    )


def _buckets(name: str, *buckets: Bucket) -> GraphQLEnumType:
    return GraphQLEnumType(
        name,
        {each.name: GraphQLEnumValue(each, _BUCKET_WORDS[each]) for each in buckets},
        description="What rows of one group have in common.",
        extensions={KEY: STEERING},
    )
