"""Scalars: how values of the field kinds are written in GraphQL, and read from variables and literals.

What a scalar reads it hands on in wire form, so that selections carry it as it is.
"""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from graphql import (
    BooleanValueNode,
    FloatValueNode,
    GraphQLError,
    GraphQLScalarType,
    IntValueNode,
    StringValueNode,
    ValueNode,
    print_ast,
    value_from_ast_untyped,
)

from relatum_schemas.errors import BadValue
from relatum_schemas.kinds import Day, FileReference, Instant, Integer, Kind, Language
from relatum_schemas.kinds import Duration as DurationKind

Reader = Callable[[object], Any]


def _of_kind(kind: Kind) -> Reader:
    return lambda value: kind.wire(kind.parse(value))


def _decimal(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise BadValue(f"{value!r} is not a decimal number.")
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise BadValue(f"{value!r} is not a decimal number.") from error
    if not number.is_finite():
        raise BadValue(f"{value!r} is not a finite number.")
    return f"{number:f}" if abs(number.adjusted()) < 100 else str(number)


def _moment(value: object) -> str:
    kinds: tuple[Kind, ...] = (Day(), Instant())
    for kind in kinds:
        try:
            return str(kind.wire(kind.parse(value)))
        except BadValue:
            continue
    raise BadValue(f"{value!r} is neither a date nor a date and time with its zone.")


def _json(value: object) -> object:
    return value


def _upload(value: object) -> FileReference:
    """The file that came with the request; no JSON can stand for one."""
    if isinstance(value, FileReference):
        return value
    raise BadValue("A file is uploaded with the request, as multipart/form-data.")


def _reading(read: Reader) -> Reader:
    """The reader, with its complaint in GraphQL's form."""

    def reading(value: object) -> Any:
        try:
            return read(value)
        except BadValue as error:
            raise GraphQLError(error.message, extensions={"code": error.code}) from error

    return reading


def _literal(node: ValueNode) -> object:
    """A literal as a reader takes it: numbers by their text, so that no digit is lost."""
    match node:
        case StringValueNode() | IntValueNode() | FloatValueNode():
            return node.value
        case BooleanValueNode():
            return node.value
        case _:
            return print_ast(node)


def _scalar(
    name: str, description: str, read: Reader, specified_by: str | None = None
) -> GraphQLScalarType:
    reading = _reading(read)
    return GraphQLScalarType(
        name,
        coerce_output_value=lambda value: value,
        coerce_input_value=reading,
        coerce_input_literal=lambda node: reading(_literal(node)),
        description=description,
        specified_by_url=specified_by,
    )


DECIMAL: Final = _scalar(
    "Decimal",
    'An exact decimal number, written as text: `"12.50"`. Numbers are read, too.',
    _decimal,
)
BIG_INTEGER: Final = _scalar(
    "BigInt", "A whole number of up to 18 digits.", _of_kind(Integer(big=True))
)
DATE: Final = _scalar(
    "Date",
    "A calendar day: `2024-05-31`.",
    _of_kind(Day()),
    "https://scalars.graphql.org/andimarek/local-date",
)
DATE_TIME: Final = _scalar(
    "DateTime",
    "A point in time with its zone, shown in UTC: `2024-05-31T09:30:00.000000Z`.",
    _of_kind(Instant()),
    "https://scalars.graphql.org/andimarek/date-time",
)
MOMENT: Final = _scalar(
    "Moment",
    "A day (`2024-05-31`) or a point in time (`2024-05-31T09:30:00Z`). "
    "Where the other is needed, a day means its first instant in the installation's time zone, "
    "and a point in time means its day there.",
    _moment,
)
DURATION: Final = _scalar(
    "Duration",
    "A length of time of weeks, days, hours, minutes and seconds: `PT1H30M`.",
    _of_kind(DurationKind()),
    "https://www.rfc-editor.org/rfc/rfc3339#appendix-A",
)
LANGUAGE: Final = _scalar(
    "Language",
    "A language by its tag: `de`, `pt-BR`.",
    _of_kind(Language()),
    "https://www.rfc-editor.org/info/bcp47",
)
JSON: Final = GraphQLScalarType(
    "JSON",
    coerce_output_value=lambda value: value,
    coerce_input_value=_json,
    coerce_input_literal=value_from_ast_untyped,
    description="Any JSON value.",
    specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
)
UPLOAD: Final = GraphQLScalarType(
    "Upload",
    coerce_output_value=lambda value: value,
    coerce_input_value=_reading(_upload),
    coerce_input_literal=_reading(_upload),
    description="A file that is uploaded with the request: `null` among the variables, and a part of its own.",
    specified_by_url="https://github.com/jaydenseric/graphql-multipart-request-spec",
)
