"""The catalogue as everything downstream sees it: resolved, checked, immutable.

Tables, validation, statements, GraphQL, forms and imports are derived from these values and from nothing else. Names are
the declared ones (types in PascalCase, fields and ends in snake_case); a type name is unique in the catalogue.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

from relatum.catalogue.resolved import (
    BeforeRule,
    ComputingRule,
    PolicyRule,
    PortRule,
    ReactionRule,
    ResolvedView,
    RoleRule,
    WorkflowRule,
)
from relatum_schemas.action import Action
from relatum_schemas.entity import Declared
from relatum_schemas.errors import PluginError, UnknownField, UnknownType
from relatum_schemas.expression import Expression
from relatum_schemas.kinds import Choices, Day, Identity, Instant, Integer, Kind, Name, Text
from relatum_schemas.port import Port
from relatum_schemas.purpose import Purpose
from relatum_schemas.selection import Condition
from relatum_schemas.workflow import Template

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


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """All types in force, checked as a whole. Equal declarations give an equal ``fingerprint``."""

    types: Mapping[str, RecordType]
    traits: Mapping[str, Trait]
    policies: tuple[PolicyRule, ...] = ()
    roles: Mapping[str, RoleRule] = field(default_factory=dict)
    """Every role that is declared or that a policy or an action names, by name."""
    purposes: Mapping[str, Purpose] = field(default_factory=dict)
    """What administrators let sensitive data be used for, by code."""
    plugins: tuple[str, ...] = ()
    """Names of the plugins that contributed, in load order."""
    complete: bool = True
    """Whether the database holds records of these types alone: of plugins out of force, too, they are else."""
    zone: str = "UTC"
    """The installation's time zone (IANA): what ``today`` means for ties valid by day."""
    fingerprint: str = ""
    classes: Mapping[str, type[Declared]] = field(default_factory=dict, compare=False, repr=False)
    """The declaring Python classes by type name: what records are read into."""
    actions: Mapping[str, Action] = field(default_factory=dict, compare=False, repr=False)
    reactions: tuple[ReactionRule, ...] = field(default=(), compare=False, repr=False)
    """What is done after a change is committed, in the order in which plugins were loaded."""
    computing: Mapping[str, ComputingRule] = field(default_factory=dict, compare=False, repr=False)
    """What computes fields in Python, by the name that the fields have of it."""
    before: tuple[BeforeRule, ...] = field(default=(), compare=False, repr=False)
    """What is done before a change is written, in the order in which plugins were loaded."""
    workflows: Mapping[str, WorkflowRule] = field(default_factory=dict, compare=False, repr=False)
    """The workflows of plugins by full name, such as ``maintenance.yearly_care``."""
    templates: Mapping[str, Template] = field(default_factory=dict, compare=False, repr=False)
    """The messages of plugins by full name."""
    views: Mapping[str, ResolvedView] = field(default_factory=dict, compare=False, repr=False)
    ports: Mapping[str, PortRule] = field(default_factory=dict, compare=False, repr=False)
    """Ports with what fills them, by their full names."""
    owners: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """The plugin that declares an action, by the action's name."""
    queries: Mapping[str, tuple[type, ...]] = field(default_factory=dict, compare=False, repr=False)
    """Classes by plugin with fields of their own to ask for, which only a transport looks into."""

    def are_all(self, types: Collection[str]) -> bool:
        """Whether every record that the database holds is of one of these concrete types, each named once."""
        return self.complete and len(types) == len(self.types)

    @cached_property
    def entities(self) -> Mapping[str, EntityType]:
        """The entity types by name."""
        return {name: each for name, each in self.types.items() if isinstance(each, EntityType)}

    @cached_property
    def relationships(self) -> Mapping[str, RelationshipType]:
        """The relationship types by name."""
        return {
            name: each for name, each in self.types.items() if isinstance(each, RelationshipType)
        }

    @cached_property
    def authority(self) -> frozenset[str]:
        """The relationship types that give rights: by a policy, by a role, or because a tie lets one act for another."""
        by_policy = {name for rule in self.policies for name in rule.authority}
        by_role = {name for role in self.roles.values() for name in role.authority}
        by_tie = {each.name for each in self.relationships.values() if each.represents}
        return frozenset(by_policy | by_role | by_tie)

    @cached_property
    def classes_of_data(self) -> frozenset[str]:
        """The classes of sensitive data that fields are declared with."""
        fields = (each for record_type in self for each in record_type.fields.values())
        return frozenset(each.sensitive for each in fields if each.sensitive is not None)

    def opened_by(self, purpose: str) -> frozenset[str]:
        """The classes of sensitive data that calls with a purpose may use."""
        found = self.purposes.get(purpose)
        return frozenset(found.opens) if found is not None and found.enabled else frozenset()

    def record_type(self, name: str) -> RecordType:
        """A concrete type by name.

        Raises:
            UnknownType: there is none of that name.
        """
        if name in self.types:
            return self.types[name]
        raise UnknownType(
            f"There is no type {name!r}.", hint=_nearest(name, (*self.types, *self.traits))
        )

    def relationship(self, name: str) -> RelationshipType:
        """A relationship type by name.

        Raises:
            UnknownType: there is none of that name.
        """
        if name in self.relationships:
            return self.relationships[name]
        raise UnknownType(
            f"There is no relationship type {name!r}.", hint=_nearest(name, self.relationships)
        )

    def concrete(self, name: str) -> tuple[str, ...]:
        """The concrete types that a type, a trait or `Record` stands for, sorted by name for the latter two.

        Raises:
            UnknownType: there is none of that name.
        """
        if name == RECORD:
            return tuple(sorted(self.types))
        if name in self.traits:
            return self.traits[name].members
        return (self.record_type(name).name,)

    def fields(self, name: str) -> Mapping[str, Field]:
        """The fields, built-in ones included, of a type, a trait or `Record`."""
        if name == RECORD:
            return BUILT_IN
        if name in self.traits:
            return self.traits[name].all_fields
        return self.record_type(name).all_fields

    def field(self, name: str, field_name: str) -> Field:
        """A field of a type, a trait or `Record`.

        Raises:
            UnknownType, UnknownField: there is none of that name.
        """
        fields = self.fields(name)
        if field_name in fields:
            return fields[field_name]
        raise UnknownField(
            f"{name} has no field {field_name!r}.", hint=_nearest(field_name, fields)
        )

    def ends(self, name: str) -> Mapping[str, End]:
        """The ends of a type or trait; `Record` has none of its own."""
        if name == RECORD:
            return {}
        if name in self.traits:
            return self.traits[name].ends
        return self.record_type(name).ends

    def end(self, name: str, end_name: str) -> End:
        """An end of a type or trait.

        Raises:
            UnknownType, UnknownField: there is none of that name.
        """
        ends = self.ends(name)
        if end_name in ends:
            return ends[end_name]
        raise UnknownField(f"{name} has no end {end_name!r}.", hint=_nearest(end_name, ends))

    def port(self, port: Port[Any]) -> PortRule:
        """What is known of a port.

        Raises:
            PluginError: no loaded plugin publishes it.
        """
        for rule in self.ports.values():
            if rule.port is port:
                return rule
        raise PluginError(
            f"No plugin in force publishes the port {port.name!r}.",
            hint="Name its plugin in requires.",
        )

    def __iter__(self) -> Iterator[RecordType]:
        """The concrete types, entities before relationships, in the order of declaration."""
        return iter(self.types.values())


def _nearest(name: str, known: Iterable[str]) -> str | None:
    close = get_close_matches(name, list(known), n=1)
    return f"Did you mean {close[0]!r}?" if close else None
