"""Runs the root fields that are not the engine's on graphql-core's executor: introspection, and what is authored."""

import asyncio
from collections.abc import Mapping, Sequence
from inspect import isawaitable
from typing import Any, Final

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLAbstractType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    MiddlewareManager,
    OperationDefinitionNode,
    SelectionSetNode,
    execute,
    execute_sync,
)
from graphql.execution.collect_fields import FieldDetailsList
from graphql.execution.executor_throwing_on_incremental import ExecutorThrowingOnIncremental
from graphql.pyutils import Path

from relatum.connections import Outdated
from relatum_server.graphql.acting.standing import Spot, Standing
from relatum_server.graphql.document import Operation
from relatum_server.graphql.introspecting import told
from relatum_server.graphql.knowing import Known
from relatum_server.graphql.meaning import PLACE
from relatum_server.graphql.schema import Asking


class AuthoredExecutor(ExecutorThrowingOnIncremental):
    """An executor that goes as far as records, and leaves these to the engine."""

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: None,
    ) -> Any:
        """A place for a record; else the object."""
        if PLACE in return_type.extensions:
            return _standing(field_details_list, info, result)
        return super().complete_object_value(
            return_type, field_details_list, info, path, result, position_context
        )

    def complete_abstract_value(
        self,
        return_type: GraphQLAbstractType,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: None,
    ) -> Any:
        """A place for a record; else the object."""
        if PLACE in return_type.extensions:
            return _standing(field_details_list, info, result)
        return super().complete_abstract_value(
            return_type, field_details_list, info, path, result, position_context
        )


def _standing(
    field_details_list: FieldDetailsList, info: GraphQLResolveInfo[Any], result: Any
) -> Standing:
    nodes = tuple(each.node for each in field_details_list)
    return Standing(Spot(info.parent_type.name, nodes), result)


_OF_THE_SCHEMA: Final = frozenset({"__schema", "__type"})


def about_schema_alone(nodes: Sequence[FieldNode]) -> bool:
    """Whether all these root fields are introspection."""
    return all(each.name.value in _OF_THE_SCHEMA for each in nodes)


async def run(
    schema: GraphQLSchema,
    operation: Operation,
    nodes: Sequence[FieldNode],
    variables: Mapping[str, Any],
    asking: Asking,
    known: Known | None,
) -> ExecutionResult:
    """Execute some root fields of an operation, on behalf of who asks and knows of so much.

    Raises:
        Outdated: another edition of what is in force turned out to be.
    """
    document = _narrowed(operation, nodes)
    result = execute(
        schema,
        document,
        context_value=asking,
        variable_values=dict(variables),
        middleware=_middleware(known),
        executor_class=AuthoredExecutor,
    )
    answered = await result if isawaitable(result) else result
    for each in answered.errors or ():
        if isinstance(each.original_error, Outdated):
            raise each.original_error
    return answered


async def run_aside(
    schema: GraphQLSchema,
    operation: Operation,
    nodes: Sequence[FieldNode],
    variables: Mapping[str, Any],
    known: Known | None,
) -> ExecutionResult:
    """Execute introspection in a thread, since that of a large schema takes a while."""
    document = _narrowed(operation, nodes)
    return await asyncio.to_thread(
        execute_sync,
        schema,
        document,
        variable_values=dict(variables),
        middleware=_middleware(known),
    )


def _middleware(known: Known | None) -> MiddlewareManager | None:
    return None if known is None else MiddlewareManager(told(known))


def _narrowed(operation: Operation, nodes: Sequence[FieldNode]) -> DocumentNode:
    """The operation with these root fields only."""
    node = operation.node
    narrowed = OperationDefinitionNode(
        operation=node.operation,
        name=node.name,
        variable_definitions=node.variable_definitions,
        directives=node.directives,
        selection_set=SelectionSetNode(selections=tuple(nodes)),
    )
    return DocumentNode(definitions=(narrowed, *operation.fragments.values()))
