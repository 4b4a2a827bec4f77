"""Rules as data: policies, roles and purposes that administrators keep, in force from the next request on.

Each change counts the edition up, in its own transaction; how processes follow is in `relatum.identity.force`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from relatum.access import Principal
from relatum.catalogue import Catalogue
from relatum.changes.accesses import note
from relatum.connections import FOREVER, Connection
from relatum.editions import count_up
from relatum.identifiers import new_id
from relatum.identity.force import Force, resolved
from relatum.identity.room import Room, for_administrators
from relatum.identity.stored import RULE, add
from relatum.identity.stored_rules import end_rule, rules_at, rules_on
from relatum.identity.values import Kind, StoredRule
from relatum_schemas.errors import BadValue, NotFound, RelatumError

DEFAULT_PURPOSE: Final = "operate"
"""What calls are for that say nothing else."""

_LONGEST_NAME: Final = 100


class Rules:
    """The rules that administrators keep."""

    def __init__(self, room: Room, force: Force) -> None:
        """Bind the room, and what brings them into force."""
        self._room = room
        self._force = force

    async def at(self, moment: datetime) -> Catalogue:
        """The catalogue with the rules as they were kept at a recorded time; what plugins declare is as it is now."""
        async with self._room.reading() as connection:
            return self._force.ruled(await rules_at(connection, moment))

    async def all(self, kind: Kind | None) -> tuple[StoredRule, ...]:
        """The rules in force, of a kind or all, by name."""
        async with self._room.reading() as connection:
            stored = await rules_on(connection)
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
        await self._force.refresh()

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
            others = await rules_on(connection)
            self._judge(rule, [each for each in others if (each.kind, each.name) != (kind, name)])
            await end_rule(connection, kind, name, now=now, by=by.id)
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
        await self._force.refresh()
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
            if not await end_rule(connection, kind, name, now=now, by=by.id):
                raise NotFound(f"There is no {kind} named {name!r} that is kept as data.")
            await note(connection, by, f"{kind}_ended", at=now, details={"name": name})

        await self._room.write(work)
        await self._force.refresh()

    def _judge(self, rule: StoredRule, others: Sequence[StoredRule]) -> None:
        """Refuse a rule that has no meaning among the types and the other rules."""
        for problem in resolved(self._force.declared, [*others, rule])[1]:
            if problem.path[:2] == (rule.kind, rule.name):
                problem.path = problem.path[2:]
                raise problem

    async def problems(self) -> list[RelatumError]:
        """What is wrong with rules that are kept, since the types are others now."""
        return resolved(self._force.declared, await self.all(None))[1]


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
