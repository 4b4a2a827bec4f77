"""Judges fields that come, go, are renamed, or mean something else than before."""

from collections.abc import Iterator
from typing import Final

from relatum.catalogue import Field, RecordType
from relatum.redeclaring.acts import Act
from relatum.redeclaring.comparing import FieldChange
from relatum.redeclaring.converting import converted, convertible
from relatum.redeclaring.judging import RESTING, Conversion, Judging, Refusal, counted, refused
from relatum.tables import field_columns
from relatum_schemas.declared import DeclaredField
from relatum_schemas.errors import BadValue

_SHOWN: Final = 3
"""How many values that cannot be kept are told."""

_APART: Final = {"name", "renamed_from"}


def field_acts(judging: Judging, change: FieldChange) -> Iterator[Act]:
    """What a change of a field does, judged."""
    present, wanted = change.present, change.wanted
    if present is None:
        assert wanted is not None
        yield _addition(judging, change, wanted)
        return
    at = f"{change.former_type}.{present.name}"
    found = judging.looking.type(change.former_type)
    field = judging.looking.field(change.former_type, present.name)
    if wanted is None:
        words = f"remove the field {at}"
        if found is None or field is None:
            yield refused("remove_field", at, words, RESTING)
        else:
            yield _removal(judging, found, field, at)
        return
    if present.name != wanted.name:
        words = f"rename {at} to {change.type_name}.{wanted.name}; its values stay"
        yield refused("rename_field", at, words, None if field else RESTING)
    before, after = (each.model_dump(exclude=_APART) for each in (present, wanted))
    changed = [name for name in after if before[name] != after[name]]
    if changed:
        words = f"change of {at}: {', '.join(_told(name, after[name]) for name in changed)}"
        if found is None or field is None:
            yield refused("change_field", at, words, RESTING)
        else:
            yield _change(judging, change, found, field, words)


def _addition(judging: Judging, change: FieldChange, wanted: DeclaredField) -> Act:
    at = f"{change.type_name}.{wanted.name}"
    field = judging.after.types[change.type_name].fields[wanted.name]
    if judging.restored is not None and judging.restored.name == at:
        words = f"restore the field {at} with the values that are kept of it"
        return Act(kind="restore_field", of=at, words=words)
    words = f"add the field {at}: {field.kind.described()}"
    if field.computed:
        return Act(kind="add_field", of=at, words=f"{words}, computed")
    found = judging.looking.type(change.former_type)
    versions = 0 if found is None else judging.looking.versions(found)
    if not versions:
        judging.complete.add((change.type_name, wanted.name))
    elif field.required and field.default is None:
        told = f"It is required, and {counted(versions, 'version')} of records lack it."
        return _needing_default("add_field", at, words, told)
    elif field.unique and field.default is not None:
        told = f"It is unique, and {counted(versions, 'version')} would have its default."
        return refused("add_field", at, words, Refusal(told, "Take the default off."))
    return Act(kind="add_field", of=at, words=words)


def _removal(judging: Judging, found: RecordType, field: Field, at: str) -> Act:
    words = f"remove the field {at}"
    if field.computed:
        return Act(kind="remove_field", of=at, words=f"{words}, which is computed")
    count = judging.looking.with_value(found, field)
    if count == 0:
        return Act(kind="remove_field", of=at, words=f"{words}; no record has a value in it")
    records = counted(count, "record")
    if at not in judging.remove:
        told = f"{records} {'has' if count == 1 else 'have'} or had a value in it."
        way_out = f"Ask for the removal of {at!r} by name; its values are then parked."
        return refused("remove_field", at, words, Refusal(told, way_out))
    judging.parked[at] = (found, field)
    return Act(kind="remove_field", of=at, words=f"{words}, and park its values of {records}")


