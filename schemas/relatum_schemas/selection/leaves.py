"""Outputs that end a branch: fields, constants, cursors."""

from typing import Literal

from relatum_schemas.selection.values import Part


class TextOutput(Part):
    """A constant text under ``key``; the ``__typename`` of scaffolding such as an edge or a page info."""

    kind: Literal["text"] = "text"
    key: str
    text: str
    types: tuple[str, ...] | None = None


class LinkOutput(Part):
    """The id of the row within a text under ``key``, such as an address: what stands before it, the id, what follows."""

    key: str
    before: str
    after: str


Members = tuple[tuple[str, str] | TextOutput | LinkOutput, ...]
"""Of an object that is one value, (key, name of the part), with constants, and in a field of a row links, among them."""


class FieldOutput(Part):
    """A field or built-in of the row under ``key``.

    ``parts`` asks an object of some parts of a composite kind, its ``__typename`` among them; ``types`` restricts the
    output to rows of these concrete types (a fragment on a type or trait); None means every type of the row.
    """

    kind: Literal["field"] = "field"
    key: str
    field: str
    parts: Members | None = None
    types: tuple[str, ...] | None = None


class IdsOutput(Part):
    """A list of ``{i: id}``: the ids by which the row is found, at present those of records merged into it, too."""

    kind: Literal["ids"] = "ids"
    key: str
    types: tuple[str, ...] | None = None


class RankOutput(Part):
    """How well a row matches, a number up to 1 with two decimals; only inside the edges of a `Search`."""

    kind: Literal["rank"] = "rank"
    key: str


class ExcerptOutput(Part):
    """The words searched within their surroundings; only inside the edges of a `Search`.

    A list of pieces in order, for each field that may be read and has one of the words. ``parts`` asks of a piece for its
    ``field``, its ``text``, and whether it is ``matched``: a word searched, as against what stands around.
    """

    kind: Literal["excerpt"] = "excerpt"
    key: str
    parts: Members


class CursorOutput(Part):
    """The opaque position of the row in its order; only inside the edges of a `Connection`."""

    kind: Literal["cursor"] = "cursor"
    key: str
