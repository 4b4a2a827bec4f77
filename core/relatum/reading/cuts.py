"""The state in which the change log has been read up to a position: which versions belong to it.

Neither recorded times nor transactions tell that: what was recorded earlier may be committed, and numbered, later. A
version belongs to the state when the last line about its record, up to the position, is the one that wrote it.
"""

from typing import Final

from sqlalchemy import FromClause, case, select

from relatum.reading.context import Context, Cut
from relatum.reading.sql import ONE, Predicate, Sql

GONE: Final = ("deleted", "merged", "removed", "erased")
"""What was done when a record is not there any more."""


def known_at(cut: Cut, versions: FromClause, *, context: Context) -> Predicate:
    """Return whether a version belongs to a state.

    Args:
        cut: the state.
        versions: of a type.
        context: of the row.
    """
    line = context.aliases.of(context.tables.change, "line")
    written = line.c.operation.not_in([context.dialect.constant(name) for name in GONE])
    last = (
        select(case((written, line.c.version)))
        .select_from(line)
        .where(line.c.record_id == versions.c.id, line.c.position <= cut.position)
        .order_by(line.c.id.desc())
        .limit(ONE)
        .correlate_except(line)
    )
    latest: Sql = last.scalar_subquery()
    return versions.c.version == latest
