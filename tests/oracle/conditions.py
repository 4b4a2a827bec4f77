"""Whether a condition holds on a row."""

from relatum_schemas.selection import (
    All,
    AnyOf,
    Climb,
    Compare,
    Condition,
    IsType,
    Not,
    OnRecord,
    Related,
)
from tests.oracle.sight import Row, Sight
from tests.oracle.values import bound, fulfils


def holds(condition: Condition | None, row: Row, sight: Sight) -> bool:
    """Whether the condition is true; no condition always is."""
    match condition:
        case None:
            return True
        case Compare():
            return _compares(condition, row, sight)
        case Related():
            return _related(condition, row, sight)
        case Climb():
            return any(
                holds(condition.condition, each, sight) for each in _above(condition, row, sight)
            )
        case OnRecord():
            far = sight.far(row, condition.across)
            return far is not None and holds(condition.condition, far, sight)
        case IsType():
            return row.type in condition.types
        case All():
            return all(holds(each, row, sight) for each in condition.of)
        case AnyOf():
            return any(holds(each, row, sight) for each in condition.of)
        case Not():
            return not holds(condition.condition, row, sight)


def _compares(condition: Compare, row: Row, sight: Sight) -> bool:
    path = condition.path
    given = bound(condition.value, sight.parameters)
    arrived = sight.arrive(row, path)
    field = None if arrived is None else sight.catalogue.field(arrived.type, path.field)
    if field is None:
        return condition.operator == "is_null" and given is True
    kind = field.kind if path.part is None else field.kind.parts[path.part]
    return fulfils(field, path.part, kind, condition.operator, sight.reach(row, path), given)


def _related(condition: Related, row: Row, sight: Sight) -> bool:
    ties = sight.ties(row, condition.end, condition.holds)
    fulfilled = [holds(condition.condition, tie, sight) for tie in ties]
    match condition.quantifier:
        case "some":
            return any(fulfilled)
        case "every":
            return all(fulfilled)
        case "none":
            return not any(fulfilled)


def _above(climb: Climb, row: Row, sight: Sight) -> list[Row]:
    """The row, and every record that it leads to."""
    met = [row]
    for each in met:
        for end in climb.ends:
            for tie in sight.ties(each, end, climb.holds):
                far = sight.far(tie, "node")
                if far is not None and far.id not in {known.id for known in met}:
                    met.append(far)
    return met
