"""What a record lacks is the same for the databases, the oracle, and whoever judges it before it is written."""

from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from relatum.access import SYSTEM
from relatum.catalogue.model import RECORD
from relatum.writing.expectations import is_fulfilled
from relatum_schemas.condition import Field
from relatum_schemas.selection import (
    All,
    AnyOf,
    Clock,
    Condition,
    FieldOutput,
    FieldPath,
    IsType,
    Many,
    Not,
    Operator,
    Order,
    Request,
    RootField,
    Rows,
)
from tests.laws.both import Both
from tests.laws.profiles import tried
from tests.oracle.asking.asker import Asking
from tests.oracle.asking.conditions import a_value
from tests.oracle.conditions import holds
from tests.oracle.evaluate import reader_of
from tests.oracle.graph import Graph, Version
from tests.oracle.graphs import Draw, graphs, values
from tests.oracle.pools import MOMENTS, NOWS, RECORDED
from tests.oracle.sight import Row, Sight
from tests.oracle.strategies import Case, Question, principals
from tests.oracle.world import world

WORLD = world()
SOURCES = (*WORLD.types, *WORLD.traits, RECORD)
WANTED = sorted({name for each in WORLD for name in each.wanted})
CONDITIONS = (
    None,
    Field("missing").is_set(),
    Field("missing").is_null(),
    *(Field("missing").has(name) for name in WANTED),
    Field("missing").compare(Operator.HAS_ANY, WANTED[:3]),
    Field("missing").compare(Operator.HAS_ALL, WANTED[-2:]),
)


@st.composite
def cases(draw: Draw) -> Case:
    """A graph, and who asks of everything what it lacks, at some time."""
    graph = draw(graphs(WORLD))
    clock = Clock(
        valid_at=draw(st.sampled_from((None, *MOMENTS))),
        recorded_at=draw(st.sampled_from((None, None, *(each.isoformat() for each in RECORDED)))),
    )
    principal = draw(principals(WORLD, graph))
    shown = Many(outputs=tuple(FieldOutput(key=name, field=name) for name in ("id", "missing")))
    order = (Order(path=FieldPath(field="id")),)
    questions = []
    for name in SOURCES:
        rows = Rows(type=name, filter=draw(st.sampled_from(CONDITIONS)))
        root = RootField(key=name, source=rows, form=shown, order=order, clock=clock)
        questions.append(Question(Request(fields=(root,)), {}, principal))
    return Case(graph, draw(st.sampled_from(NOWS)), tuple(questions))


@tried(15)
@given(case=cases())
def test_the_databases_answer_as_the_oracle_does(both: Both, case: Case) -> None:
    both.agree(case)


@st.composite
def own_conditions(draw: Draw, type_name: str, depth: int = 2) -> Condition:
    """A condition on a record's own fields, as an expectation may have it."""
    asking = Asking(draw, WORLD, (type_name,), ())
    match draw(st.sampled_from(("compare", "compare", "type", *(("all", "any", "not") * depth)))):
        case "all":
            return All(of=tuple(draw(own_conditions(type_name, depth - 1)) for _ in range(2)))
        case "any":
            return AnyOf(of=tuple(draw(own_conditions(type_name, depth - 1)) for _ in range(2)))
        case "not":
            return Not(condition=draw(own_conditions(type_name, depth - 1)))
        case "type":
            return IsType(types=(asking.pick(sorted(WORLD.types)),))
    field = asking.pick(list(WORLD.record_type(type_name).fields.values()))
    part, kind = asking.pick([(None, field.kind), *field.kind.parts.items()])
    operator = asking.pick(sorted(kind.operators))
    given: Any = None
    while given is None or (isinstance(given, list) and None in given):
        given = a_value(Plain(draw, WORLD, (type_name,), ()), field, kind, operator)
    compare = Field(field.name).compare(operator, given)
    return compare.model_copy(update={"path": FieldPath(field=field.name, part=part)})


class Plain(Asking):
    """Asks with literals only."""

    def value(self, value: object) -> Any:
        """The value itself."""
        return value


@tried(300)
@given(data=st.data())
def test_an_expectation_is_judged_in_memory_as_in_statements(data: st.DataObject) -> None:
    type_name = data.draw(
        st.sampled_from([name for name in WORLD.types if WORLD.types[name].fields])
    )
    record_type = WORLD.record_type(type_name)
    condition = data.draw(own_conditions(type_name))
    content = data.draw(values(record_type))
    record = Version(
        id=UUID(int=1), type=type_name, version=1, recorded_from=RECORDED[0], values=content
    )
    graph = Graph([record])
    sight = Sight(WORLD, graph, reader_of(graph, WORLD, SYSTEM, NOWS[0]), {}, NOWS[0], None)
    assert is_fulfilled(record_type, condition, content) is holds(condition, Row(record), sight)
