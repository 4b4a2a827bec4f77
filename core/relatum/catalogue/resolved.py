"""What is said about types, after its names were resolved: policies, roles, views, reactions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from relatum.catalogue.record_types import End, Field
from relatum_schemas.computing import ComputedField
from relatum_schemas.kinds import Kind
from relatum_schemas.policy import Fields, Right
from relatum_schemas.port import Port
from relatum_schemas.reactions import BeforeReaction, Reaction
from relatum_schemas.selection import Condition, FieldPath, Function, Step
from relatum_schemas.view import Place, Timeline
from relatum_schemas.workflow import Workflow


@dataclass(frozen=True, kw_only=True)
class PolicyRule:
    """A policy on one concrete type, after its names were resolved. See `relatum_schemas.policy`."""

    plugin: str | None
    """The plugin that declares it; None when administrators keep it."""
    source: UUID | None = None
    """The row that keeps it, when administrators do."""
    role: str
    types: tuple[str, ...]
    """The type; none when it is about actions that have no subject."""
    rights: Right
    fields: Fields
    where: Condition | None = None
    """What a record must fulfil, its path of ties included; the principal is a parameter in it."""
    both_ends: bool = False
    actions: tuple[str, ...] = ()
    purposes: tuple[str, ...] | None = None
    """The purposes of calls for which it counts; None means all."""
    authority: tuple[str, ...] = ()
    """Relationship types that the condition follows, to the principal or elsewhere, sorted."""
    named: bool = True
    """Whether the policy names the type itself, and neither a trait of it nor all types."""

    @property
    def explicit(self) -> bool:
        """Whether it is said of this very type, so that it may give the right to relate ties that give rights."""
        return self.named and not self.both_ends


@dataclass(frozen=True, kw_only=True)
class RoleRule:
    """A role after its names were resolved. See `relatum_schemas.policy`."""

    name: str
    title: str = ""
    type: str | None = None
    """The type or trait whose records hold it through ties; None when it is only given."""
    condition: Condition | None = None
    """What such a record must fulfil; None means that all of them hold it."""
    invites: tuple[str, ...] = ()
    plugin: str | None = None
    """The plugin that declares it, or whose policy first names it; None when administrators or the engine do."""
    authority: tuple[str, ...] = ()
    """Relationship types that the condition follows, sorted."""


@dataclass(frozen=True, kw_only=True)
class ColumnRule:
    """A column of a view: a value, a record, or a measure over ties. See `relatum_schemas.view`."""

    key: str
    """As it is written."""
    steps: tuple[Step, ...] = ()
    """From the row to where it stands."""
    passed: tuple[tuple[str, ...], ...] = ()
    """Of which types the rows are that the steps pass and arrive at."""
    through: tuple[tuple[str, str], ...] = ()
    """The ends that the steps follow, each with the type that has it."""
    owners: tuple[str, ...]
    """Of which types the rows are that have it."""
    field: Field | None = None
    """The value; None for a record or a measure."""
    part: str | None = None
    end: str | None = None
    """The end whose ties are measured; None for a value or a record."""
    function: Function | None = None
    measured: "ColumnRule | None" = None
    """What is measured, seen from a tie; None where ties are counted."""

    @property
    def path(self) -> FieldPath:
        """The path to the value; of a record, to its label."""
        name = "label" if self.field is None else self.field.name
        return FieldPath(steps=self.steps, field=name, part=self.part)

    @property
    def kind(self) -> Kind | None:
        """The kind of the value; None for a record or a measure."""
        if self.field is None or self.part is None:
            return None if self.field is None else self.field.kind
        return self.field.kind.parts[self.part]

    @property
    def is_record(self) -> bool:
        """Whether it is a record that the row is tied to."""
        return self.field is None and self.end is None


@dataclass(frozen=True, kw_only=True)
class GroupRule:
    """A part of a detail: fields. See `relatum_schemas.view.Group`."""

    columns: tuple[ColumnRule, ...]
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class SublistRule:
    """A part of a detail: the ties at an end. See `relatum_schemas.view.Sublist`."""

    end: End
    owner: str
    """The type that has the end."""
    columns: tuple[ColumnRule, ...]
    where: Condition | None = None
    order: tuple[tuple[ColumnRule, bool], ...] = ()
    """Each with whether it descends."""
    title: str = ""
    empty: str = ""
    declared: bool = True
    """Whether a view names it, so that it is shown without ties, too."""
    edits: bool = False
    """Whether ties are made, changed and ended from there."""


SectionRule = GroupRule | SublistRule | Timeline


@dataclass(frozen=True, kw_only=True)
class ResolvedView:
    """A view after its paths were resolved and what it leaves out was filled in. See `relatum_schemas.view`."""

    plugin: str
    name: str
    type: str
    place: Place
    columns: tuple[ColumnRule, ...]
    where: Condition | None = None
    order: tuple[tuple[ColumnRule, bool], ...] = ()
    """Each with whether it descends."""
    filters: tuple[ColumnRule, ...] = ()
    search: bool = False
    actions: tuple[str, ...] = ()
    audience: frozenset[str] = frozenset()
    detail: tuple[SectionRule, ...] = ()
    title: str = ""
    help: str = ""
    empty: str = ""
    waiting: bool = False

    @property
    def full_name(self) -> str:
        """Names it among all views: ``plugin.view``."""
        return f"{self.plugin}.{self.name}"

    @property
    def wording(self) -> str:
        """The place of its texts, for their translations."""
        return f"view.{self.name}"


@dataclass(frozen=True, kw_only=True)
class ReactionRule:
    """A reaction of a plugin, on concrete types. See `relatum_schemas.reactions`."""

    plugin: str
    reaction: Reaction
    types: frozenset[str]
    when: Mapping[str, Condition] = field(default_factory=dict)
    """By type, the condition that a record must fulfil."""

    @property
    def name(self) -> str:
        """Names it among all reactions: ``plugin.function``."""
        return f"{self.plugin}.{self.reaction.name}"


@dataclass(frozen=True, kw_only=True)
class BeforeRule:
    """A reaction before commit, on concrete types. See `relatum_schemas.reactions`."""

    plugin: str
    reaction: BeforeReaction
    types: frozenset[str]
    when: Mapping[str, Condition] = field(default_factory=dict)
    """By type, the condition that a record must fulfil, on its own fields."""

    @property
    def name(self) -> str:
        """Names it among all reactions: ``plugin.function``."""
        return f"{self.plugin}.{self.reaction.name}"


@dataclass(frozen=True, kw_only=True)
class WorkflowRule:
    """A workflow of a plugin. See `relatum_schemas.workflow`."""

    plugin: str
    workflow: Workflow

    @property
    def name(self) -> str:
        """Names it among all workflows: ``plugin.function``."""
        return f"{self.plugin}.{self.workflow.name}"


@dataclass(frozen=True, kw_only=True)
class FillingRule:
    """What a plugin puts into a port. See `relatum_schemas.port`."""

    plugin: str
    make: Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True)
class PortRule:
    """A port with what fills it, in the order of loading. See `relatum_schemas.port`."""

    plugin: str
    port: Port[Any]
    fillings: tuple[FillingRule, ...] = ()

    @property
    def name(self) -> str:
        """Names it among all ports: ``plugin.port``."""
        return f"{self.plugin}.{self.port.name}"


@dataclass(frozen=True, kw_only=True)
class ComputingRule:
    """What computes a field in Python. See `relatum_schemas.computing`."""

    plugin: str
    computed: ComputedField

    @property
    def name(self) -> str:
        """Names it among all of these: ``plugin.function``."""
        return f"{self.plugin}.{self.computed.name}"
