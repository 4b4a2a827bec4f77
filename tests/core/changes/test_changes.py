"""Who is told of which changes, and what of them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from relatum.access import SYSTEM, Principal
from relatum.connections import DialectName
from tests.core.changes.office import OFFICE, Office, office, told
from tests.databases import CloneTemplate


@pytest.fixture
async def desk(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Office]:
    async with office(clone_template, dialect) as made:
        yield made


async def test_a_change_is_told_to_who_may_see_its_record(desk: Office) -> None:
    ann = desk.who("Ann", "partner")
    deals: Any = {"types": ("Deal",)}
    assert told(await desk.changes(ann, **deals)) == [("CREATED", "Wheel", 1)]
    assert told(await desk.changes(SYSTEM, **deals)) == [
        ("CREATED", "Wheel", 1),
        ("CREATED", "Crane", 1),
    ]
    assert await desk.changes(Principal(roles=frozenset({"partner"})), **deals) == []
    (line,) = await desk.changes(ann, **deals)
    session = desk.system
    deal = await session.get(OFFICE.Deal, desk.deals["Wheel"])
    deal = await session.update(deal, stage="won", margin=7)
    await session.update(deal, margin=8)
    lines = await desk.changes(ann, since=line["cursor"], **deals)
    assert [each["fields"] for each in lines] == [["stage"], []]
    assert {each["purpose"] for each in lines} == {None}
    assert [each["operation"] for each in lines] == ["UPDATED", "UPDATED"]
    auditor = desk.who("Ann", "auditor")
    lines = await desk.changes(auditor, since=line["cursor"], **deals)
    assert [each["fields"] for each in lines] == [["stage", "margin"], ["margin"]]
    assert {each["purpose"] for each in lines} == {"system"}
