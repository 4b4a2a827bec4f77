"""The statement that judges everybody, as `judging` judges one.

For each rule there is a branch. It begins at those to whom the rule's path leads from the record, or where it has no path,
at those who hold its role; and it keeps those on whom the role and the condition hold, with the columns of the branch in
the place of the principal.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    CompoundSelect,
    FromClause,
    Select,
    and_,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.types import TypeEngine
from typing_extensions import override

from relatum.access import PRINCIPAL_FIRM, PRINCIPAL_ID
from relatum.catalogue.model import Catalogue
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.connections.types import FOREVER, Identifier
from relatum.explaining.guarded import Guarded, Opened
from relatum.explaining.origins import Found, arrivals
from relatum.explaining.spots import Spot
from relatum.reading.binds import Binds, Read
from relatum.reading.conditions import predicate
from relatum.reading.context import Context
from relatum.reading.guards import type_row
from relatum.reading.sql import Predicate, Sql, exists, raw
from relatum.reading.times import holding
from relatum_schemas.kinds import Identity
from relatum_schemas.selection import Condition, Parameter, Value

AFTER: Final = "after"
"""The parameter that holds the id after which a page begins."""


@dataclass
class _Columns(Binds):
    """Binds in which columns stand for the principal."""

    person: Sql | None = None
    firm: Sql | None = None

    @override
    def value(
        self, value: Value, read: Read, stored: TypeEngine[Any], missing: object = None
    ) -> Sql | None:
        """A column where the principal is meant, else a bind."""
        if isinstance(value, Parameter):
            own = {PRINCIPAL_ID: self.person, PRINCIPAL_FIRM: self.firm}.get(value.parameter)
            if own is not None:
                return own
        return super().value(value, read, stored, missing)


@dataclass(frozen=True)
class Everybody:
    """Makes the statement.

    Attributes:
        catalogue: whose rules count.
        context: in which conditions are compiled.
        at: the recorded time at which they are judged.
        among: the type or trait that is asked among; None for those that may sign in.
        names: under which the ids of records are given.
    """

    catalogue: Catalogue
    context: Context
    at: datetime | None
    among: str | None
    names: Mapping[UUID, str]

    def page(self, guarded: Sequence[Guarded], first: int) -> Select[Any]:
        """Who, for which firm, by the rule of which number: of so many holders, and of one more."""
        found = union_all(*self._branches(guarded)).subquery("found")
        place = func.dense_rank().over(order_by=found.c.person).label("place")
        ranked = select(*found.c, place)
        paged = ranked.where(found.c.person > self._given(AFTER)).subquery("paged")
        columns = (paged.c.person, paged.c.firm, paged.c.rule)
        return (
            select(*columns)
            .distinct()
            .where(paged.c.place <= raw(str(first + 1)))
            .order_by(paged.c.person, paged.c.rule)
        )

    def _branches(self, guarded: Sequence[Guarded]) -> Iterator[Select[Any]]:
        asked, *needed = guarded
        for number, opened in enumerate(asked.opened):
            candidates = self._candidates(opened, asked.spot)
            branch = self._of(candidates)
            also = [branch.may(each) for each in needed]
            yield self._found(
                candidates, number, branch.opens(opened, asked.spot), and_(true(), *also)
            )
        holders = self._persons(union_all(self._given_to(ADMINISTRATOR)))
        everybody = self._with_firms(holders).subquery("administrators")
        holds = self._of(everybody).held(ADMINISTRATOR)
        yield self._found(everybody, len(asked.opened), holds)

    def _found(self, candidates: FromClause, number: int, *where: Predicate) -> Select[Any]:
        rule = raw(str(number)).label("rule")
        return (
            select(candidates.c.person, candidates.c.firm, rule)
            .select_from(candidates)
            .where(*where)
        )

    def _of(self, candidates: FromClause) -> "_Branch":
        binds = self.context.binds
        columns = _Columns(
            binds.outlines,
            binds.supplies,
            binds.deciding,
            person=candidates.c.person,
            firm=candidates.c.firm,
        )
        context = replace(self.context, binds=columns)
        return _Branch(self, context, candidates.c.person, candidates.c.firm)

    def record(self, spot: Spot) -> Sql:
        """The id of a record, as it is given to the statement."""
        return self._given(self.names[spot.id])

    def _given(self, name: str) -> Sql:
        return self.context.binds.add(name, lambda run: run.parameters[name], Identifier())

    # --- candidates

    def _candidates(self, opened: Opened, spot: Spot) -> FromClause:
        """To whom a rule may open the record, each with a firm that it may act for, or none."""
        condition = None if opened.rule is None else opened.rule.where
        start = [Found((spot.type,), select(self.record(spot).label("id")))]
        found = None if condition is None else arrivals(condition, start, context=self.context)
        if found is None:
            role = self.catalogue.roles.get(opened.role)
            given = role is None or role.type is None
            ids = union_all(self._given_to(opened.role)) if given else None
            return self._with_firms(self._persons(ids)).subquery(self._named("candidates"))
        parts: list[Select[Any] | CompoundSelect[Any]] = []
        persons = [ids for parameter, ids in found if parameter == PRINCIPAL_ID]
        firms = [ids for parameter, ids in found if parameter == PRINCIPAL_FIRM]
        if persons:
            parts.append(self._with_firms(self._persons(union_all(*persons))))
        if firms:
            parts += self._for_firms(union_all(*firms))
        if not parts:
            nobody = self._persons(None)
            none = self.context.dialect.missing(Identity()).label("firm")
            parts.append(select(nobody.c.person, none).where(false()))
        return union(*parts).subquery(self._named("candidates"))

    def _given_to(self, role: str) -> Select[Any]:
        """Those to whom a role was given, and what they became."""
        held = self.context.aliases.of(self.context.tables.holding, "holding")
        own = self._record("own")
        became = func.coalesce(own.c.merged_into, own.c.id, type_=Identifier())
        both = held.join(own, own.c.id == held.c.record_id)
        known = held.c.role == self.context.dialect.constant(role)
        return select(became.label("id")).select_from(both).where(known, *in_force(held, self.at))

    def _persons(self, ids: CompoundSelect[Any] | None) -> FromClause:
        """Those that are asked about: of these ids, or all."""
        if self.among is not None:
            rows = self._of_types(self.context.catalogue.concrete(self.among), ids)
        elif ids is None:
            rows = self._with_accounts()
        else:
            person = self._record("person")
            rows = select(person.c.id.label("person")).where(
                self._few(person.c.id, ids), *self._living(person), self._has_account(person.c.id)
            )
        return rows.subquery(self._named("persons"))

    def _of_types(
        self, types: Sequence[str], ids: CompoundSelect[Any] | None
    ) -> Select[Any] | CompoundSelect[Any]:
        rows = (type_row(name, context=self.context) for name in types)
        parts = [
            select(row.id.label("person"))
            .select_from(row.columns)
            .where(*row.where, *([] if ids is None else [self._few(row.id, ids)]))
            for row in rows
        ]
        return union_all(*parts)

    def _with_accounts(self) -> Select[Any]:
        account = self.context.aliases.of(self.context.tables.account, "account")
        own, person = self._record("own"), self._record("person")
        became = func.coalesce(own.c.merged_into, own.c.id, type_=Identifier())
        both = account.join(own, own.c.id == account.c.record_id)
        return (
            select(person.c.id.label("person"))
            .distinct()
            .select_from(both.join(person, person.c.id == became))
            .where(~account.c.disabled, *self._living(person))
        )

    def _has_account(self, person: Sql) -> Predicate:
        account = self.context.aliases.of(self.context.tables.account, "account")
        older, old = (
            self.context.aliases.of(self.context.tables.account, "account"),
            self._record("old"),
        )
        became = older.join(old, old.c.id == older.c.record_id)
        return or_(
            exists(account, account.c.record_id == person, ~account.c.disabled),
            exists(became, old.c.merged_into == person, ~older.c.disabled),
        )

    def _with_firms(self, persons: FromClause) -> CompoundSelect[Any]:
        """Each person with no firm, and with each that it may act for."""
        nobody = self.context.dialect.missing(Identity()).label("firm")
        parts = [select(persons.c.person, nobody)]
        for tie, holds in self._representing():
            both = persons.join(tie, tie.c.source_id == persons.c.person)
            firm = tie.c.target_id.label("firm")
            parts.append(select(persons.c.person, firm).select_from(both).where(*holds))
        return union(*parts)

    def _for_firms(self, firms: CompoundSelect[Any]) -> Iterator[Select[Any]]:
        """Those that may act for these firms."""
        for tie, holds in self._representing():
            within = self._few(tie.c.target_id, firms)
            persons = select(tie.c.source_id).where(within, *holds).select_from(tie)
            asked = self._persons(union_all(persons))
            both = asked.join(tie, tie.c.source_id == asked.c.person)
            columns = (asked.c.person, tie.c.target_id.label("firm"))
            yield select(*columns).select_from(both).where(within, *holds)

    def _representing(self) -> Iterator[tuple[FromClause, tuple[Predicate, ...]]]:
        """The ties by which one may act for another, and what makes them hold."""
        for relationship in self.context.catalogue.relationships.values():
            if relationship.represents:
                tie = type_row(relationship.name, context=self.context)
                held = holding(tie.columns, relationship, None, context=self.context)
                yield tie.columns, (*tie.where, *held)

    def _living(self, record: FromClause) -> list[Predicate]:
        return [~record.c.deleted, record.c.merged_into.is_(None)] if self.at is None else []

    def _record(self, name: str) -> FromClause:
        return self.context.aliases.of(self.context.tables.record, name)

    def _few(self, value: Sql, ids: Select[Any] | CompoundSelect[Any]) -> Predicate:
        return self.context.dialect.one_of_few(value, ids)

    def _named(self, stem: str) -> str:
        return self.context.aliases.name(stem)


@dataclass(frozen=True)
class _Branch:
    """Judges candidates: columns of a person and of the firm that it acts for."""

    everybody: Everybody
    context: Context
    person: Sql
    firm: Sql

    def may(self, guarded: Guarded) -> Predicate:
        """Whether a rule opens a record."""
        return or_(false(), *(self.opens(each, guarded.spot) for each in guarded.opened))

    def opens(self, opened: Opened, spot: Spot) -> Predicate:
        """Whether a rule opens a record: its role is held, its condition holds, the ends that it asks for are open."""
        parts = [self.held(opened.role), *(self.may(each) for each in opened.ends)]
        if opened.rule is not None and opened.rule.where is not None:
            itself = self.everybody.record(spot)
            parts.append(self._fulfilled(spot.type, itself, opened.rule.where))
        return and_(*parts)

    def held(self, role: str) -> Predicate:
        """Whether a role is held, by whom it was given to or through ties."""
        rule = self.everybody.catalogue.roles.get(role)
        ruled = (
            [
                self._fulfilled(each, self.person, rule.condition)
                for each in self.context.catalogue.concrete(rule.type)
            ]
            if rule is not None and rule.type is not None
            else []
        )
        return or_(self._given(role), *ruled)

    def _fulfilled(self, type_name: str, record: Sql, condition: Condition | None) -> Predicate:
        row = type_row(type_name, context=self.context)
        judged = [] if condition is None else [predicate(condition, row, context=self.context)]
        return exists(row.columns, row.id == record, *row.where, *judged)

    def _given(self, role: str) -> Predicate:
        tables, aliases = self.context.tables, self.context.aliases
        held, firm = aliases.of(tables.holding, "holding"), aliases.of(tables.record, "firm")
        old = aliases.of(tables.record, "old")
        became = func.coalesce(firm.c.merged_into, held.c.firm_id, type_=Identifier())
        merged = select(old.c.id).where(old.c.merged_into == self.person).correlate_except(old)
        return exists(
            held.outerjoin(firm, firm.c.id == held.c.firm_id),
            held.c.role == self.context.dialect.constant(role),
            or_(held.c.record_id == self.person, held.c.record_id.in_(merged)),
            or_(held.c.firm_id.is_(None), became == self.firm),
            *in_force(held, self.everybody.at),
        )


def in_force(held: FromClause, at: datetime | None) -> tuple[Predicate, ...]:
    """Return whether what was given holds at a recorded time, None for now."""
    since, until = held.c.recorded_from, held.c.recorded_to
    if at is None:
        return (until == FOREVER,)
    moment = literal(at, since.type)
    return since <= moment, until > moment
