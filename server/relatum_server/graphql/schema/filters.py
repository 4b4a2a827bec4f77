"""Filters: input types that mirror a row's shape down to comparisons, per kind and operator."""

from collections.abc import Iterator
from typing import Final, Literal

from graphql import (
    GraphQLBoolean,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
)

from relatum.catalogue import Catalogue, End, Field
from relatum_schemas.kinds import (
    Choice,
    Choices,
    Code,
    CompositeKind,
    Encrypted,
    EncryptedLookup,
    Kind,
    Text,
)
from relatum_schemas.selection import Operator
from relatum_server.graphql.meaning import (
    KEY,
    PLACE,
    Along,
    ByOperator,
    ByQuantifier,
    ByTies,
    Logic,
    OfField,
    OfPart,
)
from relatum_server.graphql.names import Register, camel
from relatum_server.graphql.schema.rows import (
    Place,
    at_end,
    described,
    end_name,
    ends,
    fields,
    passages,
    stem,
)
from relatum_server.graphql.schema.times import holds_type
from relatum_server.graphql.schema.type_names import record_type_enum
from relatum_server.graphql.schema.values import input_type

Member = tuple[str, str, GraphQLInputField]

_WORDS: Final = {
    Operator.EQ: "Equal.",
    Operator.NE: "There, and not equal.",
    Operator.IN: "One of these.",
    Operator.NOT_IN: "There, and none of these.",
    Operator.LT: "Less, or before.",
    Operator.LTE: "Less or equal, or not after.",
    Operator.GT: "Greater, or after.",
    Operator.GTE: "Greater or equal, or not before.",
    Operator.STARTS_WITH: "Begins with this, whatever the case.",
    Operator.CONTAINS: "Has this within, whatever the case.",
    Operator.MATCHES: "Each of these words begins a word of it.",
    Operator.IS_NULL: "Missing (`true`) or there (`false`).",
    Operator.HAS: "Has this among its codes.",
    Operator.HAS_ANY: "Has at least one of these.",
    Operator.HAS_ALL: "Has all of these.",
}
_LISTS: Final = frozenset({Operator.IN, Operator.NOT_IN, Operator.HAS_ANY, Operator.HAS_ALL})


def filter_type(register: Register, catalogue: Catalogue, where: Place) -> GraphQLInputObjectType:
    """The filter of the rows at a place; its members hold together."""
    name = f"{stem(catalogue, where)}Filter"

    def make() -> GraphQLInputObjectType:
        return GraphQLInputObjectType(
            name,
            lambda: register.members(name, _members(register, catalogue, where)),
            description="Conditions that hold together.",
            extensions={PLACE: where},
        )

    return register.type(name, f"the filter {described(where)}", make)


def _members(register: Register, catalogue: Catalogue, where: Place) -> Iterator[Member]:
    for each in fields(catalogue, where):
        if not each.kind.operators:
            continue
        compared = comparison(register, each.kind, each, where.declared)
        yield _member(
            camel(each.name), f"the field {each.name!r}", compared, OfField(each.name), each.help
        )
    if len(where.types) > 1:
        compared = _type_comparison(register, catalogue)
        yield _member("type", "the type", compared, OfField("type"), "The type of the record.")
    for passage in passages(catalogue, where):
        yield _member(
            passage.name,
            passage.about,
            filter_type(register, catalogue, passage.to),
            Along(passage.step),
            f"There is {passage.about}, and this holds for it.",
        )
    for end in ends(catalogue, where):
        name = f"{camel(end.name)}Edges" if end.to_one else camel(end.name)
        ties = _ties_type(register, catalogue, end)
        yield _member(name, f"the ties of the end {end.name!r}", ties, ByTies(end.name), end.help)
    yield from _logic(filter_type(register, catalogue, where))


def _type_comparison(register: Register, catalogue: Catalogue) -> GraphQLInputObjectType:
    name = "RecordTypeFilter"
    types = record_type_enum(register, catalogue)
    operators = (Operator.EQ, Operator.NE, Operator.IN, Operator.NOT_IN)

    def make() -> GraphQLInputObjectType:
        members = (
            _member(camel(each.value), "", _operand(each, types), ByOperator(each), _WORDS[each])
            for each in operators
        )
        return GraphQLInputObjectType(
            name, {each: field for each, _, field in members}, description="Comparisons with types."
        )

    return register.type(name, f"the comparison {name}", make)


