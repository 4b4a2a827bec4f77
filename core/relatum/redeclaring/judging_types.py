"""Judges types that come, go, are renamed, or hold otherwise than before."""

from collections.abc import Iterator
from typing import Final

from relatum.catalogue import RecordType, RelationshipType
from relatum.catalogue.model import SideName
from relatum.redeclaring.acts import Act
from relatum.redeclaring.comparing import AnyType, TypeChange
from relatum.redeclaring.judging import RESTING, Judging, Refusal, counted, first, refused
from relatum.redeclaring.limits import broken
from relatum_schemas.declared import DeclaredRelationship

_SIDES: Final[tuple[SideName, SideName]] = ("source", "target")
_STRUCTURE: Final = ("symmetric", "acyclic", "overlap", "valid")
_APART: Final = {"name", "renamed_from", "fields"}


def type_acts(judging: Judging, change: TypeChange) -> Iterator[Act]:
    """What a change of a type does, judged."""
    present, wanted = change.present, change.wanted
    if present is None:
        assert wanted is not None
        yield _addition(judging, wanted)
    elif wanted is None:
        yield _removal(judging, present.name)
    else:
        if present.name != wanted.name:
            words = f"rename {present.name} to {wanted.name}; its records and their history stay"
            resting = None if judging.looking.type(present.name) else RESTING
            yield refused("rename_type", present.name, words, resting)
        before, after = (each.model_dump(exclude=_APART) for each in (present, wanted))
        changed = [name for name in after if before.get(name) != after[name]]
        if changed or type(present) is not type(wanted):
            words = f"change of {wanted.name}: {', '.join(changed)}"
            refusal = first(_refusals(judging, present, wanted, changed))
            yield refused("change_type", present.name, words, refusal)


def _addition(judging: Judging, wanted: AnyType) -> Act:
    if judging.restored is not None and judging.restored.name == wanted.name:
        words = f"restore the type {wanted.name} with what is kept of it"
        return Act(kind="restore_type", of=wanted.name, words=words)
    sort = "relationship type" if isinstance(wanted, DeclaredRelationship) else "type"
    names = ", ".join(each.name for each in wanted.fields)
    words = f"declare the {sort} {wanted.name}{f' with {names}' if names else ''}"
    return Act(kind="add_type", of=wanted.name, words=words)


def _removal(judging: Judging, name: str) -> Act:
    words = f"remove the type {name}"
    found = judging.looking.type(name)
    if found is None:
        return refused("remove_type", name, words, RESTING)
    versions = judging.looking.versions(found)
    if versions == 0:
        return Act(kind="remove_type", of=name, words=f"{words}; it has no records")
    told = f"{counted(judging.looking.records(found), 'record')} ({counted(versions, 'version')})"
    holding = ", ".join(_holding(judging, found))
    if holding:
        refusal = Refusal(f"Ties hold its records: {holding}.", "Remove these ties first.")
        return refused("remove_type", name, words, refusal)
    if name not in judging.remove:
        way_out = f"Ask for the removal of {name!r} by name; its tables are then parked."
        return refused("remove_type", name, words, Refusal(f"It has {told}.", way_out))
    judging.parked[name] = (found, None)
    return Act(kind="remove_type", of=name, words=f"{words}, and park its {told}")


def _holding(judging: Judging, found: RecordType) -> Iterator[str]:
    """How many ties of each type that stays end at records of a type."""
    for relationship in judging.looking.standing.catalogue.relationships.values():
        if relationship.name in judging.after.types:
            sides = [each for each in _SIDES if found.name in relationship.side(each).types]
            of = (judging.looking.ties_to(relationship, side, found.name) for side in sides)
            count = sum(of)
            if count:
                yield f"{count} of {relationship.name}"


def _refusals(
    judging: Judging, present: AnyType, wanted: AnyType, changed: list[str]
) -> Iterator[Refusal]:
    """Why what holds between a type's records would be broken."""
    if type(present) is not type(wanted):
        yield Refusal(
            "A kind of thing and a kind of tie are not the same.",
            "Give the new one another name.",
        )
        return
    found = judging.looking.type(present.name)
    if found is None:
        yield RESTING
        return
    for names in wanted.unique:
        fields = [found.fields[each] for each in names if each in found.fields]
        if names not in present.unique and len(fields) == len(names):
            count = judging.looking.repeated(found, fields)
            if count:
                told = f"{counted(count, 'combination')} of {' and '.join(names)}"
                yield Refusal(f"{told} occur more than once.", "Change these records first.")
    if isinstance(found, RelationshipType):
        yield from _of_ties(judging, found, wanted.name, changed)


def _of_ties(
    judging: Judging, found: RelationshipType, wanted: str, changed: list[str]
) -> Iterator[Refusal]:
    ties = judging.looking.records(found)
    different = [each for each in _STRUCTURE if each in changed]
    if ties and different:
        told = f"It has {counted(ties, 'tie')} that were made otherwise: {', '.join(different)}."
        yield Refusal(told, "Declare another relationship type.")
    after = judging.after.relationships[wanted]
    for name in _SIDES:
        former, now = found.side(name), after.side(name)
        for gone in sorted(set(former.types) - set(now.types)):
            count = judging.looking.ties_to(found, name, gone)
            if count:
                told = f"{counted(count, 'tie')} have a {gone} as their {name}."
                yield Refusal(told, "Remove these ties first.")
        if (
            ties
            and now.maximum is not None
            and (former.maximum, former.per) != (now.maximum, now.per)
        ):
            count = broken(judging.looking, found, name, now)
            if count:
                told = f"{counted(count, 'record')} have more than {now.maximum} at {now.end!r}."
                yield Refusal(told, "End or remove ties first.")
