"""Other declarations made of those there are: one thing declared, renamed or taken away at a time, or a document's worth.

Nothing is judged here but whether what is named is there; planning judges the outcome.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel

from relatum_schemas.declared.field import DeclaredField
from relatum_schemas.declared.types import (
    AddedFields,
    Declarations,
    DeclaredEnd,
    DeclaredRelationship,
    DeclaredType,
    Parked,
)
from relatum_schemas.errors import DeclarationError, UnknownField, UnknownType

Model = TypeVar("Model", bound=BaseModel)
Named = TypeVar("Named", bound=DeclaredType | DeclaredRelationship | DeclaredField)
Typed = TypeVar("Typed", bound=DeclaredType | DeclaredRelationship)


def merged(present: Declarations, document: Declarations) -> Declarations:
    """What is declared once a document is applied: each type that it mentions is as it says, the others stay."""
    made = present
    for declared in document.types:
        made = with_type(made, declared)
    for relationship in document.relationships:
        made = with_relationship(made, relationship)
    for added in document.fields:
        others = tuple(each for each in made.fields if each.type != added.type)
        made = _with(made, fields=(*others, added))
    return made


def with_type(present: Declarations, declared: DeclaredType) -> Declarations:
    """Declare an entity type, in place of the one of its name, or of a name that it had."""
    return _with(present, types=_placed(present.types, declared))


def with_relationship(present: Declarations, declared: DeclaredRelationship) -> Declarations:
    """Declare a relationship type, in place of the one of its name, or of a name that it had."""
    return _with(present, relationships=_placed(present.relationships, declared))


def with_fields(
    present: Declarations, type_name: str, fields: Iterable[DeclaredField]
) -> Declarations:
    """Declare fields of a type: in place of those of their names, the others behind what it has."""
    own = present.fields_of(type_name)
    for field in fields:
        own = _placed(own, field)
    return _with_fields_of(present, type_name, own)


def with_renamed_type(present: Declarations, name: str, new_name: str) -> Declarations:
    """Give a type another name, everywhere.

    Raises:
        UnknownType: none of that name is declared at run time.
    """
    _known(present, name)

    def renamed(declared: Typed) -> Typed:
        if declared.name != name:
            return declared
        former = (*(each for each in declared.renamed_from if each != new_name), name)
        return _with(declared, name=new_name, renamed_from=former)

    def side(end: DeclaredEnd) -> DeclaredEnd:
        return _with(end, types=tuple(new_name if each == name else each for each in end.types))

    return _with(
        present,
        types=tuple(renamed(each) for each in present.types),
        relationships=tuple(
            _with(renamed(each), source=side(each.source), target=side(each.target))
            for each in present.relationships
        ),
    )


def with_types_renamed(present: Declarations, names: Mapping[str, str]) -> Declarations:
    """Name types of plugins, at ends and where fields are added, by the names that they have now."""
    if not names:
        return present

    def side(end: DeclaredEnd) -> DeclaredEnd:
        return _with(end, types=tuple(names.get(each, each) for each in end.types))

    return _with(
        present,
        relationships=tuple(
            _with(each, source=side(each.source), target=side(each.target))
            for each in present.relationships
        ),
        fields=tuple(_with(each, type=names.get(each.type, each.type)) for each in present.fields),
    )


def with_renamed_field(
    present: Declarations, type_name: str, name: str, new_name: str
) -> Declarations:
    """Give a field another name, and name it so wherever its type does.

    Raises:
        UnknownField: no field of that name is declared at run time.
    """
    _known_field(present, type_name, name)
    fields = (_renamed_field(each, name, new_name) for each in present.fields_of(type_name))
    made = _with_fields_of(present, type_name, tuple(fields))

    def now(names: Sequence[str]) -> tuple[str, ...]:
        return tuple(new_name if each == name else each for each in names)

    def named(declared: Typed) -> Typed:
        if declared.name != type_name:
            return declared
        return _with(declared, unique=tuple(now(names) for names in declared.unique))

    return _with(
        made,
        types=tuple(named(each) for each in made.types),
        relationships=tuple(
            _with(named(each), per=new_name)
            if each.name == type_name and each.per == name
            else named(each)
            for each in made.relationships
        ),
    )


def without(present: Declarations, names: Iterable[str]) -> Declarations:
    """Take types and fields (``Machine.colour``) away.

    Raises:
        UnknownType, UnknownField: one of them is not declared at run time.
    """
    made = present
    for name in names:
        type_name, dot, field_name = name.partition(".")
        if dot:
            _known_field(made, type_name, field_name)
            left = tuple(each for each in made.fields_of(type_name) if each.name != field_name)
            made = _with_fields_of(made, type_name, left)
        else:
            _known(made, name)
            made = _with(
                made,
                types=tuple(each for each in made.types if each.name != name),
                relationships=tuple(each for each in made.relationships if each.name != name),
            )
    return made


def parked(present: Declarations, name: str, number: int) -> Parked:
    """What is kept of a type or a field that a change removes."""
    type_name, dot, field_name = name.partition(".")
    if dot:
        (field,) = (each for each in present.fields_of(type_name) if each.name == field_name)
        return Parked(name=name, number=number, field=field)
    types = {each.name: each for each in present.types}
    relationships = {each.name: each for each in present.relationships}
    return Parked(
        name=name, number=number, type=types.get(name), relationship=relationships.get(name)
    )


def last_parked(present: Declarations, name: str) -> Parked:
    """What was parked last under a name.

    Raises:
        UnknownType: nothing was.
    """
    found = [each for each in present.parked if each.name == name]
    if not found:
        names = ", ".join(sorted({each.name for each in present.parked})) or "nothing"
        raise UnknownType(f"Nothing named {name!r} is parked.", hint=f"There is: {names}.")
    return found[-1]


def with_restored(present: Declarations, name: str) -> Declarations:
    """Declare again what was parked under a name. A field that every record would need may be missing from then on.

    Raises:
        UnknownType: nothing was.
        DeclarationError: something else is declared under the name.
    """
    found = last_parked(present, name)
    type_name, _, field_name = name.partition(".")
    taken = [each.name for each in present.fields_of(type_name)] if field_name else present.names()
    if (field_name or name) in taken:
        raise DeclarationError(f"{name} is declared already.", hint="Rename that first.")
    left = _with(present, parked=tuple(each for each in present.parked if each != found))
    if found.type is not None:
        return with_type(left, found.type)
    if found.relationship is not None:
        return with_relationship(left, found.relationship)
    assert found.field is not None
    needed = found.field.required and found.field.default is None
    field = _with(found.field, required=False) if needed else found.field
    return with_fields(left, type_name, [field])


def _known(present: Declarations, name: str) -> None:
    if name not in present.names():
        declared = ", ".join(sorted(present.names())) or "none"
        raise UnknownType(
            f"No type {name!r} is declared at run time.", hint=f"There are: {declared}."
        )


def _known_field(present: Declarations, type_name: str, name: str) -> None:
    names = [each.name for each in present.fields_of(type_name)]
    if name not in names:
        raise UnknownField(
            f"No field {name!r} of {type_name} is declared at run time.",
            hint=f"There are: {', '.join(names) or 'none'}.",
        )


def _placed(there: tuple[Named, ...], declared: Named) -> tuple[Named, ...]:
    """Put something in the place of the one of its name, or of a former one, or at the end."""
    names = [each.name for each in there]
    for name in (declared.name, *declared.renamed_from):
        if name in names:
            place = names.index(name)
            return (*there[:place], declared, *there[place + 1 :])
    return (*there, declared)


def _with_fields_of(
    present: Declarations, type_name: str, fields: tuple[DeclaredField, ...]
) -> Declarations:
    def given(declared: Typed) -> Typed:
        return _with(declared, fields=fields) if declared.name == type_name else declared

    if type_name in present.names():
        return _with(
            present,
            types=tuple(given(each) for each in present.types),
            relationships=tuple(given(each) for each in present.relationships),
        )
    others = tuple(each for each in present.fields if each.type != type_name)
    added = (AddedFields(type=type_name, fields=fields),) if fields else ()
    return _with(present, fields=(*others, *added))


def _renamed_field(field: DeclaredField, name: str, new_name: str) -> DeclaredField:
    if field.name == name:
        former = (*(each for each in field.renamed_from if each != new_name), name)
        return _with(field, name=new_name, renamed_from=former)
    if field.computed is not None:
        return _with(field, computed=re.sub(rf"\b{name}\b", new_name, field.computed))
    if field.expected_when is not None and f'"field":"{name}"' in field.model_dump_json():
        raise DeclarationError(
            f"{field.name!r} is expected on a condition that names {name!r}.",
            hint="Declare that field anew, with the new name in its condition, in one document.",
        )
    return field


def _with(model: Model, **changes: object) -> Model:
    return model.model_copy(update=changes)
