"""From declarations as data to the classes that a plugin would have written, in a module with a manifest.

The module is made, not imported; all else about it is as of any plugin, so that whatever follows takes the one road.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from operator import or_
from types import ModuleType, new_class
from typing import Annotated, Any, Final

from pydantic import ConfigDict

from relatum.catalogue.fields import RESERVED, well_named
from relatum.catalogue.model import RECORD
from relatum.catalogue.problems import ProblemList
from relatum_schemas.declared import (
    Declarations,
    DeclaredEnd,
    DeclaredField,
    DeclaredRelationship,
    DeclaredType,
    kind_of_declared,
)
from relatum_schemas.entity import Declared, Entity, Extension, Trait
from relatum_schemas.errors import UnknownType
from relatum_schemas.markers import (
    Computed,
    Deprecated,
    Encrypted,
    Expected,
    Flag,
    Help,
    RenamedFrom,
    Sensitive,
    Transitions,
)
from relatum_schemas.plugin import Plugin
from relatum_schemas.relationship import Ends, Limit, Record, Relationship

CUSTOM: Final = "custom"
"""The name under which declarations of administrators stand among the plugins."""

_MODULE: Final = "relatum_custom"
_FLAGS: Final = ("label", "searchable", "unique", "indexed", "read_only")

_kept: Final[dict[tuple[str, str], tuple[object, type[Declared]]]] = {}
"""The classes made last, with what each was made of: most declarations are the same when some become others."""

Known = Mapping[str, tuple[type[Declared], str]]
"""The classes of types and traits by name, each with the plugin that declares it."""


def declared_module(declarations: Declarations, known: Known) -> ModuleType:
    """The module that declares what the data say.

    Args:
        declarations: all that is declared at run time.
        known: what plugins declare.

    Raises:
        Problems: with every mistake, each with a path of `CUSTOM`, the type's name and the field's; with `UnknownType`
            for what names a type that nobody declares now.
    """
    made = _Making(known)
    for declared in declarations.types:
        made.entity(declared)
    made.relationships(declarations.relationships)
    for added in declarations.fields:
        made.extension(added.type, added.fields)
    made.problems.raise_all()
    return made.module


class _Making:
    """A module in the making."""

    def __init__(self, known: Known) -> None:
        self.module = ModuleType(_MODULE, "Types that administrators of this installation declare.")
        vars(self.module)["plugin"] = Plugin(CUSTOM, version="1")
        self.problems = ProblemList()
        self._owners = {name: plugin for name, (_, plugin) in known.items()}
        self._known = {RECORD: Record} | {name: declared for name, (declared, _) in known.items()}

    def entity(self, declared: DeclaredType) -> None:
        """Make the class of an entity type."""
        bases: list[type[Declared]] = []
        for name in declared.traits:
            trait = self._known.get(name)
            if trait is None or not issubclass(trait, Trait) or issubclass(trait, Entity):
                self._lack(f"There is no trait {name!r}.", declared.name)
            else:
                bases.append(trait)
        self._add(declared, (*bases, Entity), {})

    def relationships(self, declared: Iterable[DeclaredRelationship]) -> None:
        """Make the classes of relationship types, those that are ends of others first."""
        left = list(declared)
        while left:
            ready = [each for each in left if not set(ends(each)) - set(self._known)]
            for each in ready:
                self._relationship(each)
            if not ready:
                break
            left = [each for each in left if each not in ready]
        for each in left:
            for name in ends(each):
                if name not in self._known:
                    self._lack(missing(name), each.name)

    def extension(self, type_name: str, fields: Iterable[DeclaredField]) -> None:
        """Make the class that adds fields to a plugin's type."""
        extended = self._known.get(type_name)
        if extended is None or (issubclass(extended, Trait) and not issubclass(extended, Entity)):
            self._lack(f"There is no type {type_name!r} to add fields to.", type_name)
        elif extended.__module__ == _MODULE:
            self._refuse(
                "It is declared at run time itself; declare its fields with it.", type_name
            )
        else:
            generic: Any = Extension
            made = self._class(type_name, (generic[extended],), fields, {}, "")
            setattr(self.module, f"{type_name}__added", made)

    def _relationship(self, declared: DeclaredRelationship) -> None:
        sides: Any = tuple(
            reduce(or_, (self._known[name] for name in side.types))
            for side in (declared.source, declared.target)
        )
        base: Any = Relationship
        options: dict[str, Any] = {
            name: value
            for name in ("valid", "symmetric", "acyclic", "represents")
            if (value := getattr(declared, name))
        }
        made = self._add(declared, (base[sides],), options | {"overlap": declared.overlap})
        if made is not None:
            made.ends = Ends(  # type: ignore[attr-defined]  # a relationship type has them
                declared.source.end,
                declared.target.end,
                limit=Limit(
                    target=_bounds(declared.source),
                    source=_bounds(declared.target),
                    per=declared.per,
                ),
                on_delete={
                    "source": declared.source.on_delete,
                    "target": declared.target.on_delete,
                },
            )

    def _add(
        self,
        declared: DeclaredType | DeclaredRelationship,
        bases: tuple[Any, ...],
        options: dict[str, Any],
    ) -> type[Declared] | None:
        if declared.name in self._known:
            owner = self._owners.get(declared.name)
            other = f"The plugin {owner!r}" if owner else "Another declaration"
            self._refuse(f"{other} declares a type of this name, too.", declared.name)
            return None
        options |= {"unique": declared.unique, "renamed_from": declared.renamed_from}
        options |= {
            name: value for name in ("plural", "deprecated") if (value := getattr(declared, name))
        }
        made = self._class(declared.name, bases, declared.fields, options, declared.description)
        self._known[declared.name] = made
        setattr(self.module, declared.name, made)
        return made

    def _class(
        self,
        name: str,
        bases: tuple[Any, ...],
        fields: Iterable[DeclaredField],
        options: dict[str, Any],
        description: str,
    ) -> type[Declared]:
        """The class of these declarations; the same one as before, where it was made of the same."""
        given = (bases, tuple(fields), options, description)
        kept = _kept.get((name, bases[0].__name__))
        if kept is not None and kept[0] == given:
            return kept[1]
        found = len(self.problems.found)
        made = self._made(name, bases, given[1], options, description)
        if len(self.problems.found) == found:
            _kept[name, bases[0].__name__] = given, made
        return made

    def _made(
        self,
        name: str,
        bases: tuple[Any, ...],
        fields: Iterable[DeclaredField],
        options: dict[str, Any],
        description: str,
    ) -> type[Declared]:
        stored: dict[str, Any] = {}
        computed: dict[str, Computed] = {}
        for field in fields:
            at = (CUSTOM, name, field.name)
            if not self._judge_name(field, bases, at):
                continue
            if field.computed is not None:
                computed[field.name] = Computed(field.computed, help=field.help)
            else:
                with self.problems.noting(*at):
                    stored[field.name] = _annotated(field)
        annotations = {each: annotation for each, (annotation, _) in stored.items()}
        defaults = {each: default for each, (_, default) in stored.items() if default is not ...}
        namespace = {
            "__module__": _MODULE,
            "__qualname__": name,
            "__doc__": description,
            "__annotations__": annotations,
            "model_config": ConfigDict(defer_build=True),
            **defaults,
            **computed,
        }
        return new_class(name, bases, options, lambda body: body.update(namespace))

    def _judge_name(
        self, field: DeclaredField, bases: tuple[Any, ...], at: tuple[str, ...]
    ) -> bool:
        """Whether a field may have its name; if not, that is noted."""
        inherited = {name for base in bases for name in base.model_fields}
        if field.name in RESERVED or hasattr(Relationship, field.name):
            self.problems.add(
                f"{field.name!r} is a name that every record uses; choose another.", at=at
            )
        elif not well_named(field.name):
            self.problems.add(
                f"{field.name!r} is no name for a field: use lower case, digits and single "
                "underscores, at most 40 characters.",
                at=at,
            )
        elif field.name in inherited:
            self.problems.add(f"A trait has a field {field.name!r} already.", at=at)
        else:
            return True
        return False

    def _refuse(self, message: str, type_name: str) -> None:
        self.problems.add(message, at=(CUSTOM, type_name))

    def _lack(self, message: str, type_name: str) -> None:
        at = (CUSTOM, type_name)
        self.problems.found.append(UnknownType(f"{'.'.join(at)}: {message}", path=at))


