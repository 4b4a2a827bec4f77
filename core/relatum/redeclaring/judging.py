"""Judges each change by what the database holds: nothing is lost unless that was asked for by name."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from relatum.catalogue import Catalogue, Field, RelationshipType
from relatum.catalogue.model import SideName
from relatum.redeclaring.acts import Act, Verdict
from relatum.redeclaring.comparing import Change, FieldChange, TypeChange
from relatum.redeclaring.converting import converted, convertible
from relatum.redeclaring.limits import broken
from relatum.redeclaring.looking import Looking
from relatum.tables import field_columns
from relatum_schemas.declared import DeclaredField, DeclaredRelationship
from relatum_schemas.errors import BadValue

_SHOWN: Final = 3
"""How many values that cannot be kept are told."""

_SIDES: Final[tuple[SideName, SideName]] = ("source", "target")
_STRUCTURE: Final = ("symmetric", "acyclic", "overlap", "valid")


@dataclass
class Judging:
    """Judges changes.

    Attributes:
        looking: into the database as it is.
        after: the catalogue that is wanted.
        remove: names of types and fields that may go with their values.
        converted: the fields whose values are to be converted, by wanted type and name: type and field as they are now, and
            the field that is wanted.
        complete: fields of which every version has a value, likewise.
        parked: names of types and fields that go with values.
    """

    looking: Looking
    after: Catalogue
    remove: frozenset[str]
    converted: dict[tuple[str, str], tuple[str, Field, Field]] = field(default_factory=dict)
    complete: set[tuple[str, str]] = field(default_factory=set)
    parked: set[str] = field(default_factory=set)

    @property
    def before(self) -> Catalogue:
        """The catalogue in force."""
        return self.looking.catalogue

    def acts(self, change: Change) -> Iterator[Act]:
        """What a change does, judged."""
        if isinstance(change, TypeChange):
            yield from self._of_type(change)
        else:
            yield from self._of_field(change)

    # --- types

    def _of_type(self, change: TypeChange) -> Iterator[Act]:
        present, wanted = change.present, change.wanted
        if present is None:
            assert wanted is not None
            sort = "relationship type" if isinstance(wanted, DeclaredRelationship) else "type"
            names = ", ".join(each.name for each in wanted.fields)
            words = f"declare the {sort} {wanted.name}{f' with {names}' if names else ''}"
            yield Act(kind="add_type", of=wanted.name, words=words)
            return
        if wanted is None:
            yield self._removal_of_type(present.name)
            return
        if type(present) is not type(wanted):
            yield Act(
                kind="change_type",
                of=present.name,
                words=f"declare {wanted.name} anew",
                verdict="refused",
                reason="A kind of thing and a kind of tie are not the same.",
                way_out="Give the new one another name.",
            )
            return
        if present.name != wanted.name:
            words = f"rename {present.name} to {wanted.name}; its records and their history stay"
            yield Act(kind="rename_type", of=present.name, words=words)
        named = {"name", "renamed_from", "fields"}
        before, after = (each.model_dump(exclude=named) for each in (present, wanted))
        changed = [name for name in after if before[name] != after[name]]
        if changed:
            reason, way_out = self._structure(present, wanted, changed)
            yield Act(
                kind="change_type",
                of=present.name,
                words=f"change of {wanted.name}: {', '.join(changed)}",
                verdict="refused" if reason else "safe",
                reason=reason,
                way_out=way_out,
            )

    def _removal_of_type(self, name: str) -> Act:
        words = f"remove the type {name}"
        if name not in self.before.types:
            return _resting("remove_type", name, words)
        versions = self.looking.versions(name)
        if versions == 0:
            return Act(kind="remove_type", of=name, words=f"{words}; it has no records")
        held = [
            f"{count} of {relationship.name}"
            for relationship in self.after.relationships.values()
            if (count := self._ties_to(relationship, name))
        ]
        if held:
            return Act(
                kind="remove_type",
                of=name,
                words=words,
                verdict="refused",
                reason=f"Ties hold its records: {', '.join(held)}.",
                way_out="Remove these ties first.",
            )
        records = self.looking.records(name)
        told = f"{_counted(records, 'record')} ({_counted(versions, 'version')})"
        if name not in self.remove:
            return Act(
                kind="remove_type",
                of=name,
                words=words,
                verdict="refused",
                reason=f"It has {told}.",
                way_out=f"Ask for the removal of {name!r} by name; its tables are then parked.",
            )
        self.parked.add(name)
        return Act(kind="remove_type", of=name, words=f"{words}, and park its {told}")

    def _ties_to(self, relationship: RelationshipType, name: str) -> int:
        before = self.before.relationships.get(relationship.name)
        if before is None:
            return 0
        sides = [each for each in _SIDES if name in before.side(each).types]
        return sum(self.looking.ties_to(relationship.name, side, name) for side in sides)

    def _structure(
        self, present: Any, wanted: Any, changed: list[str]
    ) -> tuple[str | None, str | None]:
        """Why what holds between a type's records would be broken, and the way out."""
        name = present.name
        if name not in self.before.types:
            return None, None
        for names in wanted.unique:
            fields = [self.before.types[name].fields.get(each) for each in names]
            known = [each for each in fields if each is not None]
            if names not in present.unique and len(known) == len(names):
                count = self.looking.repeated(name, known)
                if count:
                    told = " and ".join(names)
                    return (
                        f"{_counted(count, 'combination')} of {told} occur more than once.",
                        "Change these records first.",
                    )
        if not isinstance(wanted, DeclaredRelationship):
            return None, None
        ties = self.looking.records(name)
        different = [each for each in _STRUCTURE if each in changed]
        if ties and different:
            return (
                f"It has {_counted(ties, 'tie')} that were made without this: {', '.join(different)}.",
                "Declare another relationship type.",
            )
        for side in _SIDES:
            reason = self._side(present, wanted, side, ties)
            if reason:
                return reason, "Change these ties first."
        return None, None

    def _side(self, present: Any, wanted: Any, side: SideName, ties: int) -> str | None:
        before: RelationshipType = self.before.relationships[present.name]
        after: RelationshipType = self.after.relationships[wanted.name]
        former, now = before.side(side), after.side(side)
        for gone in sorted(set(former.types) - set(now.types)):
            count = self.looking.ties_to(present.name, side, gone)
            if count:
                return f"{_counted(count, 'tie')} have a {gone} as their {side}."
        narrower = now.maximum is not None and (
            former.maximum is None or now.maximum < former.maximum
        )
        if ties and (narrower or (now.maximum is not None and now.per != former.per)):
            count = broken(self.looking, before, side, now)
            if count:
                return f"{_counted(count, 'record')} have more than {now.maximum} at {now.end!r}."
        return None

    # --- fields

    def _of_field(self, change: FieldChange) -> Iterator[Act]:
        present, wanted = change.present, change.wanted
        if present is None:
            assert wanted is not None
            yield self._addition(change, wanted)
        elif wanted is None:
            yield self._removal(change, present)
        else:
            at = f"{change.former_type}.{present.name}"
            if present.name != wanted.name:
                words = f"rename {at} to {change.type_name}.{wanted.name}; its values stay"
                yield Act(kind="rename_field", of=at, words=words)
            yield from self._change(change, present, wanted, at)

    def _addition(self, change: FieldChange, wanted: DeclaredField) -> Act:
        at = f"{change.type_name}.{wanted.name}"
        field = self.after.types[change.type_name].fields[wanted.name]
        words = f"add the field {at}: {field.kind.described()}"
        if field.computed:
            return Act(kind="add_field", of=at, words=f"{words}, computed")
        former = change.former_type
        versions = self.looking.versions(former) if former in self.before.types else 0
        if field.required and field.default is None and versions:
            return Act(
                kind="add_field",
                of=at,
                words=words,
                verdict="needs",
                reason=f"It is required, and {_counted(versions, 'version')} of records lack it.",
                way_out="Give it a default, with which they are filled, or let it be missing.",
            )
        if field.unique and field.default is not None and versions > 1:
            return Act(
                kind="add_field",
                of=at,
                words=words,
                verdict="refused",
                reason=f"It is unique, and {_counted(versions, 'version')} would have its default.",
                way_out="Take the default off.",
            )
        if not versions:
            self.complete.add((change.type_name, wanted.name))
        return Act(kind="add_field", of=at, words=words)

    def _removal(self, change: FieldChange, present: DeclaredField) -> Act:
        at = f"{change.former_type}.{present.name}"
        words = f"remove the field {at}"
        field = self._field(change.former_type, present.name)
        if field is None:
            return _resting("remove_field", at, words)
        if field.computed:
            return Act(kind="remove_field", of=at, words=f"{words}, which is computed")
        count = self.looking.with_value(change.former_type, field)
        if count == 0:
            return Act(kind="remove_field", of=at, words=f"{words}; no record has a value in it")
        told = f"{_counted(count, 'record')}"
        if at not in self.remove:
            return Act(
                kind="remove_field",
                of=at,
                words=words,
                verdict="refused",
                reason=f"{told} {'has' if count == 1 else 'have'} or had a value in it.",
                way_out=f"Ask for the removal of {at!r} by name; its values are then parked.",
            )
        self.parked.add(at)
        return Act(kind="remove_field", of=at, words=f"{words}, and park its values of {told}")

    def _change(
        self, change: FieldChange, present: DeclaredField, wanted: DeclaredField, at: str
    ) -> Iterator[Act]:
        named = {"name", "renamed_from"}
        before, after = (each.model_dump(exclude=named) for each in (present, wanted))
        changed = [name for name in after if before[name] != after[name]]
        if not changed:
            return
        words = f"change of {at}: {', '.join(_told(name, after[name]) for name in changed)}"
        field = self._field(change.former_type, present.name)
        if field is None:
            yield _resting("change_field", at, words)
            return
        wish = self.after.types[change.type_name].fields[wanted.name]
        verdict, reason, way_out = self._values(change, field, wish)
        yield Act(
            kind="change_field", of=at, words=words, verdict=verdict, reason=reason, way_out=way_out
        )

    def _values(
        self, change: FieldChange, field: Field, wish: Field
    ) -> tuple[Verdict, str | None, str | None]:
        """Whether the values that are there go with what is wanted."""
        former = change.former_type
        if field.computed is not wish.computed:
            reason = "A computed field has no values to keep, a stored one has."
            return "refused", reason, "Give the new one another name."
        if wish.computed:
            return "safe", None, None
        if field.kind != wish.kind:
            lost = self._conversion(change, field, wish)
            if lost:
                way_out = "Change these values first, or declare a field of another name."
                return "refused", lost, way_out
        if wish.required:
            lacking = 0 if field.required else self.looking.without_value(former, field)
            if lacking and wish.default is None:
                reason = f"{_counted(lacking, 'record')} lack, or once lacked, a value."
                return "needs", reason, "Give it a default, with which they are filled."
            if lacking == 0:
                self.complete.add((change.type_name, wish.name))
        newly_unique = wish.unique and not field.unique
        if newly_unique and (count := self.looking.repeated(former, [field])):
            reason = f"{_counted(count, 'value')} occur in more than one record."
            return "refused", reason, "Change these records first."
        return "safe", None, None

    def _conversion(self, change: FieldChange, field: Field, wish: Field) -> str | None:
        """Why values cannot become another kind; where they can, it is noted whether they are stored otherwise."""
        if _widened(field, wish):
            return None
        if not convertible(field.kind, wish.kind):
            return f"{field.kind.described()} does not become {wish.kind.described()}."
        lost = 0
        examples: list[str] = []
        otherwise = _stored(field) != _stored(wish)
        for value, count in self.looking.values(change.former_type, field):
            try:
                found = converted(field.kind, wish.kind, value)
            except BadValue:
                lost += count
                examples += [repr(field.kind.wire(value))][: _SHOWN - len(examples)]
            else:
                otherwise = otherwise or found != value
        if lost:
            return (
                f"{_counted(lost, 'value')} of the records and their versions would not be kept as "
                f"{wish.kind.described()}: {', '.join(examples)}."
            )
        if otherwise:
            self.converted[change.type_name, wish.name] = (change.former_type, field, wish)
        return None

    def _field(self, type_name: str, name: str) -> Field | None:
        found = self.before.types.get(type_name)
        return None if found is None else found.fields.get(name)


def _stored(field: Field) -> list[str]:
    return [repr(each.type) for each in field_columns(field, required=False) if not each.key]


def _widened(field: Field, wish: Field) -> bool:
    """Whether every value is one of the new kind, in its present form or by what migrations do themselves."""
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


def _resting(kind: Any, of: str, words: str) -> Act:
    return Act(
        kind=kind,
        of=of,
        words=words,
        verdict="refused",
        reason="It rests, since it does not go with the plugins in force.",
        way_out="Bring it in force again first, by a plugin or by another name.",
    )


def _told(name: str, value: object) -> str:
    if isinstance(value, bool):
        return name.replace("_", " ") if value else f"no longer {name.replace('_', ' ')}"
    return (
        f"{name.replace('_', ' ')} {value}"
        if isinstance(value, str | int)
        else name.replace("_", " ")
    )


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
