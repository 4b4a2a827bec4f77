"""What every field kind offers: reading a value, writing it, and what one may ask of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

from relatum_schemas.errors import BadValue
from relatum_schemas.phrase import Phrase
from relatum_schemas.selection import Function, Operator

EXACT = frozenset({Operator.EQ, Operator.NE, Operator.IN, Operator.NOT_IN, Operator.IS_NULL})
ORDERED = EXACT | {Operator.LT, Operator.LTE, Operator.GT, Operator.GTE}
TEXTUAL = ORDERED | {Operator.STARTS_WITH, Operator.CONTAINS}
LISTED = frozenset({Operator.HAS, Operator.HAS_ANY, Operator.HAS_ALL, Operator.IS_NULL})

COUNTED = frozenset({Function.COUNT, Function.COUNT_DISTINCT})
RANKED = COUNTED | {Function.MIN, Function.MAX}
SUMMED = RANKED | {Function.SUM, Function.AVG}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of field. Instances are values: equal when they mean the same.

    A kind reads any accepted spelling into one Python value (`parse`) and writes that value in one wire form (`wire`),
    which is also what the database's JSON shows and what selections carry.
    """

    name: ClassVar[str]
    python: ClassVar[type]
    operators: ClassVar[frozenset[Operator]] = EXACT
    functions: ClassVar[frozenset[Function]] = COUNTED
    sortable: ClassVar[bool] = False

    @property
    def parts(self) -> Mapping[str, "Kind"]:
        """The parts of a composite kind by name; empty for a plain one."""
        return {}

    def parse(self, value: object) -> Any:
        """Read a Python or wire value.

        Raises:
            BadValue: the value is not of this kind; the message says what is expected.
        """
        raise BadValue(f"{type(self).__name__} has no way to read {value!r}.")

    def wire(self, value: Any) -> Any:
        """Write a value that `parse` returned, as JSON shows it."""
        return value

    def described(self) -> str:
        """The kind in a person's words, for error messages and documentation."""
        return Phrase(self.name)

    def refuse(self, value: object, expected: str | None = None) -> BadValue:
        """Say that a value is not of this kind."""
        shown = repr(value)
        shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
        given = value if isinstance(value, Decimal) else shown
        return BadValue(
            Phrase("{given} is not {expected}.", given=given, expected=expected or self.described())
        )

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Validate annotated fields by `parse`, serialise them by `wire`."""

        def validate(value: object) -> Any:
            try:
                return self.parse(value)
            except BadValue as error:
                raise PydanticCustomError(
                    "bad_value", "{problem}", {"problem": error.message}
                ) from error

        return core_schema.no_info_plain_validator_function(
            validate,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda value: None if value is None else self.wire(value)
            ),
        )

    def with_scale(self, scale: int) -> Self:
        """The same kind at another scale.

        Raises:
            BadValue: the kind has no scale.
        """
        raise BadValue(f"{self.described()} has no scale (asked for {scale}).")
