"""The part of the schema that is written in Strawberry, and its merging with the catalogue's part.

Plugins may write some of it. What they annotate with a class of records is a stand-in to Strawberry; in the merged schema
the engine's type stands in its place, and what is asked within it is the engine's to answer.

Strawberry classes per catalogue type would take seconds to build; so the catalogue's types are graphql-core's own, and
what is authored gives its root fields (with their resolvers) to the same ``Query``. Both sides share the scalars.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import strawberry
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    get_named_type,
)
from graphql.utilities.print_schema import is_defined_type
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.tools import merge_types
from strawberry.types.base import get_object_definition, has_object_definition
from strawberry.types.field import StrawberryField
from strawberry.types.scalar import ScalarDefinition

from relatum.catalogue import RECORD, Catalogue
from relatum_schemas.docstring import Docstring, read_docstring
from relatum_schemas.errors import DeclarationError, Problems, RelatumError
from relatum_schemas.relationship import Record
from relatum_server.graphql.meaning import ADMINISTRATORS, ASKED_BY, PLACE, READERS
from relatum_server.graphql.names import camel, in_order
from relatum_server.graphql.schema.declarations import DeclaredCatalogue, catalogue
from relatum_server.graphql.schema.declaring import Declaring
from relatum_server.graphql.schema.describing import sentence
from relatum_server.graphql.schema.explaining import (
    AccessExplanation,
    AccessHolders,
    explained,
    holders,
)
from relatum_server.graphql.schema.pages import PageFacts
from relatum_server.graphql.schema.scalars import DATE, DATE_TIME, DECIMAL, JSON
from relatum_server.graphql.schema.viewer import Viewer, viewer
from relatum_server.graphql.schema.workflows import (
    Steering,
    WorkflowConnection,
    muted_messages,
    workflows,
)


@strawberry.type
class Query:
    """What may be asked."""

    viewer: Viewer = strawberry.field(resolver=viewer, description="Who asks, and what it may do.")
    explain_access: AccessExplanation | None = strawberry.field(
        resolver=explained,
        description="Why a person may do something to a record, or may not. Administrators may ask about everybody, "
        "everybody about himself, for records that he may read.",
    )
    who_can: AccessHolders | None = strawberry.field(
        resolver=holders,
        description="Who, of those that may sign in, may do something to a record. Only administrators may ask.",
    )
    catalogue: DeclaredCatalogue | None = strawberry.field(
        resolver=catalogue,
        description="What is declared at run time. Only administrators may ask.",
    )
    workflows: WorkflowConnection | None = strawberry.field(resolver=workflows)
    muted_messages: list[str] | None = strawberry.field(resolver=muted_messages)


Governing: Final = merge_types("Governing", (Declaring, Steering))
"""The mutations that change no record."""


_SHARED: Final[Mapping[object, GraphQLScalarType]] = {
    Decimal: DECIMAL,
    date: DATE,
    datetime: DATE_TIME,
    strawberry.scalars.JSON: JSON,
}


_ASKED_BY: Final[Mapping[str, str]] = {
    "explainAccess": READERS,
    "whoCan": ADMINISTRATORS,
    "catalogue": ADMINISTRATORS,
    "workflows": ADMINISTRATORS,
    "mutedMessages": READERS,
    "muteMessages": READERS,
    "unmuteMessages": READERS,
}
"""Who may ask; others do not know of the field."""


_RECORD: Final = "record"
"""Where in a stand-in's ``extensions`` stands of which type or trait the record is."""

PAGE_INFO: Final = "PageInfo"
"""What stands for the facts of a page, which are no record."""


def authored_schema(catalogue: Catalogue) -> strawberry.Schema:
    """The authored part by itself: the server's own fields, and those of plugins.

    Raises:
        Problems: what plugins give is nothing of Strawberry's, or two have fields of the same name.
    """
    written = [each for _, given in in_order(catalogue.queries) for each in given]
    _judge(catalogue)
    query = merge_types("Query", (Query, *written)) if written else Query
    shared: dict[object, ScalarDefinition] = {
        python: _definition(scalar) for python, scalar in _SHARED.items()
    }
    classes: dict[str, type] = {PAGE_INFO: PageFacts}
    if written:
        classes |= {**catalogue.classes, RECORD: Record}
    shared |= {each: _definition(_stand_in(name)) for name, each in classes.items()}
    return strawberry.Schema(query, mutation=Governing, config=StrawberryConfig(scalar_map=shared))