def missing(name: str) -> str:
    """What is said of an end whose type nobody declares."""
    return f"An end names {name}, which nobody declares."


def ends(declared: DeclaredRelationship) -> tuple[str, ...]:
    """The names of the types at both sides of a relationship type."""
    return (*declared.source.types, *declared.target.types)


def _bounds(side: DeclaredEnd) -> tuple[int, int | None] | None:
    return (side.minimum, side.maximum) if side.minimum or side.maximum is not None else None


def _annotated(field: DeclaredField) -> tuple[Any, Any]:
    """What a class would say of a field: its annotation, and its default.

    Raises:
        BadValue: the scale, or the default, is not of the kind.
    """
    kind = kind_of_declared(field)
    assert kind is not None
    value: Any = Annotated[kind.python, kind]
    markers = tuple(_markers(field))
    annotation: Any = value if field.required else value | None
    default = None if field.default is None else kind.parse(field.default)
    needed = field.required and default is None
    return Annotated[(annotation, *markers)] if markers else annotation, ... if needed else default


def _markers(field: DeclaredField) -> Iterator[object]:
    yield from (Flag[name.upper()] for name in _FLAGS if getattr(field, name))
    if field.transitions:
        yield Transitions(field.transitions, expects=field.expects, begin=field.begin)
    if field.expected or field.expected_when is not None:
        yield Expected(when=field.expected_when)
    if field.sensitive is not None:
        yield Sensitive(field.sensitive)
    if field.encrypted is not None:
        yield Encrypted(lookup=field.encrypted == "lookup")
    if field.help is not None:
        yield Help(field.help)
    if field.deprecated is not None:
        yield Deprecated(field.deprecated)
    if field.renamed_from:
        yield RenamedFrom(*field.renamed_from)
