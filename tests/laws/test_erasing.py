"""Whatever has happened to records: what was erased is nowhere any more, all else is as it was, and the logs verify."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relatum.access import SYSTEM
from relatum.changes.sequencer import sequence
from relatum.changes.verifying import erasures, verify
from relatum.connections import DialectName
from relatum.session import Database
from tests.core.privacy.clinic import CATALOGUE, CLINIC, KEYS
from tests.core.privacy.test_erasing import everything
from tests.databases import CloneTemplate, opened
from tests.laws.profiles import tried

pytestmark = pytest.mark.anyio

ACTS = ("create", "update", "tie", "delete", "restore", "merge", "erase", "erase")
throws = st.tuples(st.sampled_from(ACTS), st.integers(0, 99), st.integers(0, 99))


@pytest.fixture
async def clinic(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Database]:
    async with opened(clone_template, dialect, CATALOGUE, keys=KEYS) as database:
        yield database


@dataclass
class Person:
    """What is known of a person: its secret is part of every text about it."""

    id: UUID
    texts: set[str]
    name: str
    there: bool = True


@dataclass
class Ward:
    """Where it happens."""

    database: Database
    ward: UUID
    people: list[Person] = field(default_factory=list)
    erased: list[Person] = field(default_factory=list)

    async def play(self, act: str, first: int, second: int) -> None:
        """Do something, if there is somebody to do it to."""
        db = self.database.as_(SYSTEM)
        text = uuid4().hex
        if act == "create":
            made = await db.create(CLINIC.Person(name=text, iban=text, diagnosis=f"Ill {text}"))
            self.people.append(Person(made.id, {text}, text))
            return
        fitting = [each for each in self.people if each.there is (act != "restore")]
        if act == "erase":
            fitting = self.people
        if not fitting:
            return
        person = fitting[first % len(fitting)]
        await self._play_on(person, act, text, fitting[second % len(fitting)], db)

    async def _play_on(self, person: Person, act: str, text: str, other: Person, db: Any) -> None:
        match act:
            case "update":
                record = await db.get(CLINIC.Person, person.id)
                await db.update(record, name=text, iban=text)
                person.name = text
                person.texts.add(text)
            case "tie":
                if not await self._tied(person):
                    kind = CLINIC.Nurses if text < "8" else CLINIC.TreatedIn
                    await db.relate(kind, person.id, self.ward)
            case "delete":
                await db.delete(person.id)
                person.there = False
            case "restore":
                await db.restore(person.id)
                person.there = True
            case "merge" if other is not person:
                await db.merge(person.id, into=other.id)
                self.people.remove(person)
                other.texts |= person.texts
            case "erase":
                await db.erase(person.id)
                self.people.remove(person)
                self.erased.append(person)

    async def _tied(self, person: Person) -> bool:
        db = self.database.as_(SYSTEM)
        nursing = await db.select(CLINIC.Nurses).all()
        treated = await db.select(CLINIC.TreatedIn).all()
        return any(each.source == person.id for each in (*nursing, *treated))


@tried(15)
@given(acts=st.lists(throws, min_size=10, max_size=30))
async def test_an_erasure_leaves_all_else_as_it_was(
    clinic: Database, acts: list[tuple[str, int, int]]
) -> None:
    db = clinic.as_(SYSTEM)
    ward = await db.create(CLINIC.Ward(name=f"Ward since {date(2026, 1, 1)}"))
    stage = Ward(clinic, ward.id)
    for act, first, second in [("create", 0, 0), ("create", 0, 0), *acts]:
        await stage.play(act, first, second)

    left = (await everything(clinic)).lower()
    for person in stage.erased:
        # An index of words keeps but the end of a word that begins as the one before.
        assert not [each for each in person.texts if each[8:] in left]
    for person in stage.people:
        if person.there:
            record = await db.get(CLINIC.Person, person.id)
            assert (record.name, record.iban) == (person.name, person.name)
    await sequence(clinic.connections)
    changes, accesses = await verify(clinic.connections)
    assert (changes.broken, accesses.broken) == (None, None)
    told = {each.record async for each in erasures(clinic.connections)}
    assert {each.id for each in stage.erased} <= told
