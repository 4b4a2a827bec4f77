"""Pages of lists, as Relay's connections have them: edges with cursors, nodes, facts of the page, a count."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from graphql import (
    GraphQLBoolean,
    GraphQLField,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLNullableOutputType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLString,
    GraphQLUnionType,
    default_field_resolver,
)

from relatum_server.graphql.meaning import KEY, PageFact, Scaffold
from relatum_server.graphql.names import Register


@dataclass(frozen=True)
class PageFacts:
    """Where a page of an authored list stands.

    Attributes:
        has_next_page: whether more follow it.
        has_previous_page: whether more precede it.
        start_cursor: of the first on it; None where nothing is.
        end_cursor: of the last on it.
    """

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType


def connection_of_rows(
    register: Register,
    name: str,
    row: Composite,
    *,
    counted: bool = True,
    told: Mapping[str, GraphQLField] | None = None,
) -> GraphQLObjectType:
    """The connection of rows that no tie leads to.

    Args:
        register: of the schema.
        name: of what is listed.
        row: what is listed.
        counted: whether it says how many there are, whatever the page.
        told: what else its edges tell.
    """

    def edge() -> GraphQLObjectType:
        node = GraphQLField(
            GraphQLNonNull(row), description="What is there.", extensions={KEY: Scaffold("self")}
        )
        members = {"cursor": cursor(), "node": node, **(told or {})}
        return GraphQLObjectType(
            f"{name}Edge", members, description=f"A place in a list of {name}."
        )

    edges = register.type(f"{name}Edge", f"an edge of the root connection of {name}", edge)
    claimant = f"the root connection of {name}"
    return connection(register, name, claimant, edges, GraphQLNonNull(row), counted=counted)


def cursor() -> GraphQLField:
    """Where an edge stands."""
    return GraphQLField(
        GraphQLNonNull(GraphQLString),
        description="Names the place in the list; empty where there is no list.",
        extensions={KEY: Scaffold("cursor")},
    )


def connection(
    register: Register,
    stem_name: str,
    claimant: str,
    edge: GraphQLObjectType,
    record: GraphQLOutputType,
    *,
    counted: bool = True,
) -> GraphQLObjectType:
    """The connection of such edges.

    Args:
        register: of the schema.
        stem_name: with which its name begins.
        claimant: what it is for, in words.
        edge: of which it has a page.
        record: what its nodes are.
        counted: whether it says how many there are, whatever the page.
    """
    name = f"{stem_name}Connection"

    def part(shown: GraphQLNullableOutputType, meaning: Scaffold, description: str) -> GraphQLField:
        return GraphQLField(
            GraphQLNonNull(shown), description=description, extensions={KEY: meaning}
        )

    def make() -> GraphQLObjectType:
        edges = GraphQLList(GraphQLNonNull(edge))
        words = "How many there are, whatever the page."
        total = {"totalCount": part(GraphQLInt, Scaffold("total_count"), words)}
        return GraphQLObjectType(
            name,
            {
                **(total if counted else {}),
                "edges": part(edges, Scaffold("edges"), "The page, with cursors."),
                "nodes": part(
                    GraphQLList(record), Scaffold("nodes"), "The page, just the records."
                ),
                "pageInfo": part(
                    page_info(register), Scaffold("page_info"), "Where the page stands."
                ),
            },
            description="A page of a list.",
        )

    return register.type(name, claimant, make)


def page_info(register: Register) -> GraphQLObjectType:
    """The type of a page's facts; where a list is authored, they are read off a `PageFacts`."""
    facts: dict[str, tuple[GraphQLOutputType, str, str]] = {
        "hasNextPage": (GraphQLNonNull(GraphQLBoolean), "has_next_page", "More follow the page."),
        "hasPreviousPage": (
            GraphQLNonNull(GraphQLBoolean),
            "has_previous_page",
            "More precede it.",
        ),
        "startCursor": (GraphQLString, "start_cursor", "Of the first on the page."),
        "endCursor": (GraphQLString, "end_cursor", "Of the last on the page."),
    }

    def make() -> GraphQLObjectType:
        return GraphQLObjectType(
            "PageInfo",
            {
                name: GraphQLField(
                    shown,
                    description=words,
                    extensions={KEY: PageFact(fact)},
                    resolve=partial(_fact, fact),
                )
                for name, (shown, fact, words) in facts.items()
            },
            description="Where a page stands in its list.",
        )

    return register.type("PageInfo", "facts of a page", make)


def _fact(name: str, facts: object, info: GraphQLResolveInfo[object]) -> object:
    """A fact of an authored list; of any other, whatever an executor finds there."""
    if isinstance(facts, PageFacts):
        return getattr(facts, name)
    return default_field_resolver(facts, info)
