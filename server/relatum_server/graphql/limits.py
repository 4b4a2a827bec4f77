"""What a request may ask at most, and the measuring of documents before they are validated.

A document is measured in one walk in which every fragment is measured once, whatever the number of its spreads; so
a document of nested fragments costs its length, not what it would expand to.
"""

from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from relatum_schemas.errors import TimedOut, TooLarge
from relatum_server.graphql.waiting import within

Answer = TypeVar("Answer")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a request may ask at most. A document's figures count fragments as often as they are spread.

    Attributes:
        body: bytes of a request.
        body_seconds: in which the body must have arrived.
        tokens: of a document.
        depth: of nested fields.
        roots: root fields.
        fields: in all.
        aliases: in all.
        directives: in all.
        rows: that the answer may have by its page sizes, the product of nested ones included.
        batch: records and ties that a mutation may write or name, those within others included.
        page: rows that one list may ask at once.
        seconds: in which a question must have been answered; what the database does for it is then ended.
        upload: bytes of a file that comes with a mutation.
        uploads: files that come with one.
        upload_seconds: in which they must have arrived.
        introspection: whether the schema may be asked.
        suggestions: whether an error names what may have been meant.
        documents: kept parsed and validated.
        plans: kept, of all documents.
    """

    body: int = 1_000_000
    body_seconds: float = 20.0
    tokens: int = 2_000
    depth: int = 25
    roots: int = 50
    fields: int = 2_000
    aliases: int = 50
    directives: int = 50
    rows: int = 100_000
    batch: int = 1_000
    page: int = 1_000
    seconds: float = 30.0
    upload: int = 50_000_000
    uploads: int = 10
    upload_seconds: float = 600.0
    introspection: bool = True
    suggestions: bool = True
    documents: int = 500
    plans: int = 2_000


@dataclass(frozen=True)
class Size:
    """How large a selection set is with its fragments expanded; ``here`` counts its own fields alone."""

    depth: int = 0
    here: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0

    def beside(self, other: "Size") -> "Size":
        """Two sizes next to each other."""
        return Size(
            max(self.depth, other.depth),
            self.here + other.here,
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.directives + other.directives,
        )


@dataclass
class _Measuring:
    """One document's measuring; ``fragments`` are measured once."""

    definitions: Mapping[str, FragmentDefinitionNode]
    fragments: dict[str, Size] = field(default_factory=dict)

    def selected(self, selected: SelectionSetNode | None) -> Size:
        size = Size()
        for each in selected.selections if selected else ():
            own = Size(directives=len(each.directives or ()))
            if isinstance(each, FieldNode):
                inner = self.selected(each.selection_set)
                asked = Size(inner.depth + 1, 1, 1, 1 if each.alias else 0)
                own = own.beside(replace(inner, depth=0, here=0)).beside(asked)
            elif isinstance(each, InlineFragmentNode):
                own = own.beside(self.selected(each.selection_set))
            elif isinstance(each, FragmentSpreadNode):
                own = own.beside(self.fragment(each.name.value))
            size = size.beside(own)
        return size

    def fragment(self, name: str) -> Size:
        if name not in self.fragments:
            self.fragments[name] = Size()  # a cycle is validation's to refuse
            definition = self.definitions.get(name)
            if definition is not None:
                self.fragments[name] = self.selected(definition.selection_set)
        return self.fragments[name]


def check_document(document: DocumentNode, limits: Limits) -> None:
    """Refuse a document that asks too much by itself.

    Raises:
        GraphQLError: with the code ``TOO_LARGE``; the message names the limit.
    """
    fragments = {
        each.name.value: each
        for each in document.definitions
        if isinstance(each, FragmentDefinitionNode)
    }
    measuring = _Measuring(fragments)
    for name in fragments:
        measuring.fragment(name)
    for each in document.definitions:
        if isinstance(each, OperationDefinitionNode):
            _check(measuring.selected(each.selection_set), limits)


def _check(size: Size, limits: Limits) -> None:
    for name, found, limit in (
        ("levels of fields", size.depth, limits.depth),
        ("root fields", size.here, limits.roots),
        ("fields", size.fields, limits.fields),
        ("aliases", size.aliases, limits.aliases),
        ("directives", size.directives, limits.directives),
    ):
        if found > limit:
            raise _too_large(name, found, limit)


def _too_large(name: str, found: int, limit: int) -> GraphQLError:
    counted = str(found) if found < 10**9 else "far too many"
    return GraphQLError(
        f"The document has {counted} {name}; at most {limit} are answered.",
        extensions={"code": TooLarge.code, "hint": "Ask in several requests."},
    )


def answered_in_time(
    answering: Coroutine[Any, Any, Answer], seconds: float
) -> Coroutine[Any, Any, Answer]:
    """The answer, if it is there in time; else what the database does for it is ended.

    Raises:
        TimedOut: it is not.
    """
    return within(seconds, answering, partial(_timed_out, seconds))


def _timed_out(seconds: float) -> TimedOut:
    return TimedOut(
        f"There was no answer within {seconds:g} seconds, so what the database did was ended.",
        hint="Ask for less. A mutation may have been done all the same: repeat it with the same Idempotency-Key.",
    )
