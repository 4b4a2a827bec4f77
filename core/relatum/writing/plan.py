"""What all units of work on one catalogue share: its forms, and the statements prepared for one database."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar, cast

from sqlalchemy import ClauseElement, Table, bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import TIMESTAMP

from relatum.catalogue.model import Catalogue, EntityType
from relatum.connections.interface import Connection, Copy, Following
from relatum.connections.prepared import Prepared, prepare
from relatum.connections.types import DialectName
from relatum.tables import Tables
from relatum.writing.forms import Form

COPIED_FROM: Final = 30
"""Rows from which on PostgreSQL's COPY is faster than an INSERT per row."""

MADE_AT_ONCE: Final = 6
"""Records up to which all that making them writes is one statement on PostgreSQL, prepared by its shape."""


class Present:
    """Stands in rows for the moment at which they are written, by the database's clock."""


PRESENT: Final = Present()

Moment = datetime | Present

VISITED_WITH: Final = 500
"""Rows up to which all tables of a batch are written in one visit to SQLite's thread."""

T = TypeVar("T")

_KEPT: Final = 4
_QUESTIONS_KEPT: Final = 1_000
_plans: dict[tuple[str, DialectName], "Plan"] = {}


class Plan:
    """Forms and prepared statements of one catalogue on one database. Filled as they are asked for."""

    def __init__(self, catalogue: Catalogue, tables: Tables, dialect: DialectName) -> None:
        self.catalogue = catalogue
        self.tables = tables
        self.dialect = dialect
        self.forms = {each.name: Form(each) for each in catalogue}
        order = {table.name: at for at, table in enumerate(tables.metadata.sorted_tables)}
        self.rank = {name: order[table.name] for name, table in tables.current.items()}
        """Types in an order in which a tie comes after the types that it may refer to."""
        self._owing: dict[str, tuple[Form, ...]] = {}
        self._kept: dict[tuple[object, ...], object] = {}
        self._prepared: dict[tuple[object, ...], Prepared] = {}

    def entity(self, name: str) -> Form:
        """The form of an entity type.

        Raises:
            UnknownType: there is no entity type of that name.
        """
        record_type = self.catalogue.record_type(name)
        if not isinstance(record_type, EntityType):
            self.catalogue.record_type(f"entity type {name}")
        return self.forms[name]

    def tie(self, name: str) -> Form:
        """The form of a relationship type.

        Raises:
            UnknownType: there is no relationship type of that name.
        """
        return self.forms[self.catalogue.relationship(name).name]

    def touching(self, type_name: str) -> tuple[Form, ...]:
        """The forms of the ties in which a record of a type may stand."""
        return tuple(
            self.forms[each.name]
            for each in self.catalogue.relationships.values()
            if type_name in each.source.types or type_name in each.target.types
        )

    def owing(self, type_name: str) -> tuple[Form, ...]:
        """The forms of the ties of which a record of a type must have some."""
        known = self._owing.get(type_name)
        if known is None:
            known = self._owing[type_name] = tuple(
                form
                for form in self.touching(type_name)
                for side in (form.relationship.source, form.relationship.target)
                if side.minimum and type_name in side.types
            )
        return known

    def prepared(self, build: Callable[..., ClauseElement], *arguments: object) -> Prepared:
        """The statement that a function builds for these arguments, prepared once."""
        key = (build, *(each.name if isinstance(each, Form) else each for each in arguments))
        known = self._prepared.get(key)
        if known is None:
            known = prepare(build(self, *arguments), self.dialect)
            self._prepared[key] = known
        return known

    def kept(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """What a function makes, made once and kept among the last thousand."""
        known: Any = self._kept.get(key)
        if known is None:
            while len(self._kept) >= _QUESTIONS_KEPT:
                self._kept.pop(next(iter(self._kept)), None)
            known = self._kept[key] = make()
        made: T = known
        return made

    async def insert(
        self,
        connection: Connection,
        table: Table,
        columns: Sequence[str],
        rows: Iterable[Sequence[object]],
    ) -> None:
        """Write new rows: few by a prepared INSERT, many by the database's fastest road."""
        listed = rows if isinstance(rows, list) else list(rows)
        if not listed:
            return
        if self.dialect == "sqlite" or len(listed) >= COPIED_FROM:
            await connection.copy(table, columns, listed)
            return
        key = ("insert", table.name, *columns)
        if key not in self._prepared:
            given = {name: bindparam(name, type_=table.c[name].type) for name in columns}
            self._prepared[key] = prepare(insert(table).values(given), self.dialect)
        mappings = [dict(zip(columns, row, strict=True)) for row in listed]
        if len(mappings) == 1:
            await connection.execute(self._prepared[key], mappings[0])
        else:
            await connection.execute_many(self._prepared[key], mappings)

    async def insert_all(
        self, connection: Connection, copies: Sequence[Copy | Following], *, few: bool
    ) -> datetime | None:
        """Write new rows into several tables, each of which comes after those that it refers to.

        Args:
            connection: in a transaction.
            copies: the rows; `PRESENT` stands for the moment of writing, if they are few.
            few: whether they are of so few records that it is one statement.

        Returns:
            The moment of writing, if it is one statement.
        """
        if self.dialect == "sqlite":
            await _visit(connection, copies)
            return None
        filled = [each for each in copies if isinstance(each, Copy) and each.rows]
        if not few:
            for each in filled:
                await self.insert(connection, *each)
            return None
        values = [value for each in filled for row in each.rows for value in row]
        shape = tuple((each.table, each.columns, len(each.rows)) for each in filled)
        presents = tuple(at for at, value in enumerate(values) if value is PRESENT)

        def made() -> tuple[Prepared, tuple[str, ...]]:
            names = tuple(map(str, range(len(values))))
            return prepare(_insertion(filled), self.dialect), names

        prepared, names = self.kept(("insert_all", shape, presents), made)
        ((moment,),) = await connection.rows(prepared, dict(zip(names, values, strict=True)))
        return cast(datetime, moment)


async def _visit(connection: Connection, copies: Sequence[Copy | Following]) -> None:
    """Write rows in one visit to the database; many bit by bit, so that memory stays flat."""
    filled = [each for each in copies if each.rows]
    if sum(len(each.rows) for each in filled if isinstance(each, Copy)) <= VISITED_WITH:
        await connection.copy_all(filled)
        return
    for each in filled:
        if isinstance(each, Copy):
            await connection.copy(*each)
        else:
            await connection.copy_all([each])


def _insertion(copies: Sequence[Copy]) -> ClauseElement:
    """One statement for all rows, whose values are its parameters by their numbers."""
    moment = select(func.clock_timestamp(type_=TIMESTAMP(timezone=True)).label("at")).cte("moment")
    present = select(moment.c.at).scalar_subquery()
    written, number = [], 0
    for at, (table, columns, rows) in enumerate(copies):
        given = []
        for row in rows:
            values: dict[str, Any] = {}
            for name, value in zip(columns, row, strict=True):
                parameter = bindparam(str(number), type_=table.c[name].type)
                values[name] = present if value is PRESENT else parameter
                number += 1
            given.append(values)
        written.append(insert(table).values(given).cte(f"written_{at}"))
    return select(moment.c.at).add_cte(*written)


def plan_for(catalogue: Catalogue, tables: Tables, dialect: DialectName) -> Plan:
    """The plan of a catalogue on one database; the same one for catalogues of the same fingerprint."""
    key = (catalogue.fingerprint, dialect)
    known = _plans.get(key)
    if known is not None and known.tables is tables:
        return known
    plan = Plan(catalogue, tables, dialect)
    if catalogue.fingerprint:
        while len(_plans) >= _KEPT:
            _plans.pop(next(iter(_plans)), None)
        _plans[key] = plan
    return plan
