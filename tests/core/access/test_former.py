"""Rights are judged now: whoever lost them gets nothing by asking about the past, whoever has them sees what was before."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from relatum.access import SYSTEM, Principal
from relatum.catalogue import build_catalogue
from relatum.connections import DialectName
from relatum.session import Database
from relatum_schemas.selection import Clock, Connection, Parameter, Rows, TotalCountItem
from tests.core.catalogue.declaring import declare
from tests.core.reading.asking import ask, request, rows, shows
from tests.databases import CloneTemplate, opened

TRADE = declare(
    """
class Person(Entity, plural="people"):
    name: Annotated[str, Label]

class Firm(Entity, plural="firms"):
    name: Annotated[str, Label]

class Deal(Entity, plural="deals"):
    title: Annotated[str, Label]

class Works(Relationship[Person, Firm], valid="day"):
    ends = Ends("firm", "staff", limit=Limit(target=1))

class Deals(Relationship[Deal, Firm], valid="day"):
    ends = Ends("partner", "deals", limit=Limit(target=1))

policies = [
    Policy("partner", Deal, READ | HISTORY, through="partner.staff"),
    Policy("partner", Deals, READ | HISTORY, through=BOTH_ENDS),
    Policy("partner", Firm, READ | HISTORY, through="staff"),
    Policy("guest", Deal, READ, through="partner.staff"),
]
""",
    name="trade",
)
CATALOGUE = build_catalogue([TRADE])
LONG_AGO, TODAY = date(2020, 1, 1), datetime.now(UTC).date()
CLOCK = Clock(valid_at=Parameter(parameter="valid"), recorded_at=Parameter(parameter="recorded"))


@dataclass
class Office:
    """A firm with a deal, somebody who worked there when the deal was made, and somebody who came today."""

    database: Database
    former: Principal
    present: Principal
    before: datetime

    async def titles(self, who: Principal, **times: object) -> list[str]:
        given = {name: str(each) for name, each in times.items()}
        found: Any = await ask(
            self.database, rows("Deal", *shows("title"), clock=CLOCK), given, who
        )
        counted = request(
            Rows(type="Deal"), Connection(items=(TotalCountItem(key="total"),)), clock=CLOCK
        )
        total = (await ask(self.database, counted, given, who))["total"]
        assert total == len(found)
        return [each["title"] for each in found]


@pytest.fixture
async def office(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Office]:
    async with opened(clone_template, dialect, CATALOGUE) as database:
        db = database.as_(SYSTEM)
        firm = await db.create(TRADE.Firm(name="Mill"))
        former, present = [await db.create(TRADE.Person(name=name)) for name in ("Ann", "Bob")]
        work = await db.relate(TRADE.Works, former, firm, valid_from=LONG_AGO)
        deal = await db.create(TRADE.Deal(title="Draft"))
        await db.relate(TRADE.Deals, deal, firm, valid_from=LONG_AGO)
        before = datetime.now(UTC) + timedelta(milliseconds=5)
        await asyncio.sleep(0.02)
        await db.update(deal, title="Signed")
        await db.end(work, at=TODAY)
        await db.relate(TRADE.Works, present, firm, valid_from=TODAY)
        roles = frozenset({"partner"})
        yield Office(
            database, Principal(former.id, None, roles), Principal(present.id, None, roles), before
        )


async def test_a_former_partner_gets_nothing_by_asking_about_the_past(office: Office) -> None:
    for times in (
        {},
        {"valid": LONG_AGO},
        {"recorded": office.before.isoformat()},
        {"valid": LONG_AGO, "recorded": office.before.isoformat()},
    ):
        assert await office.titles(office.former, **times) == []


async def test_a_new_partner_sees_what_was_before_it_came(office: Office) -> None:
    assert await office.titles(office.present) == ["Signed"]
    assert await office.titles(office.present, valid=LONG_AGO) == ["Signed"]
    assert await office.titles(office.present, recorded=office.before.isoformat()) == ["Draft"]


async def test_the_past_of_records_takes_a_right_of_its_own(office: Office) -> None:
    guest = Principal(office.present.id, None, frozenset({"guest"}))
    assert await office.titles(guest) == ["Signed"]
    assert await office.titles(guest, recorded=office.before.isoformat()) == []
