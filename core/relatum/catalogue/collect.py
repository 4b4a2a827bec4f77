"""From plugins' contributions to one checked catalogue.

The order of work: name every type, read its fields (`fields`), add extensions, tie the sides of relationship types,
give every type and trait its ends, resolve policies, actions and views (`rules`), and take the fingerprint. Mistakes
are collected all along and raised together.
"""

import hashlib
import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import ModuleType, UnionType
from typing import Any, Union, get_args, get_origin

from relatum.catalogue.computing import judge_elevation, with_computed
from relatum.catalogue.contributions import Contribution, contribution
from relatum.catalogue.ends import with_ends
from relatum.catalogue.fields import computed_fields, declared_fields
from relatum.catalogue.fingerprint import fingerprint
from relatum.catalogue.model import (
    RECORD,
    Catalogue,
    EntityType,
    Field,
    RecordType,
    RelationshipType,
    Side,
    Trait,
)
from relatum.catalogue.problems import ProblemList
from relatum.catalogue.rules import with_rules
from relatum.catalogue.states import with_told_states
from relatum_schemas.entity import Declared, Entity
from relatum_schemas.entity import Trait as TraitClass
from relatum_schemas.relationship import Bounds, Ends, Record, Relationship

_ENTITY_OPTIONS = frozenset({"plural", "unique", "renamed_from", "deprecated"})
_TIE_OPTIONS = _ENTITY_OPTIONS | {"valid", "symmetric", "acyclic", "overlap", "represents"}
_LONGEST_TABLE = 63 - len("_version")


@dataclass
class _Draft:
    """The catalogue in the making."""

    problems: ProblemList = field(default_factory=ProblemList)
    types: dict[str, RecordType] = field(default_factory=dict)
    traits: dict[str, Trait] = field(default_factory=dict)
    classes: dict[str, type[Declared]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)


def build_catalogue(modules: Iterable[ModuleType], *, zone: str = "UTC") -> Catalogue:
    """The catalogue of these plugins' modules, each with a ``plugin`` manifest, required ones first.

    Raises:
        Problems: with every mistake in the declarations, each naming plugin, type, field and remedy.
        PluginError: a module has no manifest.
    """
    contributions = [contribution(module) for module in modules]
    draft = _Draft()
    for each in contributions:
        _name_types(draft, each)
    for each in contributions:
        _declare_traits(draft, each)
        _declare_entities(draft, each)
    for each in contributions:
        _declare_relationships(draft, each)
    for each in contributions:
        _declare_extensions(draft, each)
    computing = with_computed(draft.types, draft.traits, contributions, draft.problems)
    with_told_states(draft.types, draft.problems)
    _settle_sides(draft)
    _settle_traits(draft)
    catalogue = Catalogue(
        types=draft.types,
        traits=draft.traits,
        plugins={each.plugin.name: each.plugin.title for each in contributions},
        zone=zone,
        classes=draft.classes,
        computing=computing,
    )
    catalogue = with_ends(catalogue, draft.problems)
    catalogue = with_rules(catalogue, contributions, draft.problems)
    judge_elevation(catalogue, draft.problems)
    draft.problems.raise_all()
    return replace(catalogue, fingerprint=fingerprint(catalogue))


def snake(name: str) -> str:
    """``ServiceVisit`` as ``service_visit``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def table_name(plugin: str, type_name: str) -> str:
    """``plugin__type``; a longer one is cut and closed with a digest, so that version tables fit PostgreSQL, too."""
    name = f"{plugin}__{snake(type_name)}"
    if len(name) <= _LONGEST_TABLE:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: _LONGEST_TABLE - 9]}_{digest}"


def _name_types(draft: _Draft, given: Contribution) -> None:
    """Note who declares which name, and clashes by both plugins' names."""
    for declared in (*given.traits, *given.entities, *given.relationships):
        name = declared.__name__
        at = (given.plugin.name, name)
        if name in draft.owners:
            other = draft.owners[name]
            draft.problems.add(
                f"The plugin {other!r} declares a type of this name, too.", "Rename one.", at=at
            )
        elif name == RECORD or not re.fullmatch(r"[A-Z][A-Za-z0-9]{0,59}", name):
            draft.problems.add(
                f"{name!r} is no name for a type.", "Use PascalCase without underscores.", at=at
            )
        else:
            draft.owners[name] = given.plugin.name
            draft.classes[name] = declared


