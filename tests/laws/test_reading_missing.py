"""A comparison with nothing is false, whether the nothing was written or bound, for every field and operator."""

import json
from collections.abc import Iterator

import pytest

from relatum.access import SYSTEM
from relatum_schemas.selection import (
    Aggregate,
    Compare,
    FieldPath,
    Function,
    Measure,
    MeasureOutput,
    Operator,
    Parameter,
    Request,
    RootField,
    Rows,
    Value,
)
from tests.laws.both import Both
from tests.oracle.graph import Graph
from tests.oracle.graphs import Writer
from tests.oracle.pools import NOWS, RECORDED, parsed
from tests.oracle.world import world

WORLD = world()
COUNT = Aggregate(outputs=(MeasureOutput(key="rows", measure=Measure(function=Function.COUNT)),))
NOTHING: dict[str, Value] = {"written": None, "bound": Parameter(parameter="nothing")}


def one_of_each() -> Graph:
    """A record of each entity type with a value in every field."""
    writer = Writer(WORLD)
    for name, declared in WORLD.entities.items():
        values = {each.name: parsed(each.kind)[0] for each in declared.stored_fields}
        writer.create(name, RECORDED[0], values)
    return writer.graph


def fields() -> Iterator[tuple[str, str, Operator]]:
    """A field of each sort, its type, and each operator that it has."""
    told: set[object] = set()
    for type_name in WORLD.entities:
        for name, field in WORLD.fields(type_name).items():
            sort = (field.kind, field.folded, field.searchable, field.computed)
            if sort not in told:
                told.add(sort)
                searched = {Operator.MATCHES} if field.searchable else set[Operator]()
                for operator in sorted(field.kind.operators | searched):
                    yield type_name, name, operator


@pytest.mark.parametrize("nothing", NOTHING)
def test_nothing_compares_with_nothing(both: Both, nothing: str) -> None:
    both.hold(one_of_each(), NOWS[0])
    fulfilled = []
    for type_name, field, operator in fields():
        path = FieldPath(field=field)
        compare = Compare(path=path, operator=operator, value=NOTHING[nothing])
        source = Rows(type=type_name, filter=compare)
        request = Request(fields=(RootField(key="all", source=source, form=COUNT),))
        for database in both.sides:
            answer = json.loads(both.text(database, request, {}, SYSTEM))
            if answer["all"] != [{"rows": 0}]:
                fulfilled.append((database, type_name, field, operator))
    assert fulfilled == []
