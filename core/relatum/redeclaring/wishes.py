"""What somebody wants to be declared: a change of the declarations there are, told at the time at which it is made."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from relatum_schemas.declared import (
    Declarations,
    DeclaredField,
    DeclaredRelationship,
    DeclaredType,
    Document,
    merged,
    with_fields,
    with_relationship,
    with_renamed_field,
    with_renamed_type,
    with_restored,
    with_type,
    without,
)
from relatum_schemas.errors import PathStep, RelatumError

Place = Callable[[RelatumError], tuple[PathStep, ...]]


@dataclass(frozen=True)
class Wish:
    """A change of declarations.

    Attributes:
        edit: makes the declarations that are wanted of those there are.
        remove: names of types and fields that may go with their values.
        restore: the name of a type or field that comes back with its values.
        places: where in what was given a type, or a type's field, is declared.
    """

    edit: Callable[[Declarations], Declarations]
    remove: frozenset[str] = frozenset()
    restore: str | None = None
    places: Mapping[tuple[str, ...], tuple[PathStep, ...]] | None = None

    def placed(self, problem: RelatumError) -> RelatumError:
        """A problem with the declarations, its path leading into what was given."""
        at = tuple(str(step) for step in problem.path)
        for length in range(len(at), 0, -1):
            found = (self.places or {}).get(at[:length])
            if found is not None:
                problem.path = found
                return problem
        return problem


def applied(document: Document) -> Wish:
    """What a document says is to be declared; what it does not mention stays."""

    def edit(present: Declarations) -> Declarations:
        gone = [name for name in document.remove if declares(present, name)]
        return merged(without(present, gone), document)

    return Wish(edit, frozenset(document.remove), places=_places(document))


def declared_type(declared: DeclaredType) -> Wish:
    """An entity type."""
    places = _places_of_type(declared, ("input",))
    return Wish(lambda present: with_type(present, declared), places=places)


def declared_relationship(declared: DeclaredRelationship) -> Wish:
    """A relationship type."""
    places = _places_of_type(declared, ("input",))
    return Wish(lambda present: with_relationship(present, declared), places=places)


def declared_fields(type_name: str, fields: Sequence[DeclaredField]) -> Wish:
    """Fields of a type, a plugin's or one that is declared at run time."""
    places: dict[tuple[str, ...], tuple[PathStep, ...]] = {(type_name,): ("type",)}
    places |= {(type_name, each.name): ("fields", at) for at, each in enumerate(fields)}
    return Wish(lambda present: with_fields(present, type_name, fields), places=places)


def renamed(name: str, to: str) -> Wish:
    """Another name for a type, or for a field (``Machine.colour``)."""
    type_name, dot, field_name = name.partition(".")

    def edit(present: Declarations) -> Declarations:
        if dot:
            return with_renamed_field(present, type_name, field_name, to)
        return with_renamed_type(present, type_name, to)

    at = (type_name, to) if dot else (to,)
    return Wish(edit, places={at: ("to",)})


def removed(names: Iterable[str], *, with_values: bool) -> Wish:
    """Types and fields (``Machine.colour``) away; those that have values only if that is said."""
    gone = tuple(names)
    return Wish(lambda present: without(present, gone), frozenset(gone if with_values else ()))


def restored(name: str) -> Wish:
    """A type or field (``Machine.colour``) back that was removed with its values, and its values with it."""
    return Wish(lambda present: with_restored(present, name), restore=name)


def declares(present: Declarations, name: str) -> bool:
    """Whether a type or a field (``Machine.colour``) is among declarations."""
    type_name, dot, field_name = name.partition(".")
    if not dot:
        return name in present.names()
    return field_name in (each.name for each in present.fields_of(type_name))


def _places(document: Document) -> dict[tuple[str, ...], tuple[PathStep, ...]]:
    places: dict[tuple[str, ...], tuple[PathStep, ...]] = {}
    for at, declared in enumerate(document.types):
        places |= _places_of_type(declared, ("types", at))
    for at, relationship in enumerate(document.relationships):
        places |= _places_of_type(relationship, ("relationships", at))
    for at, added in enumerate(document.fields):
        places[added.type,] = ("fields", at)
        for number, field in enumerate(added.fields):
            places[added.type, field.name] = ("fields", at, "fields", number)
    return places


def _places_of_type(
    declared: DeclaredType | DeclaredRelationship, at: tuple[PathStep, ...]
) -> dict[tuple[str, ...], tuple[PathStep, ...]]:
    places: dict[tuple[str, ...], tuple[PathStep, ...]] = {(declared.name,): at}
    for number, field in enumerate(declared.fields):
        places[declared.name, field.name] = (*at, "fields", number)
    return places
