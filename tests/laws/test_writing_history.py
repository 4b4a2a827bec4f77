"""Any sequence of commands leaves the records, versions and change lines that a slow model says."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relatum.access import SYSTEM
from relatum.changes.sequencer import sequence
from relatum.changes.verifying import verify
from relatum.connections import DialectName
from relatum.connections.types import FOREVER
from relatum.identifiers import new_id
from relatum.writing import (
    Change,
    Command,
    Correct,
    Create,
    Delete,
    End,
    Merge,
    Outcome,
    Relate,
    Remove,
    Restore,
    Unit,
    Update,
    open_unit,
)
from relatum_schemas.errors import Problems, RelatumError
from tests.core.writing.stored import CloneTemplate, Stored, stored
from tests.laws.profiles import tried
from tests.laws.writing_model import OPTIONAL, RULES, TEXTS, Item, Model

ORIGIN = date(2020, 1, 1)


@pytest.fixture
async def shop(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Stored]:
    async with stored(clone_template, dialect) as opened:
        yield opened


@dataclass(frozen=True)
class Throw:
    """One random act: what is done, and to which of the records there are (by number, modulo their count)."""

    verb: str
    one: int
    other: int
    kind: str
    first_day: int | None
    last_day: int | None
    text: str
    extra: str | None


days = st.one_of(st.none(), st.integers(0, 10))
throws = st.builds(
    Throw,
    verb=st.sampled_from(
        ["create"] * 2 + ["relate"] * 8
        + ["update", "delete", "restore", "restore", "merge", "merge", "end", "change", "correct", "correct", "remove"]
    ),
    one=st.integers(0, 30),
    other=st.integers(0, 30),
    kind=st.sampled_from(sorted(RULES)),
    first_day=days,
    last_day=days,
    text=st.sampled_from(["a", "b", "Ä"]),
    extra=st.sampled_from([None, "x", "y"]),
)  # fmt: skip


class Stage:
    """The model, the database, and how an act is told to both."""

    def __init__(self, shop: Stored) -> None:
        self.shop = shop
        self.model = Model()
        self.unit: Unit | None = None

    def pick(self, number: int, kind: str | None = None) -> UUID:
        """One of the records there are (now and then one there was), of a kind where there are any."""
        alike = [each for each in self.model.items.values() if kind in (None, each.kind)]
        living = [each.id for each in alike if each.alive or number % 7 == 0]
        known = living or list(self.model.items)
        return known[number % len(known)] if known else new_id()

    async def begin(self) -> None:
        """Make the records that every history begins with."""
        for kind, count in (("Person", 3), ("Firm", 4), ("Note", 2)):
            for _ in range(count):
                await self.make(kind)

    async def make(self, kind: str) -> None:
        record, text = new_id(), TEXTS[kind]
        assert text is not None
        self.model.create(record, kind, "a", None)
        await self.shop.apply(Create(kind, {text: "a"}, record))

    async def play(self, throw: Throw) -> None:
        """Do an act in both, and compare what is said of it."""
        commands, act = getattr(self, f"to_{throw.verb}")(throw)
        refused = self.model.attempt(act)
        outcomes, told = await self.told(commands)
        assert bool(refused) == bool(told), f"{throw}: {told}, expected {refused}"
        assert told <= refused, f"{throw}: {told}, expected {refused}"
        self.compare_outcomes(outcomes)

    async def told(self, commands: list[Command]) -> tuple[list[Outcome], set[str]]:
        """What the engine did, or the codes with which it refused."""
        try:
            return await self.apply(commands), set()
        except Problems as problems:
            return [], {each.code for each in problems.problems}
        except RelatumError as refusal:
            return [], {refusal.code}

    async def apply(self, commands: list[Command]) -> list[Outcome]:
        """Do commands in a unit of their own, or in a part of the unit under way."""
        if self.unit is None:
            return await self.shop.apply(*commands)
        async with self.unit.attempt():
            return await self.unit.apply(commands)

    def compare_outcomes(self, outcomes: list[Outcome]) -> None:
        for outcome in outcomes:
            assert outcome.version == self.model.items[outcome.id].version
            for each in outcome.consequences:
                assert self.model.items[each.id].done[-1] == each.operation
                assert self.model.items[each.id].version == each.version

    def to_create(self, throw: Throw) -> tuple[list[Command], Callable[[Model], None]]:
        kinds = ["Person", "Firm", "Firm", "Job", "Note"]
        kind, record = kinds[throw.one % len(kinds)], new_id()
        commands: list[Command] = [Create(kind, values(kind, throw), record)]
        if kind != "Job":
            return commands, lambda model: model.create(record, kind, throw.text, throw.extra)
        firm, tie = self.pick(throw.other, "Firm"), new_id()

        def both(model: Model) -> None:
            model.create(record, kind, throw.text, throw.extra)
            model.relate(tie, "JobAt", record, firm, None, None, None)

        return [*commands, Relate("JobAt", record, firm, id=tie)], both

    def to_update(self, throw: Throw) -> tuple[list[Command], Callable[[Model], None]]:
        record = self.pick(throw.one)
        kind = self.model.items[record].kind if record in self.model.items else "Person"
        command = Update(record, values(kind, throw))
        return [command], lambda model: model.update(record, throw.text, throw.extra)

    def to_delete(self, throw: Throw) -> tuple[list[Command], Callable[[Model], None]]:
        record = self.pick(throw.one)
        return [Delete(record)], lambda model: model.delete(record)

    def to_remove(self, throw: Throw) -> tuple[list[Command], Callable[[Model], None]]:
        record = self.pick(throw.one, throw.kind)
        return [Remove(record)], lambda model: model.remove(record)

    def to_restore(self, throw: Throw) -> tuple[list[Command], Callable[[Model], None]]:
        gone = [each.id for each in self.model.items.values() if not each.alive]
        record = gone[throw.one % len(gone)] if gone else self.pick(throw.one)
        return [Restore(record)], lambda model: model.restore(record)

    def to_merge(self, throw: Throw) -> tuple[list[Command], Callable[[Model], None]]:
        kind = ["Person", "Firm", "Firm"][throw.one % 3]
        record, into = self.pick(throw.one, kind), self.pick(throw.other, kind)
        return [Merge(record, into)], lambda model: model.merge(record, into)

    def to_relate(self, throw: Throw) -> tuple[list[Command], Callable[[Model], None]]:
        kind, rule, tie = throw.kind, RULES[throw.kind], new_id()
        source, target = self.pick(throw.one, rule.source), self.pick(throw.other, rule.target)
        start, end = (throw.first_day, throw.last_day) if rule.dated else (None, None)
        command = Relate(
            kind, source, target, values(kind, throw), bound(kind, start), bound(kind, end), tie
        )
        return [command], lambda model: model.relate(
            tie, kind, source, target, start, end, throw.text
        )

    def to_end(self, throw: Throw) -> tuple[list[Command], Callable[[Model], None]]:
        tie, kind = self.dated(throw)
        day = throw.first_day or 0
        return [End(tie, bound(kind, day))], lambda model: model.end(tie, day)

    def to_change(self, throw: Throw) -> tuple[list[Command], Callable[[Model], None]]:
        tie, kind = self.dated(throw)
        day, successor = throw.first_day or 0, new_id()
        command = Change(tie, bound(kind, day) or "", values(kind, throw), successor=successor)
        return [command], lambda model: model.change(tie, successor, day, throw.text)

    def to_correct(self, throw: Throw) -> tuple[list[Command], Callable[[Model], None]]:
        tie = self.pick(throw.one, throw.kind)
        item = self.model.items.get(tie)
        kind = item.kind if item is not None else "WorksAt"
        rule = RULES.get(kind)
        source = self.pick(throw.other, rule.source) if rule and throw.other % 2 else None
        start, end = throw.first_day, throw.last_day
        if rule is not None and rule.dated:
            command = Correct(
                tie, values(kind, throw), bound(kind, start), bound(kind, end), source
            )
        else:
            command = Correct(tie, values(kind, throw), source=source)
        return [command], lambda model: model.correct(tie, throw.text, source, start, end)

    def dated(self, throw: Throw) -> tuple[UUID, str]:
        """A tie, of a type with validity where there is one."""
        kind = throw.kind if RULES[throw.kind].dated else "WorksAt"
        tie = self.pick(throw.one, kind)
        item = self.model.items.get(tie)
        return tie, item.kind if item is not None and item.kind in RULES else kind

    async def compare_all(self) -> None:
        """Compare every table with the model."""
        lines = sorted(await self.shop.rows("change"), key=lambda row: row["id"])
        registry = {row["id"]: row for row in await self.shop.rows("record")}
        current: dict[UUID, dict[str, Any]] = {}
        versions: dict[UUID, list[dict[str, Any]]] = {}
        for kind in TEXTS:
            current |= await self.shop.current(kind)
            for row in await self.shop.rows(self.shop.tables.version[kind].name):
                versions.setdefault(row["id"], []).append(row)
        for item in self.model.items.values():
            rows = sorted(versions[item.id], key=lambda row: row["version"])
            assert [shown(item.kind, row) for row in rows] == item.past
            assert (item.id in current) == item.alive
            if item.alive:
                assert shown(item.kind, current[item.id]) == item.shown()
            assert sum(row["recorded_to"] == FOREVER for row in rows) == int(item.alive)
            assert registry[item.id]["merged_into"] == final(self.model, item)
            assert [row["operation"] for row in lines if row["record_id"] == item.id] == item.done
        await self.shop.assert_sound()


def final(model: Model, item: Item) -> UUID | None:
    """What a merged record became in the end."""
    into = item.merged_into
    while into is not None and (following := model.items[into].merged_into) is not None:
        into = following
    return into


def values(kind: str, throw: Throw) -> dict[str, object]:
    """The values that a throw gives a record of a kind."""
    text, optional = TEXTS[kind], OPTIONAL.get(kind)
    given: dict[str, object] = {} if text is None else {text: throw.text}
    return given if optional is None else given | {optional: throw.extra}


def bound(kind: str, day: int | None) -> date | None:
    """A model's day as the type counts time."""
    if day is None:
        return None
    moment = ORIGIN + timedelta(days=day)
    return (
        datetime(moment.year, moment.month, moment.day, tzinfo=UTC) if kind == "Deals" else moment
    )


