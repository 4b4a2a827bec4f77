"""What each plugin's module contributes, before anything is judged."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from relatum_schemas.action import Action
from relatum_schemas.computing import ComputedField
from relatum_schemas.entity import Declared, Entity, Extension, Trait
from relatum_schemas.errors import PluginError
from relatum_schemas.plugin import Plugin
from relatum_schemas.policy import Policy, Role
from relatum_schemas.port import Filling, Port
from relatum_schemas.reactions import BeforeReaction, Reaction
from relatum_schemas.relationship import Record, Relationship
from relatum_schemas.view import View
from relatum_schemas.workflow import Template, Workflow

_FRAMEWORK = frozenset({Entity, Trait, Extension, Relationship, Record, Declared})


@dataclass(frozen=True)
class Contribution:
    """All that one plugin declares. Classes are those of its own package, in the order its module names them."""

    plugin: Plugin
    module: ModuleType
    entities: tuple[type[Entity], ...]
    relationships: tuple[type[Relationship[Any, Any]], ...]
    traits: tuple[type[Trait], ...]
    extensions: tuple[type[Extension[Any]], ...]
    policies: tuple[Policy, ...]
    roles: tuple[Role, ...]
    actions: tuple[Action, ...]
    reactions: tuple[Reaction, ...]
    before: tuple[BeforeReaction, ...]
    computed: tuple[ComputedField, ...]
    workflows: tuple[Workflow, ...]
    templates: Mapping[str, Template]
    views: tuple[View, ...]
    queries: tuple[type, ...]
    ports: tuple[Port[Any], ...] = ()
    fillings: tuple[Filling[Any], ...] = ()


def contribution(module: ModuleType) -> Contribution:
    """Read what a plugin's module names.

    Raises:
        PluginError: the module has no manifest.
    """
    plugin = getattr(module, "plugin", None)
    if not isinstance(plugin, Plugin):
        raise PluginError(
            f"The module {module.__name__} has no manifest.",
            hint='Write plugin = Plugin("name", version="1.0").',
        )
    classes = list(_own_classes(module))
    traits = tuple(
        each for each in classes if issubclass(each, Trait) and not issubclass(each, Entity)
    )
    values = list(vars(module).values())
    return Contribution(
        plugin=plugin,
        module=module,
        entities=tuple(each for each in classes if issubclass(each, Entity)),
        relationships=tuple(each for each in classes if issubclass(each, Relationship)),
        traits=traits,
        extensions=tuple(each for each in classes if issubclass(each, Extension)),
        policies=tuple(
            each for each in getattr(module, "policies", ()) if isinstance(each, Policy)
        ),
        roles=tuple(each for each in getattr(module, "roles", ()) if isinstance(each, Role)),
        actions=tuple(
            dict.fromkeys(
                each
                for each in values
                if isinstance(each, Action) and _is_own(each.function.__module__, module)
            )
        ),
        reactions=tuple(dict.fromkeys(each for each in values if isinstance(each, Reaction))),
        computed=tuple(dict.fromkeys(each for each in values if isinstance(each, ComputedField))),
        before=tuple(dict.fromkeys(each for each in values if isinstance(each, BeforeReaction))),
        workflows=tuple(dict.fromkeys(each for each in values if isinstance(each, Workflow))),
        templates={name: each for name, each in vars(module).items() if isinstance(each, Template)},
        views=tuple(each for each in getattr(module, "views", ()) if isinstance(each, View)),
        queries=tuple(each for each in getattr(module, "queries", ()) if isinstance(each, type)),
        ports=tuple(
            each
            for each in values
            if isinstance(each, Port) and _is_own(each.interface.__module__, module)
        ),
        fillings=tuple(each for each in values if isinstance(each, Filling)),
    )


def _own_classes(module: ModuleType) -> Iterator[type[Declared]]:
    """Declared classes that the module names and its package defines, each once."""
    seen: set[type] = set()
    for value in list(vars(module).values()):
        if (
            not isinstance(value, type)
            or not issubclass(value, Declared)
            or value in _FRAMEWORK
            or value in seen
        ):
            continue
        if _is_own(value.__module__, module) and not value.__pydantic_generic_metadata__["args"]:
            seen.add(value)
            yield value


def _is_own(name: str, module: ModuleType) -> bool:
    """Whether what a module of this name defines belongs to the plugin."""
    return name == module.__name__ or name.startswith(f"{module.__name__}.")
