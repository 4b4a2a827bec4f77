"""Takes what a batch needs out of the database: locks first, in a statement of its own, then the rows.

Reading and locking in one statement would read rows as they were before the lock was given; locks in the order of ids
keep units of work from waiting for each other in a ring.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from relatum.connections.interface import Connection
from relatum.connections.prepared import Prepared
from relatum.writing import statements
from relatum.writing.drafts import State
from relatum.writing.forms import Form
from relatum.writing.periods import ALWAYS, Period
from relatum.writing.plan import Plan
from relatum.writing.statements import Lock


@dataclass(frozen=True, slots=True)
class Registered:
    """A row of the registry."""

    id: UUID
    type: str
    deleted: bool
    merged_into: UUID | None

    @property
    def living(self) -> bool:
        """Whether the record is there under this id."""
        return not self.deleted and self.merged_into is None


class Loader:
    """Reads for one unit of work.

    Args:
        connection: in the unit's transaction.
        plan: of the catalogue.
    """

    def __init__(self, connection: Connection, plan: Plan) -> None:
        self.connection = connection
        self.plan = plan

    async def lock_types(self, forms: Iterable[Form]) -> None:
        """Let only this unit write ties of these types: hierarchies, and types that read both ways."""
        if self.plan.dialect == "sqlite":
            return
        lock = self.plan.prepared(statements.advisory_lock)
        for name in sorted(form.name for form in forms if _needs_type_lock(form)):
            await self.connection.rows(lock, {"key": _lock_number(name)})

    async def be_alone(self, name: str) -> None:
        """Let only this unit be in what goes by a name; another one waits until this one has ended."""
        if self.plan.dialect == "sqlite":
            return  # a unit that writes is alone anyway
        lock = self.plan.prepared(statements.advisory_lock)
        await self.connection.rows(lock, {"key": _lock_number(f"alone in {name}")})

    async def registry(self, ids: Iterable[UUID], lock: Lock) -> dict[UUID, Registered]:
        """Registry rows by id, held as told. What is of a type out of force is not there."""
        wanted = sorted(set(ids))
        if not wanted:
            return {}
        kept = "none" if self.plan.dialect == "sqlite" else lock
        prepared = self.plan.prepared(statements.registry, kept)
        rows: Iterable[Any] = await self.connection.rows(prepared, {"ids": wanted})
        return {row[0]: Registered(*row) for row in rows if row[1] in self.plan.forms}

    async def states(self, types: Mapping[UUID, str]) -> dict[UUID, State]:
        """The states of records, whose types are given by id."""
        by_type: defaultdict[str, list[UUID]] = defaultdict(list)
        for each, type_name in types.items():
            by_type[type_name].append(each)
        found: dict[UUID, State] = {}
        for type_name, ids in by_type.items():
            form = self.plan.forms[type_name]
            found |= await self._states(
                form, self.plan.prepared(statements.states, form), {"ids": ids}
            )
        return found

    async def ties_at(
        self, form: Form, side: Literal["source", "target", "either"], ids: Iterable[UUID]
    ) -> dict[UUID, State]:
        """The ties of a type in which one of the records stands on a side."""
        wanted = list(ids)
        if not wanted:
            return {}
        prepared = self.plan.prepared(statements.ties_at, form, side)
        return await self._states(form, prepared, {"ids": wanted})

    async def ties_between(
        self, form: Form, pairs: Iterable[tuple[UUID, UUID]]
    ) -> dict[UUID, State]:
        """The ties of a type between pairs of records, and maybe others between the same records."""
        wanted = list(pairs)
        if not wanted:
            return {}
        given = {
            "sources": list({source for source, _ in wanted}),
            "targets": list({target for _, target in wanted}),
        }
        return await self._states(form, self.plan.prepared(statements.ties_between, form), given)

    async def ties_reached(
        self, form: Form, near: str, far: str, ids: Iterable[UUID]
    ) -> dict[UUID, State]:
        """The ties of a hierarchy met when walking from records, from the column `near` to `far`."""
        prepared = self.plan.prepared(statements.ties_reached, form, near, far)
        return await self._states(form, prepared, {"ids": list(ids)})

    async def _states(
        self, form: Form, prepared: Prepared, values: Mapping[str, object]
    ) -> dict[UUID, State]:
        rows: Iterable[Any] = await self.connection.rows(prepared, values)
        return {row[0]: state_of(form, row) for row in rows}


def state_of(form: Form, row: Sequence[Any]) -> State:
    """A state out of a row of id, version, recorded_from, ends, period and stored columns."""
    _, version, recorded_from, *rest = row
    ends = len(form.ends)
    content = form.content(rest[ends:], row[0])
    if not form.is_tie:
        return State(version, content, recorded_from=recorded_from)
    source, target, *bounds = rest[:ends]
    period = Period(*bounds) if bounds else ALWAYS
    return State(version, content, source, target, period, recorded_from)


def _needs_type_lock(form: Form) -> bool:
    return form.is_tie and (form.relationship.acyclic or form.relationship.symmetric)


def _lock_number(type_name: str) -> int:
    digest = hashlib.sha256(f"relatum writes {type_name}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