def _judge(catalogue: Catalogue) -> None:
    problems: list[RelatumError] = []
    claimed = {each.name: "the server" for each in fields_of(Query)}
    for plugin, given in in_order(catalogue.queries):
        for each in given:
            if not has_object_definition(each):
                problems.append(
                    DeclarationError(
                        f"{each.__name__} is no type of Strawberry.",
                        path=(plugin, each.__name__),
                        hint="Decorate it: @strawberry.type.",
                    )
                )
                continue
            for field in fields_of(each):
                other = claimed.setdefault(field.name, plugin)
                if other != plugin:
                    problems.append(
                        DeclarationError(
                            f"Query.{camel(field.name)} in GraphQL would be of {other} and of {plugin}.",
                            path=(plugin, each.__name__, field.name),
                            hint="Rename one of the two.",
                        )
                    )
    if problems:
        raise Problems("What plugins wrote in Strawberry does not fit.", problems)


def fields_of(written: type) -> Sequence[StrawberryField]:
    """The fields of a class that is a type of Strawberry."""
    definition = get_object_definition(written)
    return definition.fields if definition else ()


def _stand_in(name: str) -> GraphQLScalarType:
    """What stands for a record while Strawberry builds its part."""
    return GraphQLScalarType(f"Relatum_{name}", extensions={_RECORD: name})


def is_stand_in(kind: GraphQLNamedType) -> bool:
    """Whether a type only stands for the engine's."""
    return _RECORD in kind.extensions


def with_records(authored: strawberry.Schema, shown: Callable[[str], GraphQLOutputType]) -> None:
    """Put the engine's types in the places of their stand-ins, and describe what is not described.

    Args:
        authored: the authored part.
        shown: gives the engine's type by the name of a type or trait, or of facts of a page.

    Raises:
        DeclarationError: a record is an argument.
    """
    for owner, kind in core_schema(authored).type_map.items():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and is_defined_type(kind):
            for name, field in kind.fields.items():
                for argument, taken in field.args.items():
                    if is_stand_in(get_named_type(taken.type)):
                        raise DeclarationError(
                            f"{owner}.{name}({argument}:) takes a record.",
                            hint="Take its id: strawberry.ID.",
                        )
                field.type = _with_record(field.type, shown)
                _describe(name, field)


def _with_record(
    kind: GraphQLOutputType, shown: Callable[[str], GraphQLOutputType]
) -> GraphQLOutputType:
    """The type with the engine's in it; a record may always be null, since it may not be seen."""
    match kind:
        case GraphQLNonNull(of_type=inner):
            found = _with_record(inner, shown)
            named = get_named_type(found)
            if (
                is_stand_in(get_named_type(inner))
                and PLACE in named.extensions
                and not isinstance(inner, GraphQLList)
            ):
                return found
            assert not isinstance(found, GraphQLNonNull)
            return GraphQLNonNull(found)
        case GraphQLList(of_type=inner):
            return GraphQLList(_with_record(inner, shown))
        case GraphQLScalarType() if is_stand_in(kind):
            return shown(kind.extensions[_RECORD])
    return kind


def _describe(name: str, field: GraphQLField) -> None:
    """Say by the resolver's docstring what is not said otherwise."""
    definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    resolver = getattr(definition, "base_resolver", None)
    told = read_docstring(resolver.wrapped_func) if resolver else Docstring()
    field.description = field.description or told.description or sentence(name)
    for argument, taken in field.args.items():
        said = told.arguments.get(taken.out_name or argument)
        taken.description = taken.description or said or sentence(argument)


def _definition(scalar: GraphQLScalarType) -> ScalarDefinition:
    return ScalarDefinition(
        name=scalar.name,
        description=scalar.description,
        specified_by_url=scalar.specified_by_url,
        serialize=scalar.coerce_output_value,
        parse_value=scalar.coerce_input_value,
        parse_literal=scalar.parse_literal,
        implementation=scalar,
    )


def authored_members(authored: strawberry.Schema) -> Iterator[tuple[str, str, GraphQLField]]:
    """The authored fields of ``Query``, by name."""
    query = core_schema(authored).query_type
    for name, field in in_order(query.fields if query else {}):
        if name in _ASKED_BY:
            field.extensions = {**field.extensions, ASKED_BY: _ASKED_BY[name]}
        yield name, f"the authored field {name}", field


def governing_members(authored: strawberry.Schema) -> Iterator[tuple[str, str, GraphQLField]]:
    """The authored fields of ``Mutation``, by name: what no record is changed by. Most are for administrators."""
    mutation = core_schema(authored).mutation_type
    for name, field in in_order(mutation.fields if mutation else {}):
        asked_by = _ASKED_BY.get(name, ADMINISTRATORS)
        field.extensions = {**field.extensions, ASKED_BY: asked_by}
        yield name, f"the authored mutation {name}", field


def core_schema(authored: strawberry.Schema) -> GraphQLSchema:
    """The graphql-core schema that Strawberry made."""
    made: GraphQLSchema = authored._schema
    return made


def known_to_strawberry(merged: GraphQLSchema, authored: strawberry.Schema) -> GraphQLSchema:
    """The merged schema, by which authored resolvers find their way back to Strawberry's."""
    merged._strawberry_schema = authored  # type: ignore[attr-defined]  # where Strawberry looks for it
    return merged
