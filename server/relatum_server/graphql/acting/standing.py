"""Records that authored fields returned: found in their answer, read in one statement per field, put in as JSON."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import (
    FieldNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)
from graphql.execution.values import VariableValues

from relatum.catalogue import RECORD
from relatum.session import Session
from relatum_schemas.errors import RelatumError
from relatum_server.graphql.acting.plan import Drawing, Fragments
from relatum_server.graphql.acting.writing import Ids, noted_id, read_fragments
from relatum_server.graphql.document import Operation
from relatum_server.graphql.limits import Limits
from relatum_server.graphql.meaning import PLACE
from relatum_server.graphql.planning import Planning
from relatum_server.graphql.schema.rows import Place
from relatum_server.graphql.selecting import Asked, Document
from relatum_server.graphql.variables import Parameters, templates


@dataclass(frozen=True)
class Spot:
    """A field of a document at which records stand, as it is asked of a type."""

    parent: str
    nodes: tuple[FieldNode, ...]

    @property
    def key(self) -> str:
        """In the response."""
        first = self.nodes[0]
        return first.alias.value if first.alias else first.name.value


@dataclass(frozen=True)
class Standing:
    """Where in an answer a record stands that the engine is to show."""

    spot: Spot
    record: Any


def plan_spot(
    schema: GraphQLSchema, operation: Operation, variables: VariableValues, spot: Spot
) -> Fragments:
    """Plan how the records at a spot are shown.

    Args:
        schema: that is asked.
        operation: in whose document the spot is.
        variables: coerced.
        spot: where the records stand.
    """
    parent = schema.type_map[spot.parent]
    assert isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)
    definition = parent.fields[spot.nodes[0].name.value]
    document = Document(schema, operation.fragments, templates(variables))
    planning = Planning(document, Parameters(variables.coerced), (spot.key,))
    place: Place = get_named_type(definition.type).extensions[PLACE]
    drawing = Drawing()
    drawing.fragment(
        planning, Asked(spot.key, spot.nodes, definition), (place.declared or RECORD,), single=False
    )
    return drawing.fragments(planning)


async def with_records(
    session: Session,
    data: Mapping[str, Any],
    planned: Callable[[Spot], Fragments],
    variables: VariableValues,
    limits: Limits,
) -> dict[str, Any]:
    """An answer of authored fields with the records in it, as who asks may see them; null for others.

    Args:
        session: as which they are read.
        data: the answer.
        planned: how the records at a spot are shown.
        variables: coerced.
        limits: of what may be shown.

    Raises:
        RelatumError: there are too many.
    """
    spots: dict[Spot, Ids] = {}
    for each in _standing(data):
        noted_id(each.record, spots.setdefault(each.spot, {}), 0)
    shown: dict[Spot, Mapping[str, bytes]] = {}
    for spot, ids in spots.items():
        fragments = planned(spot)
        parameters = fragments.parameters(variables.coerced)
        try:
            found = await read_fragments(session, fragments, parameters, ids, limits)
        except RelatumError as error:
            error.path = error.path or (spot.key,)
            raise
        shown[spot] = found.get(0, {})
    return {key: _put_in(each, shown) for key, each in data.items()}


def _standing(data: Any) -> Iterator[Standing]:
    match data:
        case Standing():
            yield data
        case dict():
            for each in data.values():
                yield from _standing(each)
        case list():
            for each in data:
                yield from _standing(each)


def _put_in(data: Any, shown: Mapping[Spot, Mapping[str, bytes]]) -> Any:
    match data:
        case Standing(spot, record):
            return orjson.Fragment(shown[spot].get(noted_id(record, {}, 0), b"null"))
        case dict():
            return {key: _put_in(each, shown) for key, each in data.items()}
        case list():
            return [_put_in(each, shown) for each in data]
    return data
