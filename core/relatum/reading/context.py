"""What every function of the compiler is given: the catalogue, the tables, who asks, and the clock.

A context is a value: a sub-part compiled under other circumstances (a policy's condition, another clock) gets another
one by `replace`. Only the binds and the counter of aliases are shared by all contexts of a plan, and grow.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Protocol

from sqlalchemy import CompoundSelect, FromClause, Table

from relatum.access import UNGUARDED, AccessView
from relatum.catalogue.model import Catalogue, RecordType
from relatum.reading.binds import Binds
from relatum.reading.dialects import Dialect
from relatum.reading.rows import Row
from relatum.reading.sql import Json, Predicate
from relatum.tables import Tables
from relatum.tables.names import shortened
from relatum_schemas.errors import PathStep, RelatumError
from relatum_schemas.policy import READ, Right
from relatum_schemas.selection import Clock, Condition, EndOutput

PRESENT = Clock()


class Judge(Protocol):
    """What makes a predicate of a condition (`relatum.reading.conditions.predicate`)."""

    def __call__(self, condition: Condition, row: Row, *, context: "Context") -> Predicate:
        """Return the predicate of a condition on a row."""


class Former(Protocol):
    """What answers the ties at an end in a form (`relatum.reading.forms.ties_formed`)."""

    def __call__(self, output: EndOutput, row: Row, *, context: "Context") -> Json:
        """Return the JSON of the form."""


@dataclass
class Aliases:
    """Names for what stands in FROM clauses: readable, and none twice in a statement."""

    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def of(self, source: Table | CompoundSelect[Any] | FromClause, name: str) -> FromClause:
        """Return the source under a name of its own."""
        return source.alias(self.name(name))

    def name(self, stem: str) -> str:
        """Return a name that nothing else in the statement has."""
        return shortened(f"{stem}_{next(self._numbers)}")


@dataclass(frozen=True, kw_only=True)
class Context:
    """The circumstances under which a part of a request is compiled.

    Attributes:
        catalogue: the types in force.
        tables: where they are stored.
        dialect: what the database spells in its own way.
        access: what policies open to the principal.
        right: which right is exercised; aggregates need less than rows.
        clock: at what time ties hold, and as of when records are known.
        binds: the values that the statement will be given.
        aliases: names for FROM clauses.
        judging: types whose readability is being judged; a tie that hangs on a tie of its own type ends there.
        judge: makes predicates of conditions, for guards to state what policies say.
        form: answers ends in forms, for outputs to show what they lead to.
    """

    catalogue: Catalogue
    tables: Tables
    dialect: Dialect
    access: AccessView
    binds: Binds
    aliases: Aliases = field(default_factory=Aliases)
    right: Right = READ
    clock: Clock = PRESENT
    judging: frozenset[str] = frozenset()
    judge: Judge
    form: Former

    @property
    def recorded(self) -> bool:
        """Whether versions are read instead of what is."""
        return self.binds.given(self.clock.recorded_at)

    @property
    def unguarded(self) -> bool:
        """Whether everything is open."""
        return self.access == UNGUARDED

    def judged(self, type_name: str) -> "Context":
        """Return the context in which a policy's condition on a type is judged: unguarded, now."""
        return replace(self, access=UNGUARDED, clock=PRESENT, judging=self.judging | {type_name})

    def table(self, record_type: RecordType) -> FromClause:
        """Return the table of a type that the clock asks for, under a name of its own."""
        tables = self.tables.version if self.recorded else self.tables.current
        return self.aliases.of(tables[record_type.name], record_type.table.rpartition("__")[2])


@contextmanager
def within(*steps: PathStep) -> Iterator[None]:
    """Let errors of the block say where in the request they arose."""
    try:
        yield
    except RelatumError as error:
        error.at(*steps)
        raise
