"""A field declared as data: the name of its kind, and what its markers would say in Python."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_serializer, model_validator

from relatum_schemas import kinds
from relatum_schemas.kinds import Kind
from relatum_schemas.markers import Transitions
from relatum_schemas.selection import Condition

KindName = Literal[
    "text",
    "long_text",
    "integer",
    "big_integer",
    "decimal",
    "money",
    "boolean",
    "date",
    "datetime",
    "duration",
    "choice",
    "choices",
    "state",
    "email",
    "phone",
    "url",
    "country",
    "currency",
    "language",
    "postal_address",
    "file",
    "json",
]
"""The names of field kinds in documents."""

KINDS: Final[Mapping[KindName, Kind]] = MappingProxyType(
    {
        "text": kinds.Text(),
        "long_text": kinds.LongText(),
        "integer": kinds.Integer(),
        "big_integer": kinds.Integer(big=True),
        "decimal": kinds.Number(),
        "money": kinds.MoneyKind(),
        "boolean": kinds.Boolean(),
        "date": kinds.Day(),
        "datetime": kinds.Instant(),
        "duration": kinds.Duration(),
        "choice": kinds.Choice(),
        "choices": kinds.Choices(),
        "state": kinds.Choice(),
        "email": kinds.Email(),
        "phone": kinds.Phone(),
        "url": kinds.Url(),
        "country": kinds.Country(),
        "currency": kinds.Currency(),
        "language": kinds.Language(),
        "postal_address": kinds.PostalAddressKind(),
        "file": kinds.FileKind(),
        "json": kinds.Json(),
    }
)
"""The kinds that the names stand for, before codes and scale are said."""

_SCALED: Final = frozenset({"decimal", "money"})
_CODED: Final = frozenset({"choice", "choices"})


Former = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,59}$")]
"""A name that something had before."""


class DeclaredField(BaseModel):
    """A field as data.

    Attributes:
        name: in snake_case.
        kind: one of `KINDS`; left out of a computed field only.
        computed: an expression over the record's own fields, in place of a kind.
        codes: of a choice or choices, in their order.
        choice_list: the list of codes that is kept as data, in place of `codes`.
        scale: digits after the point, of a decimal or of money.
        transitions: which states may follow each state, of a state.
        expects: by state, the fields that are expected of a record in it.
        begin: the states in which records may begin; any if none is given.
        required: whether a value is needed to store the record.
        default: what fills the field when nothing is given, as JSON has it.
        label: whether it is, or is a part of, what a person calls the record.
        searchable: whether it is found by text search.
        unique: whether no two records have the same value.
        indexed: whether it is often filtered or sorted by.
        read_only: whether only imports write it.
        expected: whether it is wanted, though not needed to store the record.
        expected_when: on which condition it is wanted.
        sensitive: its class of sensitive data.
        encrypted: whether it is encrypted in the database; ``lookup`` if equal values are found, too.
        help: a sentence for the person who fills it in.
        deprecated: what to use instead.
        renamed_from: names that it had before; its values follow.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    kind: KindName | None = None
    computed: str | None = None
    codes: tuple[str, ...] = ()
    choice_list: str | None = None
    scale: int | None = None
    transitions: dict[str, tuple[str, ...]] | None = None
    expects: dict[str, tuple[str, ...]] | None = None
    begin: tuple[str, ...] = ()
    required: bool = False
    default: JsonValue = None
    label: bool = False
    searchable: bool = False
    unique: bool = False
    indexed: bool = False
    read_only: bool = False
    expected: bool = False
    expected_when: Condition | None = None
    sensitive: str | None = None
    encrypted: Literal["value", "lookup"] | None = None
    help: str | None = None
    deprecated: str | None = None
    renamed_from: tuple[Former, ...] = ()

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        """Refuse what belongs to another kind."""
        if (self.kind is None) is (self.computed is None):
            raise ValueError("give the name of a kind, or a computed expression")
        if self.computed is not None and self.model_fields_set - {"name", "computed", "help"}:
            others = self.model_fields_set - {"name", "computed", "help"}
            raise ValueError(f"a computed field has no {', '.join(sorted(others))}")
        if self.scale is not None and self.kind not in _SCALED:
            raise ValueError("only decimal and money have a scale")
        if bool(self.codes or self.choice_list) is not (self.kind in _CODED):
            raise ValueError("choice and choices, and no others, need codes or a choice_list")
        if self.codes and self.choice_list:
            raise ValueError("give codes or a choice_list, not the two")
        self._is_a_state_machine()
        return self

    def _is_a_state_machine(self) -> None:
        if bool(self.transitions) is not (self.kind == "state"):
            raise ValueError("a state, and nothing else, needs transitions")
        if (self.expects or self.begin) and self.kind != "state":
            raise ValueError("only a state expects fields, and has states to begin in")

    @field_serializer("expected_when")
    def _condition_as_data(self, condition: Condition | None) -> object:
        """A condition keeps its kind, which tells conditions apart."""
        return None if condition is None else condition.model_dump(mode="json", exclude_none=True)


def kind_of_declared(field: DeclaredField) -> Kind | None:
    """The kind of a declared field; None if it is computed.

    Raises:
        BadValue: it has no such scale.
    """
    if field.kind is None:
        return None
    kind = KINDS[field.kind]
    if field.transitions:
        return kinds.Choice(codes=Transitions(field.transitions).states)
    if field.kind in _CODED:
        choice = kinds.Choice(codes=field.codes, list=field.choice_list)
        return choice if field.kind == "choice" else kinds.Choices(of=choice)
    return kind if field.scale is None else kind.with_scale(field.scale)
