"""Declarations at run time brought together with the plugins in force.

What was declared outlives what it was declared on: a plugin may be put out of force, or come to declare the same name
itself. What does not go with the plugins as they are now rests. It is told, its data stay where they are, and it is in
force again as soon as it fits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import ModuleType

from relatum.catalogue import Catalogue, build_catalogue, contribution
from relatum.catalogue.collect import table_name
from relatum.declaring.classes import CUSTOM, Known, declared_module, ends, missing
from relatum_schemas.declared import Declarations, with_types_renamed, without
from relatum_schemas.errors import Problems, RelatumError, UnknownType


@dataclass(frozen=True, kw_only=True)
class InForce:
    """What is in force.

    Attributes:
        catalogue: of the plugins and of what is declared at run time.
        module: what is declared at run time, as a plugin would.
        declarations: those of them that are in force.
        resting: what is wrong with the others.
    """

    catalogue: Catalogue
    module: ModuleType
    declarations: Declarations
    resting: tuple[RelatumError, ...] = field(default=())

    def out_of_force(self, declared: Declarations) -> tuple[str, ...]:
        """The names of types, and of fields with their type's, that are declared and not in force."""
        found = sorted(declared.names() - self.declarations.names())
        for added in declared.fields:
            there = {each.name for each in self.declarations.fields_of(added.type)}
            left = (each.name for each in added.fields if each.name not in there)
            found += [f"{added.type}.{name}" for name in left]
        return tuple(found)

    def stored_apart(self, declared: Declarations) -> frozenset[str]:
        """The tables and columns of what is declared and not in force."""
        found: set[str] = set()
        for name in self.out_of_force(declared):
            type_name, dot, field_name = name.partition(".")
            table = table_name(CUSTOM, type_name)
            found |= {f"{CUSTOM}__{field_name}"} if dot else {table, f"{table}_version"}
        return frozenset(found)

    @property
    def clashes(self) -> tuple[RelatumError, ...]:
        """What is wrong with those that rest though all that they name is there."""
        return tuple(each for each in self.resting if not isinstance(each, UnknownType))


def in_force(
    modules: Sequence[ModuleType],
    declarations: Declarations,
    *,
    zone: str = "UTC",
    strict: bool = False,
) -> InForce:
    """Bring declarations into force beside the plugins' modules.

    Args:
        modules: of the plugins in force, required ones first.
        declarations: all that is declared at run time.
        zone: of the installation.
        strict: whether all of them have to be; else those that do not fit rest.

    Raises:
        Problems: mistakes in what plugins declare, or with `strict` in the declarations; the paths of the latter lead
            to the type and the field.
    """
    resting: list[RelatumError] = []
    known = _classes(modules)
    declarations = settled(modules, declarations)
    while True:
        try:
            module = declared_module(declarations, known)
            catalogue = build_catalogue([*modules, module], zone=zone)
        except Problems as found:
            left, told = _left(declarations, found)
            if strict or left == declarations:
                raise Problems(
                    found.message, [_told(declarations, each) for each in found.problems]
                ) from None
            resting += told
            declarations = left
        else:
            return InForce(
                catalogue=catalogue,
                module=module,
                declarations=declarations,
                resting=tuple(resting),
            )


def _classes(modules: Sequence[ModuleType]) -> Known:
    contributions = [contribution(module) for module in modules]
    return {
        declared.__name__: (declared, given.plugin.name)
        for given in contributions
        for declared in (*given.traits, *given.entities, *given.relationships)
    }


def settled(modules: Sequence[ModuleType], declarations: Declarations) -> Declarations:
    """The declarations with plugins' types under the names that these have now."""
    known = _classes(modules)
    names: dict[str, str] = {}
    for name, (declared, _) in known.items():
        former = declared.__relatum_options__.given.get("renamed_from", ())
        for each in (former,) if isinstance(former, str) else former:
            if each not in known.keys() | declarations.names():
                names[each] = name
    return with_types_renamed(declarations, names)


def _left(declarations: Declarations, found: Problems) -> tuple[Declarations, list[RelatumError]]:
    """The declarations without those that problems are about, and these problems."""
    names: dict[str, None] = {}
    told: list[RelatumError] = []
    for problem in found.problems:
        about = tuple(_about(declarations, problem))
        names |= dict.fromkeys(about)
        if about:
            told.append(_told(declarations, problem))
    # What is tied to a type that rests means that type, and no other that has taken its name.
    for each in declarations.relationships:
        lost = [name for name in ends(each) if name in names]
        if lost and each.name not in names:
            names[each.name] = None
            message = f"{each.name}: {missing(lost[0])}"
            told.append(UnknownType(message, path=(each.name,)))
    return without(declarations, names), told


def _about(declarations: Declarations, problem: RelatumError) -> Iterator[str]:
    """What has to rest: of a type declared at run time all, of another one the fields that are added."""
    place = [str(step) for step in problem.path]
    own = place[:1] == [CUSTOM] and len(place) > 1
    fields = [each.name for each in declarations.fields_of(place[1])] if own else []
    if len(place) == 3 and place[2] not in fields:
        for each in reversed(declarations.relationships):
            if place[2] in (each.source.end, each.target.end):
                yield each.name
                return
    elif own and place[1] in declarations.names():
        yield place[1]
    elif own:
        yield from (f"{place[1]}.{name}" for name in fields if place[2:] in ([], [name]))


def _told(declarations: Declarations, problem: RelatumError) -> RelatumError:
    """A problem as it is told to who declares: without the name under which declarations stand among plugins."""
    place = tuple(str(step) for step in problem.path)
    about = next(iter(_about(declarations, problem)), None)
    if about is None:
        return problem
    shown = place[1:] if place[:1] == (CUSTOM,) else (about, place[2])
    message = problem.message.removeprefix(f"{'.'.join(place)}: ")
    return type(problem)(f"{'.'.join(shown)}: {message}", path=shown, hint=problem.hint)
