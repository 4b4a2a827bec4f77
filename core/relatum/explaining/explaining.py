"""The two questions, and who may put them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from relatum.access import OPERATE, Principal, view_of
from relatum.catalogue.model import Catalogue
from relatum.explaining.asking import Asker, Storage
from relatum.explaining.deciding import asked_of
from relatum.explaining.judging import Judging
from relatum.explaining.phrases import Phrases
from relatum.explaining.questions import Questions
from relatum.explaining.spots import Spot
from relatum.explaining.values import Explanation, Named
from relatum.explaining.veiling import seen, veiled
from relatum_schemas.errors import Forbidden, NotFound
from relatum_schemas.policy import Right


async def explain_access(
    session: Asker,
    who: Principal | UUID,
    record: UUID,
    what: Right | str,
    *,
    field: str | None = None,
    firm: UUID | None = None,
    at: datetime | None = None,
    purpose: str | None = None,
) -> Explanation:
    """Explain whether somebody may do something to a record, and why.

    Administrators may ask about everybody. Everybody may ask about himself, for records that he may read (for the past:
    may read as recorded then); he is not told the ties and records of a chain that he may not see, nor what is missing.

    Args:
        session: of who asks; what is committed is judged.
        who: about whom: a principal as it is, or a person's record with the roles that it has.
        record: the record, entity or tie.
        what: one right, or the name of an action.
        field: whether it may be done to this field of the record.
        firm: for which the person acts; one that it may not act for counts as none. A `Principal` has its own.
        at: a recorded time at which to judge, by records, ties, roles and rules as they were known and held then; what
            plugins declare is as it is now. None for now.
        purpose: of the call; None for that of the principal, or the usual one.

    Raises:
        Forbidden: the session's principal is no administrator, and not ``who``.
        NotFound: there is no such record or action, or none that the principal may know of.
        BadValue, UnknownField: there is no such thing to do to the record.
    """
    by, storage = session.principal, session.storage
    itself = by.id is not None and by.id == (who.id if isinstance(who, Principal) else who)
    if not by.unrestricted:
        if not itself:
            raise Forbidden("Only administrators ask what others may do.")
        if not await seen(session, [record], at):
            raise _no_record(record)
    purpose = purpose or (who.purpose if isinstance(who, Principal) else OPERATE)
    catalogue = await rules_at(storage, at)
    async with storage.connections.snapshot() as connection:
        questions = Questions(storage, connection, Principal(), now=storage.clock(), at=at)
        acting = who if isinstance(who, Principal) else Principal(who, firm)
        known = await questions.stood_for(
            each for each in (record, acting.id, acting.firm) if each is not None
        )
        if record not in known:
            raise _no_record(record)
        spot = Spot(known[record])
        if isinstance(who, Principal):
            principal = who
        elif itself and at is None and firm is None:
            principal = by
        else:
            principal = await _standing(questions, catalogue, known.get(who), firm, at)
        asked = asked_of(catalogue, what, field=field, purpose=purpose, type_name=spot.type)
        judging = _judging(questions.of(principal), catalogue, known, at, by)
        found = await judging.judged(asked, spot)
    return found if by.unrestricted else await veiled(session, found)


async def rules_at(storage: Storage, at: datetime | None) -> Catalogue:
    """Return the catalogue with the rules that were in force at a recorded time, None for now."""
    if at is None:
        return storage.catalogue
    assert storage.catalogue_at is not None
    return await storage.catalogue_at(at)


def _no_record(record: UUID) -> NotFound:
    return NotFound(f"There is no record {record}.", path="record")


async def _standing(
    questions: Questions,
    catalogue: Catalogue,
    who: Named | None,
    firm: UUID | None,
    at: datetime | None,
) -> Principal:
    """A person, with the roles that it has while acting for a firm, if it may act for it."""
    if who is None or who.id is None:
        raise NotFound("There is no such record.", path="principal")
    living = who.id

    async def ask(acting_for: UUID | None) -> Any:
        if at is None:
            return await questions.standing(living, acting_for)
        return await questions.past_standing(living, acting_for, catalogue, at)

    standing = await ask(firm)
    if firm is not None and firm not in standing.firms:
        firm, standing = None, await ask(None)
    return Principal(living, firm, standing.roles(firm))


def _judging(
    questions: Questions,
    catalogue: Catalogue,
    known: Mapping[UUID, Named],
    at: datetime | None,
    by: Principal,
) -> Judging:
    principal = questions.principal
    named = {each.id: each for each in known.values()}
    who, firm = named.get(principal.id), named.get(principal.firm)
    phrases = Phrases()
    if by.unrestricted:
        phrases = Phrases(
            me="the principal" if who is None else str(who),
            firm="the firm acted for, which is none" if firm is None else str(firm),
        )
    return Judging(
        catalogue=catalogue,
        questions=questions,
        principal=principal,
        who=who,
        firm=firm,
        at=at,
        phrases=phrases,
        asker=None if by.unrestricted else view_of(by),
    )
