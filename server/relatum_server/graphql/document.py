"""GraphQL text, parsed, measured and validated: once per text, for as long as it is in use."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import (
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
    validate,
)

from relatum_server.graphql.errors import PARSE_FAILED, VALIDATION_FAILED, Refusal
from relatum_server.graphql.limits import Limits, check_document

_MOST_ERRORS = 20


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation of a valid document, with the fragments it may use.

    ``steering`` collects the variables by whose values, not only their shape, its plans differ.
    """

    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode] = field(repr=False)
    steering: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Document:
    """The operations of a valid document by name; the nameless one under an empty name."""

    operations: Mapping[str, Operation]

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


def read_document(schema: GraphQLSchema, limits: Limits, text: str) -> Document:
    """Parse, measure and validate a document.

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
        raise Refusal.of_graphql([error], code=PARSE_FAILED, status=400) from error
    try:
        check_document(parsed, limits)
    except GraphQLError as error:
        raise Refusal.of_graphql([error], code=VALIDATION_FAILED) from error
    errors = validate(schema, parsed, max_errors=_MOST_ERRORS)
    if errors:
        raise Refusal.of_graphql(errors, code=VALIDATION_FAILED)
    fragments = {
        each.name.value: each
        for each in parsed.definitions
        if isinstance(each, FragmentDefinitionNode)
    }
    operations = {
        each.name.value if each.name else "": Operation(each, fragments)
        for each in parsed.definitions
        if isinstance(each, OperationDefinitionNode)
    }
    return Document(operations)
