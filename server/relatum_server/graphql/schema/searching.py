"""What `search` shows: records with how well they match, and where in them the words stand."""

from graphql import (
    GraphQLBoolean,
    GraphQLField,
    GraphQLFloat,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLString,
)

from relatum.catalogue import RECORD, Catalogue
from relatum_server.graphql.meaning import KEY, OfPart, Scaffold
from relatum_server.graphql.names import Register
from relatum_server.graphql.schema.objects import record_type
from relatum_server.graphql.schema.pages import connection_of_rows
from relatum_server.graphql.schema.rows import place


def search_connection(register: Register, catalogue: Catalogue) -> GraphQLObjectType:
    """The connection of what a search has found."""
    record = record_type(register, catalogue, place(catalogue, RECORD))
    piece = register.type("ExcerptPiece", "a piece of an excerpt", _piece)
    told = {
        "rank": GraphQLField(
            GraphQLNonNull(GraphQLFloat),
            description="How well it matches: the mean over the words of 1 for a word of the label, 0.75 for the beginning "
            "of one, 0.5 for one in another field; two decimals, rounded down.",
            extensions={KEY: Scaffold("rank")},
        ),
        "excerpt": GraphQLField(
            GraphQLNonNull(GraphQLList(GraphQLNonNull(piece))),
            description="Where the words stand: pieces of text in order, of every field in which one is found and that may "
            "be read. Plain text, never markup.",
            extensions={KEY: Scaffold("excerpt")},
        ),
    }
    return connection_of_rows(register, "Search", record, told=told)


def _piece() -> GraphQLObjectType:
    return GraphQLObjectType(
        "ExcerptPiece",
        {
            "field": GraphQLField(
                GraphQLNonNull(GraphQLString),
                description="Name of the field, as its type declares it.",
                extensions={KEY: OfPart("field")},
            ),
            "text": GraphQLField(
                GraphQLNonNull(GraphQLString),
                description="What stands there.",
                extensions={KEY: OfPart("text")},
            ),
            "matched": GraphQLField(
                GraphQLNonNull(GraphQLBoolean),
                description="Whether it is a word that begins as one of those searched; else it stands around them.",
                extensions={KEY: OfPart("matched")},
            ),
        },
        description="A piece of an excerpt: a word that was searched, or what stands between.",
    )
