"""What is kept from somebody who asks about himself: records, ties and conditions that he may not see."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

import orjson

from relatum.access import AccessView
from relatum.catalogue.model import Catalogue
from relatum.catalogue.places import Place, ends_at, placed, stepped
from relatum.catalogue.resolved import PolicyRule
from relatum.explaining.asking import Asker
from relatum.explaining.phrases import Known
from relatum.explaining.values import HIDDEN, Explanation, Named, Step
from relatum_schemas.policy import READ
from relatum_schemas.selection import (
    Climb,
    Clock,
    Compare,
    Condition,
    FieldOutput,
    FieldPath,
    Many,
    Operator,
    Parameter,
    Related,
    Request,
    RootField,
    Rows,
)

_IDS: Final = "ids"
_AT: Final = "at"
_SEEN: Final = Rows(
    type="Record",
    filter=Compare(
        path=FieldPath(field="id"), operator=Operator.IN, value=Parameter(parameter=_IDS)
    ),
)
_NAMED: Final = Many(
    outputs=tuple(FieldOutput(key=name, field=name) for name in ("id", "type", "label"))
)


async def seen(
    session: Asker, ids: Iterable[UUID], at: datetime | None = None
) -> dict[UUID, Named]:
    """Return those of some records that somebody may read, with the labels that it may read.

    Args:
        session: of who would read.
        ids: of the records.
        at: a recorded time at which to read them; None for now.
    """
    clock = Clock() if at is None else Clock(recorded_at=Parameter(parameter=_AT))
    root = RootField(key="seen", source=_SEEN, form=_NAMED, clock=clock)
    parameters = {_IDS: [str(each) for each in ids], _AT: at and at.isoformat()}
    answer = await session.read(Request(fields=(root,)), parameters)
    rows = orjson.loads(answer)["seen"]
    return {UUID(row["id"]): Named(UUID(row["id"]), row["type"], row["label"]) for row in rows}


async def veiled(session: Asker, explanation: Explanation) -> Explanation:
    """Return an explanation with the records and ties of its chains named as far as somebody may see them."""
    ids = set(_ids(explanation))
    return _shown(explanation, await seen(session, ids) if ids else {})


def _ids(explanation: Explanation) -> Iterable[UUID]:
    for named in (explanation.record, explanation.who, explanation.firm):
        if named is not None and named.id is not None:
            yield named.id
    for step in explanation.chain:
        yield from (each for each in (step.start.id, step.tie, step.record.id) if each is not None)
    for each in explanation.rests_on:
        yield from _ids(each)


def _shown(explanation: Explanation, known: dict[UUID, Named]) -> Explanation:
    return replace(
        explanation,
        record=_named(explanation.record, known),
        who=_own(explanation.who, known),
        firm=_own(explanation.firm, known),
        chain=tuple(_step(each, known) for each in explanation.chain),
        rests_on=tuple(_shown(each, known) for each in explanation.rests_on),
    )


def _named(record: Named, known: dict[UUID, Named]) -> Named:
    return HIDDEN if record.id is None else known.get(record.id, HIDDEN)


def _own(record: Named | None, known: dict[UUID, Named]) -> Named | None:
    """Who asks, and for which firm, is known to him by id whatever he may read."""
    if record is None or record.id is None:
        return record
    return known.get(record.id, Named(record.id, record.type, None))


def _step(step: Step, known: dict[UUID, Named]) -> Step:
    named = replace(step, start=_named(step.start, known), record=_named(step.record, known))
    if step.tie in known:
        return named
    return replace(named, tie=None, valid_from=None, valid_to=None)


def known_to(view: AccessView, catalogue: Catalogue, rule: PolicyRule) -> Known:
    """Return what tells of each part of a policy's condition whether its fields and ends may be known of.

    Args:
        view: of who asks.
        catalogue: whose policies count.
        rule: the policy.
    """
    unknown: set[int] = set()
    if rule.where is not None:
        for place, part in placed(catalogue, Place(rule.types), rule.where):
            if not _open(view, catalogue, place, part):
                unknown.add(id(part))
    return lambda condition: id(condition) not in unknown


def _open(view: AccessView, catalogue: Catalogue, place: Place, part: Condition) -> bool:
    match part:
        case Related(end=name):
            return _ends_open(view, catalogue, place, name)
        case Climb(ends=names):
            return all(_ends_open(view, catalogue, place, name) for name in names)
        case Compare(path=path):
            for step in path.steps:
                if step.end is not None and not _ends_open(view, catalogue, place, step.end):
                    return False
                _, place = stepped(catalogue, place, step)
            return path.field == "id" or any(
                _field_open(view, catalogue, each, path.field) for each in place.types
            )
    return True


def _ends_open(view: AccessView, catalogue: Catalogue, place: Place, name: str) -> bool:
    ends = ends_at(catalogue, place, name)
    return any(view.grants(catalogue, end.relationship, READ) for end in ends)


def _field_open(view: AccessView, catalogue: Catalogue, type_name: str, name: str) -> bool:
    record_type = catalogue.types[type_name]
    field = record_type.all_fields.get(name)
    return field is not None and any(
        view.holds(catalogue, grant, field, record_type)
        for grant in view.grants(catalogue, type_name, READ)
    )
