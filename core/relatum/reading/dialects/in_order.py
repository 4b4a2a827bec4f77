"""A join whose order SQLite's planner does not choose."""

from typing import Any

from sqlalchemy import Join
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler


class InOrder(Join):
    """A join that is run from left to right, whatever the planner believes of tables that nobody has counted."""

    inherit_cache = True


@compiles(InOrder)
def _cross_join(join: InOrder, compiler: SQLCompiler, **options: Any) -> str:
    options["asfrom"] = True
    left, right = (compiler.process(side, **options) for side in (join.left, join.right))
    assert join.onclause is not None
    options["asfrom"] = False
    return f"{left} CROSS JOIN {right} ON {compiler.process(join.onclause, **options)}"
