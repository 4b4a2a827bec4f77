"""Plans what is told of changes: a page of the log for a query, or what a subscription follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema
from graphql.execution.values import VariableValues

from relatum_schemas.errors import Path, RelatumError
from relatum_schemas.selection import Changes, Connection, Many, Page, Request, RootField
from relatum_server.graphql import arguments as inputs
from relatum_server.graphql.document import Operation
from relatum_server.graphql.estimate import Estimate, estimate
from relatum_server.graphql.meaning import OfChanges
from relatum_server.graphql.outputs import connection_items, outputs
from relatum_server.graphql.planning import Planning, meaning
from relatum_server.graphql.selecting import Asked, Document, asked
from relatum_server.graphql.variables import Parameters, Template, filled, templates


@dataclass(frozen=True)
class SubscriptionPlan:
    """What a subscription follows.

    Attributes:
        root: what is told of each change, under which key.
        since: the cursor to begin after, if one is given.
        recipes: what is bound to each parameter.
        paths: where in the input each parameter's value stands.
        estimates: how many rows a step may lead to.
    """

    root: RootField
    since: Template
    recipes: Mapping[str, Template] = field(repr=False)
    paths: Mapping[str, Path] = field(repr=False)
    estimates: tuple[Estimate, ...] = field(repr=False)

    def arguments(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The values of the parameters, out of coerced variables."""
        return {name: filled(recipe, variables) for name, recipe in self.recipes.items()}

    def begins_after(self, variables: Mapping[str, Any]) -> str | None:
        """The cursor given."""
        given: str | None = filled(self.since, variables)
        return given

    def place(self, path: Path) -> Path:
        """Where in the document an error arose, by its path in what was followed."""
        first = str(path[0]) if path else ""
        if first == "since":
            return (self.root.key, *path)
        return (*self.paths[first], *path[1:]) if first in self.paths else path


def plan_subscription(
    schema: GraphQLSchema, operation: Operation, variables: VariableValues
) -> SubscriptionPlan:
    """Plan a subscription.

    Args:
        schema: for which the operation is valid.
        operation: to plan.
        variables: coerced; values are looked at only where the plan depends on them.

    Raises:
        RelatumError: the arguments have no meaning; the path tells where.
    """
    document = Document(schema, operation.fragments, templates(variables))
    subscription = schema.subscription_type
    assert isinstance(subscription, GraphQLObjectType)
    (asking,) = asked(document, subscription, [operation.node.selection_set])
    parameters = Parameters(variables.coerced)
    planning = Planning(document, parameters, (asking.key,))
    given = planning.arguments(asking)
    root = RootField(
        key=asking.key,
        source=_source(planning, asking, given),
        form=Many(outputs=outputs(planning, asking)),
    )
    return SubscriptionPlan(
        root=root,
        since=given.get("since"),
        recipes=parameters.recipes,
        paths=parameters.paths,
        estimates=estimate(Request(fields=(root,))),
    )


def changes_page(
    planning: Planning, asking: Asked, given: Mapping[str, Template], key: str
) -> RootField:
    """A page of the log.

    Args:
        planning: of the root field.
        asking: the root field.
        given: its arguments.
        key: under which it is answered.
    """
    parameters, path = planning.parameters, planning.path
    source = _source(planning, asking, given)
    since = parameters.value(given.get("since"), (*path, "since"))
    first = parameters.value(given.get("first"), (*path, "first"))
    return RootField(
        key=key,
        source=source.model_copy(update={"since": since}),
        form=Connection(items=tuple(connection_items(planning, asking))),
        page=Page(first=first),
    )


def _source(planning: Planning, asking: Asked, given: Mapping[str, Template]) -> Changes:
    told = meaning(asking)
    assert isinstance(told, OfChanges)
    assert asking.definition is not None
    parameters, path = planning.parameters, planning.path
    chosen = None
    if given.get("filter") is not None:
        taken = asking.definition.args["filter"].type
        try:
            chosen = inputs.condition(given["filter"], taken, parameters, (*path, "filter"))
        except RelatumError as error:
            error.path = error.path or (*path, "filter")
            raise
    types = (told.type,) if told.type else tuple(given.get("types") or ())
    return Changes(types=types, operations=tuple(given.get("operations") or ()), filter=chosen)
