"""Aggregates: rows gathered into groups, and what is measured of each group.

Three selects, one in the other: the values of each row (group keys, and what is measured), the groups with the raw figures
of their measures, and the answers made of those. So every expression is computed once, and groups are chosen and ordered
by columns.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import FromClause, Select, func, select

from relatum.reading.comparisons import compared
from relatum.reading.context import Context, within
from relatum.reading.measures import Told, gathered, judge, told
from relatum.reading.orders import keys_of
from relatum.reading.outputs import composed, value_shown
from relatum.reading.paths import value_at
from relatum.reading.rows import WHOLE, Row, Value
from relatum.reading.sql import ONE, Entries, Json, Predicate, Sql, rows_of
from relatum_schemas.errors import BadSelection, UnknownOperator
from relatum_schemas.expression import scale_of
from relatum_schemas.kinds import PRECISION, Day, Instant, Integer, MoneyKind
from relatum_schemas.selection import (
    Aggregate,
    Bucket,
    FieldPath,
    GroupKey,
    GroupOutput,
    Having,
    KeyOutput,
    Measure,
    MeasureOutput,
    ObjectOutput,
    TextOutput,
)


@dataclass(frozen=True, eq=False)
class Groups:
    """The groups of an aggregate.

    Attributes:
        columns: the groups with their keys and raw figures.
        keys: the values by which rows were grouped: the keys asked for, then the currencies of what is measured.
        asked: how many of the keys were asked for.
        told: the measures' values.
    """

    columns: FromClause
    keys: Sequence[Value]
    asked: int
    told: Mapping[Measure, Told]


def aggregated(row: Row, form: Aggregate, *, context: Context) -> Json:
    """Return one object per group of rows, as a list.

    Raises:
        UnknownField, UnknownOperator, BadSelection, BadValue: a key, measure or condition has no meaning.
    """
    groups = _groups(row, form, context)
    rows = rows_of(groups.columns)
    for index, having in enumerate(form.having):
        with within("having", index):
            rows = rows.where(_having(having, groups, context))
    order = [key for value in groups.keys for key in keys_of(value)]
    rows = rows.order_by(
        *(
            context.dialect.ordered(key.expression, descending=False, nullable=key.nullable)
            for key in order
        )
    )
    return context.dialect.list_of_objects(rows, _entries(form.outputs, groups, context))


def _groups(row: Row, form: Aggregate, context: Context) -> Groups:
    measures = list(dict.fromkeys(_measures(form)))
    paths = list(dict.fromkeys(each.path for each in measures if each.path is not None))
    keys = [_key(index, key, row, context) for index, key in enumerate(form.group_by)]
    values = [_measured(path, row, context) for path in paths]
    rows = rows_of(row.source, *row.where).add_columns(ONE.label("one"))
    read, (*keys_and_values,) = _derived(rows, [*keys, *values], "read")
    measured = dict(zip(paths, keys_and_values[len(keys) :], strict=True))
    currencies = {
        path: value.part("currency")
        for path, value in measured.items()
        if isinstance(value.kind, MoneyKind)
    }
    grouping = [*keys_and_values[: len(keys)], *currencies.values()]
    figures = [_figures(measure, measured, context) for measure in measures]
    gathering = select(func.count().label("number")).select_from(read)
    gathering = gathering.group_by(*(part for value in grouping for part in value.parts.values()))
    columns, (*found,) = _derived(gathering, [*grouping, *figures], "gathered")
    own = dict(zip(currencies, found[len(keys) : len(grouping)], strict=True))
    answers = {
        measure: told(
            measure,
            None if measure.path is None else measured[measure.path].kind,
            each.parts,
            own[measure.path].plain if measure.path in own else None,
            context=context,
        )
        for measure, each in zip(measures, found[len(grouping) :], strict=True)
    }
    return Groups(columns, found[: len(grouping)], len(keys), answers)


def _derived(
    rows: Select[Any], values: Sequence[Value], name: str
) -> tuple[FromClause, list[Value]]:
    """Rows with these values as a derived table, and the values as its columns."""
    labels = [
        {part: f"{name}_{index}_{part}".rstrip("_") for part in value.parts}
        for index, value in enumerate(values)
    ]
    table = rows.add_columns(
        *(
            value.parts[part].label(label)
            for value, labelled in zip(values, labels, strict=True)
            for part, label in labelled.items()
        )
    ).subquery(name)
    return table, [
        replace(value, parts={part: table.c[label] for part, label in labelled.items()}, key=None)
        for value, labelled in zip(values, labels, strict=True)
    ]


def _measures(form: Aggregate) -> Iterator[Measure]:
    yield from _shown_measures(form.outputs)
    yield from (having.measure for having in form.having)


def _shown_measures(outputs: Iterable[GroupOutput]) -> Iterator[Measure]:
    for output in outputs:
        if isinstance(output, MeasureOutput):
            yield output.measure
        elif isinstance(output, ObjectOutput):
            yield from _shown_measures(output.outputs)


def _measured(path: FieldPath, row: Row, context: Context) -> Value:
    with within(path.field):
        return value_at(row, path, context=context)


def _figures(measure: Measure, measured: Mapping[FieldPath, Value], context: Context) -> Value:
    value = None if measure.path is None else measured[measure.path]
    judge(measure, value)
    return Value(kind=Integer(big=True), parts=gathered(measure, value, context=context))


def _key(index: int, key: GroupKey, row: Row, context: Context) -> Value:
    with within("group_by", index):
        value = value_at(row, key.path, context=context)
        if not value.kind.sortable:
            raise BadSelection(f"Rows are not grouped by {value.kind.described()}.")
        if key.bucket is Bucket.VALUE:
            return value
        if not isinstance(value.kind, Day | Instant):
            raise BadSelection(f"{value.kind.described()} has no {key.bucket.value}.")
        instant = isinstance(value.kind, Instant)
        first = context.dialect.bucket(value.plain, key.bucket, instant=instant)
        return Value(kind=Day(), parts={WHOLE: first}, nullable=value.nullable)


def _having(having: Having, groups: Groups, context: Context) -> Predicate:
    value = groups.told[having.measure].value
    if scale_of(value.kind) > PRECISION:
        raise UnknownOperator(
            f"An average of {scale_of(value.kind)} digits after the point is not compared.",
            hint="Compare the sum and the count.",
        )
    return compared(value, having.operator, having.value, context=context)


def _entries(outputs: Sequence[GroupOutput], groups: Groups, context: Context) -> Entries:
    entries: dict[str, Sql] = {}
    for output in outputs:
        with within(output.key):
            if output.key in entries:
                raise BadSelection("Two outputs of one object have the same key.")
            entries[output.key] = _shown(output, groups, context)
    return list(entries.items())


def _shown(output: GroupOutput, groups: Groups, context: Context) -> Sql:
    match output:
        case KeyOutput(index=index):
            if not 0 <= index < groups.asked:
                raise BadSelection(f"There is no group key {index}.")
            return value_shown(groups.keys[index], output.parts, context=context)
        case MeasureOutput(measure=measure):
            answer = groups.told[measure]
            return composed(answer.value, answer.shown, output.parts, context=context)
        case ObjectOutput(outputs=outputs):
            return context.dialect.object_of(_entries(outputs, groups, context))
        case TextOutput(text=text):
            return context.dialect.constant(text)