def _options(
    draft: _Draft, declared: type[Declared], plugin: str, known: frozenset[str]
) -> Mapping[str, Any]:
    given = declared.__relatum_options__.given
    for name in sorted(set(given) - known):
        draft.problems.add(
            f"There is no class keyword {name!r}.",
            f"Known: {', '.join(sorted(known))}.",
            at=(plugin, declared.__name__),
        )
    return given


def _described(declared: type[Declared]) -> str:
    return inspect.cleandoc(declared.__dict__.get("__doc__") or "")


def _plural(options: Mapping[str, Any], name: str) -> str:
    return str(options.get("plural") or f"{snake(name)}s")


def _identity(
    draft: _Draft,
    declared: type[Declared],
    plugin: str,
    known: frozenset[str],
    fields: Mapping[str, Field],
) -> dict[str, Any]:
    """What entity and relationship types have in common, as arguments of their constructor."""
    options = _options(draft, declared, plugin, known)
    name = declared.__name__
    former = options.get("renamed_from", ())
    return {
        "name": name,
        "plural": _plural(options, name),
        "plugin": plugin,
        "table": table_name(plugin, name),
        "description": _described(declared),
        "fields": fields,
        "traits": _traits_of(declared),
        "unique": _unique(draft, options, (plugin, name), fields),
        "renamed_from": (former,) if isinstance(former, str) else tuple(former),
        "deprecated": options.get("deprecated"),
    }


def _traits_of(declared: type[Declared]) -> tuple[str, ...]:
    return tuple(
        base.__name__
        for base in declared.__mro__
        if issubclass(base, TraitClass) and not issubclass(base, Entity) and base is not TraitClass
    )


def _unique(
    draft: _Draft, options: Mapping[str, Any], at: tuple[str, ...], fields: Mapping[str, Field]
) -> tuple[tuple[str, ...], ...]:
    together = tuple(tuple(names) for names in options.get("unique", ()))
    for names in together:
        for name in names:
            if name not in fields or not fields[name].kind.sortable or fields[name].kind.parts:
                draft.problems.add(
                    f"unique names {name!r}, which is no plain field of the type.", at=at
                )
    return (*((name,) for name, each in fields.items() if each.unique), *together)


def _fields(draft: _Draft, declared: type[Declared], plugin: str) -> dict[str, Field]:
    fields = declared_fields(declared, plugin, draft.problems)
    return computed_fields(declared, fields, plugin, draft.problems)


def _declare_traits(draft: _Draft, given: Contribution) -> None:
    plugin = given.plugin.name
    for declared in given.traits:
        options = _options(draft, declared, plugin, frozenset({"plural"}))
        draft.traits[declared.__name__] = Trait(
            name=declared.__name__,
            plural=_plural(options, declared.__name__),
            plugin=plugin,
            description=_described(declared),
            fields=_fields(draft, declared, plugin),
        )


def _declare_entities(draft: _Draft, given: Contribution) -> None:
    plugin = given.plugin.name
    for declared in given.entities:
        for base in declared.__mro__[1:]:
            if issubclass(base, Entity) and base is not Entity and not issubclass(base, Record):
                draft.problems.add(
                    f"It inherits from the concrete type {base.__name__}.",
                    "Put what both share into a Trait.",
                    at=(plugin, declared.__name__),
                )
        fields = _fields(draft, declared, plugin)
        draft.types[declared.__name__] = EntityType(
            **_identity(draft, declared, plugin, _ENTITY_OPTIONS, fields)
        )


def _declare_extensions(draft: _Draft, given: Contribution) -> None:
    plugin = given.plugin.name
    for declared in given.extensions:
        at = (plugin, declared.__name__)
        (base,) = _arguments(declared) or (None,)
        extended = draft.types.get(getattr(base, "__name__", ""))
        if extended is None:
            draft.problems.add(
                "It extends no type of the catalogue.", "Write Extension[Organization].", at=at
            )
            continue
        _options(draft, declared, plugin, frozenset())
        own = declared_fields(declared, plugin, draft.problems, column_prefix=f"{plugin}__")
        whole = computed_fields(declared, {**extended.fields, **own}, plugin, draft.problems)
        added = {name: whole[name] for name in own}
        for name in added:
            if name in extended.fields:
                other = extended.fields[name].plugin
                draft.problems.add(
                    f"{extended.name} has a field of that name from {other!r}.", at=(*at, name)
                )
        for each in added.values():
            if each.required and each.default is None:
                draft.problems.add(
                    "An extension's field must be optional or have a default, since the type has records already.",
                    at=(*at, each.name),
                )
        fields = {**extended.fields, **added}
        unique = (*extended.unique, *((name,) for name, each in added.items() if each.unique))
        draft.types[extended.name] = replace(extended, fields=fields, unique=unique)


