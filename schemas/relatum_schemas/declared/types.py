"""Types declared as data, and all of them together: what `relatum catalogue export` writes and `apply` reads."""

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from relatum_schemas.declared.field import DeclaredField, Former


def _named_once(fields: tuple[DeclaredField, ...]) -> tuple[DeclaredField, ...]:
    _once(each.name for each in fields)
    return fields


def _once(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"{name!r} is declared twice")
        seen.add(name)


Fields = Annotated[tuple[DeclaredField, ...], AfterValidator(_named_once)]
"""Fields, each of another name."""

Combination = Annotated[tuple[str, ...], Field(min_length=1)]
"""Names of fields whose values occur together once."""


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Type(_Form):
    """What entity and relationship types have in common."""

    name: str
    plural: str | None = None
    description: str = ""
    fields: Fields = ()
    unique: tuple[Combination, ...] = ()
    deprecated: str | None = None
    renamed_from: tuple[Former, ...] = ()


class DeclaredType(_Type):
    """An entity type as data.

    Attributes:
        name: in PascalCase.
        plural: the name of the list; the name with an *s* if not given.
        description: what it is, shown in the schema.
        traits: of plugins, whose fields and ends it shares.
        fields: in their order.
        unique: combinations of fields that occur once.
        deprecated: what to use instead.
        renamed_from: names that it had before; its records follow.
    """

    traits: tuple[str, ...] = ()


class DeclaredEnd(_Form):
    """One side of a relationship type.

    Attributes:
        end: what a record that stands on this side calls its ties.
        types: which records may stand here: entity types, relationship types, traits, or ``Record`` for any.
        minimum: how many ties such a record has at every instant, at least.
        maximum: and at most; no bound if not given.
        on_delete: what follows when the record on this side is deleted: the tie ends, it is refused, or the record on the
            other side goes with it.
    """

    end: str
    types: Annotated[tuple[str, ...], Field(min_length=1)]
    minimum: int = 0
    maximum: int | None = None
    on_delete: Literal["end", "restrict", "cascade"] = "end"


class DeclaredRelationship(_Type):
    """A relationship type as data: like `DeclaredType`, and with two sides.

    Attributes:
        source: the side that the type is told from.
        target: the side that it leads to.
        valid: the unit of its validity; without it, a tie holds as long as it is there.
        symmetric: both sides are alike and call their ties the same.
        acyclic: a hierarchy, in which no record comes above itself.
        overlap: whether the same two records may be tied twice at a time.
        represents: whether its source may act for its target while the tie holds.
        per: the field for each value of which the bounds of the sides are counted.
    """

    source: DeclaredEnd
    target: DeclaredEnd
    valid: Literal["day", "instant"] | None = None
    symmetric: bool = False
    acyclic: bool = False
    overlap: Literal["refuse", "allow"] = "refuse"
    represents: bool = False
    per: str | None = None


class AddedFields(_Form):
    """Fields that are added to a type of a plugin."""

    type: str
    fields: Annotated[Fields, Field(min_length=1)]


class Parked(_Form):
    """What was removed with its values, which are kept.

    Attributes:
        name: under which it was declared: a type's, or a type's and a field's.
        number: of the change that removed it.
        type: as it was declared, if it is an entity type.
        relationship: as it was declared, if it is a relationship type.
        field: as it was declared, if it is a field.
    """

    name: str
    number: int
    type: DeclaredType | None = None
    relationship: DeclaredRelationship | None = None
    field: DeclaredField | None = None


class Declarations(_Form):
    """All that is declared at run time.

    Attributes:
        types: entity types.
        relationships: relationship types.
        fields: what is added to types of plugins.
        parked: what was removed with its values, the last of it last; no part of a document.
    """

    types: tuple[DeclaredType, ...] = ()
    relationships: tuple[DeclaredRelationship, ...] = ()
    fields: tuple[AddedFields, ...] = ()
    parked: tuple[Parked, ...] = ()

    def names(self) -> frozenset[str]:
        """The names of the types that are declared here."""
        return frozenset(each.name for each in (*self.types, *self.relationships))

    def fields_of(self, type_name: str) -> tuple[DeclaredField, ...]:
        """The fields that are declared here of a type, this room's or a plugin's."""
        for each in (*self.types, *self.relationships):
            if each.name == type_name:
                return each.fields
        return next((each.fields for each in self.fields if each.type == type_name), ())


class Document(Declarations):
    """What is to be declared: each type whole; what it does not mention stays as it is.

    Attributes:
        remove: names of types and fields (``Machine.colour``) that go although they have values.
    """

    remove: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _declares_once(self) -> Self:
        """Refuse what would be declared in two ways."""
        _once(each.name for each in (*self.types, *self.relationships))
        _once(each.type for each in self.fields)
        return self
