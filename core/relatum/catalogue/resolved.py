"""What is said about types, after its names were resolved: policies, roles, views, reactions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from relatum_schemas.computing import ComputedField
from relatum_schemas.policy import Fields, Right
from relatum_schemas.port import Port
from relatum_schemas.reactions import BeforeReaction, Reaction
from relatum_schemas.selection import Condition, FieldPath
from relatum_schemas.view import Place
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
class ResolvedView:
    """A view after its paths were resolved. See `relatum_schemas.view`."""

    plugin: str
    name: str
    type: str
    place: Place
    columns: tuple[FieldPath, ...]
    where: Condition | None = None
    actions: tuple[str, ...] = ()


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