def shown(kind: str, row: dict[str, Any]) -> tuple[object, ...]:
    """A row as the model shows it."""
    text, optional = TEXTS[kind], OPTIONAL.get(kind)
    return (
        row[text] if text else None,
        row[optional] if optional else None,
        row.get("source_id"),
        row.get("target_id"),
        day_of(row.get("valid_from")),
        day_of(row.get("valid_to")),
    )


def day_of(moment: date | None) -> int | None:
    if moment is None:
        return None
    day = moment.date() if isinstance(moment, datetime) else moment
    return (day - ORIGIN).days


@tried(30)
@given(st.lists(throws, min_size=20, max_size=60))
async def test_a_history_is_what_the_model_says(shop: Stored, acts: list[Throw]) -> None:
    stage = Stage(shop)
    await stage.begin()
    for throw in acts:
        await stage.play(throw)
    await stage.compare_all()
    await sequence(shop.connections)
    changes, accesses = await verify(shop.connections)
    assert (changes.broken, accesses.broken) == (None, None)


@tried(8)
@given(st.lists(throws.filter(lambda each: each.verb != "restore"), min_size=20, max_size=40))
async def test_parts_of_one_unit_leave_what_units_of_their_own_do(
    shop: Stored, acts: list[Throw]
) -> None:
    stage = Stage(shop)
    await stage.begin()
    async with open_unit(shop, SYSTEM) as stage.unit:
        for throw in acts:
            await stage.play(throw)
    await stage.compare_all()
    await sequence(shop.connections)
    changes, accesses = await verify(shop.connections)
    assert (changes.broken, accesses.broken) == (None, None)
