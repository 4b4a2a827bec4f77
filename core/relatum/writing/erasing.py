"""Erases what was ever kept of a record, for good: values, salts, words, keys, accounts. What remains is that it was.

An erasure deletes the record by the rules of its ties, if it is there still, then takes away every version of it, of what
was merged into it, and of the ties that stood on it. Their lines in the change log stay, without what they said of fields
and without their salts, so that the chain still verifies; a line `erased` of each says who did it and when.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ClauseElement,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    null,
    or_,
    select,
    text,
    update,
)

from relatum.connections.expressions import any_of
from relatum.connections.interface import Connection
from relatum.connections.prepared import prepare
from relatum.writing.drafts import Batch, Draft, State, Step, not_found
from relatum.writing.forms import Form
from relatum.writing.loading import Loader, Registered
from relatum.writing.plan import Plan
from relatum_schemas.errors import BadReference

_NOTHING: Final[tuple[str, ...]] = ()
_WORDS_ANEW: Final = prepare(
    text("INSERT INTO search_words(search_words) VALUES ('optimize')"), "sqlite"
)
"""Writes the index of words anew; until then it keeps the words that were taken out of it."""


@dataclass(frozen=True)
class Erased:
    """What an erasure has taken away.

    Attributes:
        record: the record.
        type: its type.
        records: how many records it was, with those that had been merged into it.
        ties: how many ties stood on them.
        versions: how many versions of all of them.
        accounts: how many accounts to sign in by.
    """

    record: UUID
    type: str
    records: int
    ties: int
    versions: int
    accounts: int

    @property
    def counts(self) -> dict[str, object]:
        """How much it was, for the access log."""
        return {"records": self.records, "ties": self.ties, "versions": self.versions}


async def find(loader: Loader, record: UUID) -> Registered:
    """The registry's row of the record that is to be erased.

    Raises:
        NotFound: there never was such a record, or it became another one, which is named then.
        BadReference: it is a tie.
    """
    found = (await loader.registry([record], "ended")).get(record)
    if found is None or found.merged_into is not None:
        raise not_found(record, None if found is None else found.merged_into)
    if loader.plan.forms[found.type].is_tie:
        raise BadReference("The record is a tie.", path="id", hint="Erase one of its records.")
    return found


async def take_away(loader: Loader, batch: Batch, found: Registered, unit: UUID) -> Erased:
    """Take away all that was kept of a deleted record, and put the lines that say so into the batch.

    Args:
        loader: of the unit of work.
        batch: an empty one, whose lines the unit appends.
        found: the record.
        unit: the unit of work, whose own lines stay as they are.
    """
    erasing = _Erasing(loader.connection, loader.plan)
    records = [found.id, *await erasing.ids(_merged, [found.id])]
    form = loader.plan.forms[found.type]
    ties = await _ties_on(erasing, dict.fromkeys(records, form))
    gone = await _without_living(erasing, ties)
    types = {**dict.fromkeys(records, form), **gone}
    ids = list(types)
    latest = dict(await erasing.rows(_latest, ids))
    versions = 0
    for each in set(types.values()):
        own = [record for record, of in types.items() if of is each]
        versions += await erasing.run(_versions, own, each)
    for each in set(ties.values()):
        # A tie that was moved to another record lives on, without the versions that tell of this one.
        versions += await erasing.run(_versions_on, [*records, *gone], each)
    for statement in (_words, _external_keys, _labels):
        await erasing.run(statement, ids)
    if loader.plan.dialect == "sqlite":
        await loader.connection.execute(_WORDS_ANEW, {})
    accounts = await _take_accounts(erasing, records)
    await erasing.run(_reasons, ids, unit=unit)
    await erasing.run(_lines, ids, unit=unit)
    await erasing.run(_accesses, records)
    await erasing.run(_answers, [])
    for record, of in types.items():
        step = Step("erased", _NOTHING, State(latest.get(record, 1), []), alive=False)
        batch.add(Draft(record, of, 0, state=None, steps=[step]))
    return Erased(found.id, found.type, len(records), len(gone), versions, accounts)


async def _ties_on(erasing: "_Erasing", standing: dict[UUID, Form]) -> dict[UUID, Form]:
    """The ties that ever stood on records, those that stood on these ties, and so on."""
    found: dict[UUID, Form] = {}
    frontier = standing
    while frontier:
        ids = list(frontier)
        names = {form.name for form in frontier.values()}
        forms = {each for name in names for each in erasing.plan.touching(name)}
        fresh = {
            tie: form
            for form in sorted(forms, key=lambda form: form.name)
            for tie in await erasing.ids(_tied, ids, form)
            if tie not in found
        }
        found |= fresh
        frontier = fresh
    return found


async def _without_living(erasing: "_Erasing", ties: dict[UUID, Form]) -> dict[UUID, Form]:
    """The ties that are gone; one that was moved to other records is none of them."""
    living: set[UUID] = set()
    for form in set(ties.values()):
        own = [tie for tie, of in ties.items() if of is form]
        living.update(await erasing.ids(_living, own, form))
    return {tie: form for tie, form in ties.items() if tie not in living}


async def _take_accounts(erasing: "_Erasing", records: Sequence[UUID]) -> int:
    """Take away by what these persons signed in, and what waited for them."""
    rows: list[Any] = await erasing.rows(_accounts, records)
    accounts = [account for account, _ in rows]
    addresses = [address for _, address in rows]
    tables = erasing.plan.tables
    for table in (tables.session, tables.token, tables.linked, tables.ticket):
        await erasing.run(_of_accounts, accounts, table)
    await erasing.run(_invitations, records, addresses=addresses)
    await erasing.run(_of_records, records, tables.holding)
    await erasing.run(_clients, records)
    await erasing.run(_of_records, records, tables.account)
    return len(accounts)


class _Erasing:
    """Statements about ids, as few as there are kinds of them."""

    def __init__(self, connection: Connection, plan: Plan) -> None:
        self.plan = plan
        self._connection = connection

    async def rows(
        self,
        build: Callable[..., ClauseElement],
        ids: Iterable[UUID],
        *arguments: object,
        **values: object,
    ) -> list[Any]:
        prepared = self.plan.prepared(build, *arguments)
        return await self._connection.rows(prepared, {"ids": list(ids), **values})

    async def ids(
        self, build: Callable[..., ClauseElement], ids: Iterable[UUID], *arguments: object
    ) -> list[UUID]:
        return [found for (found,) in await self.rows(build, ids, *arguments)]

    async def run(
        self,
        build: Callable[..., ClauseElement],
        ids: Iterable[UUID],
        *arguments: object,
        **values: object,
    ) -> int:
        prepared = self.plan.prepared(build, *arguments)
        return await self._connection.execute(prepared, {"ids": list(ids), **values})


def _merged(plan: Plan) -> ClauseElement:
    record = plan.tables.record.c
    return select(record.id).where(any_of(record.merged_into, "ids"))


def _tied(plan: Plan, form: Form) -> ClauseElement:
    tie = plan.tables.version[form.name].c
    at_an_end = or_(any_of(tie.source_id, "ids"), any_of(tie.target_id, "ids"))
    return select(tie.id).where(at_an_end).distinct()


def _living(plan: Plan, form: Form) -> ClauseElement:
    tie = plan.tables.current[form.name].c
    return select(tie.id).where(any_of(tie.id, "ids"))


def _latest(plan: Plan) -> ClauseElement:
    line = plan.tables.change.c
    latest = func.max(line.version, type_=line.version.type)
    return (
        select(line.record_id, latest).where(any_of(line.record_id, "ids")).group_by(line.record_id)
    )


def _versions(plan: Plan, form: Form) -> ClauseElement:
    table = plan.tables.version[form.name]
    return delete(table).where(any_of(table.c.id, "ids"))


def _versions_on(plan: Plan, form: Form) -> ClauseElement:
    table = plan.tables.version[form.name]
    return delete(table).where(
        or_(any_of(table.c.source_id, "ids"), any_of(table.c.target_id, "ids"))
    )


def _words(plan: Plan) -> ClauseElement:
    table = plan.tables.search
    return delete(table).where(any_of(table.c.record_id, "ids"))


def _external_keys(plan: Plan) -> ClauseElement:
    return _of_records(plan, plan.tables.external_key)


def _labels(plan: Plan) -> ClauseElement:
    table = plan.tables.record
    return update(table).where(any_of(table.c.id, "ids")).values(label=null(), label__key=null())


def _reasons(plan: Plan) -> ClauseElement:
    """Reasons of units of work that wrote of nothing else."""
    unit, line = plan.tables.unit_of_work, plan.tables.change
    other = line.alias("other")
    own = select(line.c.unit_id).where(any_of(line.c.record_id, "ids"))
    others = exists().where(other.c.unit_id == unit.c.id, ~any_of(other.c.record_id, "ids"))
    given = bindparam("unit", type_=unit.c.id.type)
    return (
        update(unit)
        .where(unit.c.id.in_(own), unit.c.id != given, unit.c.reason.is_not(None), ~others)
        .values(reason=null())
    )


def _lines(plan: Plan) -> ClauseElement:
    table = plan.tables.change
    others = table.c.unit_id != bindparam("unit", type_=table.c.unit_id.type)
    return (
        update(table)
        .where(any_of(table.c.record_id, "ids"), others, table.c.operation != "erased")
        .values(salt=null(), fields=bindparam("no_fields", (), type_=table.c.fields.type))
    )


def _accesses(plan: Plan) -> ClauseElement:
    table = plan.tables.access_log
    return (
        update(table)
        .where(any_of(table.c.record_id, "ids"), table.c.kind != "erased")
        .values(salt=null(), details=null())
    )


def _answers(plan: Plan) -> ClauseElement:
    """What was answered to requests that may come again: nobody knows of whom it tells."""
    return update(plan.tables.answer).values(body=null())


def _accounts(plan: Plan) -> ClauseElement:
    account = plan.tables.account.c
    return select(account.id, account.email__key).where(any_of(account.record_id, "ids"))


def _of_accounts(plan: Plan, table: Table) -> ClauseElement:
    return delete(table).where(any_of(table.c.account_id, "ids"))


def _of_records(plan: Plan, table: Table) -> ClauseElement:
    return delete(table).where(any_of(table.c.record_id, "ids"))


def _invitations(plan: Plan) -> ClauseElement:
    table = plan.tables.ticket
    return delete(table).where(
        or_(any_of(table.c.record_id, "ids"), any_of(table.c.email__key, "addresses"))
    )


def _clients(plan: Plan) -> ClauseElement:
    table = plan.tables.client
    return update(table).where(and_(any_of(table.c.record_id, "ids"))).values(record_id=null())
