"""What a record still lacks, as far as its reader could find it out."""

from dataclasses import replace

from relatum.access import SYSTEM
from relatum.catalogue.model import Field
from relatum_schemas.policy import Right
from relatum_schemas.selection import All, AnyOf, Compare, Condition, IsType, Not
from tests.oracle.conditions import holds
from tests.oracle.sight import Row, Sight


def lacking(row: Row, sight: Sight) -> tuple[str, ...] | None:
    """The names of the expected fields and required ends; None when nothing is missing."""
    declared = sight.catalogue.record_type(row.type)
    fields = [each.name for each in declared.fields.values() if _lacks(each, row, sight)]
    ends = [
        end.name
        for end in declared.ends.values()
        if _sees_all(end.relationship, sight) and len(sight.ties(row, end.name, None)) < end.minimum
    ]
    return tuple(sorted([*fields, *ends])) or None


def _lacks(field: Field, row: Row, sight: Sight) -> bool:
    if not field.expected or row.version.values.get(field.name) is not None:
        return False
    asked = {field.name, *_named(field.expected_when)}
    if not all(sight.opens(row, name) for name in asked):
        return False
    return holds(
        field.expected_when, row, replace(sight, reader=replace(sight.reader, principal=SYSTEM))
    )


def _named(condition: Condition | None) -> set[str]:
    """The fields that a condition on a record's own fields names."""
    match condition:
        case Compare():
            assert not condition.path.steps
            return {condition.path.field}
        case All() | AnyOf():
            return {name for each in condition.of for name in _named(each)}
        case Not():
            return _named(condition.condition)
        case IsType() | None:
            return set()
        case _:
            raise AssertionError("An expectation hangs on the record's own fields.")


def _sees_all(type_name: str, sight: Sight) -> bool:
    """Whether every record of the type is visible by a rule that asks nothing of it."""
    if sight.reader.unguarded:
        return True
    past = [] if sight.recorded_at is None else [Right.HISTORY]
    return all(
        any(
            rule.where is None and not rule.both_ends
            for rule in sight.reader.rules(type_name, right)
        )
        for right in (sight.right, *past)
    )
