"""Parts of a unit of work, as authors write them."""

from collections.abc import AsyncIterator

import pytest

import relatum_base
from relatum.access import SYSTEM
from relatum.catalogue import build_catalogue
from relatum.connections import DialectName
from relatum.session import Session
from relatum.writing import Saving
from relatum_schemas.errors import Conflict, LimitBroken, RelatumError, Required
from tests.core.session import maintenance
from tests.core.session.maintenance import Machine
from tests.databases import CloneTemplate, opened

CATALOGUE = build_catalogue([relatum_base, maintenance])


@pytest.fixture
async def db(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Session]:
    async with opened(clone_template, dialect, CATALOGUE) as database:
        yield database.as_(SYSTEM)


async def tried(session: Session, saving: Saving) -> RelatumError | None:
    try:
        async with session.attempt() as part:
            await part.save([saving], place=("row",))
    except RelatumError as error:
        return error
    return None


async def test_parts_fail_alone_within_a_unit_and_are_units_outside(db: Session) -> None:
    one, nameless = Saving("Machine", {"serial": "A1"}), Saving("Machine")
    visit = Saving("ServiceVisit", {"due": "2026-01-01"})
    async with db.unit() as unit:
        told = [await tried(unit, each) for each in (one, nameless, one, visit)]
    assert [type(each) for each in told] == [type(None), Required, Conflict, LimitBroken]
    assert [each.path for each in told if each] == [
        ("row", 0, "serial"),
        ("row", 0, "serial"),
        ("row", 0, "machine"),
    ]
    assert await db.select(Machine).count() == 1
    assert isinstance(await tried(db, visit), LimitBroken)
    assert await tried(db, Saving("Machine", {"serial": "B2"})) is None
    assert await db.select(Machine).count() == 2
