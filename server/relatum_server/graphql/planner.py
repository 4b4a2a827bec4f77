"""From an operation to a plan: one request in the selection language, and how its answers make the response.

Pure: the same operation, with variables of the same shape, gives the same plan. Root fields that are not the engine's
(introspection, fields authored in Strawberry) are left to graphql-core's executor.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from graphql import FieldNode, GraphQLObjectType, GraphQLSchema
from graphql.execution.values import VariableValues

from relatum.catalogue import RECORD
from relatum_schemas.errors import Path, RelatumError
from relatum_schemas.selection import (
    Compare,
    Connection,
    FieldPath,
    Form,
    IdsOutput,
    Many,
    Neighbourhood,
    One,
    Operator,
    RootField,
    Rows,
    Search,
    ShortestPath,
    Source,
)
from relatum_server.graphql import arguments as inputs
from relatum_server.graphql.acting.plan import Call, plan_call
from relatum_server.graphql.changes import changes_page
from relatum_server.graphql.document import Operation
from relatum_server.graphql.estimate import Estimate, estimate
from relatum_server.graphql.groups import aggregate
from relatum_server.graphql.marking import ID_MARK, MARK, PlannedRequest
from relatum_server.graphql.meaning import GraphRoot, OfAction, OfChanges, Root
from relatum_server.graphql.outputs import connection_items, outputs
from relatum_server.graphql.planning import Planning, meaning
from relatum_server.graphql.selecting import TYPENAME, Asked, Document, asked
from relatum_server.graphql.variables import Parameters, Template, filled, templates


@dataclass(frozen=True)
class Answer:
    """One key of the response, and who answers it."""

    key: str
    by: Literal["engine", "nodes", "action", "authored", "typename"]
    ids: Template = None
    """The ids given to ``nodes``, in whose order its answers are put."""


@dataclass(frozen=True)
class Plan:
    """What it takes to answer an operation, for variables of one shape.

    Attributes:
        answers: the keys of the response in order.
        request: what the engine is asked, if anything.
        recipes: what is bound to each parameter of the request.
        paths: where in the input each parameter's value stands.
        estimates: how many rows the request may lead to.
        marked: whether the request's keys are marked, because its answers are taken apart.
        calls: of actions that only read.
        authored: nodes of the root fields that graphql-core executes.
        steering: variables whose values, not only their shape, this plan is made for.
    """

    answers: tuple[Answer, ...]
    request: PlannedRequest | None
    recipes: Mapping[str, Template] = field(repr=False)
    paths: Mapping[str, Path] = field(repr=False)
    estimates: tuple[Estimate, ...] = field(repr=False)
    marked: bool = False
    calls: tuple[Call, ...] = ()
    authored: tuple[FieldNode, ...] = ()
    steering: frozenset[str] = frozenset()

    def arguments(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The values of the request's parameters, out of coerced variables."""
        return {name: filled(recipe, variables) for name, recipe in self.recipes.items()}

    def place(self, path: Path) -> Path:
        """Where in the document an error arose, by its path in the request: a parameter's, or that of an answer."""
        first = str(path[0]) if path else ""
        if first in self.paths:
            return (*self.paths[first], *path[1:])
        if self.marked and first.startswith(MARK):
            return (self.answers[int(first.removeprefix(MARK))].key, *path[1:])
        return path


def plan(schema: GraphQLSchema, operation: Operation, variables: VariableValues) -> Plan:
    """Plan a query operation.

    Args:
        schema: for which the operation is valid.
        operation: to plan.
        variables: coerced; values are looked at only where the plan depends on them.

    Raises:
        RelatumError: the arguments have no meaning; the path tells where.
    """
    document = Document(schema, operation.fragments, templates(variables))
    query = schema.query_type
    assert isinstance(query, GraphQLObjectType)
    fields = asked(document, query, [operation.node.selection_set])
    answers = tuple(_answer(document, each, variables) for each in fields)
    marked = any(each.by != "engine" for each in answers)
    parameters = Parameters(variables.coerced)
    roots = tuple(
        _root_field(
            Planning(document, parameters, (each.key,)),
            each,
            _key(each.key, position, marked=marked),
        )
        for position, (each, answer) in enumerate(zip(fields, answers, strict=True))
        if answer.by in ("engine", "nodes")
    )
    request = PlannedRequest(fields=roots) if roots else None
    calls, steered = _calls(document, fields, variables)
    return Plan(
        answers=answers,
        request=request,
        recipes=parameters.recipes,
        paths=parameters.paths,
        estimates=estimate(request) if request else (),
        marked=marked,
        calls=calls,
        authored=tuple(
            node
            for each, answer in zip(fields, answers, strict=True)
            if answer.by == "authored"
            for node in each.nodes
        ),
        steering=frozenset(parameters.steering | steered),
    )


