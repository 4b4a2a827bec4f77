"""People are spoken to in the language that they have chosen, else as their records say, else as everybody is here."""

from dataclasses import replace

import pytest

from relatum.access import SYSTEM, Principal
from relatum.plugins import Surroundings
from relatum.session import context_for
from relatum_schemas.errors import BadValue, Forbidden
from tests.core.identity.office import OFFICE, PASSWORD, Office


async def spoken(office: Office, *, here: str = "en") -> str:
    """In which language Ada is spoken to where everybody else is in one."""
    around = Surroundings(language=here)
    storage = replace(office.database.storage, surroundings=around)
    office.database.storage = storage
    # Whoever speaks need not be able to read what it is known by.
    session = office.database.as_(Principal(roles=frozenset({"clerk"})))
    return await context_for(session, plugin="office", function="test").language_of(
        office.ids["ada"]
    )


async def test_the_language_chosen_counts_before_that_of_the_record(office: Office) -> None:
    assert await spoken(office) == "en"
    assert await spoken(office, here="de") == "de"
    assert await spoken(office, here="fi") == "en", "nobody has translated anything"
    db, ada = office.database.as_(SYSTEM), office.ids["ada"]
    await db.update(await db.get(OFFICE.Person, ada), language="de-AT")
    assert await spoken(office) == "de-AT"
    account = await office.identity.account_of(SYSTEM, "ada@north.example")
    await office.identity.set_language(SYSTEM, account.id, "en")
    assert await spoken(office, here="de") == "en"
    await office.identity.set_language(SYSTEM, account.id, None)
    assert await spoken(office) == "de-AT"


async def test_it_is_read_in_the_unit_of_work_under_way(office: Office) -> None:
    async with office.database.as_(SYSTEM).unit() as unit:
        made = await unit.create(OFFICE.Person(family_name="Ohm", language="de"))
        context = context_for(unit, plugin="office", function="test")
        assert await context.language_of(made) == "de"


async def test_a_person_chooses_its_own_language(office: Office) -> None:
    account = await office.identity.account_of(SYSTEM, "ada@north.example")
    signed_in = (await office.identity.sign_in("ada@north.example", PASSWORD)).signed_in
    await office.identity.set_language(signed_in.principal, account.id, "de")
    assert (await office.identity.account_of(SYSTEM, "ada@north.example")).language == "de"
    for by in (
        Principal(id=office.ids["north"], session=account.id),
        replace(signed_in.principal, looking=office.ids["north"]),
    ):
        with pytest.raises(Forbidden):
            await office.identity.set_language(by, account.id, "en")
    with pytest.raises(BadValue):
        await office.identity.set_language(signed_in.principal, account.id, "klingon")
