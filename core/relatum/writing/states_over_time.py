"""In which states records were, and how long: out of their versions."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import ClauseElement, func, or_, select

from relatum.catalogue.model import Field
from relatum.connections.expressions import any_of
from relatum.writing.forms import Form
from relatum.writing.loading import Loader
from relatum.writing.plan import Plan
from relatum.writing.rights import Rights
from relatum_schemas.kinds import Duration, Instant

_INSTANT, _DURATION = Instant(), Duration()


async def states_over_time(
    loader: Loader, rights: Rights, form: Form, ids: Sequence[UUID], now: datetime
) -> dict[UUID, list[dict[str, Any]]]:
    """The states in which records were and are, of those whose history the principal may read.

    Args:
        loader: of the unit of work.
        rights: the principal's.
        form: of the records' type.
        ids: the records.
        now: the present.

    Returns:
        By record, one ``{field, state, since, until, lasted}`` per time in a state, field by field, oldest first.
    """
    found: dict[UUID, list[dict[str, Any]]] = {}
    for at, _ in form.states:
        field = form.fields[at]
        opened = await rights.with_history(form.name, field.name, ids)
        if not opened:
            continue
        found |= {each: [] for each in opened if each not in found}
        prepared = loader.plan.prepared(_entered, form, field.name)
        rows: Iterable[Any] = await loader.connection.rows(prepared, {"ids": sorted(opened)})
        entered: dict[UUID, list[tuple[datetime, str | None]]] = {}
        for record, moment, state in rows:
            entered.setdefault(record, []).append((moment, state))
        for record, moments in entered.items():
            found[record] += _times(field, moments, now)
    return found


def _entered(plan: Plan, form: Form, field: str) -> ClauseElement:
    """The versions with which a state was entered: id, moment, state."""
    table = plan.tables.version[form.name]
    state = table.c[form.fields[form.positions[field]].column]
    versions = (
        select(
            table.c.id,
            table.c.version,
            table.c.recorded_from,
            state.label("state"),
            func.lag(state).over(partition_by=table.c.id, order_by=table.c.version).label("former"),
            func.row_number()
            .over(partition_by=table.c.id, order_by=table.c.version)
            .label("number"),
        )
        .where(any_of(table.c.id, "ids"))
        .subquery("versions")
    )
    entered = or_(versions.c.number == 1, versions.c.state.is_distinct_from(versions.c.former))
    return (
        select(versions.c.id, versions.c.recorded_from, versions.c.state)
        .where(entered)
        .order_by(versions.c.id, versions.c.version)
    )


def _times(
    field: Field, moments: Sequence[tuple[datetime, str | None]], now: datetime
) -> list[dict[str, Any]]:
    """The times in states, from the moments at which these were entered."""
    told = []
    for (since, state), (until, _) in pairwise((*moments, (None, None))):
        assert since is not None
        told.append(
            {
                "field": field.name,
                "state": state,
                "since": _INSTANT.wire(since),
                "until": None if until is None else _INSTANT.wire(until),
                "lasted": _DURATION.wire((until or now) - since),
            }
        )
    return told
