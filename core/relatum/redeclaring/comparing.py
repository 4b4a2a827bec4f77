"""What has changed between two sets of declarations, thing by thing: before anything is judged or looked at."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from relatum_schemas.declared import (
    Declarations,
    DeclaredField,
    DeclaredRelationship,
    DeclaredType,
)

AnyType = DeclaredType | DeclaredRelationship
Named = TypeVar("Named", bound=DeclaredType | DeclaredRelationship | DeclaredField)


@dataclass(frozen=True, kw_only=True)
class TypeChange:
    """A type that comes, goes, or is declared otherwise than before, its fields aside."""

    present: AnyType | None
    wanted: AnyType | None


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """A field that comes, goes, or is declared otherwise than before.

    Attributes:
        former_type: what its type is called now.
        type_name: what its type is to be called.
        present: the field as it is declared now.
        wanted: as it is to be.
    """

    former_type: str
    type_name: str
    present: DeclaredField | None
    wanted: DeclaredField | None


Change = TypeChange | FieldChange


def changes(present: Declarations, wanted: Declarations) -> tuple[Change, ...]:
    """What has to change for other declarations to be in force, types before the fields of each."""
    return tuple(_changes(present, wanted))


def _changes(present: Declarations, wanted: Declarations) -> Iterator[Change]:
    pairs = list(_paired(_all(present), _all(wanted)))
    types = {each.name: wish.name for each, wish in pairs if each and wish}
    for former, declared in pairs:
        if former is None or declared is None:
            yield TypeChange(present=former, wanted=declared)
            continue
        fields = {
            each.name: wish.name
            for each, wish in _paired(former.fields, declared.fields)
            if each and wish
        }
        if _apart(former, types, fields) != _apart(declared, {}, {}):
            yield TypeChange(present=_apart(former, types, fields), wanted=declared)
        yield from _field_changes(former.name, declared.name, former.fields, declared.fields)
    names = dict.fromkeys(each.type for each in (*present.fields, *wanted.fields))
    for name in names:
        if name not in present.names() | wanted.names():
            yield from _field_changes(name, name, present.fields_of(name), wanted.fields_of(name))


def _field_changes(
    former_type: str,
    type_name: str,
    there: Sequence[DeclaredField],
    wanted: Sequence[DeclaredField],
) -> Iterator[FieldChange]:
    for present, declared in _paired(there, wanted):
        if present != declared:
            yield FieldChange(
                former_type=former_type, type_name=type_name, present=present, wanted=declared
            )


def _paired(
    there: Sequence[Named], wanted: Sequence[Named]
) -> Iterator[tuple[Named | None, Named | None]]:
    """What there is beside what it is to become: by its name, else by one that it had before."""
    names = {each.name for each in wanted}
    left = {each.name: each for each in there}
    for declared in wanted:
        former = next((name for name in declared.renamed_from if name in left.keys() - names), None)
        yield left.pop(declared.name, None) or (left.pop(former) if former else None), declared
    for gone in left.values():
        yield gone, None


def _all(declarations: Declarations) -> tuple[AnyType, ...]:
    return (*declarations.types, *declarations.relationships)


def _apart(declared: AnyType, types: Mapping[str, str], fields: Mapping[str, str]) -> AnyType:
    """A type without its fields, what it names under the names that these are to have."""
    told: dict[str, object] = {
        "fields": (),
        "unique": tuple(
            tuple(fields.get(each, each) for each in names) for names in declared.unique
        ),
    }
    if isinstance(declared, DeclaredRelationship):
        told |= {
            name: side.model_copy(
                update={"types": tuple(types.get(each, each) for each in side.types)}
            )
            for name, side in (("source", declared.source), ("target", declared.target))
        }
        told["per"] = fields.get(declared.per or "", declared.per)
    return declared.model_copy(update=told)
