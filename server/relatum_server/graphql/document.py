"""GraphQL text, parsed, measured and validated: once per text, for as long as it is in use."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)

from relatum_server.graphql.errors import PARSE_FAILED, VALIDATION_FAILED, Refusal
from relatum_server.graphql.knowing import Known
from relatum_server.graphql.limits import Limits, check_document
from relatum_server.graphql.shapes import bound_variables
from relatum_server.graphql.unknown import marked, unmarked

_MOST_ERRORS = 20
_WITHOUT_INTROSPECTION = (*specified_rules, NoSchemaIntrospectionCustomRule)


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation of a valid document, with the fragments it may use.

    ``steering`` collects the variables by whose values, not only their shape, its plans differ; ``bound`` are those of
    which they depend on no more than whether there is a value.
    """

    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode] = field(repr=False)
    bound: frozenset[str] = frozenset()
    steering: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Document:
    """A valid document.

    Attributes:
        parsed: as it was written.
        operations: by name; the nameless one under an empty name.
        limits: that it is within.
    """

    parsed: DocumentNode = field(repr=False)
    operations: Mapping[str, Operation]
    limits: Limits = field(repr=False)

    def admit(self, schema: GraphQLSchema, known: Known | None) -> None:
        """Let those ask, too, who know of so much.

        Raises:
            Refusal: it names what they do not know of.
        """
        if known is not None:
            _validate(schema, self.parsed, known, self.limits)

    def operation(self, name: str | None) -> Operation:
        """The operation to run.

        Raises:
            Refusal: there is none of that name, or none is named where there are several.
        """
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is not None and name in self.operations:
            return self.operations[name]
        message = (
            f"The document has no operation {name!r}."
            if name is not None
            else "The document has several operations; operationName must say which."
        )
        raise Refusal.of_graphql([GraphQLError(message)], code=VALIDATION_FAILED)


def read_document(
    schema: GraphQLSchema, limits: Limits, text: str, known: Known | None
) -> Document:
    """Parse, measure and validate a document.

    Args:
        schema: that is asked.
        limits: of documents.
        text: the document.
        known: what its author may know of; None for all.

    Raises:
        Refusal: it does not parse, asks too much, or asks for what is not in the schema.
    """
    try:
        parsed = parse(
            text,
            allow_empty_selection_sets=False,
            max_lexical_tokens=limits.tokens,
            max_comments=limits.tokens,
        )
    except GraphQLError as error:
        raise Refusal.of_graphql([error], code=PARSE_FAILED) from error
    try:
        check_document(parsed, limits)
    except GraphQLError as error:
        raise Refusal.of_graphql([error], code=VALIDATION_FAILED) from error
    _validate(schema, parsed, known, limits)
    fragments = {
        each.name.value: each
        for each in parsed.definitions
        if isinstance(each, FragmentDefinitionNode)
    }
    operations = {
        each.name.value if each.name else "": Operation(
            each, fragments, bound_variables(schema, each.variable_definitions or ())
        )
        for each in parsed.definitions
        if isinstance(each, OperationDefinitionNode)
    }
    return Document(parsed, operations, limits)


def _validate(
    schema: GraphQLSchema, parsed: DocumentNode, known: Known | None, limits: Limits
) -> None:
    """Refuse what is not in the schema, or is not known of."""
    judged = parsed if known is None else marked(schema, parsed, known)
    errors = validate(
        schema,
        judged,
        rules=specified_rules if limits.introspection else _WITHOUT_INTROSPECTION,
        max_errors=_MOST_ERRORS,
        hide_suggestions=known is not None or not limits.suggestions,
    )
    if errors:
        told = errors if known is None else unmarked(errors)
        raise Refusal.of_graphql(told, code=VALIDATION_FAILED)
