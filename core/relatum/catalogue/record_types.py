"""What types consist of, resolved: fields, ends, sides; entity types, relationship types, traits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from relatum_schemas.expression import Expression
from relatum_schemas.kinds import Choices, Day, Identity, Instant, Integer, Kind, Name, Text
from relatum_schemas.selection import Condition

RECORD = "Record"
"""The name that stands for every type: the root of all records."""

Validity = Literal["day", "instant"]
SideName = Literal["source", "target"]
DeleteRule = Literal["end", "restrict", "cascade"]


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of a type, with all that its markers say."""

    name: str
    kind: Kind
    plugin: str = "relatum"
    column: str = ""
    """Stem of its columns: the name, for a field of an extension ``plugin__name``; empty for a computed field."""
    required: bool = False
    default: object = None
    label: bool = False
    searchable: bool = False
    indexed: bool = False
    unique: bool = False
    read_only: bool = False
    internal: bool = False
    sensitive: str | None = None
    expression: Expression | None = None
    by: str | None = None
    """Names the function that computes it in Python (`Catalogue.computing`)."""
    transitions: Mapping[str, tuple[str, ...]] | None = None
    admitted: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """By transition, the roles one of which it takes."""
    expects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By state, the fields that are expected of a record in it."""
    begin: tuple[str, ...] = ()
    """The states in which records may begin; none for any."""
    since: str | None = None
    """The state of which this is the time when it was entered."""
    expected: bool = False
    expected_when: Condition | None = None
    help: str | None = None
    deprecated: str | None = None
    renamed_from: tuple[str, ...] = ()
    trait: str | None = None
    built_in: bool = False

    @property
    def computed(self) -> bool:
        """Whether an expression or a function gives the value instead of a column."""
        return self.expression is not None or self.by is not None

    @property
    def folded(self) -> bool:
        """Whether a folded key is kept beside the text, so that it sorts and matches without case and accents."""
        return (
            isinstance(self.kind, Text)
            and not self.computed
            and (self.label or self.searchable or self.indexed)
        )

    @property
    def found_by_index(self) -> bool:
        """Whether an index finds records by its values."""
        return self.label or self.indexed or self.unique or self.name == "id"

    @property
    def ordered_by_index(self) -> bool:
        """Whether an index has the records in its order: of what is unique alone, it has not the folded key."""
        return self.found_by_index and (self.label or self.indexed or not self.folded)


def _built_in(name: str, kind: Kind, description: str) -> Field:
    return Field(name=name, kind=kind, read_only=True, built_in=True, help=description)


BUILT_IN: Mapping[str, Field] = MappingProxyType(
    {
        "id": _built_in("id", Identity(), "Identifies the record for ever."),
        "type": _built_in("type", Text(length=100), "Name of the record's type."),
        "version": _built_in("version", Integer(), "Counts the record's versions from 1."),
        "label": _built_in("label", Text(), "What a person calls the record."),
        "recorded_at": _built_in("recorded_at", Instant(), "When this version was recorded."),
        "missing": _built_in(
            "missing",
            Choices(of=Name()),
            "Names of the fields and ends that are still wanted, if any.",
        ),
    }
)
"""Fields that every record has."""


@dataclass(frozen=True, kw_only=True)
class End:
    """One end of a relationship type as a record that stands there sees it: a name that leads to the other side."""

    name: str
    relationship: str
    side: Literal["source", "target", "either"]
    """Where the holder stands; ``either`` for symmetric types."""
    holders: tuple[str, ...]
    """Concrete types that have this end."""
    others: tuple[str, ...]
    """Concrete types that may stand at the other side."""
    other: str
    """What the other side was declared as, when it is one type, one trait or `Record`; else empty (a union)."""
    minimum: int = 0
    maximum: int | None = None
    per: str | None = None
    help: str | None = None

    @property
    def to_one(self) -> bool:
        """Whether at most one tie holds at any instant."""
        return self.maximum == 1 and self.per is None


@dataclass(frozen=True, kw_only=True)
class RecordType:
    """What entity types and relationship types have in common."""

    name: str
    plural: str
    plugin: str
    table: str
    description: str = ""
    fields: Mapping[str, Field]
    ends: Mapping[str, End] = field(default_factory=dict)
    """Ends that a record of this type holds (ties, too, may be ends of other ties)."""
    traits: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    """Combinations of fields whose values occur once; single ``Unique`` fields included."""
    renamed_from: tuple[str, ...] = ()
    deprecated: str | None = None

    @property
    def version_table(self) -> str:
        """The table of every version."""
        return f"{self.table}_version"

    @cached_property
    def all_fields(self) -> Mapping[str, Field]:
        """Built-in fields, then declared ones."""
        return MappingProxyType({**BUILT_IN, **self.fields})

    @cached_property
    def stored_fields(self) -> tuple[Field, ...]:
        """Declared fields that have columns, in order."""
        return tuple(each for each in self.fields.values() if not each.computed)

    @cached_property
    def label_fields(self) -> tuple[Field, ...]:
        """The fields whose values, joined by a space, are the record's label."""
        return tuple(each for each in self.fields.values() if each.label)

    @cached_property
    def wanted(self) -> Mapping[str, Field | End]:
        """What a complete record has, sorted by name: values of expected fields, ties at ends that have a minimum."""
        wanted: dict[str, Field | End] = {
            **{name: each for name, each in self.fields.items() if each.expected},
            **{name: each for name, each in self.ends.items() if each.minimum},
        }
        return dict(sorted(wanted.items()))