def _arguments(declared: type[Declared]) -> tuple[Any, ...]:
    """The type arguments that the class was declared with."""
    for base in declared.__mro__[1:]:
        arguments = getattr(base, "__pydantic_generic_metadata__", {}).get("args", ())
        if arguments:
            return tuple(arguments)
    return ()


def _declare_relationships(draft: _Draft, given: Contribution) -> None:
    plugin = given.plugin.name
    for declared in given.relationships:
        at = (plugin, declared.__name__)
        ends = declared.__dict__.get("ends")
        arguments = _arguments(declared)
        if not isinstance(ends, Ends):
            draft.problems.add(
                "It does not name its ends.", 'Write ends = Ends("employers", "employees").', at=at
            )
            continue
        if len(arguments) != 2:
            draft.problems.add(
                "It does not say what it ties.", "Write Relationship[Person, Organization].", at=at
            )
            continue
        draft.types[declared.__name__] = _relationship(draft, declared, plugin, ends, arguments)


def _relationship(
    draft: _Draft,
    declared: type[Relationship[Any, Any]],
    plugin: str,
    ends: Ends,
    arguments: tuple[Any, ...],
) -> RelationshipType:
    identity = _identity(draft, declared, plugin, _TIE_OPTIONS, _fields(draft, declared, plugin))
    options = declared.__relatum_options__.given
    rule = ends.on_delete
    rules = dict(rule) if isinstance(rule, Mapping) else {"target": rule}
    source, target = ends.limit.target, ends.limit.source
    if options.get("symmetric"):
        source = target = ends.limit.target if ends.limit.target is not None else ends.limit.source
    at = (plugin, declared.__name__)
    return RelationshipType(
        **identity,
        source=_side(
            draft, ends.source, arguments[0], source, ends.limit.per, rules.get("source", "end"), at
        ),
        target=_side(
            draft, ends.target, arguments[1], target, ends.limit.per, rules.get("target", "end"), at
        ),
        validity=options.get("valid"),
        symmetric=bool(options.get("symmetric", False)),
        acyclic=bool(options.get("acyclic", False)),
        overlap=options.get("overlap", "refuse"),
        represents=bool(options.get("represents", False)),
    )


def _side(
    draft: _Draft,
    end: str,
    declared: Any,
    bounds: Bounds,
    per: str | None,
    on_delete: Any,
    at: tuple[str, ...],
) -> Side:
    members = get_args(declared) if get_origin(declared) in (Union, UnionType) else (declared,)
    names = tuple(getattr(member, "__name__", str(member)) for member in members)
    for name in names:
        if name != RECORD and name not in draft.owners:
            draft.problems.add(
                f"The end {end!r} names {name}, which no loaded plugin declares.", at=at
            )
    minimum, maximum = bounds if isinstance(bounds, tuple) else (0, bounds)
    if minimum < 0 or (maximum is not None and maximum < max(1, minimum)):
        draft.problems.add(
            f"The limit {bounds!r} admits nothing.", "Write (at least, at most).", at=at
        )
    limited = bounds is not None
    return Side(
        end=end,
        types=names,
        declared=names[0] if len(names) == 1 else "",
        minimum=minimum,
        maximum=maximum,
        per=per if limited else None,
        on_delete=on_delete,
    )


def _settle_sides(draft: _Draft) -> None:
    """Replace traits and `Record` in sides by the concrete types they stand for."""
    members = _members(draft)
    for name, each in list(draft.types.items()):
        if isinstance(each, RelationshipType):
            draft.types[name] = replace(
                each,
                source=replace(
                    each.source, types=_concrete(draft, members, each.source.types, name)
                ),
                target=replace(
                    each.target, types=_concrete(draft, members, each.target.types, name)
                ),
            )


def _members(draft: _Draft) -> dict[str, tuple[str, ...]]:
    return {
        trait: tuple(sorted(name for name, each in draft.types.items() if trait in each.traits))
        for trait in draft.traits
    }


def _concrete(
    draft: _Draft, members: Mapping[str, tuple[str, ...]], names: Sequence[str], itself: str
) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in names:
        if name == RECORD:
            found |= dict.fromkeys(sorted(each for each in draft.types if each != itself))
        elif name in members:
            found |= dict.fromkeys(members[name])
        elif name in draft.types:
            found[name] = None
    return tuple(found)


def _settle_traits(draft: _Draft) -> None:
    members = _members(draft)
    for name, trait in draft.traits.items():
        draft.traits[name] = replace(trait, members=members[name])