def _logic(itself: GraphQLInputObjectType) -> Iterator[Member]:
    several = GraphQLList(GraphQLNonNull(itself))
    yield _member("AND", "a connective", several, Logic("and"), "All of these hold.")
    yield _member("OR", "a connective", several, Logic("or"), "At least one of these holds.")
    yield _member("NOT", "a connective", itself, Logic("not"), "This does not hold.")


def _member(
    name: str,
    about: str,
    given: GraphQLInputType,
    meaning: OfField | OfPart | Along | ByTies | ByOperator | ByQuantifier | Logic,
    description: str | None,
) -> Member:
    return name, about, GraphQLInputField(given, description=description, extensions={KEY: meaning})


def _ties_type(register: Register, catalogue: Catalogue, end: End) -> GraphQLInputObjectType:
    """``{some: .., every: .., none: .., holds: ..}`` over the ties at an end."""
    name = f"{end_name(catalogue, end)}EndFilter"
    words: dict[Literal["some", "every", "none"], str] = {
        "some": "At least one tie is like this.",
        "every": "Every tie is like this; true when there is none.",
        "none": "No tie is like this.",
    }

    def members() -> Iterator[Member]:
        tie = filter_type(register, catalogue, at_end(end))
        for quantifier, description in words.items():
            yield _member(quantifier, "a quantifier", tie, ByQuantifier(quantifier), description)
        holds = "Which ties are judged; those that hold now when left out."
        yield "holds", "the time", GraphQLInputField(holds_type(register), description=holds)

    def make() -> GraphQLInputObjectType:
        return GraphQLInputObjectType(
            name,
            lambda: register.members(name, members()),
            description="Conditions on ties; those given hold together.",
        )

    return register.type(name, f"the filter of the ties {described(at_end(end))}", make)


def comparison(
    register: Register, kind: Kind, field: Field, owner: str, *, bare: bool = False
) -> GraphQLInputObjectType:
    """Comparisons with a value of a kind; of a composite kind also of its parts, unless ``bare``."""
    operators = set(kind.operators)
    searchable = field.searchable and kind is field.kind and not bare
    if searchable:
        operators.add(Operator.MATCHES)
    value = input_type(register, kind, field, owner)
    name = _comparison_name(kind, str(get_named_type(value)), searchable=searchable, bare=bare)

    def members() -> Iterator[Member]:
        for operator in Operator:
            if operator in operators:
                given = _operand(operator, value)
                yield _member(
                    camel(operator.value),
                    "an operator",
                    given,
                    ByOperator(operator),
                    _WORDS[operator],
                )
        for part, each in () if bare else kind.parts.items():
            compared = comparison(register, each, field, owner, bare=True)
            yield _member(camel(part), f"the part {part!r}", compared, OfPart(part), None)

    def make() -> GraphQLInputObjectType:
        return GraphQLInputObjectType(
            name,
            lambda: register.members(name, members()),
            description="Comparisons that hold together.",
        )

    return register.type(name, f"the comparison {name}", make)


def _comparison_name(kind: Kind, value: str, *, searchable: bool, bare: bool) -> str:
    plain = value.removesuffix("Input")
    if isinstance(kind, Encrypted):
        plain = _comparison_name(kind.of, value, searchable=False, bare=True)
        words = "LookedUp" if isinstance(kind, EncryptedLookup) else "Encrypted"
        return f"{words}{plain}"
    if isinstance(kind, Text):
        plain = {"text": "Text", "long text": "LongText", "web address": "Url"}.get(
            kind.name, "Text"
        )
    elif isinstance(kind, Choice | Choices | Code) and value == "String":
        plain = "Code"
    words = "Searchable" if searchable else ""
    many = "List" if isinstance(kind, Choices) else ""
    suffix = "Comparison" if bare and isinstance(kind, CompositeKind) else "Filter"
    return f"{words}{plain}{many}{suffix}"


def _operand(operator: Operator, value: GraphQLInputType) -> GraphQLInputType:
    if operator is Operator.IS_NULL:
        return GraphQLBoolean
    return GraphQLList(GraphQLNonNull(value)) if operator in _LISTS else value