def _change(
    judging: Judging, change: FieldChange, found: RecordType, field: Field, words: str
) -> Act:
    assert change.present is not None
    assert change.wanted is not None
    at = f"{change.former_type}.{change.present.name}"
    wish = judging.after.types[change.type_name].fields[change.wanted.name]
    if field.computed is not wish.computed:
        told = "A computed field has no values to keep, a stored one has."
        refusal = Refusal(told, "Give the new one another name.")
        return refused("change_field", at, words, refusal)
    if wish.computed:
        return Act(kind="change_field", of=at, words=words)
    lacking = _lacking(judging, found, field, wish)
    if lacking and wish.default is None:
        told = f"{counted(lacking, 'record')} lack, or once lacked, a value."
        return _needing_default("change_field", at, words, told)
    if wish.required and not lacking:
        judging.complete.add((change.type_name, wish.name))
    refusal_of_kind = _kept(judging, found, field, wish) or _once(judging, found, field, wish)
    return refused("change_field", at, words, refusal_of_kind)


def _needing_default(kind: str, at: str, words: str, reason: str) -> Act:
    return Act(
        kind="add_field" if kind == "add_field" else "change_field",
        of=at,
        words=words,
        verdict="needs",
        reason=reason,
        way_out="Give it a default, with which they are filled, or let it be missing.",
    )


def _lacking(judging: Judging, found: RecordType, field: Field, wish: Field) -> int:
    """How many records lack what is to be required."""
    if field.required or not wish.required:
        return 0
    return judging.looking.without_value(found, field)


def _once(judging: Judging, found: RecordType, field: Field, wish: Field) -> Refusal | None:
    if not wish.unique or field.unique:
        return None
    count = judging.looking.repeated(found, [field])
    if not count:
        return None
    told = f"{counted(count, 'value')} occur in more than one record."
    return Refusal(told, "Change these records first.")


def _kept(judging: Judging, found: RecordType, field: Field, wish: Field) -> Refusal | None:
    """Why values would be lost by another kind; where none is, it is noted if they are stored otherwise."""
    if field.kind == wish.kind or _widened(field, wish):
        return None
    if not convertible(field.kind, wish.kind):
        told = f"{field.kind.described()} does not become {wish.kind.described()}."
        return Refusal(told, "Declare a field of another name.")
    lost = 0
    examples: list[str] = []
    otherwise = _stored(field) != _stored(wish)
    for value, count in judging.looking.values(found, field):
        try:
            becomes = converted(field.kind, wish.kind, value)
        except BadValue:
            lost += count
            examples.append(repr(field.kind.wire(value)))
        else:
            otherwise = otherwise or becomes != value
    if lost:
        told = (
            f"{counted(lost, 'value')} of records and their versions would not be kept as "
            f"{wish.kind.described()}: {', '.join(examples[:_SHOWN])}."
        )
        return Refusal(told, "Change these values first, or declare a field of another name.")
    if otherwise:
        judging.conversions.append(Conversion(found, field, wish))
    return None


def _stored(field: Field) -> list[str]:
    return [repr(each.type) for each in field_columns(field, required=False) if not each.key]


def _widened(field: Field, wish: Field) -> bool:
    """Whether every value is one of the new kind, as it is stored or by what migrations do by themselves."""
    old, new = field.kind, wish.kind
    if type(old) is not type(new):
        return False
    codes, more = (getattr(getattr(each, "of", each), "codes", None) for each in (old, new))
    if codes is not None and more is not None:
        lists = [getattr(getattr(each, "of", each), "list", None) for each in (old, new)]
        return lists == [None, None] and set(codes) <= set(more)
    scale, wider = (getattr(each, "scale", None) for each in (old, new))
    if scale is not None and wider is not None:
        return bool(scale <= wider)
    return bool(getattr(new, "big", False))


def _told(name: str, value: object) -> str:
    words = name.replace("_", " ")
    if isinstance(value, bool):
        return words if value else f"no longer {words}"
    return f"{words} {value}" if isinstance(value, str | int) else words
