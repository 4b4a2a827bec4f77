"""Arguments as GraphQL's names put them, read into the parts of a selection."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from relatum.catalogue.model import End, Field, RelationshipType
from relatum_schemas.selection import (
    All,
    AnyOf,
    AnyTime,
    At,
    Bucket,
    Clock,
    Compare,
    Condition,
    FieldPath,
    Function,
    GroupKey,
    Having,
    Holds,
    Measure,
    Not,
    Now,
    OnRecord,
    Operator,
    Order,
    Overlaps,
    Page,
    Related,
    Step,
)
from relatum_server.graphql.names import camel
from tests.oracle.shapes import Shape

Given = Mapping[str, Any]

_ACROSS = ("node", "source", "target")


def fields_of(shape: Shape) -> dict[str, Field]:
    """The fields of rows by their names in GraphQL."""
    if shape.name:
        known = shape.catalogue.fields(shape.name)
    else:
        first, *others = (shape.catalogue.fields(each) for each in shape.types)
        known = {
            name: field
            for name, field in first.items()
            if all(name in each for each in others)
            and all(each[name].kind == field.kind for each in others)
        }
    return {camel(name): field for name, field in known.items()}


def ends_of(shape: Shape) -> dict[str, End]:
    """The ends of rows by their names in GraphQL."""
    names = [shape.name] if shape.name else list(shape.types)
    first, *others = (shape.catalogue.ends(each) for each in names)
    return {
        camel(name): end
        for name, end in first.items()
        if all(name in each for each in others)
        and all(each[name].relationship == end.relationship for each in others)
    }


def crosses(shape: Shape, name: str) -> bool:
    """Whether rows lead across to a record by this name."""
    if shape.reached is not None:
        return name == "node"
    tie = shape.catalogue.types.get(shape.name)
    return isinstance(tie, RelationshipType) and name in _ACROSS[1:]


def step_of(shape: Shape, name: str) -> Step | None:
    """The step to a single record or tie that a name stands for."""
    if crosses(shape, name):
        return Step(across=name)  # type: ignore[arg-type]  # one of the three
    end = ends_of(shape).get(name)
    if end is not None and end.to_one:
        return Step(end=end.name)
    end = ends_of(shape).get(name.removesuffix("Edge"))
    return Step(end=end.name, edge=True) if end is not None and end.to_one else None


def along(shape: Shape, step: Step) -> Shape:
    """The shape of the row to which a step leads."""
    return shape.along(FieldPath(steps=(step,), field="id"))


def condition(given: Given | None, shape: Shape) -> Condition | None:
    """What a filter says."""
    if given is None:
        return None
    return All(of=tuple(_clause(name, each, shape) for name, each in given.items()))


def _clause(name: str, given: Any, shape: Shape) -> Condition:
    match name:
        case "AND":
            return All(of=tuple(condition(each, shape) or All() for each in given))
        case "OR":
            return AnyOf(of=tuple(condition(each, shape) or All() for each in given))
        case "NOT":
            return Not(condition=condition(given, shape) or All())
    field = fields_of(shape).get(name)
    if field is not None:
        return All(of=tuple(_comparisons(FieldPath(field=field.name), field, given)))
    step = step_of(shape, name)
    if step is not None:
        return _led(step, given, shape)
    end = ends_of(shape).get(name) or ends_of(shape)[name.removesuffix("Edges")]
    return All(of=tuple(_quantified(end, given, shape)))


def _led(step: Step, given: Given, shape: Shape) -> Condition:
    inner = condition(given, along(shape, step))
    if step.across is not None:
        return OnRecord(across=step.across, condition=inner)
    assert step.end is not None
    return Related(
        end=step.end, condition=inner if step.edge else OnRecord(across="node", condition=inner)
    )


def _quantified(end: End, given: Given, shape: Shape) -> Iterator[Condition]:
    ties = shape.at_end(end)
    for name in ("some", "every", "none"):
        if name in given:
            yield Related(
                end=end.name,
                quantifier=name,
                condition=condition(given[name], ties),
                holds=holds(given.get("holds")),
            )


def _comparisons(path: FieldPath, field: Field, given: Given) -> Iterator[Condition]:
    operators = {camel(each.value): each for each in Operator}
    parts = {camel(name): name for name in field.kind.parts}
    for name, each in given.items():
        if name in parts:
            yield from _comparisons(path.model_copy(update={"part": parts[name]}), field, each)
        else:
            yield Compare(path=path, operator=operators[name], value=each)


def holds(given: Given | None) -> Holds | None:
    """What ``holds`` says."""
    match given:
        case None:
            return None
        case {"any": True}:
            return AnyTime()
        case {"at": moment}:
            return At(at=moment)
        case {"overlaps": period}:
            return Overlaps(start=period.get("from"), end=period.get("to"))
        case _:
            return Now()


def path_of(given: Given, shape: Shape, steps: tuple[Step, ...] = ()) -> tuple[FieldPath, Any]:
    """The path that one key of an order or grouping names, and what stands at its end."""
    [(name, each)] = given.items()
    field = fields_of(shape).get(name)
    if field is None:
        step = step_of(shape, name)
        assert step is not None
        return path_of(each, along(shape, step), (*steps, step))
    if not isinstance(each, Mapping):
        return FieldPath(steps=steps, field=field.name), each
    [(part, leaf)] = each.items()
    parts = {camel(known): known for known in field.kind.parts}
    return FieldPath(steps=steps, field=field.name, part=parts[part]), leaf


def orders(given: Iterable[Given] | None, shape: Shape) -> tuple[Order, ...]:
    """What ``orderBy`` says."""
    keys = (path_of(each, shape) for each in given or ())
    return tuple(Order(path=path, descending=direction == "desc") for path, direction in keys)


def group_keys(given: Iterable[Given] | None, shape: Shape) -> tuple[GroupKey, ...]:
    """What ``groupBy`` says."""
    keys = (path_of(each, shape) for each in given or ())
    return tuple(GroupKey(path=path, bucket=Bucket(bucket)) for path, bucket in keys)


def having(given: Given | None, shape: Shape) -> tuple[Having, ...]:
    """What ``having`` says."""
    found: list[Having] = []
    functions = {camel(each.value): each for each in Function}
    for name, each in (given or {}).items():
        function = functions[name]
        if function is Function.COUNT:
            found += _measured(Measure(function=function), each)
        else:
            found += _having(function, (), each, shape)
    return tuple(found)


def _having(
    function: Function, steps: tuple[Step, ...], given: Given, shape: Shape
) -> Iterator[Having]:
    for name, each in given.items():
        field = fields_of(shape).get(name)
        if field is not None:
            path = FieldPath(steps=steps, field=field.name)
            yield from _measured(Measure(function=function, path=path), each)
            continue
        step = step_of(shape, name)
        assert step is not None
        yield from _having(function, (*steps, step), each, along(shape, step))


def _measured(measure: Measure, given: Given) -> Iterator[Having]:
    operators = {camel(each.value): each for each in Operator}
    for name, each in given.items():
        yield Having(measure=measure, operator=operators[name], value=each)


def page(given: Given) -> Page:
    """The window that is asked for."""
    return Page(
        first=given.get("first"),
        after=given.get("after"),
        last=given.get("last"),
        before=given.get("before"),
    )


def clock(given: Given) -> Clock:
    """Both clocks."""
    return Clock(valid_at=given.get("validAt"), recorded_at=given.get("recordedAt"))
