"""Columns of views, resolved: dotted paths that end on a value, on a record, or on a measure over ties."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from relatum.catalogue.model import Catalogue
from relatum.catalogue.paths import field_at, step_at
from relatum.catalogue.places import Place, stepped
from relatum.catalogue.record_types import End, Field
from relatum.catalogue.resolved import ColumnRule
from relatum_schemas.errors import BadSelection, UnknownField, UnknownOperator
from relatum_schemas.selection import Function, Step

_MEASURES: Final = {
    each.value: each for each in (Function.SUM, Function.AVG, Function.MIN, Function.MAX)
}


@dataclass(frozen=True)
class _Way:
    """How far a path has come."""

    place: Place
    steps: tuple[Step, ...] = ()
    passed: tuple[tuple[str, ...], ...] = ()
    through: tuple[tuple[str, str], ...] = ()

    def over(self, catalogue: Catalogue, step: Step, arrived: Place) -> "_Way":
        """The way one step on."""
        tie, _ = stepped(catalogue, self.place, step)
        rows = [each for each in (tie.types, arrived.types) if each]
        named = ((self.place.types[0], step.end),) if step.end is not None else ()
        return _Way(
            arrived,
            (*self.steps, step),
            (*self.passed, *dict.fromkeys(rows)),
            (*self.through, *named),
        )


def column_rule(catalogue: Catalogue, place: Place, key: str) -> ColumnRule:
    """Resolve a column, seen from rows at a place.

    Raises:
        UnknownField, UnknownOperator: a name in it is neither field nor end, or no measure of what stands before it.
        BadSelection: it passes an end that may lead to several records, and measures nothing.
    """
    way, names = _Way(place), key.split(".")
    while names:
        name, *rest = names
        found = field_at(catalogue, way.place, name)
        if found is not None:
            return _value(way, key, found, rest)
        way = _on_far_record(catalogue, way, name)
        found = field_at(catalogue, way.place, name)
        if found is not None:
            return _value(way, key, found, rest)
        end = _end_at(catalogue, way.place, name)
        if end is not None and (not end.to_one or rest == ["count"]):
            return _measure(catalogue, way, key, end, rest)
        step, arrived, names = step_at(catalogue, way.place, name, rest, key)
        way = way.over(catalogue, step, arrived)
    return _rule(way, key)


def _rule(way: _Way, key: str) -> ColumnRule:
    return ColumnRule(
        key=key, steps=way.steps, passed=way.passed, through=way.through, owners=way.place.types
    )


def _value(way: _Way, key: str, field: Field, rest: Sequence[str]) -> ColumnRule:
    rule = replace(_rule(way, key), field=field)
    if not rest:
        return rule
    if len(rest) == 1 and rest[0] in field.kind.parts:
        return replace(rule, part=rest[0])
    raise UnknownField(
        f"{key!r}: {field.name!r} is {field.kind.described()} and has no {'.'.join(rest)!r}."
    )


def _on_far_record(catalogue: Catalogue, way: _Way, name: str) -> _Way:
    """From ties at an end, what they do not have themselves is looked for on the far record."""
    place = way.place
    here = name in ("node", "source", "target") or _end_at(catalogue, place, name) is not None
    if here or not place.far:
        return way
    far = Place(place.far)
    if field_at(catalogue, far, name) is None and _end_at(catalogue, far, name) is None:
        return way
    return way.over(catalogue, Step(across="node"), far)


def _end_at(catalogue: Catalogue, place: Place, name: str) -> End | None:
    return catalogue.ends(place.types[0]).get(name)


def _measure(
    catalogue: Catalogue, way: _Way, key: str, end: End, rest: Sequence[str]
) -> ColumnRule:
    rule = replace(_rule(way, key), end=end.name)
    if list(rest) == ["count"]:
        return replace(rule, function=Function.COUNT)
    *measured, name = rest or ("",)
    if name not in _MEASURES or not measured:
        raise BadSelection(
            f"{key!r}: {end.name!r} may lead to several records.",
            hint=f"Count its ties, {end.name}.count, or measure them, such as {end.name}.amount.sum.",
        )
    ties = Place((end.relationship,), far=end.others)
    of = column_rule(catalogue, ties, ".".join(measured))
    if of.kind is None or _MEASURES[name] not in of.kind.functions:
        what = "a record" if of.kind is None else of.kind.described()
        raise UnknownOperator(f"{key!r}: {'.'.join(measured)!r} is {what} and has no {name}.")
    return replace(rule, function=_MEASURES[name], measured=of)
