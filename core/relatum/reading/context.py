"""What every function of the compiler is given: the catalogue, the tables, who asks, and the clock.

A context is a value: a sub-part compiled under other circumstances (a policy's condition, another clock) gets another
one by `replace`. Only the binds and the counter of aliases are shared by all contexts of a plan, and grow.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Literal, NamedTuple, Protocol

from sqlalchemy import CTE, CompoundSelect, FromClause, Table

from relatum.access import UNGUARDED, AccessView, Grant
from relatum.catalogue.model import Catalogue, RecordType
from relatum.reading.binds import Binds
from relatum.reading.dialects import Dialect
from relatum.reading.rows import Row
from relatum.reading.sql import Json, Predicate, Sql
from relatum.tables import Tables
from relatum.tables.names import shortened
from relatum_schemas.errors import PathStep, RelatumError
from relatum_schemas.policy import READ, Right
from relatum_schemas.selection import (
    Clock,
    Condition,
    EndOutput,
    FieldOutput,
    Members,
    Output,
    SelfOutput,
)

PRESENT = Clock()


class Judge(Protocol):
    """What makes a predicate of a condition (`relatum.reading.conditions.predicate`)."""

    def __call__(self, condition: Condition, row: Row, *, context: "Context") -> Predicate:
        """Return the predicate of a condition on a row."""


class Former(Protocol):
    """What answers the ties at an end in a form (`relatum.reading.forms.ties_formed`)."""

    def __call__(self, output: EndOutput, row: Row, *, context: "Context") -> Json:
        """Return the JSON of the form."""


class Teller(Protocol):
    """What shows lines of the change log, and the history of a record (`relatum.reading.changelog.told`)."""

    def __call__(
        self, output: Output | SelfOutput, row: Row, cursor: Sql | None, *, context: "Context"
    ) -> Sql:
        """Return what is shown."""


class Reacher(Protocol):
    """What gathers the ids that grants open (`relatum.reading.reach.reached`)."""

    def __call__(
        self,
        type_name: str,
        grants: Sequence[Grant],
        *,
        ties: bool = False,
        context: "Context",
    ) -> CTE | None:
        """Return the ids, or None where rows are better judged one by one."""


Way = Literal["either", "row_first", "each_row", "set_first"]
"""How a condition on other records is answered: as `selective` says, put to rows, put to each row by itself where few rows
will be looked at, or begun at its far end."""


@dataclass
class Reach:
    """The sets of ids that a statement has made of what grants open.

    Attributes:
        weighed: the types of which it depends on the size of such a set whether it is made.
    """

    weighed: set[str] = field(default_factory=set)
    _sets: list[tuple[str, tuple[Grant, ...], CTE]] = field(default_factory=list)

    def known(self, type_name: str, grants: Sequence[Grant]) -> CTE | None:
        """Return the set of these grants, if it was made."""
        wanted = (type_name, tuple(grants))
        return next((ids for *of, ids in self._sets if tuple(of) == wanted), None)

    def keep(self, type_name: str, grants: Sequence[Grant], ids: CTE) -> None:
        """Let a set serve the whole statement."""
        self._sets.append((type_name, tuple(grants), ids))


class Used(NamedTuple):
    """A field that a statement reads, and whose reading is noted."""

    type: str
    field: str


@dataclass
class Private:
    """What a statement does with values that are not simply shown (see `relatum.reading.private`).

    Attributes:
        used: the fields, whether they are shown, compared or measured.
        shown: the names of the fields that it shows, by their number in the answer.
        calculated: the fields that functions of plugins give, by their number in the answer.
    """

    used: set[Used] = field(default_factory=set)
    shown: list[str] = field(default_factory=list)
    calculated: "list[Calculation]" = field(default_factory=list)

    @property
    def met(self) -> bool:
        """Whether there is any such value."""
        return bool(self.used or self.shown or self.calculated)


@dataclass(frozen=True)
class Calculation:
    """A field that functions of plugins give (see `relatum.reading.calculated`): what is asked at one place."""

    output: FieldOutput

    @property
    def field(self) -> str:
        """Its name."""
        return self.output.field

    @property
    def parts(self) -> Members | None:
        """What is shown of a composite value."""
        return self.output.parts


@dataclass(frozen=True)
class Sought:
    """An excerpt that a statement asks for.

    Attributes:
        words: the name of the bind of the words that are searched.
        parts: what each of its pieces shows.
    """

    words: str
    parts: Members


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


@dataclass(frozen=True)
class Cut:
    """The state in which the change log has been read up to a position, whatever was written since.

    Attributes:
        position: of the last line that counts.
        clock: at what time ties hold then.
    """

    position: Sql
    clock: Clock


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
        cut: the state of the change log in which all is judged and read; None for what is now.
        binds: the values that the statement will be given.
        aliases: names for FROM clauses.
        judging: types whose readability is being judged; a tie that hangs on a tie of its own type ends there.
        way: how conditions on other records are answered.
        gathers: whether what the principal reaches is gathered even if it is much, since all of it will be read.
        judge: makes predicates of conditions, for guards to state what policies say.
        reached: gathers what grants open, for guards to begin there.
        reach: the sets that were gathered.
        form: answers ends in forms, for outputs to show what they lead to.
        tell: shows lines of the change log, for outputs of them.
        private: what the statement does with private values.
        excerpts: that the statement asks for.
    """

    catalogue: Catalogue
    tables: Tables
    dialect: Dialect
    access: AccessView
    binds: Binds
    aliases: Aliases = field(default_factory=Aliases)
    right: Right = READ
    clock: Clock = PRESENT
    cut: Cut | None = None
    judging: frozenset[str] = frozenset()
    way: Way = "either"
    gathers: bool = False
    judge: Judge
    reached: Reacher
    reach: Reach = field(default_factory=Reach)
    form: Former
    tell: Teller
    private: Private = field(default_factory=Private)
    excerpts: list[Sought] = field(default_factory=list)

    @property
    def recorded(self) -> bool:
        """Whether versions are read instead of what is."""
        return self.cut is not None or self.binds.given(self.clock.recorded_at)

    @property
    def present(self) -> Clock:
        """The time at which rights are judged: now, or that of the state in which all is judged."""
        return PRESENT if self.cut is None else self.cut.clock

    def at(self, cut: Cut) -> "Context":
        """Return the context in which all is judged and read as it was in a state of the change log."""
        return replace(self, cut=cut, clock=cut.clock, reach=Reach())

    @property
    def unguarded(self) -> bool:
        """Whether every record is open, and all that is shown of records of any type."""
        return self.access.unrestricted

    def judged(self, type_name: str) -> "Context":
        """Return the context in which a policy's condition on a type is judged: unguarded, now, of each row."""
        return replace(
            self,
            access=UNGUARDED,
            clock=self.present,
            judging=self.judging | {type_name},
            way="row_first",
        )

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
