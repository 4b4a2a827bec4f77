"""Judges each change by what the database holds: nothing is lost unless that was asked for by name."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from relatum.catalogue import Catalogue, Field, RecordType
from relatum.redeclaring.acts import Act, Kind
from relatum.redeclaring.looking import Looking
from relatum_schemas.declared import Parked


@dataclass(frozen=True)
class Conversion:
    """Values of a field that are to be converted.

    Attributes:
        of: the type as it is now.
        field: as it is now.
        wish: as it is to be.
    """

    of: RecordType
    field: Field
    wish: Field


@dataclass
class Judging:
    """What changes are judged by, and what was found that has to be done beyond what migrations do.

    Attributes:
        looking: into the database as it is.
        after: the catalogue that is wanted.
        remove: names of types and fields that may go with their values.
        restored: what comes back with its values.
        conversions: values that are to be converted.
        complete: fields, by wanted type and name, of which every version has a value.
        parked: types, and types with a field, that go with values, by the names under which they are declared.
    """

    looking: Looking
    after: Catalogue
    remove: frozenset[str]
    restored: Parked | None = None
    conversions: list[Conversion] = field(default_factory=list)
    complete: set[tuple[str, str]] = field(default_factory=set)
    parked: dict[str, tuple[RecordType, Field | None]] = field(default_factory=dict)


@dataclass(frozen=True)
class Refusal:
    """Why something cannot be done as it is asked, and what to do about that."""

    reason: str
    way_out: str


def refused(kind: Kind, of: str, words: str, refusal: Refusal | None) -> Act:
    """An act that is refused; a safe one where nothing speaks against it."""
    if refusal is None:
        return Act(kind=kind, of=of, words=words)
    reason, way_out = refusal.reason, refusal.way_out
    return Act(kind=kind, of=of, words=words, verdict="refused", reason=reason, way_out=way_out)


RESTING = Refusal(
    "It rests, since what it is declared on is not in force.",
    "Bring that in force first; its data are kept until then.",
)


def counted(count: int, noun: str) -> str:
    """How many of something, in words."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def first(refusals: Iterator[Refusal]) -> Refusal | None:
    """The first refusal, if there is one."""
    return next(refusals, None)
