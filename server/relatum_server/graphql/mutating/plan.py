"""From a mutation to a plan: the acts it consists of, in order, and what is shown of each.

Pure, as plans of queries are. What is shown of the records is a request by their ids, which are bound when the act is done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from graphql import FieldNode, GraphQLField, GraphQLObjectType, GraphQLSchema
from graphql.execution.values import VariableValues

from relatum_schemas.errors import BadSelection, Path
from relatum_schemas.selection import (
    Clock,
    Compare,
    FieldOutput,
    FieldPath,
    Many,
    One,
    Operator,
    Parameter,
    RootField,
    Rows,
)
from relatum_server.graphql.acting.plan import Call, plan_call
from relatum_server.graphql.document import Operation
from relatum_server.graphql.estimate import Estimate, estimate
from relatum_server.graphql.marking import ID_MARK, MARK, PlannedRequest
from relatum_server.graphql.meaning import Act, OfAction, OfPayload, PayloadPart
from relatum_server.graphql.mutating.arguments import Arguments, arguments_of
from relatum_server.graphql.outputs import outputs
from relatum_server.graphql.planning import Planning, meaning
from relatum_server.graphql.selecting import Asked, Document, asked
from relatum_server.graphql.variables import Parameters, Template, filled, templates

RECORDS: Final = "records"
"""The parameter of a step's request that takes the id of its record, or the ids of its records."""


@dataclass(frozen=True)
class Told:
    """A member of a payload, and what stands there.

    Attributes:
        key: with the colon, as JSON.
        part: of what was done; None for the name of a type.
        text: that name, as JSON.
        inner: the members of an object there.
        position: of a record, which of the answers of the step's request shows it.
    """

    key: bytes
    part: PayloadPart | None
    text: bytes = b""
    inner: tuple["Told", ...] = ()
    position: int = 0


@dataclass(frozen=True)
class Step:
    """One act of a mutation.

    Attributes:
        key: in the response.
        act: what is done.
        definition: of the field.
        arguments: what it is given.
        payload: what is told of it.
        request: what is read of its records; None if nothing is.
        recipes: what is bound to the request's parameters, but for the ids.
        paths: where in the document the value of each of these stands.
        estimates: how many rows the request may lead to.
    """

    key: str
    act: Act
    definition: GraphQLField = field(repr=False)
    arguments: Arguments = field(repr=False)
    payload: tuple[Told, ...] = field(repr=False)
    request: PlannedRequest | None = field(repr=False)
    recipes: Mapping[str, Template] = field(repr=False)
    paths: Mapping[str, Path] = field(repr=False)
    estimates: tuple[Estimate, ...] = field(repr=False)

    def place(self, path: Path) -> Path:
        """Where in the document an error arose, by its path in the request."""
        first, *rest = path or ("",)
        if str(first) in self.paths:
            return (*self.paths[str(first)], *rest)
        return (self.key, *rest) if str(first).startswith(MARK) else (self.key, *path)

    def parameters(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The values of the request's parameters, but for the ids."""
        return {name: filled(recipe, variables) for name, recipe in self.recipes.items()}


@dataclass(frozen=True)
class MutationPlan:
    """What it takes to answer a mutation, for variables of one shape.

    Attributes:
        members: of the response, in order: the acts, the calls of actions, and the name of the root type where that is
            asked.
        governing: nodes of all root fields, where one of them is what only administrators do and no record is changed by.
        steering: variables whose values, not only their shape, this plan is made for.
    """

    members: tuple[Step | Call | Told, ...]
    governing: tuple[FieldNode, ...] = ()
    steering: frozenset[str] = frozenset()


def plan_mutation(
    schema: GraphQLSchema, operation: Operation, variables: VariableValues
) -> MutationPlan:
    """Plan a mutation.

    Args:
        schema: for which the operation is valid.
        operation: to plan.
        variables: coerced; values are looked at only where the plan depends on them.

    Raises:
        RelatumError: the arguments of what is shown have no meaning; the path tells where.
    """
    document = Document(schema, operation.fragments, templates(variables))
    mutation = schema.mutation_type
    assert isinstance(mutation, GraphQLObjectType)
    steering: set[str] = set()
    members: list[Step | Call | Told] = []
    fields = list(asked(document, mutation, [operation.node.selection_set]))
    for each in fields:
        match meaning(each):
            case Act() as act:
                parameters = Parameters(variables.coerced)
                planning = Planning(document, parameters, (each.key,))
                members.append(_step(planning, each, act))
                steering |= parameters.steering
            case OfAction() as action:
                parameters = Parameters(variables.coerced)
                members.append(plan_call(Planning(document, parameters, (each.key,)), each, action))
                steering |= parameters.steering
            case None if each.definition is None:
                members.append(_typename(each.key, mutation.name))
            case None:
                return MutationPlan((), _governing(fields))
            case _:
                raise AssertionError(each.node.name.value)
    return MutationPlan(tuple(members), steering=frozenset(steering))


def _governing(fields: Sequence[Asked]) -> tuple[FieldNode, ...]:
    """The nodes of a mutation that changes what is in force.

    Raises:
        BadSelection: it changes records, too, which would be written under what is in force no more.
    """
    for each in fields:
        if meaning(each) is not None:
            raise BadSelection(
                f"{each.node.name.value} changes records; the mutation changes which there may be.",
                path=(each.key,),
                hint="Send the two one after the other.",
            )
    return tuple(node for each in fields for node in each.nodes)


def _step(planning: Planning, asking: Asked, act: Act) -> Step:
    records: list[RootField] = []
    payload = _payload(planning, asking, act, records)
    assert asking.definition is not None
    request = PlannedRequest(fields=tuple(records)) if records else None
    return Step(
        key=asking.key,
        act=act,
        definition=asking.definition,
        arguments=arguments_of(asking, planning.document.variables),
        payload=payload,
        request=request,
        recipes=planning.parameters.recipes,
        paths=planning.parameters.paths,
        estimates=estimate(request) if request else (),
    )


def _payload(
    planning: Planning, asking: Asked, act: Act, records: list[RootField]
) -> tuple[Told, ...]:
    shown, inner = planning.below(asking)
    return tuple(
        _told(planning.at(each.key), each, act, records)
        if each.definition
        else _typename(each.key, shown.name)
        for each in inner
    )


def _told(planning: Planning, asking: Asked, act: Act, records: list[RootField]) -> Told:
    found = meaning(asking)
    assert isinstance(found, OfPayload)
    key = _key(asking.key)
    match found.part:
        case "record":
            records.append(_of_records(planning, asking, act, len(records)))
            return Told(key, found.part, position=len(records) - 1)
        case "results" | "error":
            return Told(key, found.part, inner=_payload(planning, asking, act, records))
    return Told(key, found.part)


def _of_records(planning: Planning, asking: Asked, act: Act, position: int) -> RootField:
    shown = outputs(planning, asking)
    ids = Parameter(parameter=RECORDS, many=act.many)
    operator = Operator.IN if act.many else Operator.EQ
    chosen = Compare(path=FieldPath(field="id"), operator=operator, value=ids)
    marked = (FieldOutput(key=ID_MARK, field="id"), *shown)
    return RootField(
        key=f"{MARK}{position}",
        source=Rows(type=act.type, filter=chosen),
        form=Many(outputs=marked) if act.many else One(outputs=shown),
        clock=Clock(),
    )


def _typename(key: str, name: str) -> Told:
    return Told(_key(key), None, text=orjson.dumps(name))


def _key(key: str) -> bytes:
    return orjson.dumps(key) + b":"
