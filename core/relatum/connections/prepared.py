"""Statements compiled once: SQL text, its parameters in order, its column decoders. CONTRACT.

SQLAlchemy builds and compiles; after `prepare` it is no longer on the road. What remains is a
frozen value that a cache can hold and any connection of its dialect can run.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ClauseElement,
    Column,
    Dialect,
    literal_column,
    make_url,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import GenerativeSelect
from sqlalchemy.types import Numeric, TypeEngine

from relatum.connections.types import DialectName, StoredType, known_dialect

Encode = Callable[[Any], object]
Decode = Callable[[Any], object]
Encoders = tuple[Encode | None, ...]
"""By column what encodes its values that are not None; None where they are passed on."""


class _SQLiteCompiler(SQLiteCompiler):
    """Keeps SQLite from planning a statement anew each time that it is run.

    It would do so for a limit that is a parameter by itself, to know its value; that of a large statement takes long.
    """

    def limit_clause(self, select: GenerativeSelect, **given: Any) -> str:
        """The limit, as a sum if it is a parameter."""
        limit = select._limit_clause
        if isinstance(limit, BindParameter):
            select = select.limit(limit + literal_column("0"))
        text: str = super().limit_clause(select, **given)  # type: ignore[no-untyped-call]
        return text


def _sqlite() -> Dialect:
    dialect = sqlite.dialect(paramstyle="qmark")
    dialect.statement_compiler = _SQLiteCompiler
    return dialect


DIALECTS: Mapping[DialectName, Dialect] = {
    "sqlite": _sqlite(),
    "postgresql": make_url("postgresql+asyncpg://").get_dialect()(),
}
"""What statements are compiled for: `?` on SQLite, `$1::UUID` with its cast on PostgreSQL."""

_NUMERIC_OID = 1700
_NEEDED = object()


class Slot(NamedTuple):
    """One position in the parameter list.

    `default` is what stands there when the caller gives no value; a constant of the statement
    keeps its encoded value there and takes none from the caller. What is None is not encoded.
    """

    name: str
    default: object
    encode: Encode | None
    constant: bool

    @property
    def is_needed(self) -> bool:
        """Whether the caller has to give a value."""
        return self.default is _NEEDED

    @property
    def at_first(self) -> object:
        """What stands there, as the driver takes it, unless the caller gives a value."""
        if self.is_needed or self.default is None:
            return None
        return self.default if self.encode is None else self.encode(self.default)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A compiled statement, ready to run again and again.

    Attributes:
        text: SQL in the dialect's own parameter style.
        slots: the parameters in positional order.
        decoders: per result column what turns the driver's value into the Python value, `None`
            where it is passed on; empty when every column is passed on.
    """

    text: str
    slots: tuple[Slot, ...]
    decoders: tuple[Decode | None, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters to give, in positional order; a name used twice stands twice."""
        return tuple(slot.name for slot in self.slots if not slot.constant)

    def arguments(self, values: Mapping[str, object]) -> list[object]:
        """Return the driver's positional arguments for these parameter values.

        Raises:
            TypeError: a parameter without a default is missing.
            BadValue: a value does not fit its column's type.
        """
        arguments = []
        for name, default, encode, constant in self.slots:
            value = default if constant else values.get(name, default)
            if value is _NEEDED:
                raise TypeError(
                    f"The statement needs the parameter {name!r}; "
                    f"given were {', '.join(sorted(values)) or 'none'}."
                )
            arguments.append(value if value is None or encode is None else encode(value))
        return arguments

    def decode(self, rows: Iterable[Sequence[object]]) -> list[tuple[object, ...]]:
        """Return the driver's rows as tuples of Python values."""
        if not self.decoders:
            return [tuple(row) for row in rows]
        decoders = self.decoders
        return [
            tuple(
                value if decode is None else decode(value)
                for decode, value in zip(decoders, row, strict=True)
            )
            for row in rows
        ]


def prepare(statement: ClauseElement, dialect_name: DialectName) -> Prepared:
    """Compile a statement for one database.

    Args:
        statement: a SQLAlchemy Core statement; parameters are `bindparam("name", type_=..)`. An
            `insert()` without values takes one parameter per column, named like it.
        dialect_name: `"sqlite"` or `"postgresql"`.

    Raises:
        TypeError: the statement needs what only SQLAlchemy's own execution does: an expanding
            `IN` (use `any_of`) or a Python-side column default (give the value).
    """
    dialect = DIALECTS[dialect_name]
    compiled = statement.compile(dialect=dialect)
    if not isinstance(compiled, SQLCompiler):
        return Prepared(str(compiled), (), ())
    _refuse_unpreparable(compiled)
    return Prepared(str(compiled), _slots(compiled, dialect), _decoders(compiled, dialect))


def encoders(columns: Iterable[Column[Any]], dialect_name: DialectName) -> Encoders:
    """Return what turns values of columns into what the driver takes."""
    dialect = DIALECTS[dialect_name]
    return tuple(_encode(column.type, dialect) for column in columns)


def encoded_rows(
    columns: Iterable[Column[Any]], rows: Iterable[Sequence[object]], dialect_name: DialectName
) -> Iterator[tuple[object, ...]]:
    """Yield rows of Python values, one value per column, as the driver takes them."""
    return encoded(encoders(columns, dialect_name), rows)


def encoded(encoding: Encoders, rows: Iterable[Sequence[object]]) -> Iterator[tuple[object, ...]]:
    """Yield rows of Python values, one value per column, as the driver takes them."""
    for row in rows:
        yield tuple(
            value if value is None or encode is None else encode(value)
            for encode, value in zip(encoding, row, strict=True)
        )


def _refuse_unpreparable(compiled: SQLCompiler) -> None:
    if compiled.post_compile_params or compiled.literal_execute_params:
        names = ", ".join(bind.key for bind in compiled.post_compile_params)
        raise TypeError(f"IN over a list changes the text with every length ({names}): use any_of.")
    defaulted = (*compiled.insert_prefetch, *compiled.update_prefetch)
    if defaulted:
        names = ", ".join(column.key for column in defaulted)
        raise TypeError(f"Defaults made in Python are not run here ({names}): give the value.")


def _slots(compiled: SQLCompiler, dialect: Dialect) -> tuple[Slot, ...]:
    names = compiled.positiontup or ()
    return tuple(_slot(compiled, dialect, name) for name in names)


def _slot(compiled: SQLCompiler, dialect: Dialect, name: str) -> Slot:
    bind = compiled.binds[name]
    encode = _encode(bind.type, dialect)
    if bind.required:
        return Slot(bind.key, _NEEDED, encode, constant=False)
    value = bind.effective_value
    if bind.unique:
        kept = value if value is None or encode is None else encode(value)
        return Slot(bind.key, kept, None, constant=True)
    return Slot(bind.key, value, encode, constant=False)


def _encode(kind: TypeEngine[Any], dialect: Dialect) -> Encode | None:
    """What turns a value of a type, which is not None, into what the driver takes; None where it is passed on."""
    if isinstance(kind, StoredType):
        return kind.encoder(known_dialect(dialect))
    return kind._cached_bind_processor(dialect)


def _decoders(compiled: SQLCompiler, dialect: Dialect) -> tuple[Decode | None, ...]:
    decoders = tuple(
        column.type._cached_result_processor(
            dialect, _NUMERIC_OID if isinstance(column.type, Numeric) else None
        )
        for column in compiled._result_columns
    )
    return decoders if any(decoders) else ()
