"""What the models of others say, in one form: types, their relations, and who stands in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Subject:
    """Who may be named in a relation: records of a type, whoever stands in one of its relations, or all of them."""

    type: str
    relation: str | None = None
    everyone: bool = False
    expires: bool = False


@dataclass(frozen=True)
class Direct:
    """Who is named in the relation itself."""

    subjects: tuple[Subject, ...]


@dataclass(frozen=True)
class Same:
    """Whoever stands in another relation of the same record."""

    relation: str


@dataclass(frozen=True)
class From:
    """Whoever stands in a relation of the records named in ``over``."""

    over: str
    relation: str


@dataclass(frozen=True)
class Union:
    """One of several."""

    of: "tuple[Expression, ...]"


@dataclass(frozen=True)
class Intersection:
    """All of several."""

    of: "tuple[Expression, ...]"


@dataclass(frozen=True)
class Exclusion:
    """The one without the other."""

    base: "Expression"
    without: "Expression"


Expression = Direct | Same | From | Union | Intersection | Exclusion
Relations = Mapping[str, Mapping[str, Expression]]
"""By type and name of the relation."""


@dataclass(frozen=True)
class Who:
    """Somebody named in a tuple or a question: ``user:anne``, ``group:eng#member``, ``user:*``."""

    type: str
    name: str
    relation: str | None = None

    @property
    def everyone(self) -> bool:
        """Whether all records of the type are meant."""
        return self.name == "*"

    def __str__(self) -> str:
        """As it is written."""
        return f"{self.type}:{self.name}" + (f"#{self.relation}" if self.relation else "")


def who(text: str) -> Who:
    """Read ``type:name#relation``; the relation ``...`` is none."""
    named, _, relation = text.strip().partition("#")
    type_name, _, name = named.partition(":")
    return Who(type_name, name, None if relation in ("", "...") else relation)


@dataclass(frozen=True)
class Fact:
    """A tuple: somebody stands in a relation of a record."""

    object: Who
    relation: str
    subject: Who
    expires: datetime | None = None


@dataclass(frozen=True)
class Check:
    """Whether somebody stands in a relation of a record."""

    subject: Who
    relation: str
    object: Who
    expected: bool


@dataclass(frozen=True)
class ListObjects:
    """In which records' relation somebody stands."""

    subject: Who
    relation: str
    type: str
    expected: frozenset[str]


@dataclass(frozen=True)
class ListUsers:
    """Who of a type stands in a record's relation; ``within`` asks for those in a relation of their own."""

    object: Who
    relation: str
    type: str
    within: str | None
    expected: frozenset[str]


Question = Check | ListObjects | ListUsers


@dataclass(frozen=True)
class Store:
    """A model, what is stored in it, and what is asked of it."""

    name: str
    relations: Relations
    facts: tuple[Fact, ...]
    questions: tuple[Question, ...] = field(default=())