def _calls(
    document: Document, fields: Sequence[Asked], variables: VariableValues
) -> tuple[tuple[Call, ...], set[str]]:
    """The calls of actions, and the variables by whose values they are planned."""
    calls: list[Call] = []
    steered: set[str] = set()
    for each in fields:
        act = meaning(each)
        if isinstance(act, OfAction):
            parameters = Parameters(variables.coerced)
            calls.append(plan_call(Planning(document, parameters, (each.key,)), each, act))
            steered |= parameters.steering
    return tuple(calls), steered


def _key(key: str, position: int, *, marked: bool) -> str:
    return f"{MARK}{position}" if marked else key


def _answer(document: Document, asking: Asked, variables: VariableValues) -> Answer:
    match meaning(asking):
        case GraphRoot("nodes"):
            given = Planning(document, Parameters(variables.coerced)).arguments(asking)
            return Answer(asking.key, "nodes", ids=given["ids"])
        case Root() | GraphRoot() | OfChanges():
            return Answer(asking.key, "engine")
        case OfAction():
            return Answer(asking.key, "action")
        case _:
            name = asking.node.name.value
            return Answer(asking.key, "typename" if name == TYPENAME else "authored")


def _root_field(planning: Planning, asking: Asked, key: str) -> RootField:
    given = planning.arguments(asking)
    try:
        match meaning(asking):
            case Root() as root:
                return _of_type(planning, asking, root, given, key)
            case GraphRoot() as root:
                return _over_all(planning, asking, root, given, key)
            case OfChanges():
                return changes_page(planning, asking, given, key)
    except RelatumError as error:
        if not error.path:
            error.path = planning.path
        raise
    raise AssertionError(asking.node.name.value)


def _of_type(
    planning: Planning, asking: Asked, root: Root, given: Mapping[str, Template], key: str
) -> RootField:
    assert asking.definition is not None
    taken = asking.definition.args
    parameters, path = planning.parameters, planning.path
    clock = inputs.clock(given, parameters, path)
    if root.form == "record":
        source = _by_id(planning, root.type, given["id"])
        return RootField(
            key=key, source=source, form=One(outputs=outputs(planning, asking)), clock=clock
        )
    condition = inputs.condition(
        given.get("filter"), taken["filter"].type, parameters, (*path, "filter")
    )
    source = Rows(type=root.type, filter=condition)
    if root.form == "groups":
        return RootField(
            key=key, source=source, form=aggregate(planning, asking, given), clock=clock
        )
    return RootField(
        key=key,
        source=source,
        form=_connection(planning, asking),
        order=inputs.orders(given.get("orderBy"), taken["orderBy"].type, (*path, "orderBy")),
        page=inputs.page(given, parameters, path),
        clock=clock,
    )


def _connection(planning: Planning, asking: Asked) -> Connection:
    return Connection(items=tuple(connection_items(planning, asking)))


def _by_id(planning: Planning, type_name: str, given: Template) -> Rows:
    value = planning.parameters.value(given, (*planning.path, "id"))
    compare = Compare(path=FieldPath(field="id"), operator=Operator.EQ, value=value)
    return Rows(type=type_name, filter=compare)


def _over_all(
    planning: Planning, asking: Asked, root: GraphRoot, given: Mapping[str, Template], key: str
) -> RootField:
    source, form = _source(planning, asking, root, given)
    page = inputs.page(given, planning.parameters, planning.path)
    clock = inputs.clock(given, planning.parameters, planning.path)
    return RootField(key=key, source=source, form=form, page=page, clock=clock)


def _source(
    planning: Planning, asking: Asked, root: GraphRoot, given: Mapping[str, Template]
) -> tuple[Source, Form]:
    parameters, path = planning.parameters, planning.path
    types = tuple(given.get("types") or ())

    def value(name: str) -> Any:
        return parameters.value(given[name], (*path, name))

    match root.name:
        case "node":
            return _by_id(planning, RECORD, given["id"]), One(outputs=outputs(planning, asking))
        case "nodes":
            ids = parameters.value(given["ids"], (*path, "ids"), many=True)
            compare = Compare(path=FieldPath(field="id"), operator=Operator.IN, value=ids)
            marked = (IdsOutput(key=ID_MARK), *outputs(planning, asking))
            return Rows(type=RECORD, filter=compare), Many(outputs=marked)
        case "search":
            return Search(text=value("text"), types=types), _connection(planning, asking)
        case "neighbourhood":
            depth = parameters.settled(given["depth"])
            if depth is None:
                assert asking.definition is not None
                depth = asking.definition.args["depth"].default_value
            source = Neighbourhood(id=value("id"), depth=depth, types=types)
            return source, _connection(planning, asking)
        case "path":
            source_of_path = ShortestPath(start=value("from"), end=value("to"), types=types)
            return source_of_path, Many(outputs=outputs(planning, asking))
