"""Rules as data: policies, roles and purposes that administrators keep, in force from the next request on.

Each change counts the edition up, in its own transaction. Whoever resolves a principal sees the edition beside it; a
process that is behind reads the rules anew and puts a catalogue with them in force. What is under way keeps the one it
began with.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ClauseElement, Insert, Select, cast, select, update
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.types import Integer

from relatum.access import Principal
from relatum.catalogue import Catalogue
from relatum.catalogue.policies import with_administrators
from relatum.changes.accesses import note
from relatum.connections import FOREVER, Connection
from relatum.connections.types import PlainText
from relatum.identifiers import new_id
from relatum.identity.room import Room, for_administrators
from relatum.identity.stored import RULE, SETTING, add, given, rows, run
from relatum.identity.values import Kind, StoredRule
from relatum_schemas.errors import BadValue, NotFound, RelatumError
from relatum_schemas.policy_data import policy_of_data, role_of_data
from relatum_schemas.purpose import purpose_of_data

DEFAULT_PURPOSE: Final = "operate"
"""What calls are for that say nothing else."""

EDITION: Final = "rules"
"""The setting that counts the changes of rules."""

_LONGEST_NAME: Final = 100
_log: Final = logging.getLogger("relatum.identity")


class Rules:
    """The rules in force in this process."""

    def __init__(self, room: Room, declared: Catalogue) -> None:
        """Begin with what plugins declare."""
        self._room = room
        self._declared = declared
        self._edition = 0
        self._reading = asyncio.Lock()

    async def see(self, edition: int) -> None:
        """Bring the process to an edition that was seen in the database, if it is behind."""
        if edition > self._edition:
            await self.refresh()

    async def refresh(self) -> None:
        """Bring the process to the edition of the database."""
        async with self._reading:
            async with self._room.connections.snapshot() as connection:
                edition = await edition_on(connection)
                if edition <= self._edition:
                    return
                stored = [_stored(row) for row in await rows(connection, _in_force)]
            self._room.place.obey(self._resolved(stored))
            self._edition = edition

    async def at(self, moment: datetime) -> Catalogue:
        """The catalogue with the rules as they were kept at a recorded time; what plugins declare is as it is now."""
        async with self._room.reading() as connection:
            found = await rows(connection, _at, moment=moment)
        return self._resolved([_stored(row) for row in found])

    async def all(self, kind: Kind | None) -> tuple[StoredRule, ...]:
        """The rules in force, of a kind or all, by name."""
        async with self._room.reading() as connection:
            stored = [_stored(row) for row in await rows(connection, _in_force)]
        return tuple(each for each in stored if kind in (None, each.kind))

    async def keep(
        self, by: Principal, kind: Kind, name: str, definition: Mapping[str, object]
    ) -> StoredRule:
        """Put a rule in force, in place of the one of its name.

        Raises:
            Forbidden: `by` is no administrator.
            BadValue, UnknownType, UnknownField, ...: the definition has no meaning.
        """
        for_administrators(by, "keep rules")
        if not name.strip() or len(name) > _LONGEST_NAME:
            raise BadValue(f"A rule's name has 1 to {_LONGEST_NAME} characters.", path="name")
        made = new_id()

        async def work(connection: Connection) -> StoredRule:
            now = self._room.now()
            await count_up(connection)
            rule = StoredRule(
                id=made,
                kind=kind,
                name=name,
                definition=dict(definition),
                recorded_from=now,
                recorded_to=FOREVER,
                made_by=by.id,
            )
            others = [_stored(row) for row in await rows(connection, _in_force)]
            self._judge(rule, [each for each in others if (each.kind, each.name) != (kind, name)])
            await run(connection, _end, kind=kind, name=name, now=now, by=by.id)
            row = {
                "id": made,
                "kind": kind,
                "name": name,
                "definition": rule.definition,
                "recorded_from": now,
                "recorded_to": FOREVER,
                "made_by": by.id,
            }
            await add(connection, RULE, row)
            await note(connection, by, f"{kind}_kept", at=now, details={"name": name})
            return rule

        kept = await self._room.write(work)
        await self.refresh()
        return kept

    async def end(self, by: Principal, kind: Kind, name: str) -> None:
        """Put a rule out of force.

        Raises:
            Forbidden: `by` is no administrator.
            NotFound: there is none of the name.
        """
        for_administrators(by, "end rules")

        async def work(connection: Connection) -> None:
            now = self._room.now()
            await count_up(connection)
            if not await run(connection, _end, kind=kind, name=name, now=now, by=by.id):
                raise NotFound(f"There is no {kind} named {name!r} that is kept as data.")
            await note(connection, by, f"{kind}_ended", at=now, details={"name": name})

        await self._room.write(work)
        await self.refresh()

    def _judge(self, rule: StoredRule, others: Sequence[StoredRule]) -> None:
        """Refuse a rule that has no meaning among the types and the other rules."""
        for problem in resolved(self._declared, [*others, rule])[1]:
            if problem.path[:2] == (rule.kind, rule.name):
                problem.path = problem.path[2:]
                raise problem

    async def problems(self) -> list[RelatumError]:
        """What is wrong with rules that are kept, since the types are others now."""
        return resolved(self._declared, await self.all(None))[1]

    def _resolved(self, stored: Sequence[StoredRule]) -> Catalogue:
        """The catalogue with rules; those that have lost their meaning grant nothing, and are logged."""
        catalogue, problems = resolved(self._declared, stored)
        for problem in problems:
            _log.warning("A rule kept as data is out of force: %s", problem)
        return catalogue


def resolved(
    declared: Catalogue, stored: Sequence[StoredRule]
) -> tuple[Catalogue, list[RelatumError]]:
    """Return the catalogue with those rules that have a meaning, and what is wrong with the others."""
    with suppress(RelatumError):
        return _put(declared, stored), []
    sound: list[StoredRule] = []
    left = list(stored)
    while True:
        # One rule may speak of another: what failed is tried again after whatever did not.
        problems: list[RelatumError] = []
        failed: list[StoredRule] = []
        for each in left:
            try:
                _put(declared, [*sound, each])
            except RelatumError as error:
                problems.append(error.at(each.kind, each.name))
                failed.append(each)
            else:
                sound.append(each)
        if len(failed) == len(left):
            return _put(declared, sound), problems
        left = failed


def _put(declared: Catalogue, stored: Sequence[StoredRule]) -> Catalogue:
    policies = {
        each.id: policy_of_data(each.definition) for each in stored if each.kind == "policy"
    }
    roles = [
        role_of_data({**each.definition, "name": each.name})
        for each in stored
        if each.kind == "role"
    ]
    purposes = [
        purpose_of_data({**each.definition, "code": each.name})
        for each in stored
        if each.kind == "purpose"
    ]
    return with_administrators(declared, policies, roles, purposes)


def judge_purpose(catalogue: Catalogue, purpose: str) -> None:
    """Refuse a purpose that neither administrators have enabled nor a policy names.

    Raises:
        BadValue: it is such a one.
    """
    enabled = {code for code, each in catalogue.purposes.items() if each.enabled}
    named = {each for policy in catalogue.policies for each in policy.purposes or ()}
    known = {DEFAULT_PURPOSE, *enabled, *named - set(catalogue.purposes)}
    if purpose not in known:
        hint = f"There are: {', '.join(sorted(known))}."
        raise BadValue(f"There is no purpose {purpose!r}.", path="purpose", hint=hint)


async def edition_on(connection: Connection) -> int:
    """The edition of the rules, as a connection sees it."""
    found = await rows(connection, _edition)
    return int(found[0][0]) if found else 0


async def count_up(connection: Connection) -> None:
    """Count the edition up; whoever else changes what is in force waits for this transaction."""
    build = _up_postgresql if connection.dialect == "postgresql" else _up_sqlite
    await run(connection, build)


def _stored(row: tuple[Any, ...]) -> StoredRule:
    rule, kind, name, definition, recorded_from, recorded_to, made_by = row
    return StoredRule(
        id=rule,
        kind=kind,
        name=name,
        definition=definition,
        recorded_from=recorded_from,
        recorded_to=recorded_to,
        made_by=made_by,
    )


def _rules() -> Select[Any]:
    columns = RULE.c
    return select(
        columns.id, columns.kind, columns.name, columns.definition,
        columns.recorded_from, columns.recorded_to, columns.made_by,
    ).order_by(columns.kind, columns.name, columns.id)  # fmt: skip


def _in_force() -> ClauseElement:
    return _rules().where(RULE.c.recorded_to == FOREVER)


def _at() -> ClauseElement:
    moment = given("moment", RULE.c.recorded_from)
    return _rules().where(RULE.c.recorded_from <= moment, RULE.c.recorded_to > moment)


def _end() -> ClauseElement:
    columns = RULE.c
    return (
        update(RULE)
        .where(
            columns.kind == given("kind", columns.kind),
            columns.name == given("name", columns.name),
            columns.recorded_to == FOREVER,
        )
        .values(
            recorded_to=given("now", columns.recorded_to), ended_by=given("by", columns.ended_by)
        )
    )


def _edition() -> ClauseElement:
    return select(SETTING.c.value).where(SETTING.c.name == EDITION)


def _up_postgresql() -> ClauseElement:
    return _up(PostgresqlInsert(SETTING))


def _up_sqlite() -> ClauseElement:
    return _up(SqliteInsert(SETTING))


def _up(insert: Insert) -> ClauseElement:
    assert isinstance(insert, PostgresqlInsert | SqliteInsert)
    more = cast(cast(SETTING.c.value, Integer) + 1, PlainText())
    return insert.values(name=EDITION, value="1").on_conflict_do_update(
        index_elements=[SETTING.c.name], set_={"value": more}
    )
