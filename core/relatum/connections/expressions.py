"""Expressions that both databases need and spell differently.

A compiler uses them like any SQLAlchemy expression; they take their dialect's form when
[`prepare`][relatum.connections.prepared.prepare] compiles the statement.
"""

from collections.abc import Callable, Iterable
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Dialect, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import BLOB, NullType, Text, TypeDecorator, TypeEngine
from typing_extensions import override

from relatum.connections.types import Identifier


class any_of(FunctionElement[Any]):  # noqa: N801
    """True where a column's value is among the values of one list parameter.

    PostgreSQL reads `column = ANY($1)`, SQLite `column IN (SELECT value FROM json_each(?))`, so a
    list of any length is one bind and the statement's text never changes. An empty list matches
    nothing. Elements are given as Python values of the column's type.

    Args:
        column: what is looked for.
        parameter: the name under which the list is given.
    """

    inherit_cache = False
    # Not Boolean: SQLAlchemy would append "= 1" on SQLite, and its planner then uses no index.
    type = NullType()

    def __init__(self, column: ColumnElement[Any], parameter: str) -> None:
        super().__init__(column)
        self.parameter = parameter


class document(FunctionElement[bytes]):  # noqa: N801
    """A JSON answer that arrives as `bytes`, ready for a socket, on both databases.

    Args:
        expression: JSON of type `json` on PostgreSQL, JSON text on SQLite.
    """

    inherit_cache = True
    type = BLOB()

    def __init__(self, expression: ColumnElement[Any]) -> None:
        super().__init__(expression)


class _ElementsText(TypeDecorator[Iterable[object]]):
    """A list bound as one JSON text, each element in its column's stored form (SQLite)."""

    impl = Text
    cache_ok = True

    def __init__(self, element: TypeEngine[Any]) -> None:
        super().__init__()
        self.element = element

    @override
    def bind_processor(self, dialect: Dialect) -> Callable[[Iterable[object] | None], str]:
        encode = self.element.dialect_impl(dialect).bind_processor(dialect)

        def elements_text(values: Iterable[object] | None) -> str:
            stored = values or ()
            encoded = stored if encode is None else map(encode, stored)
            items = [item.hex() if isinstance(item, bytes) else item for item in encoded]
            return orjson.dumps(items).decode()

        return elements_text


@compiles(any_of, "postgresql")
def _any_of_array(element: any_of, compiler: SQLCompiler, **options: object) -> str:
    (column,) = element.clauses
    values = bindparam(element.parameter, type_=ARRAY(column.type))
    return f"{compiler.process(column, **options)} = ANY({compiler.process(values, **options)})"


@compiles(any_of, "sqlite")
def _any_of_json(element: any_of, compiler: SQLCompiler, **options: object) -> str:
    (column,) = element.clauses
    values = bindparam(element.parameter, type_=_ElementsText(column.type))
    value = "unhex(value)" if isinstance(column.type, Identifier) else "value"
    listed = f"SELECT {value} FROM json_each({compiler.process(values, **options)})"
    return f"{compiler.process(column, **options)} IN ({listed})"


@compiles(document, "postgresql")
def _document_json(element: document, compiler: SQLCompiler, **options: object) -> str:
    return compiler.process(element.clauses, **options)


@compiles(document, "sqlite")
def _document_blob(element: document, compiler: SQLCompiler, **options: object) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS BLOB)"