@dataclass(frozen=True, kw_only=True)
class EntityType(RecordType):
    """A kind of thing."""


@dataclass(frozen=True, kw_only=True)
class Side:
    """One side of a relationship type."""

    end: str
    """The name of the end that a record standing on this side holds."""
    types: tuple[str, ...]
    declared: str
    """The type, trait or `Record` it was declared as; empty for several."""
    minimum: int = 0
    maximum: int | None = None
    per: str | None = None
    """How many ties a record standing on this side has at any instant: at least, at most, counted per a property."""
    on_delete: DeleteRule = "end"
    """What follows when the record on this side is deleted: the tie goes with it (``end``), the deletion is refused
    while there are ties (``restrict``), or the record on the other side is deleted, too (``cascade``)."""

    @property
    def limited(self) -> bool:
        """Whether any limit holds."""
        return self.minimum > 0 or self.maximum is not None


@dataclass(frozen=True, kw_only=True)
class RelationshipType(RecordType):
    """A kind of tie. Its records have `source` and `target`, and with a validity `valid_from` and `valid_to`."""

    source: Side
    target: Side
    validity: Validity | None = None
    symmetric: bool = False
    acyclic: bool = False
    overlap: Literal["refuse", "allow"] = "refuse"
    """Whether the same two records may be tied twice at the same time."""
    represents: bool = False
    """Whether its source may act for its target while the tie holds."""

    @cached_property
    def all_fields(self) -> Mapping[str, Field]:
        """Built-in fields, validity, declared properties."""
        kind = Day() if self.validity == "day" else Instant()
        period = {
            "valid_from": _built_in(
                "valid_from", kind, "When the tie begins to hold; open when missing."
            ),
            "valid_to": _built_in(
                "valid_to", kind, "When the tie no longer holds; open when missing."
            ),
        }
        return MappingProxyType({**BUILT_IN, **(period if self.validity else {}), **self.fields})

    def side(self, name: SideName) -> Side:
        """The source or the target."""
        return self.source if name == "source" else self.target


@dataclass(frozen=True, kw_only=True)
class Trait:
    """Fields and ends that several types share; the rows of a trait are the rows of its members."""

    name: str
    plural: str
    plugin: str
    description: str = ""
    fields: Mapping[str, Field]
    ends: Mapping[str, End] = field(default_factory=dict)
    members: tuple[str, ...] = ()
    """Concrete types that have the trait, sorted by name."""

    @cached_property
    def all_fields(self) -> Mapping[str, Field]:
        """Built-in fields, then the trait's."""
        return MappingProxyType({**BUILT_IN, **self.fields})
