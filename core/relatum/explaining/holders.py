"""Who can: a page of those to whom a rule allows something on a record, asked for in one statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Select,
)

from relatum.access import OPERATE, Principal
from relatum.explaining.asking import Asker
from relatum.explaining.deciding import (
    asked_of,
    closed_classes,
)
from relatum.explaining.everybody import AFTER, Everybody
from relatum.explaining.explaining import rules_at
from relatum.explaining.guarded import names_of, needed_of, shape_of
from relatum.explaining.questions import Questions
from relatum.explaining.spots import Spot
from relatum.explaining.values import Holder, Holders, Named, Rule
from relatum.reading.context import Context
from relatum_schemas.errors import BadValue, Forbidden, NotFound
from relatum_schemas.policy import Right

MOST: Final = 500
"""Holders on a page at most."""


async def who_can(
    session: Asker,
    record: UUID,
    what: Right | str,
    *,
    field: str | None = None,
    at: datetime | None = None,
    purpose: str = OPERATE,
    among: str | None = None,
    first: int = 100,
    after: UUID | None = None,
) -> Holders:
    """Return who may do something to a record, by which rules, and for which firms they have to act.

    Args:
        session: of an administrator.
        record: the record, entity or tie.
        what: one right, or the name of an action.
        field: whether it may be done to this field of the record.
        at: a recorded time at which to judge, as for `explain_access`; who may sign in is as it is now.
        purpose: of the call.
        among: a type or trait whose records are asked about; None for those that may sign in.
        first: how many, at most 500.
        after: go on after the holder of this id.

    Raises:
        Forbidden: the session's principal is no administrator.
        NotFound: there is no such record or action.
        BadValue, UnknownField, UnknownType: there is no such thing to do, or to ask among.
    """
    if not session.principal.unrestricted:
        raise Forbidden("Only administrators ask what others may do.")
    if not 0 < first <= MOST:
        raise BadValue(f"A page has 1 to {MOST} holders.", path="first")
    storage = session.storage
    catalogue = await rules_at(storage, at)
    async with storage.connections.snapshot() as connection:
        questions = Questions(storage, connection, Principal(), now=storage.clock(), at=at)
        known = await questions.stood_for([record])
        if record not in known:
            raise NotFound(f"There is no record {record}.", path="record")
        spot = Spot(known[record])
        asked = asked_of(catalogue, what, field=field, purpose=purpose, type_name=spot.type)
        if closed_classes(catalogue, asked, spot.type):
            return Holders(holders=(), more=False)
        guarded = await needed_of(catalogue, asked, spot, questions)
        ids = {name: each for each, name in names_of(guarded).items()}

        def page(context: Context) -> Select[Any]:
            everybody = Everybody(catalogue, context, at, among, names_of(guarded))
            return everybody.page(guarded, first)

        # What was in force at a time past is asked about once, and not kept.
        key = ("who", shape_of(guarded), among, first) if at is None else None
        rows = await questions.ask(key, page, {**ids, AFTER: after or UUID(int=0)})
        return await _holders(rows, guarded[0].told(catalogue), first, questions)


async def _holders(
    rows: Sequence[tuple[UUID, UUID | None, int]],
    rules: Sequence[Rule],
    first: int,
    questions: Questions,
) -> Holders:
    """The rows of the statement, by person."""
    persons = list(dict.fromkeys(person for person, _, _ in rows))
    shown = persons[:first]
    firms = {firm for _, firm, _ in rows if firm is not None}
    named = await questions.named([*shown, *firms])
    holders = (_holder(each, rows, rules, named) for each in shown if each in named)
    return Holders(holders=tuple(holders), more=len(persons) > first)


def _holder(
    person: UUID,
    rows: Sequence[tuple[UUID, UUID | None, int]],
    rules: Sequence[Rule],
    named: Mapping[UUID, Named],
) -> Holder:
    own = [(firm, number) for each, firm, number in rows if each == person]
    firms = sorted({firm for firm, _ in own if firm is not None})
    return Holder(
        record=named[person],
        without_firm=any(firm is None for firm, _ in own),
        firms=tuple(named.get(firm, Named(firm, None, None)) for firm in firms),
        rules=tuple(rules[number] for number in sorted({number for _, number in own})),
    )
