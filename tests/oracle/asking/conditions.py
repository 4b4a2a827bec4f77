"""Conditions, and what values are compared with."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from relatum.catalogue.model import Field as FieldOf
from relatum_schemas.kinds import Kind
from relatum_schemas.selection import (
    All,
    AnyOf,
    AnyTime,
    At,
    Climb,
    Compare,
    Condition,
    FieldPath,
    Holds,
    IsType,
    Not,
    Now,
    OnRecord,
    Operator,
    Overlaps,
    Related,
)
from tests.oracle.asking.asker import Asking
from tests.oracle.pools import LOOKUPS, MOMENTS, RECORDED, pool
from tests.oracle.shapes import Shape
from tests.oracle.sight import read_moment
from tests.oracle.values import as_instant

LISTS = (Operator.IN, Operator.NOT_IN, Operator.HAS_ANY, Operator.HAS_ALL)
LOOSE = (Operator.STARTS_WITH, Operator.CONTAINS)


def a_condition(asking: Asking, shape: Shape, depth: int = 2) -> Condition:
    """A condition on rows of a shape."""
    kinds = ["compare", "compare", "compare", "type"]
    kinds += ["words"] if asking.searched(shape) and not asking.past else []
    if depth:
        kinds += ["all", "any", "not"]
        kinds += ["related"] * 2 if asking.ends(shape) else []
        kinds += ["climb"] if asking.climbs(shape) else []
        kinds += ["record"] * 2 if asking.crossings(shape) else []
    match asking.pick(kinds):
        case "compare":
            return a_comparison(asking, shape)
        case "words":
            path = FieldPath(field=asking.pick(asking.searched(shape)))
            value = asking.value(asking.pick(LOOKUPS))
            return Compare(path=path, operator=Operator.MATCHES, value=value)
        case "type":
            return IsType(
                types=tuple(
                    asking.pick(sorted(asking.catalogue.types)) for _ in asking.several(2, 1)
                )
            )
        case "related":
            end = asking.an_end(shape)
            inner = a_condition(asking, shape.at_end(end), depth - 1) if asking.chance(8) else None
            quantifier = asking.pick(("some", "every", "none"))
            return Related(
                end=end.name, quantifier=quantifier, condition=inner, holds=a_time(asking)
            )
        case "climb":
            return a_climb(asking, shape, depth)
        case "record":
            across = asking.pick(asking.crossings(shape))
            inner = (
                a_condition(asking, shape.across(across), depth - 1) if asking.chance(8) else None
            )
            return OnRecord(across=across, condition=inner)
        case "not":
            return Not(condition=a_condition(asking, shape, depth - 1))
        case joined:
            of = tuple(a_condition(asking, shape, depth - 1) for _ in asking.several(2))
            return All(of=of) if joined == "all" else AnyOf(of=of)


def a_climb(asking: Asking, shape: Shape, depth: int) -> Climb:
    """A climb over one end, or two."""
    names = asking.pick(asking.climbs(shape))
    inner = a_condition(asking, shape.above(names), depth - 1)
    return Climb(ends=names, condition=inner, holds=a_time(asking))


def a_comparison(asking: Asking, shape: Shape) -> Compare:
    """A comparison."""
    path, declared, kind = asking.path(shape, lambda *_: True)
    operator = asking.pick(sorted(kind.operators))
    return Compare(path=path, operator=operator, value=a_value(asking, declared, kind, operator))


def a_value(asking: Asking, declared: FieldOf | None, kind: Kind, operator: Operator) -> Any:
    """What a value is compared with; now and then nothing."""
    if asking.chance(1):
        return asking.value(None)
    if operator is Operator.IS_NULL:
        return asking.value(asking.pick((True, False)))
    if operator in LOOSE:
        return asking.value(asking.pick(LOOKUPS))
    choices = wire_values(asking, declared, kind)
    if operator in LISTS:
        listed = [asking.pick(choices) for _ in asking.several(3)]
        return asking.value([*listed, *([None] if asking.chance(1) else [])])
    return asking.value(asking.pick(choices))


def wire_values(asking: Asking, declared: FieldOf | None, kind: Kind) -> Sequence[Any]:
    """Values of a field in wire form."""
    name = declared.name if declared else ""
    if name == "id":
        return asking.ids
    if name == "type":
        return sorted(asking.catalogue.types)
    if name == "version":
        return (1, 2, 3)
    if name == "recorded_at":
        return [each.isoformat() for each in RECORDED]
    if name == "label":
        return ("Ärger", "a b b", "b", "x straße", "ﬁn")
    if name == "missing":
        wanted = {name for each in asking.catalogue for name in each.wanted}
        return (*sorted(wanted), "nothing")
    return kind.of.codes if kind.name == "choices" else pool(kind)  # type: ignore[attr-defined]  # a list's


def a_time(asking: Asking) -> Holds | None:
    """When ties have to hold; mostly now."""
    match asking.draw(st.integers(0, 7)):
        case 4:
            return Now()
        case 5:
            return AnyTime()
        case 6:
            return At(at=asking.value(asking.pick((None, *MOMENTS))))
        case 7:
            first, second = asking.pick((None, *MOMENTS)), asking.pick((None, *MOMENTS))
            if first is not None and second is not None:
                first, second = sorted((first, second), key=lambda moment: _instant(asking, moment))
                if _instant(asking, first) == _instant(asking, second):
                    second = None
            return Overlaps(start=asking.value(first), end=asking.value(second))
        case _:
            return None


def _instant(asking: Asking, moment: str) -> Any:
    read = read_moment(moment)
    assert read is not None
    return as_instant(read, asking.catalogue.zone)
