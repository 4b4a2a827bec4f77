"""What inputs of mutations consist of: values of fields as they are written, and the input types that hold them.

Members bear the catalogue's name as ``out_name``, so that what is coerced speaks of fields and ends as writing does.
"""

from collections.abc import Callable, Iterator

from graphql import (
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLNullableInputType,
)

from relatum.catalogue import Catalogue, Field
from relatum_schemas.kinds import Choices, Encrypted, FileKind
from relatum_schemas.policy import Right
from relatum_server.graphql.meaning import KEY, PLACE, RIGHT, VALUE, Meaning, OfField
from relatum_server.graphql.names import Register, camel
from relatum_server.graphql.schema.rows import Place, fields
from relatum_server.graphql.schema.scalars import UPLOAD
from relatum_server.graphql.schema.values import input_type

Member = tuple[str, str, GraphQLInputField]
Members = Callable[[], Iterator[Member]]


def input_object(
    register: Register,
    name: str,
    description: str,
    members: Members,
    *,
    where: Place | None = None,
    right: Right | None = None,
    is_one_of: bool = False,
) -> GraphQLInputObjectType:
    """An input of mutations. It is one value as a whole: no plan depends on what is in it.

    Args:
        register: of the schema's types.
        name: of the type.
        description: what it is for.
        members: its fields.
        where: the rows that it is about.
        right: what it takes on these to give it.
        is_one_of: whether exactly one member is given.
    """
    extensions = {KEY: VALUE, PLACE: where, RIGHT: right}

    def make() -> GraphQLInputObjectType:
        return GraphQLInputObjectType(
            name,
            lambda: register.members(name, members()),
            description=description,
            extensions={key: each for key, each in extensions.items() if each is not None},
            is_one_of=is_one_of,
        )

    return register.type(name, f"the input {name}", make)


def member(
    name: str,
    about: str,
    given: GraphQLInputType,
    description: str | None,
    meaning: Meaning | None = None,
    *,
    deprecated: str | None = None,
) -> Member:
    """A member by its name in the catalogue.

    Args:
        name: in the catalogue.
        about: what it is, in words for error messages.
        given: its type.
        description: what it is for.
        meaning: for those who look whether it may be known of.
        deprecated: why not to give it; only of what may be left out.
    """
    field = GraphQLInputField(
        given,
        description=description,
        deprecation_reason=deprecated,
        out_name=name,
        extensions={KEY: meaning} if meaning else None,
    )
    return camel(name), about, field


def values(
    register: Register, catalogue: Catalogue, where: Place, *, new: bool
) -> Iterator[Member]:
    """The fields of the rows at a place that may be written; of ``new`` rows, those without a default are needed."""
    for each in writable(catalogue, where):
        required = new and each.required and each.default is None
        yield value(register, each, where, required=required)


def writable(catalogue: Catalogue, where: Place) -> list[Field]:
    """The fields of the rows at a place that may be written."""
    return [
        each
        for each in fields(catalogue, where)
        if not (each.built_in or each.computed or each.read_only)
    ]


def period(register: Register, catalogue: Catalogue, where: Place) -> Iterator[Member]:
    """When a tie of the type at a place holds; nothing for types without a validity."""
    for name in ("valid_from", "valid_to"):
        bound = catalogue.fields(where.declared).get(name)
        if bound is not None:
            given = input_type(register, bound.kind, bound, where.declared)
            yield member(name, f"the field {name!r}", given, bound.help)


def moment(
    register: Register, catalogue: Catalogue, where: Place
) -> GraphQLNullableInputType | None:
    """A day or an instant, as ties of the type are valid; None for types without a validity."""
    bound = catalogue.fields(where.declared).get("valid_from")
    return None if bound is None else _written(register, bound, where.declared)


def value(register: Register, field: Field, where: Place, *, required: bool) -> Member:
    """The value of one field."""
    given = _written(register, field, where.declared)
    return member(
        field.name,
        f"the field {field.name!r}",
        GraphQLNonNull(given) if required else given,
        field.help,
        OfField(field.name),
        deprecated=None if required else field.deprecated,
    )


def _written(register: Register, field: Field, owner: str) -> GraphQLNullableInputType:
    kind = field.kind.of if isinstance(field.kind, Encrypted) else field.kind
    if isinstance(kind, FileKind):
        return UPLOAD
    given = input_type(register, kind, field, owner)
    return GraphQLList(GraphQLNonNull(given)) if isinstance(kind, Choices) else given
