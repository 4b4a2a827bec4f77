"""What each field, argument and input field of the schema stands for in a selection.

The schema is built with one of these values in the ``extensions`` of every member; the planner reads them and knows
nothing else of how the schema came about.
"""

from dataclasses import dataclass
from typing import Final, Literal

from graphql import GraphQLArgument, GraphQLField, GraphQLInputField

from relatum_schemas.selection import Function, Operator, Step
from relatum_schemas.shapes import Form

KEY: Final = "relatum"
"""Where in ``extensions`` the meaning stands."""

STEERING: Final = "steering"
"""The meaning of enums that steer what a plan is, as against those that are values in it."""

PLACE: Final = "place"
"""Where in a type's ``extensions`` stands of which rows it tells (`relatum_server.graphql.schema.rows.Place`)."""

RIGHT: Final = "right"
"""Where in an input type's ``extensions`` stands which right it takes to give it, on rows of its `PLACE`."""

NAMES: Final = "names"
"""Where in an enum's ``extensions`` stands that its values are types of records."""

ASKED_BY: Final = "asked_by"
"""Where in the ``extensions`` of a root field stands who may ask it: `READERS` of something, or `ADMINISTRATORS`."""

READERS: Final = "readers"
ADMINISTRATORS: Final = "administrators"

VALUE: Final = "value"
"""The meaning of input objects that are one value as a whole."""

RootForm = Literal["record", "rows", "groups"]
Verb = Literal[
    "create", "update", "upsert", "delete", "restore", "merge",
    "relate", "end", "change", "correct", "remove",
]  # fmt: skip
PayloadPart = Literal[
    "record",
    "created",
    "change_cursor",
    "id",
    "results",
    "index",
    "error",
    "code",
    "message",
    "path",
    "hint",
]
GraphName = Literal["node", "nodes", "search", "neighbourhood", "path"]


# --- members of output types


@dataclass(frozen=True)
class OfField:
    """A field of the row; in a filter, order, grouping or measure likewise."""

    field: str


@dataclass(frozen=True)
class OfPart:
    """A part of a composite value."""

    part: str


@dataclass(frozen=True)
class OfAddress:
    """Where the content of a file is found."""


@dataclass(frozen=True)
class Along:
    """A step to a single record or tie; below it stands what is said of that."""

    step: Step


@dataclass(frozen=True)
class OfEnd:
    """Ties at an end: the far ``record`` or the ``tie`` of a to-one end, a connection of ``ties``, or ``groups``."""

    end: str
    form: Literal["record", "tie", "ties", "groups"]


@dataclass(frozen=True)
class AcrossLine:
    """From a change to the record that it is about, or to those by whom or for whom it was made."""

    across: Literal["record", "actor", "acted_for"]


@dataclass(frozen=True)
class OfHistory:
    """What was done to the row."""


@dataclass(frozen=True)
class OfChanged:
    """The fields that a line of a record's history touched."""


@dataclass(frozen=True)
class Scaffold:
    """What a connection consists of."""

    part: Literal["edges", "nodes", "page_info", "total_count", "cursor", "self", "rank", "excerpt"]


@dataclass(frozen=True)
class PageFact:
    """A fact of a page, by its name in the selection."""

    name: str


@dataclass(frozen=True)
class GroupPart:
    """What a group shows: its key, or measures of one function."""

    part: Literal["key"] | Function


# --- members of input types


@dataclass(frozen=True)
class ByOperator:
    """A comparison."""

    operator: Operator


@dataclass(frozen=True)
class ByTies:
    """Quantified conditions on the ties at an end."""

    end: str


@dataclass(frozen=True)
class ByQuantifier:
    """How many of the ties have to fulfil the condition."""

    quantifier: Literal["some", "every", "none"]


@dataclass(frozen=True)
class Logic:
    """A combination of filters."""

    connective: Literal["and", "or", "not"]


@dataclass(frozen=True)
class NewTies:
    """Ties to make at an end."""

    end: str


# --- root fields


@dataclass(frozen=True)
class Root:
    """A root field: one ``record`` by id, a connection of ``rows``, or ``groups`` of a type or trait."""

    type: str
    form: RootForm


@dataclass(frozen=True)
class GraphRoot:
    """A root field over all types."""

    name: GraphName


@dataclass(frozen=True)
class OfChanges:
    """A root field that tells of changes: of the records of a type or trait, or of all."""

    type: str | None = None


@dataclass(frozen=True)
class Act:
    """A root field of ``Mutation``: what is done to one record of a type, or to ``many``."""

    verb: Verb
    type: str
    many: bool = False


@dataclass(frozen=True)
class OfPayload:
    """What a mutation tells of what it did."""

    part: PayloadPart


@dataclass(frozen=True)
class OfAction:
    """A root field that calls an action: of ``Query`` where it only reads, else of ``Mutation``."""

    name: str
    gives: Form
    reading: bool


@dataclass(frozen=True)
class OfMember:
    """A member of what an action gives: the result in a payload, or a member of a model."""

    name: str
    form: Form


Meaning = (
    OfField | OfPart | OfAddress | Along | AcrossLine | OfEnd | OfHistory | OfChanged | Scaffold | PageFact | GroupPart
    | ByOperator | ByTies | ByQuantifier | Logic | NewTies | Root | GraphRoot | OfChanges | Act | OfPayload
    | OfAction | OfMember
)  # fmt: skip


def meaning_of(member: GraphQLField | GraphQLInputField | GraphQLArgument) -> Meaning | None:
    """What the member stands for; None for members that the engine does not answer."""
    meaning: Meaning | None = member.extensions.get(KEY)
    return meaning
