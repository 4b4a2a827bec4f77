"""Loads a store by the engine's own writing, and puts its questions to the engine as the principals that it names."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from relatum.access import SYSTEM, Principal
from relatum.catalogue import Catalogue
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.connections import DialectName
from relatum.explaining import who_can
from relatum.identifiers import new_id
from relatum.session import Database
from relatum.writing import Command, Create, Relate
from relatum_schemas.policy import READ
from tests.access.model import Check, Fact, ListObjects, ListUsers, Question, Store, Subject, Who
from tests.access.translation import (
    Asker,
    catalogue_of,
    direct_subjects,
    end_of,
    pascal,
    role_of,
    tie_of,
)
from tests.databases import CloneTemplate, opened


@dataclass(frozen=True)
class Asked:
    """A store in a database."""

    store: Store
    database: Database
    ids: dict[tuple[str, str], UUID]

    async def answers(self, question: Question) -> bool:
        """Whether the engine's answer is the expected one."""
        match question:
            case Check():
                return await self.stands(question) == question.expected
            case ListObjects():
                return await self.objects(question) == question.expected
            case ListUsers():
                return await self.users(question) == question.expected

    async def stands(self, check: Check) -> bool:
        """Whether the record is there for who asks, which the reverse question has to tell as well."""
        asker, subject = _asker(check.subject), check.subject
        found = await self.seen(asker, subject, check.relation, check.object.type)
        await self.agree(check.object, check.relation, subject, found)
        return check.object.name in found

    async def objects(self, question: ListObjects) -> set[str]:
        """The records that are there for who asks, which the reverse question has to tell as well."""
        asker = _asker(question.subject)
        found = await self.seen(asker, question.subject, question.relation, question.type)
        for type_name, name in self.ids:
            if type_name == question.type:
                await self.agree(Who(type_name, name), question.relation, question.subject, found)
        return {f"{question.type}:{name}" for name in found}

    async def users(self, question: ListUsers) -> set[str]:
        """Everybody for whom the record is there by name, and everybody as such."""
        kind = Asker(question.type, question.within, named=True)
        holders = await self.holders(question.object, question.relation, kind)
        found = {str(Who(question.type, name, question.within)) for name in holders}
        if question.within is None:
            everyone = Who(question.type, "*")
            seen = await self.seen(
                _asker(everyone), everyone, question.relation, question.object.type
            )
            if question.object.name in seen:
                found.add(str(everyone))
        return found

    async def agree(self, of: Who, relation: str, subject: Who, found: set[str]) -> None:
        """Assert that who is asked about is told to be able to read a record exactly when he has found it."""
        if not subject.everyone:
            holders = await self.holders(of, relation, _asker(subject))
            assert (subject.name in holders) == (of.name in found), (of, relation, subject)

    async def holders(self, of: Who, relation: str, asker: Asker) -> set[str]:
        """The names of those of the asker's type who can read a record under the policies of a relation."""
        administrator = self.database.as_(Principal(roles=frozenset({ADMINISTRATOR})))
        found = await who_can(
            administrator, self.ids[of.type, of.name], READ, among=pascal(asker.type), first=500
        )
        assert not found.more
        names = {record: name for (_, name), record in self.ids.items()}
        role = role_of(relation, asker)
        return {
            names[holder.record.id]
            for holder in found.holders
            if holder.record.id is not None and any(rule.role == role for rule in holder.rules)
        }

    async def seen(self, asker: Asker, subject: Who, relation: str, type_name: str) -> set[str]:
        """The names of the records of a type that are there for somebody under the policies of a relation."""
        principal = Principal(
            self.ids.get((subject.type, subject.name)), roles=frozenset({role_of(relation, asker)})
        )
        declared = self.database.catalogue.classes[pascal(type_name)]
        records = await self.database.as_(principal).select(declared).all()
        return {record.name for record in records}  # type: ignore[attr-defined]  # declared as text


@asynccontextmanager
async def loaded(
    clone_template: CloneTemplate, dialect: DialectName, store: Store
) -> AsyncIterator[Asked]:
    """A database with what a store holds, and every record that a question names."""
    catalogue = catalogue_of(store.name, store.relations, sorted(_askers(store), key=str))
    records = {(each.type, each.name): new_id() for each in _mentioned(store) if not each.everyone}
    async with opened(clone_template, dialect, catalogue) as database:
        await database.as_(SYSTEM).apply([*_commands(store, catalogue, records)])
        yield Asked(store, database, records)


def _commands(
    store: Store, catalogue: Catalogue, records: dict[tuple[str, str], UUID]
) -> Iterable[Command]:
    everyone = [fact for fact in store.facts if fact.subject.everyone]
    for (type_name, name), record in records.items():
        open_to_all = {
            end_of(fact.relation, _subject(store, fact)): True
            for fact in everyone
            if (fact.object.type, fact.object.name) == (type_name, name)
        }
        yield Create(pascal(type_name), {"name": name, **open_to_all}, record)
    for fact in store.facts:
        if not fact.subject.everyone:
            yield Relate(
                tie_of(fact.object.type, fact.relation, _subject(store, fact)),
                records[fact.object.type, fact.object.name],
                records[fact.subject.type, fact.subject.name],
                valid_to=fact.expires,
            )


def _subject(store: Store, fact: Fact) -> Subject:
    """What the model says of whom a tuple names."""
    named = fact.subject
    for subject in direct_subjects(store.relations[fact.object.type][fact.relation]):
        if (subject.type, subject.everyone) == (named.type, named.everyone) and (
            named.everyone or subject.relation == named.relation
        ):
            return subject
    raise AssertionError(f"The model does not admit {fact}.")


def _asker(subject: Who) -> Asker:
    return Asker(subject.type, subject.relation, everyone=subject.everyone)


def _askers(store: Store) -> set[Asker]:
    """The kinds of principals that the questions are about."""
    found: set[Asker] = set()
    for question in store.questions:
        if isinstance(question, ListUsers):
            found |= {
                Asker(question.type, question.within, named=True),
                Asker(question.type, everyone=True),
            }
        else:
            found.add(_asker(question.subject))
    return found


def _mentioned(store: Store) -> Iterable[Who]:
    for fact in store.facts:
        yield from (fact.object, fact.subject)
    for question in store.questions:
        if not isinstance(question, ListUsers):
            yield question.subject
        if not isinstance(question, ListObjects):
            yield question.object
