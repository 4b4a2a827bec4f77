"""From coerced arguments to the parts of a selection: conditions, orders, groupings, pages and times.

Each function walks a given input beside its GraphQL type, whose members say what they mean. ``path`` is where in the
input it stands, for error messages and for values that the engine refuses later.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graphql import GraphQLInputObjectType, GraphQLInputType, GraphQLList, GraphQLNonNull

from relatum_schemas.errors import BadValue, Path
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
from relatum_server.graphql.meaning import (
    Along,
    ByOperator,
    ByQuantifier,
    ByTies,
    GroupPart,
    Logic,
    Meaning,
    OfField,
    OfPart,
    meaning_of,
)
from relatum_server.graphql.variables import Parameters, Template

_LISTS = frozenset({Operator.IN, Operator.NOT_IN, Operator.HAS_ANY, Operator.HAS_ALL})

Member = tuple[Meaning | None, GraphQLInputObjectType, Template, Path]


def condition(
    given: Template, kind: GraphQLInputType, parameters: Parameters, path: Path
) -> Condition | None:
    """What a filter says; None when it says nothing."""
    if given is None:
        return None
    clauses = [
        clause
        for meaning, inner, each, at in _members(given, kind, path)
        for clause in _clauses(meaning, inner, each, parameters, at)
    ]
    return clauses[0] if len(clauses) == 1 else All(of=tuple(clauses)) if clauses else None


def _members(given: Template, kind: GraphQLInputType, path: Path) -> Iterator[Member]:
    """The members of an input object that are given, each with its meaning and type."""
    shape = _object(kind)
    for name, each in given.items():
        at = (*path, name)
        if each is None:
            raise BadValue(
                f"{name} is null, which says nothing here.",
                path=at,
                hint="Leave it out, or ask for what is missing by isNull.",
            )
        member = shape.fields[name]
        yield meaning_of(member), _object(member.type), each, at


def _object(kind: GraphQLInputType) -> GraphQLInputObjectType:
    """The input object type within lists and non-null; of other types the type itself, which nobody looks into."""
    while isinstance(kind, GraphQLList | GraphQLNonNull):
        kind = kind.of_type
    return kind  # type: ignore[return-value]  # only the types of objects are walked


def _clauses(
    meaning: Meaning | None,
    kind: GraphQLInputObjectType,
    given: Template,
    parameters: Parameters,
    path: Path,
) -> Iterator[Condition]:
    match meaning:
        case OfField(field):
            yield from _comparisons(FieldPath(field=field), kind, given, parameters, path)
        case Along(step):
            yield _along(step, condition(given, kind, parameters, path))
        case ByTies(end):
            yield from _quantified(end, kind, given, parameters, path)
        case Logic("not"):
            yield Not(condition=condition(given, kind, parameters, path) or All())
        case Logic(connective):
            of = tuple(
                condition(each, kind, parameters, (*path, position)) or All()
                for position, each in enumerate(given)
            )
            yield All(of=of) if connective == "and" else AnyOf(of=of)


def _along(step: Step, inner: Condition | None) -> Condition:
    """The record or tie is there, and the condition holds for it."""
    if step.across:
        return OnRecord(across=step.across, condition=inner)
    tie = inner if step.edge else OnRecord(condition=inner)
    return Related(end=step.end or "", condition=tie)


def _quantified(
    end: str, kind: GraphQLInputObjectType, given: Template, parameters: Parameters, path: Path
) -> Iterator[Condition]:
    when = holds(given.get("holds"), parameters, (*path, "holds"))
    for meaning, inner, each, at in _members(given, kind, path):
        if isinstance(meaning, ByQuantifier):
            yield Related(
                end=end,
                quantifier=meaning.quantifier,
                condition=condition(each, inner, parameters, at),
                holds=when,
            )


def _comparisons(
    path: FieldPath, kind: GraphQLInputObjectType, given: Template, parameters: Parameters, at: Path
) -> Iterator[Condition]:
    for meaning, inner, each, here in _members(given, kind, at):
        match meaning:
            case ByOperator(operator):
                value = parameters.value(each, here, many=operator in _LISTS)
                yield Compare(path=path, operator=operator, value=value)
            case OfPart(part):
                deeper = path.model_copy(update={"part": part})
                yield from _comparisons(deeper, inner, each, parameters, here)


def orders(
    given: Iterable[Template] | None, kind: GraphQLInputType, path: Path
) -> tuple[Order, ...]:
    """What ``orderBy`` says."""
    return tuple(
        Order(path=value, descending=direction == "desc")
        for value, direction in _keys(given, kind, path)
    )


def group_keys(
    given: Iterable[Template] | None, kind: GraphQLInputType, path: Path
) -> tuple[GroupKey, ...]:
    """What ``groupBy`` says."""
    return tuple(
        GroupKey(path=value, bucket=Bucket(bucket)) for value, bucket in _keys(given, kind, path)
    )


def _keys(
    given: Iterable[Template] | None, kind: GraphQLInputType, path: Path
) -> Iterator[tuple[FieldPath, Any]]:
    for position, each in enumerate(given or ()):
        yield _key(each, kind, (), (*path, position))


def _key(
    given: Mapping[str, Template], kind: GraphQLInputType, steps: tuple[Step, ...], path: Path
) -> tuple[FieldPath, Any]:
    [(meaning, inner, each, at)] = _members(given, kind, path)
    match meaning:
        case Along(step):
            return _key(each, inner, (*steps, step), at)
        case OfField(field) if isinstance(each, dict):
            [(part, _, direction, _)] = _members(each, inner, at)
            assert isinstance(part, OfPart)
            return FieldPath(steps=steps, field=field, part=part.part), direction
        case OfField(field):
            return FieldPath(steps=steps, field=field), each
    raise AssertionError(meaning)


def having(
    given: Template, kind: GraphQLInputType, parameters: Parameters, path: Path
) -> tuple[Having, ...]:
    """What ``having`` says."""
    if given is None:
        return ()
    found: list[Having] = []
    for meaning, inner, each, at in _members(given, kind, path):
        assert isinstance(meaning, GroupPart)
        function = Function(meaning.part)
        if function is Function.COUNT:
            found += _measured(Measure(function=function), inner, each, parameters, at)
        else:
            found += _having(function, (), inner, each, parameters, at)
    return tuple(found)


def _having(
    function: Function,
    steps: tuple[Step, ...],
    kind: GraphQLInputObjectType,
    given: Template,
    parameters: Parameters,
    path: Path,
) -> Iterator[Having]:
    for meaning, inner, each, at in _members(given, kind, path):
        match meaning:
            case Along(step):
                yield from _having(function, (*steps, step), inner, each, parameters, at)
            case OfField(field):
                measure = Measure(function=function, path=FieldPath(steps=steps, field=field))
                yield from _measured(measure, inner, each, parameters, at)


def _measured(
    measure: Measure,
    kind: GraphQLInputObjectType,
    given: Template,
    parameters: Parameters,
    path: Path,
) -> Iterator[Having]:
    for meaning, _, each, at in _members(given, kind, path):
        assert isinstance(meaning, ByOperator)
        value = parameters.value(each, at, many=meaning.operator in _LISTS)
        yield Having(measure=measure, operator=meaning.operator, value=value)


def holds(given: Template, parameters: Parameters, path: Path) -> Holds | None:
    """What ``holds`` says; None when it is left out.

    Raises:
        BadValue: ``now`` or ``any`` is false.
    """
    match given:
        case None:
            return None
        case {"now": True}:
            return Now()
        case {"any": True}:
            return AnyTime()
        case {"at": at}:
            return At(at=parameters.value(at, (*path, "at")))
        case {"overlaps": period}:
            return Overlaps(
                start=parameters.value(period.get("from"), (*path, "overlaps", "from")),
                end=parameters.value(period.get("to"), (*path, "overlaps", "to")),
            )
    raise BadValue("This says which ties are not meant.", path=path, hint="Write true.")


def page(arguments: Mapping[str, Template], parameters: Parameters, path: Path) -> Page | None:
    """The window that ``first``, ``after``, ``last`` and ``before`` ask for; None when none is given."""
    given = {
        name: parameters.value(arguments[name], (*path, name))
        for name in ("first", "after", "last", "before")
        if arguments.get(name) is not None
    }
    return Page.model_validate(given) if given else None


def clock(arguments: Mapping[str, Template], parameters: Parameters, path: Path) -> Clock:
    """Both clocks of a root field."""
    return Clock(
        valid_at=parameters.value(arguments.get("validAt"), (*path, "validAt")),
        recorded_at=parameters.value(arguments.get("recordedAt"), (*path, "recordedAt")),
    )
