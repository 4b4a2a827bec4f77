"""The catalogue as everything downstream sees it: resolved, checked, immutable.

Tables, validation, statements, GraphQL, forms and imports are derived from these values and from nothing else. Names are
the declared ones (types in PascalCase, fields and ends in snake_case); a type name is unique in the catalogue.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from relatum.catalogue.record_types import (
    BUILT_IN,
    RECORD,
    DeleteRule,
    End,
    EntityType,
    Field,
    RecordType,
    RelationshipType,
    Side,
    SideName,
    Trait,
    Validity,
)
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
from relatum_schemas.port import Port
from relatum_schemas.purpose import Purpose
from relatum_schemas.selection import Condition
from relatum_schemas.workflow import Template

__all__ = [
    "BUILT_IN",
    "RECORD",
    "Catalogue",
    "DeleteRule",
    "End",
    "EntityType",
    "Field",
    "RecordType",
    "RelationshipType",
    "Side",
    "SideName",
    "Trait",
    "Validity",
]


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
    plugins: Mapping[str, str] = field(default_factory=dict)
    """What people call the plugins that contributed, by name and in load order."""
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
    occasions: Mapping[tuple[str, str], Condition] = field(
        default_factory=dict, compare=False, repr=False
    )
    """What a record must fulfil that an action acts on, by the action's name and the record's concrete type."""
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
    def policies_on(self) -> Mapping[str, tuple[PolicyRule, ...]]:
        """The policies by the concrete type that they are on: they are asked for everything that may be shown."""
        found: dict[str, tuple[PolicyRule, ...]] = {}
        for rule in self.policies:
            for name in rule.types:
                found[name] = (*found.get(name, ()), rule)
        return found

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
